"""Signs written on letters: joined to their letter where Arabic has one letter for both, else removed or kept."""

import re
from collections import Counter
from typing import Final

from pipeline.text.alignment import Rewriter, Rewriting
from pipeline.text.characters import MARK_RANGES, TATWEEL
from pipeline.text.repairs import character_class, span_codes

HAMZA_JOINED: Final = "hamza or madda joined to its letter"
DIACRITICS: Final = "diacritics removed"
TATWEEL_REMOVED: Final = "tatweel removed"
TATWEEL_DASH: Final = "tatweel used as a dash"

MARKS: Final = frozenset(map(chr, span_codes(MARK_RANGES)))

_MADDA: Final = "\u0653"
_HAMZA_ABOVE: Final = "\u0654"
_HAMZA_BELOW: Final = "\u0655"
_JOINED: Final = {
    ("ا", _MADDA): "آ",
    ("ا", _HAMZA_ABOVE): "أ",
    ("ا", _HAMZA_BELOW): "إ",
    ("و", _HAMZA_ABOVE): "ؤ",
    ("و", _HAMZA_BELOW): "ؤ",
    ("ي", _HAMZA_ABOVE): "ئ",
    ("ي", _HAMZA_BELOW): "ئ",
    ("ى", _HAMZA_ABOVE): "ئ",
    ("ى", _HAMZA_BELOW): "ئ",
    # These four only stand here when Persian and Urdu letters are not folded.
    ("ی", _HAMZA_ABOVE): "ئ",
    ("ے", _HAMZA_ABOVE): "ۓ",
    ("ہ", _HAMZA_ABOVE): "ۂ",
    ("ە", _HAMZA_ABOVE): "ۀ",
}
_JOINING: Final = re.compile(f"[{_MADDA}{_HAMZA_ABOVE}{_HAMZA_BELOW}]")
_BEFORE_MORE_OF_THE_LINE: Final = re.compile(rf" +([^\W{TATWEEL}]|[«“‘(\"])")
_CLUSTER: Final = re.compile(character_class([ord(TATWEEL), *span_codes(MARK_RANGES)]) + "+")


def settle_marks(text: str, counts: Counter[str], *, keep: bool) -> Rewriting | None:
    """Join hamza and madda signs to their letters, then drop tatweel and, unless `keep`, every other mark.

    A hamza above a tatweel (هيـٔة) is the letter ئ. A tatweel standing alone between words was meant as a dash.

    Returns:
        The rewritten text and its alignment, or None when there is nothing to do.
    """
    cluster = _CLUSTER.search(text)
    if cluster is None:
        return None
    rewriter = Rewriter(text)
    dropped: list[str] = []
    while cluster:
        start, end = cluster.span()
        signs = cluster[0]
        base = text[start - 1 : start]
        if _JOINING.search(signs) or (keep and TATWEEL in signs):
            settled = _settle_cluster(base, signs, counts, keep=keep)
            if not settled.startswith(base):
                rewriter.replace(start - 1, end, settled)
            elif settled != base + signs:
                rewriter.replace(start, end, settled[len(base) :])
        elif signs[0] == TATWEEL and _is_dash(text, start, end):
            rewriter.replace(start, end, "-")
            counts[TATWEEL_DASH] += end - start
        elif not keep:
            rewriter.replace(start, end, "")
            dropped.append(signs)
        cluster = _CLUSTER.search(text, end)
    for sign, number in Counter("".join(dropped)).items():
        counts[TATWEEL_REMOVED if sign == TATWEEL else DIACRITICS] += number
    return rewriter.finish()


def _is_dash(text: str, start: int, end: int) -> bool:
    """Tell whether text[start:end] is tatweel alone, with a space and more of the line after it.

    Nothing that comes after may be removed later: then a paragraph cut out of its article is cleaned as within it.
    """
    if text.count(TATWEEL, start, end) < end - start or not (start == 0 or text[start - 1].isspace()):
        return False
    after = _BEFORE_MORE_OF_THE_LINE.match(text, end)
    return after is not None and after[1] not in MARKS


def _settle_cluster(base: str, signs: str, counts: Counter[str], *, keep: bool) -> str:
    """Rewrite the letter `base` and the marks and tatweel that follow it."""
    pieces = [base]
    letter = 0  # the piece that a hamza would be joined to
    on_tatweel = False
    for sign in signs:
        joined = _JOINED.get((pieces[letter], sign))
        if sign == TATWEEL:
            on_tatweel = True
            counts[TATWEEL_REMOVED] += 1
        elif on_tatweel and sign in (_HAMZA_ABOVE, _HAMZA_BELOW):
            on_tatweel = False
            letter = len(pieces)
            pieces.append("ئ")
            counts[HAMZA_JOINED] += 1
        elif joined is not None:
            pieces[letter] = joined
            counts[HAMZA_JOINED] += 1
        elif keep:
            pieces.append(sign)
        else:
            counts[DIACRITICS] += 1
    return "".join(pieces)
