"""Reports of made-up rows, measured with the pipeline's own functions, for the tests of the page."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from pipeline.bootstrap import Resampling, intervals
from pipeline.calibration import review_yield
from pipeline.decision import BoolArray, FloatArray
from pipeline.evaluation.agreement import measure_agreement
from pipeline.evaluation.comparison import compare, verdict
from pipeline.evaluation.contrast import ContrastPair, measure_pairs
from pipeline.evaluation.curves import precision_recall, reliability_curves, review_queue, risk_coverage
from pipeline.evaluation.label_errors import suspect_labels
from pipeline.evaluation.learning_curve import CurvePoint, fit_trends
from pipeline.evaluation.mistakes import confusion, surest_mistakes
from pipeline.evaluation.robustness import INVARIANCE_TARGET, measure_edits, summarize_kinds
from pipeline.evaluation.scored import Scored
from pipeline.evaluation.slices import measure_slices, row_fields
from pipeline.metrics import measure, primary_accuracy
from pipeline.records import LabelledParagraph
from pipeline.taxonomy import Domain, Taxonomy

HOSTILE = "<script>alert('نص')</script> \u202eمقلوب & \"قول\" </p><b>جريء"
"""A text that would break a page that took it as it is."""

Rows = dict[str, list[dict[str, Any]]]

DOMAINS = (
    Domain(id="energy", arabic="الطاقة", english="Energy"),
    Domain(id="finance", arabic="المال", english="Finance & banking"),
    Domain(id="diplomacy", arabic="السياسة", english="Diplomacy"),
)


def make_scored(rows: int = 60, *, is_single: bool = False, seed: int = 0) -> Scored:
    """Make rows whose labels are mostly right, predicted by seed; the second row's gold labels are wrong.

    The first text is hostile; two rows share an article.
    """
    random = np.random.default_rng(0)
    gold = (
        np.eye(3, dtype=bool)[random.integers(3, size=rows)] if is_single else random.random((rows, 3)) < [0.4, 0.3, 0]
    )
    random = np.random.default_rng(seed)
    scores = np.clip(gold * 0.5 + random.random((rows, 3)) * 0.6, 0, 1)
    scores[1:2] = np.where(gold[1:2], 0.98, 0.02)
    probabilities = scores / scores.sum(axis=1, keepdims=True) if is_single else scores
    applies = np.eye(3, dtype=bool)[scores.argmax(axis=1)] if is_single else scores >= 0.5
    gold[1:2] = np.roll(gold[1:2], 1, axis=1) if is_single else gold[1:2] ^ [True, False, False]
    return Scored(
        taxonomy=Taxonomy(name="tiny", labels_per_paragraph="one" if is_single else "any", domains=DOMAINS),
        rows=tuple(_row(k, gold[k]) for k in range(rows)),
        groups=np.arange(rows) // 2,
        gold=gold,
        applies=applies,
        probabilities=probabilities,
        margins=np.abs(scores - 0.5).min(axis=1),
        flagged=np.abs(scores - 0.5).min(axis=1) < 0.05,
        model=f"tiny@{seed}",
    )


def _row(number: int, gold: BoolArray) -> LabelledParagraph:
    return LabelledParagraph(
        id=f"news-{number // 2}#p{number % 2}",
        text=HOSTILE if number == 0 else "كلمة " * (number + 1),
        labels=tuple(domain.id for domain, applies in zip(DOMAINS, gold, strict=True) if applies),
        place=f"gold.jsonl:{number + 1}",
        source="وكالة <i>" if number % 3 else "paper",
    )


def without_probabilities(scored: Scored) -> Scored:
    """Take the probabilities away, as predictions from a file may lack them."""
    return replace(scored, probabilities=None, margins=None)


def make_report(scored: Scored, *, other: Scored | None = None, is_full: bool = False) -> tuple[dict[str, Any], Rows]:
    """Measure as `taawun evaluate` does; with `is_full` also agreement, leakage and robustness."""
    resampling = Resampling(scored.groups, 100)
    found = surest_mistakes(scored, 3)
    first = [row.labels[0] if row.labels else None for row in scored.rows]
    suspicions = suspect_labels(scored)
    report = {
        "model": scored.model,
        "version": "0.0",
        "settings": {"gold": ["<gold>.jsonl"], "against": None, "exclude_copies": False, "threads": 1},
        "device": "cpu",
        "precision": "float32",
        "taxonomy": scored.taxonomy.model_dump(mode="json"),
        "gold": [{"file": "<gold>.jsonl", "sha256": "ab" * 32, "rows": len(scored)}],
        "dropped": {"drop_boilerplate: too short": 2},
        "leakage": {"trained_on": 10, "exact": 1, "near": 0, "excluded": False} if is_full else None,
        "metrics": {
            **measure(scored.gold, scored.applies, scored.probabilities, scored.ids),
            "primary_accuracy": primary_accuracy(first, first),
        },
        "intervals": intervals(scored.gold, scored.applies, scored.probabilities, scored.ids, resampling),
        "review": review_yield(scored.applies, scored.gold, scored.flagged),
        "calibration": {
            "reliability": reliability_curves(scored),
            "risk_coverage": risk_coverage(scored),
            "review_queue": review_queue(scored),
        },
        "precision_recall": precision_recall(scored),
        "slices": measure_slices(
            scored, {**row_fields(scored), "source": [row.source for row in scored.rows]}, resampling
        ),
        "confusion": confusion(scored),
        "mistakes": {
            name: {"false_alarms": each["false_alarm_count"], "misses": each["miss_count"]}
            for name, each in found.items()
        },
        "suspected_labels": len(suspicions),
        "comparison": None,
        "agreement": asdict(measure_agreement(_codings(scored), scored.ids)) if is_full else None,
        "robustness": _robustness(scored) if is_full else None,
        "learning_curve": make_curve() if is_full else None,
    }
    if other:
        comparison = compare(scored, other, resamples=100, exchanges=100)
        report["comparison"] = {**asdict(comparison), "verdict": verdict(comparison)}
    mistakes: list[dict[str, Any]] = [
        {"label": name, "mistake": kind, **row}
        for name, each in found.items()
        for kind, rows in (("false alarm", each["false_alarms"]), ("miss", each["misses"]))
        for row in rows
    ]
    suspected: list[dict[str, Any]] = [
        {**each, "text": scored.rows[each["row"]].text, "labels": list(scored.rows[each["row"]].labels)}
        for each in suspicions
    ]
    copies = [{"id": "news-0#p0", "kind": "exact", "similarity": 1.0, "training_row": 3, "text": HOSTILE}]
    return report, {"mistakes": mistakes, "suspected_labels": suspected, "copies": copies if is_full else []}


def make_curve(points: Sequence[CurvePoint] | None = None) -> dict[str, Any]:
    """Fit the trend of these trainings; of made-up ones near .9 - 4 / sqrt(rows) and .95 - 4 / sqrt(rows) without."""
    shares = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
    points = points or [
        CurvePoint(
            share=share,
            draw=None if share == 1 else draw,
            rows=int(share * 3200) + (draw if share < 1 else 0),
            macro_f1=0.9 - 4 / (share * 3200) ** 0.5 + (draw - 1) * 0.03 / (share * 16) ** 0.5 * (share < 1),
            mean_average_precision=0.95 - 4 / (share * 3200) ** 0.5 + (1 - draw) * 0.04 / (share * 16) ** 0.5,
        )
        for share in shares
        for draw in ((1,) if share == 1 else range(3))
    ]
    return {
        "kind": "linear",
        "files": [{"file": "<train>.jsonl", "sha256": "cd" * 32, "rows": 3200}],
        "copies": 0,
        "shares": [share for share in shares if any(point["share"] == share for point in points)],
        "points": list(points),
        "fits": fit_trends(points, 100),
    }


def _codings(scored: Scored) -> list[tuple[frozenset[str], frozenset[str]]]:
    own = [frozenset(row.labels) for row in scored.rows]
    return [(labels, labels if k % 4 else frozenset({"energy"})) for k, labels in enumerate(own)]


def _robustness(scored: Scored) -> dict[str, Any]:
    def predict(texts: Sequence[str]) -> tuple[BoolArray, FloatArray]:
        lengths = np.array([[len(text) % number for number in (2, 3, 5)] for text in texts])
        return lengths == 0, np.where(lengths == 0, 0.9, 0.1)

    pair = ContrastPair(
        id="a", kind="swap_word", text="نفط", labels=("energy",), changed="مال", changed_labels=("finance",)
    )
    edits = list(measure_edits([row.text for row in scored.rows], scored.gold, scored.ids, predict))
    return {
        "target": INVARIANCE_TARGET,
        "edits": edits,
        "kinds": summarize_kinds(edits),
        "pairs": measure_pairs([pair], scored.ids, predict),
    }
