import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    f1_score,
    hamming_loss,
    precision_score,
    recall_score,
)

from pipeline.metrics import expected_calibration_error, measure, primary_accuracy

IDS = ("energy", "finance", "diplomacy")


def _draw(seed: int, rows: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    gold = random.random((rows, 3)) < (0.4, 0.2, 0.3)
    gold[:3] = np.eye(3, dtype=bool)
    probabilities = np.round(np.clip(gold * 0.3 + random.random((rows, 3)) * 0.7, 0, 1), 2)
    return gold, probabilities >= 0.5, probabilities


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_every_number_agrees_with_scikit_learn(seed: int) -> None:
    gold, predicted, probabilities = _draw(seed)

    measured = measure(gold, predicted, probabilities, IDS)

    for average in ("macro", "micro", "weighted"):
        assert measured[f"{average}_f1"] == pytest.approx(f1_score(gold, predicted, average=average), abs=1e-12)
    assert measured["samples_f1"] == pytest.approx(
        f1_score(gold, predicted, average="samples", zero_division=1), abs=1e-12
    )
    assert measured["mean_average_precision"] == pytest.approx(average_precision_score(gold, probabilities), abs=1e-12)
    assert measured["hamming_loss"] == pytest.approx(hamming_loss(gold, predicted))
    assert measured["exact_match"] == pytest.approx(accuracy_score(gold, predicted))
    assert measured["none_f1"] == pytest.approx(f1_score(~gold.any(axis=1), ~predicted.any(axis=1)))
    for k, name in enumerate(IDS):
        domain = measured["domains"][name]
        assert domain["precision"] == pytest.approx(precision_score(gold[:, k], predicted[:, k]))
        assert domain["recall"] == pytest.approx(recall_score(gold[:, k], predicted[:, k]))
        assert domain["brier"] == pytest.approx(brier_score_loss(gold[:, k], probabilities[:, k]))


def test_a_case_worked_by_hand() -> None:
    gold = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0], [0, 0, 1]], dtype=bool)
    predicted = np.array([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 0]], dtype=bool)

    measured = measure(gold, predicted, None, IDS)

    domains = measured["domains"]
    assert [domains[name]["f1"] for name in IDS] == pytest.approx([2 / 3, 2 / 3, 0])
    assert domains["diplomacy"] == {
        "support": 1,
        "predicted": 0,
        "precision": None,
        "recall": 0.0,
        "f1": 0.0,
        "average_precision": None,
        "ece": None,
        "brier": None,
    }
    assert measured["macro_f1"] == pytest.approx(4 / 9)
    assert measured["micro_f1"] == pytest.approx(2 * 2 / (4 + 3))
    assert measured["weighted_f1"] == pytest.approx((2 * 2 / 3 + 2 / 3) / 4)
    assert measured["samples_f1"] == pytest.approx((1 + 2 / 3 + 0 + 0) / 4)
    assert measured["exact_match"] == 0.25
    assert measured["hamming_loss"] == pytest.approx(3 / 12)
    assert measured["none_f1"] == 0.0
    assert measured["mean_average_precision"] is None


def test_a_domain_without_gold_rows_is_undefined_and_enters_no_average() -> None:
    gold = np.array([[1, 0, 0], [1, 1, 0]], dtype=bool)
    predicted = np.array([[1, 0, 1], [1, 1, 0]], dtype=bool)

    measured = measure(gold, predicted, predicted.astype(float), IDS)

    undefined = measured["domains"]["diplomacy"]
    assert (undefined["recall"], undefined["f1"], undefined["average_precision"]) == (None, None, None)
    assert undefined["precision"] == 0.0
    assert measured["macro_f1"] == measured["mean_average_precision"] == 1.0
    assert measured["domains_measured"] == 2
    assert measured["micro_f1"] == pytest.approx(6 / 7)


def test_where_nothing_is_none_its_f1_is_undefined() -> None:
    gold = np.eye(3, dtype=bool)

    assert measure(gold, gold, None, IDS)["none_f1"] is None
    assert measure(gold, np.zeros_like(gold), None, IDS)["none_f1"] is None


def test_primary_accuracy_counts_only_rows_that_have_a_gold_label() -> None:
    gold = ["energy", "finance", None, "energy"]

    assert primary_accuracy(gold, ["energy", "energy", "finance", None]) == pytest.approx(1 / 3)
    assert primary_accuracy(gold, ["energy", "finance", None, "energy"]) == 1.0
    assert primary_accuracy([None, None], ["energy", None]) is None
    assert primary_accuracy([], []) is None
    with pytest.raises(ValueError, match="shorter"):
        primary_accuracy(gold, ["energy"])


def test_the_exact_match_of_a_single_label_task_is_its_accuracy() -> None:
    gold, predicted = np.eye(3, dtype=bool)[[0, 1, 2, 2]], np.eye(3, dtype=bool)[[0, 2, 2, 2]]

    measured = measure(gold, predicted, None, IDS)

    assert measured["exact_match"] == measured["micro_f1"] == 0.75


def test_calibration_error_is_the_gap_between_probability_and_frequency() -> None:
    gold = np.array([True, False, False, False, True])
    probabilities = np.array([0.55, 0.55, 0.55, 0.55, 1.0])

    assert expected_calibration_error(gold, probabilities, bins=10) == pytest.approx((4 * 0.3 + 0) / 5)


def test_arrays_that_do_not_fit_together_are_refused() -> None:
    gold = np.zeros((2, 3), dtype=bool)

    with pytest.raises(ValueError, match="same shape"):
        measure(gold, gold[:1], None, IDS)
    with pytest.raises(ValueError, match="same shape"):
        measure(gold, gold, None, IDS[:2])
    with pytest.raises(ValueError, match="at least one row"):
        measure(gold[:0], gold[:0], None, IDS)
