"""Pure functions on Arabic text: the only place in the product where Arabic characters are matched.

Nothing here reads files, keeps state or knows of articles, models and labels.
"""

from pipeline.text.arabert import preprocess_arabert
from pipeline.text.boilerplate import boilerplate_reason
from pipeline.text.cleaning import Cleaned, clean
from pipeline.text.damage import MENDED, UNREADABLE, find_damage
from pipeline.text.languages import arabic_share, foreign_reason
from pipeline.text.splitting import split_spans
from pipeline.text.surrogates import replace_surrogates

__all__ = [
    "MENDED",
    "UNREADABLE",
    "Cleaned",
    "arabic_share",
    "boilerplate_reason",
    "clean",
    "find_damage",
    "foreign_reason",
    "preprocess_arabert",
    "replace_surrogates",
    "split_spans",
]
