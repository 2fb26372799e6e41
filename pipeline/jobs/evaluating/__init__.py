"""Parts of the job `evaluate`: scores of a classifier, what is found in them, and the report."""
