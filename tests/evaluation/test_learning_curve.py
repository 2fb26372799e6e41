from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit

from pipeline.evaluation.learning_curve import CurvePoint, Trend, fit_trend, fit_trends

SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2)


def _point(share: float, draw: int | None, score: float | None, rows: int | None = None) -> CurvePoint:
    size = round(1600 * share) if rows is None else rows
    return {"share": share, "draw": draw, "rows": size, "macro_f1": score, "mean_average_precision": score}


def _law(rows: Any, a: float = 0.8, b: float = 2.0, c: float = 0.4) -> Any:
    return a - b * rows**-c


def _curve(offsets: tuple[float, ...] = (0.0,), law: tuple[float, float, float] = (0.8, 2.0, 0.4)) -> list[CurvePoint]:
    drawn = [
        _point(share, draw, _law(1600 * share, *law) + offset)
        for draw, offset in enumerate(offsets)
        for share in SHARES
    ]
    return [*drawn, _point(1.0, None, _law(1600, *law))]


def _fit(points: list[CurvePoint]) -> Trend:
    trend = fit_trend(points, "macro_f1", 1000)
    assert trend
    return trend


@pytest.mark.parametrize("law", [(0.8, 2.0, 0.4), (1.0, 1.5, 0.1), (0.65, 30.0, 1.0), (0.3, 0.9, 0.25)])
def test_an_exact_power_law_is_found(law: tuple[float, float, float]) -> None:
    trend = _fit(_curve(law=law))

    assert (trend["a"], trend["b"], trend["c"]) == pytest.approx(law, rel=1e-3)
    assert trend["rmse"] < 1e-6
    assert [(each["times"], each["rows"]) for each in trend["expected"]] == [(2, 3200), (4, 6400)]
    assert [each["score"] for each in trend["expected"]] == pytest.approx([_law(3200, *law), _law(6400, *law)])


def test_noisy_scores_give_the_least_squares_that_scipy_finds() -> None:
    random = np.random.default_rng(3)
    points = [
        _point(share, draw, _law(1600 * share) + random.normal(0, 0.01), round(1600 * share) + 3 * draw)
        for share in SHARES
        for draw in range(3)
    ]
    points.append(_point(1.0, None, _law(1600) + 0.004))
    rows = np.array([point["rows"] for point in points], dtype=float)
    scores = np.array([point["macro_f1"] for point in points], dtype=float)

    trend = _fit(points)

    bounds = ([-np.inf, 0, 0.01], [1, np.inf, 3])
    weights = np.array([1 / 3] * 12 + [1])  # three draws of a share weigh as much as all rows
    start, tight = (0.7, 1.0, 0.5), {"xtol": 1e-12, "ftol": 1e-12}
    found, _ = curve_fit(_law, rows, scores, p0=start, sigma=weights**-0.5, bounds=bounds, **tight)
    assert (trend["a"], trend["b"], trend["c"]) == pytest.approx(found, rel=1e-3)
    assert trend["rmse"] == pytest.approx(np.sqrt(np.average((scores - _law(rows, *found)) ** 2, weights=weights)))


def test_scores_that_rise_as_steeply_as_ever_do_not_pass_one() -> None:
    points = [_point(share, 0, 0.2 + 0.19 * k) for k, share in enumerate((*SHARES, 1.0))]

    trend = _fit(points)

    assert trend["a"] == 1.0
    assert trend["expected"][0]["score"] < trend["expected"][1]["score"] < 1.0


@pytest.mark.parametrize("scores", [[0.5] * 5, [0.6, 0.55, 0.5, 0.45, 0.4], [0.0] * 5])
def test_scores_that_do_not_rise_have_no_exponent_and_their_mean_is_expected(scores: list[float]) -> None:
    trend = _fit([_point(share, 0, score) for share, score in zip((*SHARES, 1.0), scores, strict=True)])

    assert (trend["b"], trend["c"]) == (0.0, None)
    assert [each["score"] for each in trend["expected"]] == pytest.approx([np.mean(scores)] * 2)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=5, max_size=5), st.randoms())
def test_any_scores_give_a_trend_within_its_bounds_whatever_their_order(scores: list[float], random) -> None:  # type: ignore[no-untyped-def]
    points = [_point(share, None, score) for share, score in zip((*SHARES, 1.0), scores, strict=True)]
    shuffled = random.sample(points, len(points))

    trend = _fit(points)

    assert max(0, min(scores)) - 1e-9 <= trend["expected"][0]["score"] <= trend["expected"][1]["score"] <= trend["a"]
    assert trend["a"] <= 1
    assert trend["b"] >= 0
    assert trend["rmse"] <= np.std(scores) + 1e-9
    assert _fit(shuffled)["rmse"] == pytest.approx(trend["rmse"], abs=1e-9)


def test_of_three_draws_the_interval_runs_from_the_lowest_to_the_highest_ones_trend() -> None:
    # One draw thrice is a resample in 27, more than the 2.5 % beyond either end.
    points = _curve((-0.02, 0.0, 0.015))

    expected = _fit(points)["expected"]

    for k, each in enumerate(expected):
        alone = [
            _fit([point for point in points if point["draw"] in {draw, None}])["expected"][k]["score"]
            for draw in range(3)
        ]
        assert each["interval"] == pytest.approx((min(alone), max(alone)))


def test_draws_that_agree_have_an_interval_of_no_width_and_a_single_draw_has_none() -> None:
    for each in _fit(_curve((0.0, 0.0, 0.0)))["expected"]:
        assert each["interval"] == pytest.approx((each["score"], each["score"]))
    assert all(each["interval"] is None for each in _fit(_curve((0.0,)))["expected"])


def test_a_draw_whose_shares_are_too_few_for_a_curve_of_its_own_leaves_its_resamples_out() -> None:
    points = [point for point in _curve((-0.02, 0.015)) if point["draw"] != 0 or point["share"] == 1 / 2]

    low, high = _fit(points)["expected"][0]["interval"] or (0.0, 0.0)

    of_one = _fit([point for point in points if point["draw"] != 0])["expected"][0]["score"]
    of_both = _fit(points)["expected"][0]["score"]
    assert (low, high) == pytest.approx(sorted((of_one, of_both)))


def test_fewer_than_three_shares_make_no_trend_though_their_draws_differ_in_size() -> None:
    points = [_point(share, draw, 0.3 + share / 2, 100 * (1 + draw)) for share in (1 / 4, 1 / 2) for draw in range(3)]

    assert fit_trend(points, "macro_f1") is None
    assert fit_trend([], "macro_f1") is None


def test_three_shares_of_the_same_rows_make_no_trend() -> None:
    assert fit_trend([_point(share, 0, 0.5, 7) for share in SHARES], "macro_f1") is None


def test_undefined_scores_are_left_out_of_their_own_trend_only() -> None:
    points = _curve()
    points[0]["macro_f1"] = None
    trends = fit_trends(points)
    assert trends["macro_f1"]
    assert trends["macro_f1"]["c"] == pytest.approx(0.4, rel=1e-3)

    points[1]["macro_f1"] = points[2]["macro_f1"] = None
    trends = fit_trends(points)
    assert trends["macro_f1"] is None
    assert trends["mean_average_precision"] is not None
