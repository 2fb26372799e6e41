import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import precision_recall_curve

from pipeline.evaluation.curves import (
    corners,
    precision_recall,
    reliability_curves,
    review_queue,
    risk_coverage,
    wilson_interval,
)
from pipeline.evaluation.scored import Scored
from pipeline.metrics import measure

from .scored_samples import IDS, make_scored


def _draw(seed: int, rows: int) -> Scored:
    random = np.random.default_rng(seed)
    gold = random.random((rows, 3)) < (0.4, 0.2, 0.3)
    gold[:3] = np.eye(3, dtype=bool)
    probabilities = np.round(np.clip(gold * 0.3 + random.random((rows, 3)) * 0.7, 0, 1), 2)
    margins = np.abs(probabilities - 0.5).min(axis=1)
    margins[5:8] = np.inf
    return make_scored(gold, probabilities >= 0.5, probabilities, margins=margins)


def _shuffled(scored: Scored, seed: int) -> Scored:
    order = np.random.default_rng(seed).permutation(len(scored))
    assert scored.probabilities is not None
    assert scored.margins is not None
    return make_scored(
        scored.gold[order], scored.applies[order], scored.probabilities[order], margins=scored.margins[order]
    )


def test_bins_of_equal_width_hold_what_falls_into_them() -> None:
    gold = [[1], [0], [0], [0], [1]]
    probabilities = np.array([[0.55], [0.55], [0.55], [0.53], [1.0]])

    found = reliability_curves(make_scored(gold, gold, probabilities), "width")

    assert found
    first, second, last = found["labels"]["energy"]["bins"]
    # fifteenths: 0.53 falls into [7/15, 8/15), 0.55 into [8/15, 9/15), 1 into the last
    assert (first["mean_probability"], first["frequency"], first["count"]) == (0.53, 0.0, 1)
    assert second["mean_probability"] == pytest.approx(0.55)
    assert second["frequency"] == pytest.approx(1 / 3)
    assert second["count"] == 3
    assert (last["mean_probability"], last["frequency"], last["count"]) == (1.0, 1.0, 1)
    assert found["pooled"] == found["labels"]["energy"]


def test_bins_of_equal_mass_keep_ties_together() -> None:
    probabilities = np.concatenate([np.zeros(30), np.linspace(0.1, 0.9, 30)])[:, None]
    gold = np.arange(60)[:, None] % 2

    found = reliability_curves(make_scored(gold, gold, probabilities), "mass")

    assert found
    counts = [each["count"] for each in found["pooled"]["bins"]]
    assert counts == [30, 2, *[4] * 7]
    assert found["pooled"]["bins"][0]["mean_probability"] == 0.0


def test_ties_stand_in_the_bin_of_their_middle_rank() -> None:
    # two ranks per bin; the tie has ranks 3 to 6, its middle is that of bin 2
    probabilities = np.concatenate([[0.01, 0.02, 0.03], np.full(4, 0.1), np.linspace(0.2, 0.9, 23)])[:, None]

    found = reliability_curves(make_scored(probabilities > 0.5, probabilities > 0.5, probabilities), "mass")

    assert found
    assert [each["count"] for each in found["pooled"]["bins"]] == [2, 1, 4, 1, *[2] * 11]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["mass", "width"]), st.integers(8, 200))
def test_reliability_accounts_for_every_row_in_any_order(seed: int, binning: str, rows: int) -> None:
    scored = _draw(seed, rows)

    found = reliability_curves(scored, binning)  # type: ignore[arg-type]
    again = reliability_curves(_shuffled(scored, seed), binning)  # type: ignore[arg-type]

    assert found
    assert again
    for curve, other in zip(
        [*found["labels"].values(), found["pooled"]], [*again["labels"].values(), again["pooled"]], strict=True
    ):
        assert [each["count"] for each in curve["bins"]] == [each["count"] for each in other["bins"]]
        means = [each["mean_probability"] for each in curve["bins"]]
        assert means == sorted(means) == pytest.approx([each["mean_probability"] for each in other["bins"]])
        assert all(each["low"] <= each["frequency"] <= each["high"] for each in curve["bins"])
    for k, name in enumerate(IDS):
        bins = found["labels"][name]["bins"]
        assert sum(each["count"] for each in bins) == rows
        assert sum(each["count"] * each["frequency"] for each in bins) == pytest.approx(scored.gold[:, k].sum())


def test_the_calibration_error_is_that_of_the_metrics_and_of_the_drawn_bins() -> None:
    scored = _draw(1, 150)

    found = reliability_curves(scored, "width")

    assert found
    measured = measure(scored.gold, scored.applies, scored.probabilities, IDS)
    for name in IDS:
        curve = found["labels"][name]
        assert curve["ece"] == measured["domains"][name]["ece"]
        gaps = [each["count"] * abs(each["frequency"] - each["mean_probability"]) for each in curve["bins"]]
        assert curve["ece"] == pytest.approx(sum(gaps) / 150)


@pytest.mark.parametrize(("hits", "count"), [(0, 1), (1, 1), (0, 20), (7, 20), (20, 20), (531, 1000)])
def test_the_wilson_interval_agrees_with_scipy(hits: int, count: int) -> None:
    expected = binomtest(hits, count).proportion_ci(0.95, method="wilson")

    assert wilson_interval(hits, count) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_risk_and_coverage_worked_by_hand() -> None:
    # surest first: right, wrong, then one wrong and one right of the same margin
    gold = [[1], [1], [1], [1]]
    applies = [[0], [1], [0], [1]]

    found = risk_coverage(make_scored(gold, applies, margins=[2, np.inf, 1, 1]))

    assert found
    assert found["coverage"] == [0.25, 0.5, 1.0]  # at 0.75 the risk of 1.5 / 3 lies on the line
    assert found["risk"] == pytest.approx([0, 1 / 2, 2 / 4])
    assert found["aurc"] == pytest.approx((0 + 1 / 2 + 1 / 2 + 1 / 2) / 4)
    assert found["aurc_optimal"] == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4)
    assert found["aurc_random"] == 0.5


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(8, 60))
def test_risk_with_ties_is_the_mean_over_orders_of_the_rows(seed: int, rows: int) -> None:
    random = np.random.default_rng(seed)
    wrong, margins = random.random(rows) < 0.3, random.integers(0, 4, rows).astype(float)
    scored = make_scored(np.ones((rows, 1)), ~wrong[:, None], margins=margins)
    areas = []
    for _ in range(600):
        shuffled = random.permutation(rows)
        order = shuffled[np.argsort(-margins[shuffled], kind="stable")]
        areas.append((np.cumsum(wrong[order]) / np.arange(1, rows + 1)).mean())

    found = risk_coverage(scored)

    assert found
    assert found["aurc"] == pytest.approx(np.mean(areas), abs=5 * np.std(areas) / np.sqrt(600) + 1e-9)
    assert found["aurc_optimal"] <= found["aurc"] + 1e-12


def test_margins_that_tell_nothing_are_worth_as_much_as_a_random_order() -> None:
    scored = make_scored(np.ones((8, 1)), [[0], [0], [1], [1], [1], [1], [1], [1]], margins=np.ones(8))

    risk, queue = risk_coverage(scored), review_queue(scored)

    assert risk
    assert queue
    assert risk["aurc"] == pytest.approx(risk["aurc_random"])
    assert risk["risk"] == pytest.approx([0.25, 0.25])  # a level line keeps its ends alone
    assert [each["share"] for each in queue["at"]] == pytest.approx([each["rows"] / 8 for each in queue["at"]])


def test_margins_that_know_every_error_reach_the_optimal_area() -> None:
    scored = make_scored(np.ones((6, 1)), [[0], [0], [1], [1], [1], [1]], margins=[0, 1, 2, 3, 4, 5])

    risk, queue = risk_coverage(scored), review_queue(scored)

    assert risk
    assert queue
    assert risk["aurc"] == risk["aurc_optimal"] < risk["aurc_random"]
    assert [(each["percent"], each["rows"], each["found"]) for each in queue["at"]] == [
        (5, 1, 1.0),
        (10, 1, 1.0),
        (20, 2, 2.0),
        (30, 2, 2.0),
        (50, 3, 2.0),
    ]


def test_the_review_queue_worked_by_hand() -> None:
    applies = [[1], [0], [1], [0], [1], [1], [1], [1], [1], [0]]
    margins = [1, 1, 2, 3, 4, 5, 6, 7, 8, 9]

    found = review_queue(make_scored(np.ones((10, 1)), applies, margins=margins))

    assert found
    assert found["wrong"] == 3
    assert [(each["rows"], each["found"]) for each in found["at"]] == [(1, 0.5), (1, 0.5), (2, 1), (3, 1), (5, 2)]
    assert [each["share"] for each in found["at"]] == pytest.approx([1 / 6, 1 / 6, 1 / 3, 1 / 3, 2 / 3])
    assert (found["reviewed"][0], found["reviewed"][-1], found["found"][0], found["found"][-1]) == (0, 1, 0, 1)


def test_what_cannot_be_known_is_none() -> None:
    gold = np.ones((4, 1))
    bare, faultless = make_scored(gold, gold), make_scored(gold, gold, margins=[1, 2, 3, 4])

    assert reliability_curves(bare) is None
    assert precision_recall(bare) is None
    assert risk_coverage(bare) is None
    assert review_queue(bare) is None
    assert review_queue(faultless) is None
    risk = risk_coverage(faultless)
    assert risk
    assert (risk["aurc"], risk["aurc_optimal"], risk["aurc_random"]) == (0, 0, 0)
    alone = make_scored([[1]], [[0]], margins=[1])
    assert risk_coverage(alone) is None
    assert review_queue(alone) is None


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_precision_and_recall_are_scikit_learns_and_step_to_average_precision(seed: int) -> None:
    scored = _draw(seed, 80)

    found = precision_recall(scored)

    assert found
    assert scored.probabilities is not None
    measured = measure(scored.gold, scored.applies, scored.probabilities, IDS)["domains"]
    for k, name in enumerate(IDS):
        curve = found[name]
        assert curve
        precision, recall, thresholds = precision_recall_curve(scored.gold[:, k], scored.probabilities[:, k])
        points = set(zip(recall.tolist(), precision.tolist(), thresholds.tolist(), strict=False))
        assert set(zip(curve["recall"], curve["precision"], curve["threshold"], strict=True)) <= points
        assert curve["decision"] == {"recall": measured[name]["recall"], "precision": measured[name]["precision"]}
        assert curve["average_precision"] == measured[name]["average_precision"]
        assert curve["threshold"] == sorted(curve["threshold"], reverse=True)
        assert curve["recall"][-1] == 1.0


def test_a_label_without_gold_rows_has_no_precision_recall_curve() -> None:
    gold = np.zeros((4, 2))
    gold[0, 0] = 1

    found = precision_recall(make_scored(gold, np.zeros((4, 2)), np.full((4, 2), 0.3)))

    assert found
    assert found["finance"] is None
    assert found["energy"]
    assert found["energy"]["decision"] == {"recall": 0.0, "precision": None}


def test_long_curves_are_thinned_and_keep_their_shape() -> None:
    random = np.random.default_rng(0)
    probabilities = random.random((4000, 1))
    gold = random.random((4000, 1)) < probabilities
    whole = precision_recall_curve(gold[:, 0], probabilities[:, 0])

    found = precision_recall(make_scored(gold, gold, probabilities))

    assert found
    curve = found["energy"]
    assert curve
    assert len(curve["recall"]) == 200
    drawn = np.interp(whole[1][-2::-1], curve["recall"], curve["precision"])
    far = np.abs(drawn - whole[0][-2::-1])[whole[1][-2::-1] > 0.05]
    assert far.max() < 0.01


def test_corners_survive_thinning_and_points_on_a_line_do_not() -> None:
    x = np.linspace(0, 1, 101)
    y = np.where(x < 0.3, 0.0, np.where(x < 0.7, (x - 0.3) / 0.4, 1.0))

    assert corners(x, y).tolist() == [0, 30, 70, 100]
    assert corners(x, y, limit=3).tolist() in ([0, 30, 100], [0, 70, 100])
    assert corners(x[:1], y[:1]).tolist() == [0]
    assert corners(np.array([0.0, 1.0, 0.0]), np.array([0.0, 1.0, 0.0])).tolist() == [0, 1, 2]


def test_a_taxonomy_of_one_label_per_row_has_all_curves() -> None:
    random = np.random.default_rng(2)
    probabilities = random.dirichlet(np.ones(3), size=60)
    gold = np.eye(3)[[random.choice(3, p=each) for each in probabilities]]
    applies = np.eye(3)[probabilities.argmax(axis=1)]
    best = np.sort(probabilities, axis=1)
    scored = make_scored(gold, applies, probabilities, margins=best[:, 2] - best[:, 1], is_single=True)

    risk, queue, curves = risk_coverage(scored), review_queue(scored), reliability_curves(scored)

    assert risk
    assert queue
    assert curves
    assert risk["aurc_optimal"] < risk["aurc"] < risk["aurc_random"]
    assert queue["at"][-1]["share"] > 0.5
    assert sum(each["count"] for each in curves["pooled"]["bins"]) == 180
