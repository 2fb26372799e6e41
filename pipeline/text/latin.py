"""Latin words glued to Arabic ones, which WordPiece knows only apart."""

import re
from collections import Counter
from typing import Final

from pipeline.text.alignment import Rewriter, Rewriting
from pipeline.text.characters import LETTER_BLOCKS
from pipeline.text.marks import MARKS
from pipeline.text.repairs import span_codes

SEPARATED: Final = "Latin words separated"

_LATIN: Final = r"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]+"
_WORD: Final = re.compile(_LATIN)
_WORD_OR_ADDRESS: Final = re.compile(rf"(?:https?://|www\.)\S*|{_LATIN}")
_ARABIC: Final = frozenset(map(chr, span_codes(LETTER_BLOCKS))) | {mark for mark in MARKS if mark >= "\u0600"}


def separate_latin(text: str, counts: Counter[str]) -> Rewriting | None:
    """Put a space where an Arabic and a Latin letter touch, but not within a web address.

    Returns:
        The rewritten text and its alignment, or None when nothing touched.
    """
    pattern = _WORD_OR_ADDRESS if "://" in text or "www." in text else _WORD
    rewriter = None
    for word in pattern.finditer(text):
        start, end = word.span()
        touched = [start] if text[start - 1 : start] in _ARABIC else []
        if text[end : end + 1] in _ARABIC:
            touched.append(end)
        for at in touched:
            rewriter = rewriter or Rewriter(text)
            rewriter.replace(at, at, " ")
            counts[SEPARATED] += 1
    return rewriter.finish() if rewriter else None
