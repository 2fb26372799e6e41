"""How good a classifier is on parts of the rows: by source, length, place in the article and whatever rows carry."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from pipeline.bootstrap import Interval, Resampling, percentile_interval
from pipeline.decision import BoolArray, FloatArray
from pipeline.evaluation.scored import Scored
from pipeline.metrics import measure

OTHER = "other"
"""Name of the slice that pools a field's rarer values; a value of that name joins it."""

_MOST_VALUES = 10
"""Slices per field that have a name of their own: as many bars as are read at a glance."""

_OWN_VALUE_SHARE = 0.5
"""Values per row from which a field names rows rather than parts them: fewer than two rows share a value."""

_FEWEST_ROWS = 30
"""Below this, the 95 % interval of a share of 0.8 is wider than ± 0.14: no ground for calling a slice bad."""

_FEWEST_GROUPS = 10
"""Below this, resampling groups gives intervals that are markedly too narrow (Cameron, Gelbach and Miller,
"Bootstrap-based improvements for inference with clustered errors", 2008, find so from five to ten clusters on)."""

_LENGTH_BINS = 4
_POSITION_STARTS = (1, 2, 4, 8)
"""The lead stands alone, as it tells the news; then each part is twice as long as the one before."""

_MOST_LABELS = 3
"""Rows of more gold labels than this are too few to be told apart."""


class Slice(TypedDict):
    """The numbers of the rows that have one value in one field.

    `value` is `None` for rows that the field is not given for. `micro_f1`, its `interval`, `macro_f1` (over the labels
    that occur in the slice) and `none_f1` are `None` where the slice's rows do not define them. `is_small` marks
    slices too small to judge.
    """

    field: str
    value: str | None
    rows: int
    groups: int
    micro_f1: float | None
    interval: Interval
    macro_f1: float | None
    exact_match: float
    none_f1: float | None
    is_small: bool


class SliceReport(TypedDict):
    """Slices of all fields, worst micro-F1 first, then those without one, then small ones; fields that part nothing.

    `left_out` gives the reason by field.
    """

    slices: list[Slice]
    left_out: dict[str, str]


def measure_slices(
    scored: Scored, fields: Mapping[str, Sequence[str | None]], resampling: Resampling, most: int = _MOST_VALUES
) -> SliceReport:
    """Measure every slice of every field, with bootstrap intervals of micro-F1 from one pass of resampling.

    Groups are drawn from all rows; a slice's interval comes from the rows of it that a resample holds. Slices without
    any gold label have no micro-F1: it could only be 0.

    Args:
        scored: The rows.
        fields: By name of the field, the value of each row, `None` where it has none; see also `row_fields`.
        resampling: How to resample; its groups are those of the rows.
        most: Values per field that become slices; the rarer ones are pooled as `OTHER`.

    Raises:
        ValueError: A field, or the resampling, has not one value per row.
    """
    lengths = {name: len(values) for name, values in fields.items()} | {"groups": len(resampling.groups)}
    wrong = [name for name, length in lengths.items() if length != len(scored)]
    if wrong:
        message = f"{', '.join(wrong)}: one value for each of the {len(scored)} rows expected"
        raise ValueError(message)
    reasons = {name: _why_left_out(values) for name, values in fields.items()}
    members = {
        (name, value): inside
        for name, values in fields.items()
        if reasons[name] is None
        for value, inside in _members(values, most).items()
    }
    ranges = _intervals(scored, list(members.values()), resampling)
    slices = [
        _measure(scored.select(inside), key, interval)
        for (key, inside), interval in zip(members.items(), ranges, strict=True)
    ]
    return {
        "slices": sorted(slices, key=_worst_first),
        "left_out": {name: reason for name, reason in reasons.items() if reason},
    }


def row_fields(scored: Scored, positions: Sequence[int | None] | None = None) -> dict[str, tuple[str | None, ...]]:
    """Give the fields that rows have of themselves: `length`, `position` in the article, number of gold `labels`.

    Args:
        scored: The rows.
        positions: Number of each row's paragraph in its article, the first being 0; where not given, it is read off
            ids such as `news-12#p4`.

    Returns:
        For each field the value of each row, in words.
    """
    numbers = _positions_from_ids(scored) if positions is None else positions
    counts = scored.gold.sum(axis=1).tolist()
    return {
        "length": _length_names([len(row.text.split()) for row in scored.rows]),
        "position": tuple(None if number is None else _position_name(number + 1) for number in numbers),
        "labels": tuple(
            f"{_MOST_LABELS} or more labels" if count >= _MOST_LABELS else _counted(count, "label") for count in counts
        ),
    }


def _why_left_out(values: Sequence[str | None]) -> str | None:
    given = [value for value in values if value is not None]
    if len(set(values)) == 1:
        return "all rows have the same value" if given else "no row has a value"
    if len(set(given)) > max(1, _OWN_VALUE_SHARE * len(given)):
        return "nearly every row has a value of its own"
    return None


def _members(values: Sequence[str | None], most: int) -> dict[str | None, BoolArray]:
    """Tell which rows each slice of a field has, more frequent values first, `OTHER` and `None` last."""
    counts = Counter(value for value in values if value is not None)
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    names: dict[str | None, str | None] = {value: value if k < most else OTHER for k, value in enumerate(ranked)}
    named = [names.get(value) for value in values]
    order = [*dict.fromkeys(names[value] for value in ranked), *([None] if None in named else [])]
    return {name: np.array([each == name for each in named], dtype=np.bool_) for name in order}


def _intervals(scored: Scored, members: Sequence[BoolArray], resampling: Resampling) -> list[Interval]:
    """Give the interval of each slice's micro-F1; `None` too where its rows are of one group or without gold label."""
    if not members:
        return []
    inside = np.stack(members, axis=1).astype(np.float64)
    hits, gold, claims = (
        counts.sum(axis=1)[:, None] * inside for counts in (scored.gold & scored.applies, scored.gold, scored.applies)
    )
    chunks = [_ratios(weights @ hits, weights @ gold, weights @ claims) for weights in resampling.weights()]
    values = np.concatenate(chunks)
    return [
        percentile_interval(values[:, k], resampling.coverage)
        if len(np.unique(resampling.groups[member])) > 1
        else None
        for k, member in enumerate(members)
    ]


def _ratios(hits: FloatArray, gold: FloatArray, claims: FloatArray) -> FloatArray:
    """Give micro-F1, NaN where no gold label was drawn."""
    return np.asarray(np.divide(2 * hits, gold + claims, out=np.full(hits.shape, np.nan), where=gold > 0))


def _measure(part: Scored, key: tuple[str, str | None], interval: Interval) -> Slice:
    measured = measure(part.gold, part.applies, None, part.ids)
    groups = len(np.unique(part.groups))
    return {
        "field": key[0],
        "value": key[1],
        "rows": len(part),
        "groups": groups,
        "micro_f1": measured["micro_f1"] if part.gold.any() else None,
        "interval": interval,
        "macro_f1": measured["macro_f1"],
        "exact_match": measured["exact_match"],
        "none_f1": measured["none_f1"],
        "is_small": len(part) < _FEWEST_ROWS or groups < _FEWEST_GROUPS,
    }


def _worst_first(each: Slice) -> tuple[bool, bool, float, float]:
    """Order slices by micro-F1, then by exact match."""
    return each["is_small"], each["micro_f1"] is None, each["micro_f1"] or 0.0, each["exact_match"]


def _length_names(words: Sequence[int]) -> tuple[str, ...]:
    """Name the quarter of the rows that each one's length falls into; equal lengths share one."""
    shares = np.arange(1, _LENGTH_BINS) / _LENGTH_BINS
    longest = max(words)
    cuts = sorted(set(np.quantile(words, shares, method="lower").tolist()) - {longest})
    names = [f"up to {_counted(cut, 'word')}" for cut in cuts[:1]]
    names += [f"{low + 1} to {high} words" if low + 1 < high else f"{high} words" for low, high in pairwise(cuts)]
    names.append(f"over {_counted(cuts[-1], 'word')}" if cuts else f"up to {_counted(longest, 'word')}")
    which: NDArray[np.intp] = np.searchsorted(cuts, words)
    return tuple(names[k] for k in which)


def _position_name(number: int) -> str:
    """Name the part of an article that a paragraph stands in, numbered from 1."""
    for start, following in pairwise(_POSITION_STARTS):
        if number < following:
            return f"paragraph {start}" if following == start + 1 else f"paragraphs {start} to {following - 1}"
    return f"paragraph {_POSITION_STARTS[-1]} and later"


def _positions_from_ids(scored: Scored) -> list[int | None]:
    """Read paragraph numbers off ids such as `news-12#p4`; where none is 0, the first paragraph is number 1."""
    numbers = []
    for row in scored.rows:
        article, _, ending = row.id.rpartition("#")
        digits = ending[1:] if ending[:1].isalpha() else ending
        numbers.append(int(digits) if article and digits.isdecimal() else None)
    first = 0 if 0 in numbers else 1
    return [None if number is None else number - first for number in numbers]


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun if count == 1 or not count else noun + 's'}"
