from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipeline.decision import Decision, Platt, combine_windows, log_odds, sigmoid
from pipeline.taxonomy import Domain, Taxonomy


def _decision(labels_per_paragraph: str = "any", **settings: Any) -> Decision:
    domains = [Domain(id=name, arabic=name, english=name) for name in ("energy", "finance")]
    taxonomy = Taxonomy.model_validate(
        {"name": "t", "labels_per_paragraph": labels_per_paragraph, "domains": [d.model_dump() for d in domains]}
    )
    return Decision.model_validate({"taxonomy": taxonomy, "prepare": (), **settings})


def test_a_label_applies_from_its_own_threshold_on() -> None:
    decision = _decision(thresholds={"energy": 0.3})

    applies = decision.applies(np.array([[0.3, 0.49], [0.29, 0.5]]))

    assert applies.tolist() == [[True, False], [False, True]]


def test_calibration_is_scale_and_bias_on_the_logit() -> None:
    decision = _decision(calibration={"energy": Platt(scale=2.0, bias=-1.0)})

    probabilities = decision.probabilities(np.array([[1.0, 1.0]]), np.array([1]))

    assert probabilities[0] == pytest.approx([1 / (1 + np.exp(-1.0)), 1 / (1 + np.exp(-1.0))])


def test_a_domain_that_one_window_speaks_of_applies_to_the_whole_paragraph() -> None:
    logits = np.array([[-3.0, -2.0], [4.0, -1.0], [0.5, 0.0]])

    largest = _decision().probabilities(logits, np.array([2, 1]))
    mean = _decision(combine="mean").probabilities(logits, np.array([2, 1]))

    assert largest == pytest.approx(sigmoid(np.array([[4.0, -1.0], [0.5, 0.0]])))
    assert mean[0] == pytest.approx(sigmoid(logits[:2]).mean(axis=0))


def test_windows_are_combined_by_their_largest_or_their_mean_and_stay_as_they_were() -> None:
    values, windows = np.array([[1.0], [3.0], [5.0]]), np.array([2, 1])

    assert combine_windows(values, windows, "max").tolist() == [[3.0], [5.0]]
    assert combine_windows(values, windows, "mean").tolist() == [[2.0], [5.0]]
    assert values.tolist() == [[1.0], [3.0], [5.0]]


@pytest.mark.parametrize("combine", ["max", "mean"])
def test_probabilities_of_one_label_per_paragraph_sum_to_one(combine: str) -> None:
    decision = _decision("one", combine=combine)

    probabilities = decision.probabilities(np.array([[900.0, 0.0], [0.0, 1.0], [2.0, 1.0]]), np.array([1, 2]))

    assert probabilities.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert decision.applies(probabilities).sum(axis=1).tolist() == [1, 1]


def test_the_margin_is_small_where_a_probability_is_near_its_threshold() -> None:
    decision = _decision(thresholds={"energy": 0.3, "finance": 0.5})

    near, far = decision.margins(np.array([[0.31, 0.01], [0.9, 0.01]]))

    assert near < 0.1
    assert far > 1


@given(st.floats(-700, 700))
def test_log_odds_undo_the_sigmoid_within_the_bounds_of_floats(logit: float) -> None:
    probability = sigmoid(np.array([logit]))

    assert 0 <= probability[0] <= 1
    assert log_odds(probability)[0] == pytest.approx(np.clip(logit, -20.7, 20.7), abs=0.05)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"thresholds": {"sport": 0.5}}, "thresholds: not in the taxonomy: sport"),
        ({"thresholds": {"energy": 1.5}}, "less than or equal to 1"),
        ({"calibration": {"energy": {"scale": -1}}}, "greater than 0"),
        ({"max_tokens": 64, "overlap": 40}, "more than half"),
    ],
)
def test_a_decision_that_cannot_be_right_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        _decision(**settings)
