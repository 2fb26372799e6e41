import numpy as np
import pytest

from pipeline.calibration import (
    CalibrationSettings,
    cross_fitted,
    fit_decision,
    fit_platt,
    fit_temperature,
    fit_thresholds,
    review_yield,
)
from pipeline.decision import Decision, combine_windows, log_odds, sigmoid
from pipeline.metrics import expected_calibration_error
from pipeline.taxonomy import Taxonomy

RATES = np.array([0.4, 0.2, 0.02])


def _decision(labels_per_paragraph: str = "any", combine: str = "max") -> Decision:
    domains = [{"id": name, "arabic": name, "english": name} for name in ("energy", "finance", "diplomacy")]
    taxonomy = Taxonomy.model_validate({"name": "t", "labels_per_paragraph": labels_per_paragraph, "domains": domains})
    return Decision.model_validate({"taxonomy": taxonomy, "prepare": (), "combine": combine})


def _draw(rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are twice too large and 1 too high, and gold labels."""
    random = np.random.default_rng(seed)
    right = random.normal(log_odds(RATES), 2.0, (rows, 3))
    return 2 * right + 1, random.random((rows, 3)) < sigmoid(right)


def test_platt_finds_the_scale_and_bias_of_logits_that_were_distorted() -> None:
    logits, gold = _draw(20_000)

    for platt in fit_platt(logits, gold)[:2]:
        assert platt.scale == pytest.approx(0.5, abs=0.03)
        assert platt.bias == pytest.approx(-0.5, abs=0.1)


def test_calibration_lowers_the_calibration_error_on_other_rows() -> None:
    fitted = fit_decision(_decision(), *_draw(2000), CalibrationSettings())
    logits, gold = _draw(4000, seed=1)

    probabilities = fitted.probabilities(logits, np.ones(len(logits), dtype=np.int64))

    for k in range(3):
        before = expected_calibration_error(gold[:, k], sigmoid(logits[:, k]))
        assert expected_calibration_error(gold[:, k], probabilities[:, k]) < before / 2


def test_a_rare_domain_is_drawn_toward_what_the_others_share() -> None:
    logits, gold = _draw(400)
    gold[:, 2] = False
    gold[np.argsort(logits[:, 2])[:2], 2] = True  # two rows, and those with the lowest logits

    common, _, rare = fit_platt(logits, gold)

    assert rare.scale == pytest.approx(common.scale, rel=0.6)


def test_a_domain_without_rows_gets_the_shared_threshold() -> None:
    logits, gold = _draw(500)
    gold[:, 2] = False

    thresholds = fit_thresholds(sigmoid(logits), gold, strength=40)

    shared = fit_thresholds(sigmoid(logits), gold, strength=1e12)
    assert thresholds[2] == pytest.approx(shared[2])
    assert np.ptp(shared) < 1e-6
    assert fit_thresholds(sigmoid(logits), gold, strength=0)[2] == pytest.approx(shared[2])


def test_logits_that_tell_nothing_get_a_scale_that_can_be_stored() -> None:
    random = np.random.default_rng(0)

    fitted = fit_platt(random.normal(0, 3e5, (300, 2)), random.random((300, 2)) < 0.3)

    assert all(0 < each.scale < 0.01 for each in fitted)


def test_thresholds_of_common_domains_reach_nearly_the_best_f1_on_other_rows() -> None:
    thresholds = fit_thresholds(sigmoid(_draw(4000)[0]), _draw(4000)[1], strength=40)
    logits, gold = _draw(4000, seed=1)
    scores = sigmoid(logits[:, 0])

    def f1(threshold: float) -> float:
        predicted = scores >= threshold
        return float(2 * (predicted & gold[:, 0]).sum() / (predicted.sum() + gold[:, 0].sum()))

    assert f1(thresholds[0]) > max(map(f1, np.linspace(0.05, 0.95, 91))) - 0.01


def test_about_a_fifth_is_flagged_for_review_and_holds_more_than_its_share_of_errors() -> None:
    settings = CalibrationSettings(review_share=0.2)
    logits, gold = _draw(3000)

    folds = np.arange(3000) % 5
    _, applies, flagged = cross_fitted(_decision(), logits, gold, folds, settings)

    found = review_yield(applies, gold, flagged)
    assert found["flagged"] == pytest.approx(0.2, abs=0.03)
    assert (found["errors_caught"] or 0) > 1.2 * (found["flagged"] or 1)


def test_a_row_has_no_part_in_the_rule_that_scores_it() -> None:
    logits, gold = _draw(200)
    folds = np.arange(200) % 4
    before, *_ = cross_fitted(_decision(), logits, gold, folds, CalibrationSettings())
    gold[folds == 0] = ~gold[folds == 0]

    after, *_ = cross_fitted(_decision(), logits, gold, folds, CalibrationSettings())

    assert (after[folds == 0] == before[folds == 0]).all()
    assert (after[folds == 1] != before[folds == 1]).any()


def test_no_error_at_all_leaves_the_yield_undefined() -> None:
    gold = np.eye(3, dtype=bool)

    assert review_yield(gold, gold, np.array([True, False, False]))["errors_caught"] is None


def test_the_largest_calibrated_window_is_the_calibrated_largest_window() -> None:
    decision = fit_decision(_decision(), *_draw(500), CalibrationSettings())
    logits, windows = _draw(6)[0], np.array([1, 3, 2])

    one_each = combine_windows(logits, windows, "max")

    expected = decision.probabilities(logits, windows)
    assert decision.probabilities(one_each, np.ones(3, dtype=np.int64)) == pytest.approx(expected)


def test_a_single_label_task_gets_one_temperature_and_no_thresholds() -> None:
    random = np.random.default_rng(0)
    right = random.normal(0, 2, (5000, 3))
    gold = (right + random.gumbel(size=right.shape)).argmax(axis=1)[:, None] == np.arange(3)

    assert fit_temperature(3 * right, gold) == pytest.approx(1 / 3, abs=0.03)
    fitted = fit_decision(_decision("one"), 3 * right, gold, CalibrationSettings(review_share=0.2))
    assert fitted.thresholds == {}
    assert len({platt.scale for platt in fitted.calibration.values()}) == 1
    probabilities = fitted.probabilities(3 * right, np.ones(5000, dtype=np.int64))
    assert (fitted.margins(probabilities) < fitted.review_margin).mean() == pytest.approx(0.2, abs=0.01)
