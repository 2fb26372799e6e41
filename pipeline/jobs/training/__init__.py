"""Parts of the job `train`: the rows, the two kinds of classifier, where training goes on, and what is told."""
