"""Rows of the same words: which correct which, which repeat which, and which contradict each other.

Words are compared as in `pipeline.evaluation.leakage`: without marks, hamzas, case and punctuation.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.decision import BoolArray
from pipeline.evaluation.leakage import hash_words
from pipeline.records import LabelledParagraph


@dataclass(frozen=True, slots=True)
class Corrected:
    """Base and extra rows as one.

    Attributes:
        rows: The base rows in their order, then the extra rows that no base row has the words of.
        is_extra: Which of them have their labels from an extra row, shape (rows,).
        superseded: Number of base rows that have their labels from an extra row.
        changed: How many of these have other labels than before.
    """

    rows: list[LabelledParagraph]
    is_extra: BoolArray
    superseded: int
    changed: int


def correct_rows(base: Sequence[LabelledParagraph], extra: Sequence[LabelledParagraph]) -> Corrected:
    """Let extra rows supersede base rows of the same words.

    A base row that is superseded stays in its place, its article and its side; it has the extra row's labels, and its
    own where the extra row's annotators did not decide.
    """
    keys = hash_words([row.text for row in extra])
    corrections: dict[int, list[LabelledParagraph]] = {}
    for row, key in zip(extra, keys, strict=True):
        if key is not None:
            corrections.setdefault(key, []).append(row)
    rows, is_extra = list(base), np.zeros(len(base), dtype=np.bool_)
    used: set[int] = set()
    changed = 0
    for k, key in enumerate(hash_words([row.text for row in base])):
        if key in corrections:
            used.add(key)
            is_extra[k] = True
            for correction in corrections[key]:
                rows[k] = _correct(rows[k], correction)
            changed += not _are_same(base[k], rows[k])
    new = [row for row, key in zip(extra, keys, strict=True) if key not in used]
    return Corrected(
        rows=[*rows, *new],
        is_extra=np.concatenate([is_extra, np.ones(len(new), dtype=np.bool_)]),
        superseded=int(is_extra.sum()),
        changed=changed,
    )


def find_contradictions(
    rows: Sequence[LabelledParagraph], ids: Iterable[str]
) -> list[tuple[LabelledParagraph, LabelledParagraph]]:
    """Find rows whose labels contradict those of an earlier row of the same words.

    Rows contradict each other where both have decided on a label and one of them alone has it.

    Args:
        rows: The rows.
        ids: Ids of all labels.

    Returns:
        Each such row behind the first that it contradicts.
    """
    all_ids = frozenset(ids)
    earlier: dict[int, dict[Hashable, LabelledParagraph]] = {}
    found = []
    for row, key in zip(rows, hash_words([row.text for row in rows]), strict=True):
        if key is None:
            continue
        unlike = earlier.setdefault(key, {})
        if other := next((each for each in unlike.values() if _contradict(each, row, all_ids)), None):
            found.append((other, row))
        unlike.setdefault(_decisions(row), row)
    return found


def is_repeat(rows: Sequence[LabelledParagraph], is_preferred: BoolArray) -> BoolArray:
    """Tell which rows repeat the words, the labels and the decisions of another one, shape (rows,).

    Args:
        rows: The rows.
        is_preferred: Of several that are the same, the first of these is none; without any the very first.
    """
    order = np.argsort(~is_preferred, kind="stable")
    keys = hash_words([row.text for row in rows])
    seen: set[Hashable] = set()
    repeats = np.zeros(len(rows), dtype=np.bool_)
    for k in order:
        if keys[k] is not None:
            name = (keys[k], _decisions(rows[k]))
            repeats[k] = name in seen
            seen.add(name)
    return repeats


def clashing_ids(
    base: Sequence[LabelledParagraph], extra: Sequence[LabelledParagraph]
) -> Iterator[tuple[LabelledParagraph, LabelledParagraph]]:
    """Find extra rows that have the id of a base row, but other words: neither new rows nor corrections.

    Ids that rows did not give themselves do not clash: article ids repeat from one run of `taawun label` to the next.
    """
    known = {row.id: row for row in base}
    named = [(known[row.id], row) for row in extra if row.id in known]
    for one, other in named:
        first, second = hash_words([one.text, other.text])
        if first != second and one.has_own_id and other.has_own_id:
            yield one, other


def _correct(row: LabelledParagraph, correction: LabelledParagraph) -> LabelledParagraph:
    if correction.annotated is None:
        return replace(row, labels=correction.labels, codings=correction.codings, annotated=None)
    kept = tuple(label for label in row.labels if label not in correction.annotated)
    annotated = None if row.annotated is None else row.annotated | correction.annotated
    return replace(row, labels=(*correction.labels, *kept), codings=correction.codings, annotated=annotated)


def _decisions(row: LabelledParagraph) -> Hashable:
    return frozenset(row.labels), row.annotated


def _are_same(one: LabelledParagraph, other: LabelledParagraph) -> bool:
    return _decisions(one) == _decisions(other)


def _contradict(one: LabelledParagraph, other: LabelledParagraph, ids: frozenset[str]) -> bool:
    decided = (ids if one.annotated is None else one.annotated) & (ids if other.annotated is None else other.annotated)
    return bool(set(one.labels) & decided ^ set(other.labels) & decided)
