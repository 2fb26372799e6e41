"""What each section of the page shows, read off the report: rows of tables, strips and charts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.evaluation.comparison import SIGNIFICANCE
from pipeline.metrics import HEADLINES
from pipeline.report_page.charts import Axis, spanning, strip
from pipeline.report_page.curves import precision_recall_chart, reliability_chart, review_chart, risk_coverage_chart

Report = Mapping[str, Any]
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
Row = dict[str, Any]

_AVERAGES = {
    **{key: title[0].upper() + title[1:] for key, title in HEADLINES.items()},
    "weighted_f1": "F1 weighted by support",
    "samples_f1": "Mean F1 of rows",
    "primary_accuracy": "Primary label right",
    "hamming_loss": "Hamming loss",
    "brier": "Brier score",
}
_FALLING = {"ece", "hamming_loss", "brier"}
"""Measures of which less is better: told in a table of their own, without a strip."""

_BEST = (1.0,)
"""Scores are drawn up to what could be reached, and down to the lowest that is drawn."""


def _ends(values: Iterable[tuple[float | None, Sequence[float] | None]]) -> Iterator[float | None]:
    """Give all numbers that an axis of values with intervals has to hold."""
    for value, interval in values:
        yield from (value, *(interval or ()))


def headlines(report: Report) -> tuple[list[Row], list[Row]]:
    """Give the averages of which more is better, and those of which less is."""
    agreement, metrics, ranges = report["agreement"] or {}, report["metrics"], report["intervals"]
    is_single = report["taxonomy"]["labels_per_paragraph"] == "one"
    rising = [key for key in _AVERAGES if key not in _FALLING]
    axis = spanning(
        [*_ends((metrics[key], ranges.get(key)) for key in rising), *(agreement.get(key) for key in rising)],
        among=_BEST,
    )
    rows = []
    for key, title in _AVERAGES.items():
        value, ends, ceiling = metrics[key], ranges.get(key), agreement.get(key)
        drawn = strip(axis, (ceiling, None, "ceiling"), (value, ends, "model"))
        told = "Accuracy" if is_single and key == "exact_match" else title
        rows.append({"key": key, "title": told, "value": value, "interval": ends, "ceiling": ceiling, "strip": drawn})
    return [row for row in rows if row["key"] not in _FALLING], [row for row in rows if row["key"] in _FALLING]


def domains(report: Report) -> list[Row]:
    """Give each domain's numbers, with their intervals and the annotators' agreement."""
    agreement, ranges, measured = report["agreement"], report["intervals"], report["metrics"]["domains"]
    ceilings = agreement["f1"] if agreement else dict.fromkeys(measured)
    drawn = _ends((each["f1"], ranges.get(f"f1.{name}")) for name, each in measured.items())
    axis = spanning([*drawn, *ceilings.values()], among=_BEST)
    return [
        {
            **each,
            "id": name,
            "intervals": {
                key: ranges.get(f"{key}.{name}") for key in ("precision", "recall", "f1", "average_precision")
            },
            "annotators_f1": ceilings[name],
            "alpha": agreement and agreement["alpha"][name],
            "strip": strip(axis, (ceilings[name], None, "ceiling"), (each["f1"], ranges.get(f"f1.{name}"), "model")),
        }
        for name, each in measured.items()
    ]


def comparison(report: Report) -> dict[str, Any] | None:
    """Give the differences between the model and its opponent, drawn on one axis."""
    found = report["comparison"]
    if not found:
        return None
    every = [*found["averages"].values(), *found["f1"].values()]
    axis = spanning(_ends((each["difference"], each["interval"]) for each in every))
    return {
        **found,
        "averages": [
            _difference(axis, key, each, each["p"], _AVERAGES[key]) for key, each in found["averages"].items()
        ],
        "f1": [
            _difference(axis, name, each, each["p_holm"]) | {"discordance": found["discordance"][name]}
            for name, each in found["f1"].items()
        ],
    }


def _difference(axis: Axis, key: str, each: Mapping[str, Any], p: float | None, title: str = "") -> Row:
    interval = each["interval"]
    leaves_out_zero = interval is None or interval[0] > 0 or interval[1] < 0
    is_shown = p is not None and p <= SIGNIFICANCE and leaves_out_zero
    result = "not tested" if p is None else "not shown"
    if is_shown and each["difference"]:
        result = "A better" if each["difference"] > 0 else "B better"
    drawn = strip(axis, (each["difference"], each["interval"], "shown" if is_shown else "open"))
    return {**each, "id": key, "title": title, "result": result, "strip": drawn}


def charts(report: Report, names: Mapping[str, str]) -> dict[str, Any]:
    """Give all charts; those of curves that the report does not have are missing or `None`."""
    calibration, traced = report["calibration"] or {}, report["precision_recall"] or {}
    reliability, risk, queue = (calibration.get(key) for key in ("reliability", "risk_coverage", "review_queue"))
    return {
        "pooled": reliability and reliability_chart("all domains", reliability["pooled"], is_large=True),
        "reliability": {
            name: reliability_chart(names[name], each)
            for name, each in (reliability or {"labels": {}})["labels"].items()
        },
        "precision_recall": {name: each and precision_recall_chart(names[name], each) for name, each in traced.items()},
        "risk_coverage": risk and risk_coverage_chart(risk),
        "review_queue": queue and review_chart(queue),
    }


def confusion(report: Report) -> dict[str, Any]:
    """Give the confusion view with each cell's share of its row; the label of none only where it occurs."""
    labels, matrix = report["confusion"]["labels"], report["confusion"]["matrix"]
    kept = [k for k in range(len(labels)) if labels[k] != "none" or any(matrix[k]) or any(row[k] for row in matrix)]
    rows = []
    for k in kept:
        total = sum(matrix[k])
        cells = [
            {"count": matrix[k][j], "share": matrix[k][j] / total if total else 0.0, "is_hit": j == k, "id": labels[j]}
            for j in kept
        ]
        rows.append({"id": labels[k], "total": total, "cells": cells})
    return {"labels": [labels[k] for k in kept], "rows": rows, "added": report["confusion"]["added"]}


def slices(report: Report) -> list[Row]:
    """Give the slices as ordered in the report, worst first, with strips."""
    axis = spanning(_ends((each["micro_f1"], each["interval"]) for each in report["slices"]["slices"]), among=_BEST)
    return [
        {**each, "strip": strip(axis, (each["micro_f1"], each["interval"], "open" if each["is_small"] else "model"))}
        for each in report["slices"]["slices"]
    ]


def robustness(report: Report) -> dict[str, Any] | None:
    """Give the edits with the share of decisions that stay, drawn on one axis, their kinds, and the contrast pairs."""
    found = report["robustness"]
    if not found:
        return None
    target = found["target"]
    axis = spanning(_ends((each["invariance"], each["interval"]) for each in found["edits"]), among=(target, *_BEST))
    edits = [
        {
            **each,
            "name": each["name"].replace("_", " "),
            "is_below": each["kind"] == "encoding" and each["invariance"] is not None and each["invariance"] < target,
            "strip": strip(axis, (each["invariance"], each["interval"], "model")),
        }
        for each in found["edits"]
    ]
    return {**found, "edits": edits, "axis": axis, "pairs": _pairs(found["pairs"])}


def _pairs(found: Mapping[str, Any] | None) -> list[Row]:
    if not found:
        return []
    parts = {"all pairs": found["all"], **found["kinds"]}
    axis = Axis()
    return [
        {
            **each,
            "name": name.replace("_", " "),
            "strip": strip(axis, (each["both_right"], each["both_right_interval"], "model")),
        }
        for name, each in parts.items()
    ]


def mistakes(report: Report, rows: Rows) -> list[Row]:
    """Give each domain's shown mistakes and how many there are in all."""
    shown = rows.get("mistakes", ())
    return [
        {
            "id": name,
            **counts,
            "has_any": any(counts.values()),
            "shown": {
                kind: [row for row in shown if row["label"] == name and row["mistake"] == kind]
                for kind in ("false alarm", "miss")
            },
        }
        for name, counts in report["mistakes"].items()
    ]


def settings(report: Report) -> Iterator[tuple[str, str]]:
    """Give the settings in words, one each; lists with commas between."""
    for key, value in report["settings"].items():
        if value is None:
            yield key, "not set"
        elif isinstance(value, bool):
            yield key, "yes" if value else "no"
        else:
            yield key, ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
