"""The end of the flow: files of labelled paragraphs, one format each, and side files that account for the rest."""
