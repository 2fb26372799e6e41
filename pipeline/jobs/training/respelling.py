"""Training rows in other spellings: what a hasty hand or another newsroom's software makes of the same words. Pure."""

from collections.abc import Sequence
from random import Random
from typing import Final

from pipeline.decision import BoolArray
from pipeline.evaluation.edits import EDITS
from pipeline.text import clean, preprocess_arabert

_BEYOND_CLEANING: Final = (
    "persian_final_yeh",
    "straight_quotes",
    "curly_quotes",
    "low_quotes",
    "guillemets",
    "single_guillemets",
    "doubled_brackets",
)
"""Edits of the encoding that cleaning does not take back."""

RESPELLINGS: Final = tuple(edit for edit in EDITS if edit.kind == "spelling" or edit.name in _BEYOND_CLEANING)
_EDITS_AT_ONCE: Final = 2


def respell(texts: Sequence[str], may_change: BoolArray, share: float, seed: int) -> list[str]:
    """Edit a share of texts by two edits that leave their labels as they are, each text always by the same ones.

    Only edits count that the model sees: that are left after cleaning and AraBERT's preprocessing, which set most
    spaces right. A text with a place for one of them has one, a text with a place for none stays as it is.

    Args:
        texts: Cleaned texts.
        may_change: Which may be edited, shape (texts,).
        share: Share of those that are.
        seed: Start of the random numbers.
    """
    return [_respell(text, share, seed) if may else text for text, may in zip(texts, may_change, strict=True)]


def _respell(text: str, share: float, seed: int) -> str:
    random = Random(f"respelling {seed} {text}")  # noqa: S311  (no secret)
    if random.random() >= share:
        return text
    seen, edited = preprocess_arabert(text), 0
    for edit in random.sample(RESPELLINGS, len(RESPELLINGS)):
        other = clean(edit.apply(text, seed)).text
        if (seen_other := preprocess_arabert(other)) != seen:
            text, seen, edited = other, seen_other, edited + 1
        if edited == _EDITS_AT_ONCE:
            break
    return text
