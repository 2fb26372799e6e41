"""Whether a classifier's decisions stay as they are under edits that leave the labels as they are.

Source: Ribeiro et al., "Beyond accuracy: behavioral testing of NLP models with CheckList", ACL 2020 (invariance tests).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypedDict

import numpy as np

from pipeline.bootstrap import Interval
from pipeline.decision import BoolArray, FloatArray
from pipeline.evaluation.curves import wilson_interval
from pipeline.evaluation.edits import EDITS, Edit, Kind
from pipeline.metrics import check_shapes, measure

Predict = Callable[[Sequence[str]], tuple[BoolArray, FloatArray]]
"""Texts as annotated to the labels that apply and their probabilities, both of shape (texts, labels), over the very
path of labelling: cleaning, the stages that drop paragraphs, tokenizer, model, decision."""

INVARIANCE_TARGET: Final = 0.99
"""Share of decisions that should stay under edits of the encoding."""


class EditReport(TypedDict):
    """How a classifier bears one edit, measured on the rows that the edit changes.

    Attributes:
        name: The edit's name.
        kind: The edit's kind.
        description: What the edit does.
        rows: Rows given.
        changed: Rows whose text the edit changes; where none is, all below is `None`.
        unchanged_decisions: Changed rows whose whole label set stays the same.
        invariance: Their share.
        interval: Wilson interval of that share.
        micro_f1: Before and after the edit, on the changed rows.
        macro_f1: Likewise.
        micro_f1_drop: Before less after.
        macro_f1_drop: Likewise.
        largest_change: Largest change of any probability.
        mean_change: Mean over rows of the row's largest change.
        tipped: Numbers of the rows whose label set changes, by the order given.
    """

    name: str
    kind: Kind
    description: str
    rows: int
    changed: int
    unchanged_decisions: int | None
    invariance: float | None
    interval: Interval
    micro_f1: tuple[float | None, float | None]
    macro_f1: tuple[float | None, float | None]
    micro_f1_drop: float | None
    macro_f1_drop: float | None
    largest_change: float | None
    mean_change: float | None
    tipped: list[int]


class KindReport(TypedDict):
    """How a classifier bears all edits of one kind.

    Attributes:
        kind: The kind.
        edits: Edits that changed any row.
        changed: Changed rows, counted once for each edit.
        invariance: Share of these whose label set stays the same; they are not independent, hence without interval.
        worst: Name of the edit that the fewest decisions survive.
        worst_invariance: The share under that edit.
    """

    kind: Kind
    edits: int
    changed: int
    invariance: float | None
    worst: str | None
    worst_invariance: float | None


def measure_edits(
    texts: Sequence[str],
    gold: BoolArray,
    ids: Sequence[str],
    predict: Predict,
    edits: Sequence[Edit] = EDITS,
    seed: int = 0,
) -> Iterator[EditReport]:
    """Measure how a classifier bears edits that leave the labels as they are.

    `predict` is called once for the texts as they are, then once for each edit with the texts that it changes. Much of
    it is the same text again once it is cleaned: a `predict` that remembers what it has scored saves most of the time.

    Args:
        texts: Paragraphs as annotated.
        gold: Which labels apply, shape (texts, labels).
        ids: The labels' ids.
        predict: The classifier.
        edits: The edits.
        seed: Start of the edits' random numbers.

    Yields:
        One report for each edit, in their order, so that a job can show how far it is.

    Raises:
        ValueError: The shapes differ, or there is no text.
    """
    applies, probabilities = predict(texts)
    check_shapes(gold, applies, probabilities, ids)
    if len(texts) != len(gold):
        message = f"{len(texts)} texts but {len(gold)} rows of gold labels"
        raise ValueError(message)
    for edit in edits:
        edited = [edit.apply(text, seed) for text in texts]
        chosen = np.array([after != before for before, after in zip(texts, edited, strict=True)], dtype=np.bool_)
        report = _unmeasured(edit, len(texts))
        if chosen.any():
            after = predict([text for text, is_in in zip(edited, chosen, strict=True) if is_in])
            report |= _stability(gold[chosen], (applies[chosen], probabilities[chosen]), after, ids)
            report["tipped"] = [int(np.flatnonzero(chosen)[place]) for place in report["tipped"]]
        yield report


def _unmeasured(edit: Edit, rows: int) -> EditReport:
    return {
        "name": edit.name,
        "kind": edit.kind,
        "description": edit.description,
        "rows": rows,
        "changed": 0,
        "unchanged_decisions": None,
        "invariance": None,
        "interval": None,
        "micro_f1": (None, None),
        "macro_f1": (None, None),
        "micro_f1_drop": None,
        "macro_f1_drop": None,
        "largest_change": None,
        "mean_change": None,
        "tipped": [],
    }


def _stability(
    gold: BoolArray, before: tuple[BoolArray, FloatArray], after: tuple[BoolArray, FloatArray], ids: Sequence[str]
) -> Any:
    """Give the part of an `EditReport` that depends on predictions."""
    check_shapes(gold, *after, ids)
    stays = (before[0] == after[0]).all(axis=1)
    unchanged, changed = int(stays.sum()), len(stays)
    moves = np.abs(after[1] - before[1]).max(axis=1)
    then, now = (measure(gold, each[0], None, ids) for each in (before, after))
    averages = {name: (then[name], now[name]) for name in ("micro_f1", "macro_f1")}
    drops = {f"{name}_drop": _difference(*pair) for name, pair in averages.items()}
    return {
        "changed": changed,
        "unchanged_decisions": unchanged,
        "invariance": unchanged / changed,
        "interval": wilson_interval(unchanged, changed),
        "largest_change": float(moves.max()),
        "mean_change": float(moves.mean()),
        "tipped": np.flatnonzero(~stays).tolist(),
        **averages,
        **drops,
    }


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else before - after


def summarize_kinds(reports: Sequence[EditReport]) -> list[KindReport]:
    """Pool the edits of each kind, in their order of appearance."""
    return [
        _pool(kind, [each for each in reports if each["kind"] == kind])
        for kind in dict.fromkeys(each["kind"] for each in reports)
    ]


def _pool(kind: Kind, reports: Sequence[EditReport]) -> KindReport:
    shares = {each["name"]: each["invariance"] for each in reports if each["invariance"] is not None}
    changed = sum(each["changed"] for each in reports)
    unchanged = sum(each["unchanged_decisions"] or 0 for each in reports)
    worst = min(shares, key=lambda name: shares[name]) if shares else None
    return {
        "kind": kind,
        "edits": len(shares),
        "changed": changed,
        "invariance": unchanged / changed if changed else None,
        "worst": worst,
        "worst_invariance": shares[worst] if worst else None,
    }
