"""Parts of the job `label`: what is planned, committed block by block, and told."""
