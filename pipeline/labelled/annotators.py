"""What several annotators said of one paragraph, and which labels follow from it."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one annotator said of one paragraph.

    Attributes:
        annotator: Who; empty where the file does not say.
        choices: The labels, in the annotator's order.
        time: When it was last changed, as a text that sorts by time.
        is_truth: Whether it was marked as the ground truth.
    """

    annotator: str
    choices: list[str]
    time: str = ""
    is_truth: bool = False


def last_of_each(annotations: Iterable[Annotation]) -> dict[str, Annotation]:
    """Keep each annotator's annotation: the ground truth before others, of several the one that was changed last.

    Annotations without an annotator count as one annotator each.
    """
    kept: dict[str, Annotation] = {}
    for number, each in enumerate(sorted(annotations, key=lambda each: (each.is_truth, each.time)), start=1):
        kept[each.annotator or f"unnamed {number}"] = each
    return kept


def settle(annotations: Sequence[Annotation]) -> list[str]:
    """Give the labels of a paragraph: those that more than half of its annotators chose, the most chosen first.

    Where one annotation is marked as the ground truth, its choices are the labels, whatever the others say; of several,
    the one that was changed last. A label that exactly half of the annotators chose is not among the labels.
    """
    truth = [each for each in annotations if each.is_truth]
    if truth:
        return max(truth, key=lambda each: each.time).choices
    votes = Counter(choice for each in annotations for choice in dict.fromkeys(each.choices))
    return [choice for choice, count in votes.most_common() if 2 * count > len(annotations)]


def lay_out(by_annotator: dict[str, Annotation], annotators: Sequence[str]) -> list[list[str] | None]:
    """Give the choices of each annotator of the file, `None` for those who did not see the paragraph."""
    return [by_annotator[name].choices if name in by_annotator else None for name in annotators]


def in_order(annotators: Iterable[str]) -> list[str]:
    """Sort annotators by their ids: numbers by value, before names."""
    return sorted(set(annotators), key=_rank)


def _rank(name: str) -> tuple[bool, int, str]:
    digits = name.lstrip("0")
    return (False, len(digits), digits) if name.isdecimal() else (True, 0, name)  # int() refuses thousands of digits


def warn_of_left_out(path: Path, *, skipped: int = 0, unseen: int = 0, replaced: int = 0) -> None:
    """Warn of what a file holds and no row was made of, once per kind."""
    if skipped:
        _log.warning("%s: %d tasks are left out: their annotators skipped them", path, skipped)
    if unseen:
        _log.warning("%s: %d tasks are left out: they have no annotation", path, unseen)
    if replaced:
        _log.warning("%s: %d annotations are left out: the same annotator made another one later", path, replaced)
