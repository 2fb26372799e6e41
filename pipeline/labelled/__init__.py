"""Labelled paragraphs, the rows that classifiers are trained on and measured with, from what annotators have.

One module reads one format, `dialects` tells whose rows they are, `rows` checks them.
"""

from pipeline.labelled.columns import Columns
from pipeline.labelled.listing import list_labelled
from pipeline.labelled.reading import collect_labelled, read_labelled, tell_mistakes

__all__ = ["Columns", "collect_labelled", "list_labelled", "read_labelled", "tell_mistakes"]
