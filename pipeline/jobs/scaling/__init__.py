"""Parts of the job that labels with several workers: shards, parts, what one worker does, and how Ray runs them."""
