"""Whether a new version takes the place of the last: rows, scores, verdict, lineage."""
