import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from pipeline.evaluation.mistakes import best_other, confusion, dropped_rows, surest_mistakes

from .scored_samples import IDS, make_scored


def test_the_surest_mistakes_worked_by_hand() -> None:
    gold = [[0, 1, 0], [0, 0, 0], [1, 0, 0], [1, 0, 1], [1, 1, 0]]
    applies = [[1, 0, 0], [1, 0, 0], [0, 0, 0], [0, 0, 1], [1, 1, 0]]
    probabilities = np.array([[0.7, 0.2, 0], [0.9, 0.1, 0], [0.3, 0, 0], [0.05, 0, 0.8], [0.99, 0.95, 0]])

    found = surest_mistakes(make_scored(gold, applies, probabilities), 5, {"energy": 0.6, "diplomacy": 0.4})

    energy = found["energy"]
    assert (energy["false_alarm_count"], energy["miss_count"]) == (2, 2)
    assert [each["row"] for each in energy["false_alarms"]] == [1, 0]
    assert [each["distance"] for each in energy["false_alarms"]] == pytest.approx([0.3, 0.1])
    assert [each["row"] for each in energy["misses"]] == [3, 2]
    assert [each["distance"] for each in energy["misses"]] == pytest.approx([0.55, 0.3])
    assert found["finance"]["misses"] == [
        {
            "row": 0,
            "id": "r0",
            "text": "text 0",
            "gold": ["finance"],
            "predicted": ["energy"],
            "probability": 0.2,
            "distance": pytest.approx(0.3),
            "is_dropped": False,
        }
    ]
    assert found["diplomacy"]["false_alarms"] == found["diplomacy"]["misses"] == []


def test_no_more_mistakes_than_asked_for_but_all_are_counted() -> None:
    scored = make_scored(np.zeros((9, 1)), np.ones((9, 1)), np.linspace(0.5, 0.9, 9)[:, None])

    found = surest_mistakes(scored, 2)["energy"]

    assert found["false_alarm_count"] == 9
    assert [each["row"] for each in found["false_alarms"]] == [8, 7]


def test_predicted_labels_come_most_probable_first() -> None:
    found = surest_mistakes(make_scored([[0, 0, 1]], [[1, 1, 1]], np.array([[0.6, 0.9, 0.7]])), 1)

    assert found["energy"]["false_alarms"][0]["predicted"] == ["finance", "diplomacy", "energy"]


def test_without_probabilities_mistakes_come_in_the_order_of_the_rows() -> None:
    found = surest_mistakes(make_scored([[0], [0], [0]], [[1], [0], [1]]), 5)["energy"]["false_alarms"]

    assert [(each["row"], each["probability"], each["distance"]) for each in found] == [
        (0, None, None),
        (2, None, None),
    ]


def test_rows_that_no_model_saw_come_last_and_without_a_probability() -> None:
    scored = make_scored([[1], [1]], [[0], [0]], np.array([[0.0], [0.3]]), margins=[np.inf, 0.8])

    seen, dropped = surest_mistakes(scored, 5)["energy"]["misses"]

    assert dropped_rows(scored).tolist() == [True, False]
    assert (seen["row"], seen["is_dropped"], seen["probability"]) == (1, False, 0.3)
    assert (dropped["row"], dropped["is_dropped"], dropped["probability"], dropped["distance"]) == (0, True, None, None)


def test_with_one_label_per_row_the_distance_is_to_the_best_other_label() -> None:
    probabilities = np.array([[0.1, 0.6, 0.3], [0.2, 0.3, 0.5]])
    scored = make_scored([[1, 0, 0], [0, 1, 0]], [[0, 1, 0], [0, 0, 1]], probabilities, is_single=True)

    found = surest_mistakes(scored, 1)

    assert best_other(probabilities).tolist() == [[0.6, 0.3, 0.6], [0.5, 0.5, 0.3]]
    assert found["energy"]["misses"][0]["distance"] == pytest.approx(0.5)
    assert found["finance"]["misses"][0]["distance"] == pytest.approx(0.2)
    assert found["finance"]["false_alarms"][0]["distance"] == pytest.approx(0.3)


def test_the_best_other_of_equal_labels_is_as_probable() -> None:
    assert best_other(np.array([[0.4, 0.4, 0.2]])).tolist() == [[0.4, 0.4, 0.4]]


def test_confusion_worked_by_hand() -> None:
    gold = [[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0], [1, 0, 0]]
    applies = [[0, 1, 1], [0, 1, 0], [0, 1, 1], [0, 0, 0], [1, 1, 0], [1, 0, 0]]

    found = confusion(make_scored(gold, applies))

    assert found["labels"] == [*IDS, "none"]
    # row by row: energy shared out among two; energy lost; diplomacy added; none; two added to none; a hit
    assert found["matrix"] == [[1, 0.5, 0.5, 1], [0, 2, 0, 0], [0, 0, 0, 0], [0.5, 0.5, 1, 1]]
    assert found["added"] == 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_row_sums_are_gold_counts_and_the_diagonal_the_hits(seed: int) -> None:
    random = np.random.default_rng(seed)
    gold, applies = random.random((50, 3)) < 0.3, random.random((50, 3)) < 0.3

    found = confusion(make_scored(gold, applies))

    matrix = np.array(found["matrix"])
    assert matrix[:3].sum(axis=1) == pytest.approx(gold.sum(axis=0))
    assert matrix[3].sum() == pytest.approx((~gold.any(axis=1)).sum() + found["added"])
    assert np.diag(matrix)[:3].tolist() == (gold & applies).sum(axis=0).tolist()
    order = random.permutation(50)
    assert np.array(confusion(make_scored(gold[order], applies[order]))["matrix"]) == pytest.approx(matrix)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_with_one_label_per_row_it_is_the_ordinary_confusion_matrix(seed: int) -> None:
    random = np.random.default_rng(seed)
    truth, guess = random.integers(0, 3, 40), random.integers(0, 4, 40)
    applies = np.eye(4)[guess][:, :3]  # the fourth is a row that a prepare stage dropped

    found = confusion(make_scored(np.eye(3)[truth], applies, is_single=True))

    assert found["matrix"] == confusion_matrix(truth, guess, labels=range(4)).tolist()
    assert found["added"] == 0
