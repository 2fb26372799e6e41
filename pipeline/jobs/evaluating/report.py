"""The numbers of an evaluation, question by question, and the rows behind them."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from pipeline.bootstrap import Resampling, intervals
from pipeline.calibration import review_yield
from pipeline.config import EvaluateConfig
from pipeline.evaluation.agreement import measure_agreement
from pipeline.evaluation.comparison import compare, verdict
from pipeline.evaluation.contrast import ContrastPair, measure_pairs
from pipeline.evaluation.curves import precision_recall, reliability_curves, review_queue, risk_coverage
from pipeline.evaluation.label_errors import suspect_labels
from pipeline.evaluation.mistakes import LabelMistakes, confusion, surest_mistakes
from pipeline.evaluation.robustness import INVARIANCE_TARGET, measure_edits, summarize_kinds
from pipeline.evaluation.scored import Scored
from pipeline.evaluation.slices import measure_slices, row_fields
from pipeline.jobs.evaluating.scoring import as_predict, first_labels
from pipeline.kinds import Classifier
from pipeline.metrics import measure, primary_accuracy

_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")

_LONGEST_NAME = 40
"""Characters that a slice's name may have: longer values are titles, notes or addresses, and slice nothing."""


def measure_all(
    scored: Scored,
    other: Scored | None,
    pairs: list[ContrastPair] | None,
    classifier: Classifier,
    config: EvaluateConfig,
) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Answer all questions that a referee would ask.

    Args:
        scored: What the classifier says of the gold rows.
        other: What another one says of them.
        pairs: Contrast pairs to measure robustness with, possibly none of them; `None`: robustness is not asked for.
        classifier: For its thresholds, and to label edited texts with.
        config: How much to measure.

    Returns:
        Numbers for `report.json`, and the rows behind them, with texts, by what they are.
    """
    resampling = Resampling(scored.groups, config.resamples)
    mistakes = surest_mistakes(scored, config.mistakes, classifier.decision.thresholds)
    suspicions = suspect_labels(scored)
    gold_first = [row.labels[0] if row.labels else None for row in scored.rows]
    annotators = max(len(row.codings) for row in scored.rows)
    codings = [(*row.codings, *[None] * (annotators - len(row.codings))) for row in scored.rows]
    numbers: dict[str, Any] = {
        "metrics": {
            **measure(scored.gold, scored.applies, scored.probabilities, scored.ids),
            "primary_accuracy": primary_accuracy(gold_first, first_labels(scored)),
        },
        "intervals": intervals(scored.gold, scored.applies, scored.probabilities, scored.ids, resampling),
        "review": review_yield(scored.applies, scored.gold, scored.flagged),
        "calibration": {
            "reliability": reliability_curves(scored),
            "risk_coverage": risk_coverage(scored),
            "review_queue": review_queue(scored),
        },
        "precision_recall": precision_recall(scored),
        "slices": measure_slices(scored, {**_carried(scored, config), **row_fields(scored)}, resampling),
        "confusion": confusion(scored),
        "mistakes": {
            name: {"false_alarms": each["false_alarm_count"], "misses": each["miss_count"]}
            for name, each in mistakes.items()
        },
        "suspected_labels": len(suspicions),
        "comparison": _compared(scored, other, config) if other else None,
        "agreement": asdict(measure_agreement(codings, scored.ids)) if annotators else None,
        "robustness": None if pairs is None else _robustness(scored, pairs, classifier),
    }
    suspected = [
        {**each, "text": scored.rows[each["row"]].text, "labels": list(scored.rows[each["row"]].labels)}
        for each in suspicions
    ]
    return numbers, {"mistakes": list(_flat(mistakes)), "suspected_labels": suspected}


def _compared(scored: Scored, other: Scored, config: EvaluateConfig) -> dict[str, Any]:
    comparison = compare(scored, other, resamples=config.resamples)
    return {**asdict(comparison), "verdict": verdict(comparison)}


def _robustness(scored: Scored, pairs: list[ContrastPair], classifier: Classifier) -> dict[str, Any]:
    predict = as_predict(classifier)
    edits = list(measure_edits([row.text for row in scored.rows], scored.gold, scored.ids, predict))
    return {
        "target": INVARIANCE_TARGET,
        "edits": edits,
        "kinds": summarize_kinds(edits),
        "pairs": measure_pairs(pairs, scored.ids, predict) if pairs else None,
    }


def _carried(scored: Scored, config: EvaluateConfig) -> dict[str, list[str | None]]:
    """Give the fields that rows carry as slices: the source, the year of a date, any other short value."""
    fields: dict[str, list[str | None]] = {"source": [row.source for row in scored.rows]}
    for name in dict.fromkeys(name for row in scored.rows for name in row.carried):
        values = [row.carried.get(name) for row in scored.rows]
        if name == "date":
            fields["year"] = [_year(value) for value in values]
        elif config.texts and max(len(value or "") for value in values) <= _LONGEST_NAME:
            fields[name] = values
    return fields


def _year(date: str | None) -> str | None:
    found = _YEAR.search(date or "")
    return found[0] if found else None


def _flat(mistakes: dict[str, LabelMistakes]) -> Iterator[dict[str, Any]]:
    for name, each in mistakes.items():
        yield from ({"label": name, "mistake": "false alarm", **row} for row in each["false_alarms"])
        yield from ({"label": name, "mistake": "miss", **row} for row in each["misses"])
