from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.decision import BoolArray, FloatArray
from pipeline.evaluation.edits import EDITS, Edit
from pipeline.evaluation.robustness import EditReport, measure_edits, summarize_kinds

IDS = ("energy", "finance")
TEXTS = ("a", "b", "ab", "")
GOLD = np.array([[1, 0], [0, 1], [1, 1], [0, 0]], dtype=bool)


class Reader:
    """Finds energy where an "a" stands and finance where a "b" stands; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> tuple[BoolArray, FloatArray]:
        self.asked.append(list(texts))
        found = np.array([["a" in text, "b" in text] for text in texts]).reshape(-1, 2)
        return found, np.where(found, 0.9, 0.2)


def _edit(name: str, before: str, after: str) -> Edit:
    return Edit(name, "spelling", f"{after} for {before}", lambda text, _: text.replace(before, after))


def test_an_edit_worked_by_hand() -> None:
    (report,) = measure_edits(TEXTS, GOLD, IDS, Reader(), [_edit("lost", "a", "x")])

    # "a" and "ab" change; both lose energy. Before: all right. After: hits 1, gold 3, claims 1.
    assert report["rows"] == 4
    assert report["changed"] == 2
    assert (report["unchanged_decisions"], report["invariance"]) == (0, 0.0)
    assert report["interval"] == pytest.approx((0.0, 0.657620), abs=1e-6)  # z²/(n + z²) with n = 2
    assert report["micro_f1"] == (1.0, 2 * 1 / (3 + 1))
    assert report["macro_f1"] == (1.0, (0 + 1) / 2)
    assert report["micro_f1_drop"] == report["macro_f1_drop"] == pytest.approx(0.5)
    assert report["largest_change"] == report["mean_change"] == pytest.approx(0.7)
    assert report["tipped"] == [0, 2]


def test_probabilities_may_move_where_decisions_stay() -> None:
    def predict(texts: Sequence[str]) -> tuple[BoolArray, FloatArray]:
        scores = np.array([[0.9, 0.1 + 0.1 * text.count("x")] for text in texts])
        return scores >= 0.5, scores

    texts = ["a", "aa", "b"]
    gold = np.array([[1, 0]] * 3, dtype=bool)
    (report,) = measure_edits(texts, gold, IDS, predict, [_edit("more", "a", "x")])

    assert report["invariance"] == 1.0
    assert report["largest_change"] == pytest.approx(0.2)
    assert report["mean_change"] == pytest.approx(0.15)
    assert report["macro_f1_drop"] == 0.0
    assert report["tipped"] == []


def test_a_classifier_is_asked_once_for_all_and_once_for_each_edit_that_changes_something() -> None:
    reader = Reader()
    edits = [_edit("first", "a", "x"), _edit("nothing", "z", "x"), _edit("second", "b", "ab")]
    reports = list(measure_edits(TEXTS, GOLD, IDS, reader, edits))

    assert reader.asked == [list(TEXTS), ["x", "xb"], ["ab", "aab"]]
    assert [report["tipped"] for report in reports] == [[0, 2], [], [1]]


def test_what_no_row_shows_is_undefined() -> None:
    (report,) = measure_edits(TEXTS, GOLD, IDS, Reader(), [_edit("nothing", "z", "x")])

    known = {"name", "kind", "description", "rows", "changed"}
    assert report["changed"] == 0
    assert {name for name, value in report.items() if value not in (None, (None, None), [])} == known

    (empty,) = measure_edits(["c"], GOLD[3:], IDS, Reader(), [_edit("none", "c", "x")])
    assert empty["invariance"] == 1.0
    assert empty["micro_f1"] == empty["macro_f1"] == (None, None)
    assert empty["micro_f1_drop"] is None


def test_one_label_per_paragraph_works_alike() -> None:
    def predict(texts: Sequence[str]) -> tuple[BoolArray, FloatArray]:
        scores = np.array([[0.8, 0.2] if "a" in text else [0.3, 0.7] for text in texts])
        return scores == scores.max(axis=1, keepdims=True), scores

    gold = np.array([[1, 0], [0, 1]], dtype=bool)
    (report,) = measure_edits(["a", "b"], gold, IDS, predict, [_edit("swap", "a", "b")])

    assert (report["changed"], report["invariance"]) == (1, 0.0)
    assert report["micro_f1"] == (1.0, 0.0)
    assert report["largest_change"] == pytest.approx(0.5)


def test_the_same_seed_gives_the_same_reports() -> None:
    texts = ["التعاون في مجال الغاز الطبيعي", "قمة في الرياض"]
    asked = []
    for seed in (0, 0, 1):
        reader = Reader()
        list(measure_edits(texts, GOLD[:2], IDS, reader, EDITS, seed))
        asked.append(reader.asked)

    assert asked[0] == asked[1] != asked[2]


def test_misfits_are_refused() -> None:
    with pytest.raises(ValueError, match="same shape"):
        list(measure_edits(TEXTS, GOLD[:3], IDS, Reader(), []))
    with pytest.raises(ValueError, match="at least one row"):
        list(measure_edits([], GOLD[:0], IDS, Reader(), []))


def test_edits_are_pooled_by_kind() -> None:
    reports = list(
        measure_edits(
            TEXTS, GOLD, IDS, Reader(), [_edit("lost", "a", "x"), _edit("kept", "b", "bb"), _edit("nothing", "z", "x")]
        )
    )
    nothing: EditReport = {**reports[2], "kind": "context"}

    assert summarize_kinds([*reports, nothing]) == [
        {
            "kind": "spelling",
            "edits": 2,
            "changed": 4,
            "invariance": 0.5,
            "worst": "lost",
            "worst_invariance": 0.0,
        },
        {"kind": "context", "edits": 0, "changed": 0, "invariance": None, "worst": None, "worst_invariance": None},
    ]
    assert summarize_kinds([]) == []
