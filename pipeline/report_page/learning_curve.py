"""The section on the learning curve: its charts, its table, and what twice the rows would bring."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from statistics import mean
from typing import Any

import numpy as np

from pipeline.evaluation.learning_curve import CURVE_SCORES, TIMES, CurvePoint, CurveScore, Trend
from pipeline.metrics import HEADLINES
from pipeline.report_page.charts import Axis, Chart, Dot, LogAxis, log_spanning, spanning
from pipeline.report_page.numbers import number

_STEPS = 32
"""Pieces that a fitted curve is drawn of: its bends look smooth."""

_LARGEST_DIVISOR = 1000
"""Shares are told as fractions with divisors up to this one."""

_UNSEEN = 0.0005
"""A gain below this is written as 0.000."""


def learning_curve(report: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give the charts by score, `None` where no share has it, the table's rows, and what twice the rows would bring."""
    found = report["learning_curve"]
    if not found:
        return None
    points, fits = found["points"], found["fits"]
    return {
        **found,
        "rows": points[-1]["rows"],
        "titles": {name: HEADLINES[name] for name in CURVE_SCORES},
        "charts": dict(_charts(points, fits)),
        "shares": [_share(share, [point for point in points if point["share"] == share]) for share in found["shares"]],
        "expected": [_expected(k, fits) for k in range(len(TIMES)) if any(fits.values())],
        "outlook": _outlook(fits, TIMES[0] * points[-1]["rows"]),
    }


def _charts(
    points: Sequence[CurvePoint], fits: Mapping[str, Trend | None]
) -> Iterator[tuple[CurveScore, Chart | None]]:
    """Draw each score against the rows, on the same axes, so that slopes and heights can be compared."""
    sizes = [point["rows"] for point in points if point["rows"]]  # a small share of few articles may be none of them
    across = log_spanning([min(sizes), TIMES[-1] * max(sizes)], "rows trained on")
    scores = [score for name in CURVE_SCORES for point in points if (score := point[name]) is not None]
    for fit in fits.values():
        for each in fit["expected"] if fit else ():
            scores += [each["score"], *(each["interval"] or ())]
    for name in CURVE_SCORES:
        if any(point[name] is not None for point in points):
            yield name, _chart(name, points, fits[name], (across, spanning((), HEADLINES[name], among=scores)))
        else:
            yield name, None


def _chart(name: CurveScore, points: Sequence[CurvePoint], fit: Trend | None, axes: tuple[LogAxis, Axis]) -> Chart:
    known = [(point, score) for point in points if (score := point[name]) is not None]
    sizes = [point["rows"] for point, _ in known]
    expected = fit["expected"] if fit else []
    return Chart(
        f"Learning curve, {HEADLINES[name]}",
        *axes,
        _law(fit, min(sizes), max(sizes)),
        [
            Dot(point["rows"], score, f"{point['rows']:,} rows ({_fraction(point['share'])}): {number(score)}")
            for point, score in known
        ],
        [],
        is_large=True,
        extension=_law(fit, max(sizes), TIMES[-1] * max(sizes)),
        expected=[
            Dot(
                each["rows"],
                each["score"],
                f"expected of {each['rows']:,} rows: {number(each['score'])}{_spread(each['interval'], ', spread ')}",
                *(each["interval"] or (None, None)),
            )
            for each in expected
        ],
    )


def _law(fit: Trend | None, low: float, high: float) -> list[tuple[float, float]]:
    """Give points of the fitted curve between two numbers of rows; none without a fit."""
    if not fit:
        return []
    return [(float(rows), _at(fit, float(rows))) for rows in np.geomspace(low, high, _STEPS + 1)]


def _at(fit: Trend, rows: float) -> float:
    """Give the fitted score at a number of rows."""
    return fit["a"] - (0.0 if fit["c"] is None else fit["b"] * rows ** -fit["c"])


def _share(share: float, points: Sequence[CurvePoint]) -> dict[str, Any]:
    """Give a share's rows, and the mean and spread of its draws' scores."""
    sizes = sorted({point["rows"] for point in points})
    rows = f"{sizes[0]:,} to {sizes[-1]:,}" if len(sizes) > 1 else f"{sizes[0]:,}"
    scores = []
    for name in CURVE_SCORES:
        known = [score for point in points if (score := point[name]) is not None]
        spread = _spread((min(known), max(known))) if len(known) > 1 else ""
        lacking = f" ({len(known)} of {len(points)})" if known and len(known) < len(points) else ""
        scores.append((mean(known) if known else None, spread + lacking))
    return {"name": _fraction(share), "rows": rows, "trainings": len(points), "scores": scores}


def _expected(k: int, fits: Mapping[str, Trend | None]) -> dict[str, Any]:
    """Give what the trends expect of the k-th multiple of the rows."""
    each = {name: fit["expected"][k] if fit else None for name, fit in fits.items()}
    rows = next(found["rows"] for found in each.values() if found)
    scores = [
        (found["score"], _spread(found["interval"])) if (found := each[name]) else (None, "") for name in CURVE_SCORES
    ]
    return {"times": TIMES[k], "rows": f"{rows:,}", "scores": scores}


def _outlook(fits: Mapping[str, Trend | None], rows: int) -> str:
    """Say in a sentence what twice the rows would bring."""
    if not any(fits.values()):
        return "What twice the rows would bring is undefined: a trend takes scores of three shares of different sizes."
    clauses = ", and ".join(_clause(HEADLINES[name], fits[name]) for name in CURVE_SCORES)
    return f"If the fitted trend holds, with twice the rows ({rows:,}), {clauses}."


def _clause(title: str, fit: Trend | None) -> str:
    if not fit:
        return f"what {title} would do is undefined, as fewer than three shares of different sizes have it"
    first = fit["expected"][0]
    gain = first["score"] - _at(fit, first["rows"] / first["times"])
    if fit["c"] is None:
        return f"{title} would stay about {number(first['score'])}, as it does not rise with the rows"
    if gain < _UNSEEN:
        return f"{title} would hardly rise, staying about {number(first['score'])}"
    return f"{title} would rise by about {number(gain)}, to {number(first['score'])}"


def _spread(ends: Sequence[float] | None, before: str = "") -> str:
    """Write a spread over draws otherwise than the page's intervals; nothing where there is none."""
    return f"{before}{number(ends[0])} to {number(ends[1])}" if ends else ""


def _fraction(share: float) -> str:
    return "all rows" if share == 1 else str(Fraction(share).limit_denominator(_LARGEST_DIVISOR))
