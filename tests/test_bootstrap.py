import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from pipeline.bootstrap import Resampling, average_precisions, intervals, percentile_interval, weighted_numbers
from pipeline.metrics import measure

IDS = ("energy", "finance")


def _draw(rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    gold = random.random((rows, 2)) < (0.4, 0.2)
    probabilities = np.clip(gold * 0.3 + random.random((rows, 2)) * 0.7, 0, 1)
    return gold, probabilities >= 0.5, probabilities


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_weighted_average_precision_agrees_with_scikit_learn_ties_included(seed: int) -> None:
    random = np.random.default_rng(seed)
    gold, scores = random.random(40) < 0.3, np.round(random.random(40), 1)
    gold[0] = True
    weights = random.integers(0, 3, size=(5, 40)).astype(float)
    weights[:, 0] = 1

    found = average_precisions(gold, scores, weights)

    for value, weight in zip(found, weights, strict=True):
        assert value == pytest.approx(average_precision_score(gold, scores, sample_weight=weight), abs=1e-12)


def test_an_interval_holds_the_number_itself_and_narrows_with_more_rows() -> None:
    widths = []
    for rows in (200, 3200):
        gold, predicted, probabilities = _draw(rows)
        measured = measure(gold, predicted, probabilities, IDS)
        found = intervals(gold, predicted, probabilities, IDS, Resampling(np.arange(rows), 500))
        for name in ("macro_f1", "micro_f1", "mean_average_precision"):
            low, high = found[name] or (1.0, 0.0)
            assert low < measured[name] < high
        low, high = found["macro_f1"] or (0.0, 0.0)
        widths.append(high - low)
    assert widths[0] / widths[1] == pytest.approx(4, rel=0.25)


def test_rows_of_one_article_are_drawn_together_so_intervals_are_wider() -> None:
    gold, predicted, probabilities = (np.repeat(each, 10, axis=0) for each in _draw(60))
    alone = intervals(gold, predicted, probabilities, IDS, Resampling(np.arange(600), 500))["macro_f1"]
    together = intervals(gold, predicted, probabilities, IDS, Resampling(np.repeat(np.arange(60), 10), 500))["macro_f1"]

    assert alone
    assert together
    assert together[1] - together[0] > 2 * (alone[1] - alone[0])


def test_the_same_seed_gives_the_same_interval() -> None:
    gold, predicted, probabilities = _draw(50)

    first, again = (intervals(gold, predicted, probabilities, IDS, Resampling(np.arange(50), 100)) for _ in range(2))

    assert first == again


def test_a_domain_without_gold_rows_has_no_interval() -> None:
    gold, predicted, probabilities = _draw(50)
    gold[:, 1] = False

    found = intervals(gold, predicted, probabilities, IDS, Resampling(np.arange(50), 100))

    assert found["f1.finance"] is None
    assert found["average_precision.finance"] is None
    assert found["macro_f1"] == found["f1.energy"]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.2, 0.6]))
def test_weighted_rows_measure_as_rows_that_are_repeated(seed: int, share: float) -> None:
    random = np.random.default_rng(seed)
    gold, predicted = random.random((12, 2)) < share, random.random((12, 2)) < 0.4
    weights = random.integers(0, 3, size=(6, 12)).astype(float)
    weights[:, 0] = 1

    found = weighted_numbers(gold, predicted, IDS, weights)

    for k, weight in enumerate(weights):
        times = weight.astype(int)
        measured = measure(np.repeat(gold, times, axis=0), np.repeat(predicted, times, axis=0), None, IDS)
        flat = measured | {
            f"{number}.{name}": value for name, each in measured["domains"].items() for number, value in each.items()
        }
        for name, values in found.items():
            expected = np.nan if flat[name] is None else flat[name]
            assert values[k] == pytest.approx(expected, abs=1e-12, nan_ok=True), name


def test_the_interval_of_exact_match_is_that_of_a_binomial_share() -> None:
    rows = 400
    gold = np.zeros((rows, 2), dtype=bool)
    predicted = gold.copy()
    predicted[:100, 0] = True

    low, high = intervals(gold, predicted, None, IDS, Resampling(np.arange(rows), 4000))["exact_match"] or (0.0, 0.0)

    spread = 1.96 * np.sqrt(0.75 * 0.25 / rows)
    assert (low, high) == pytest.approx((0.75 - spread, 0.75 + spread), abs=0.006)


def test_every_interval_holds_its_number() -> None:
    gold, predicted, probabilities = _draw(400)
    measured = measure(gold, predicted, probabilities, IDS)

    found = intervals(gold, predicted, probabilities, IDS, Resampling(np.arange(400), 300))

    assert {name for name in found if "." not in name} == {
        "macro_f1",
        "micro_f1",
        "weighted_f1",
        "samples_f1",
        "none_f1",
        "exact_match",
        "hamming_loss",
        "mean_average_precision",
    }
    for name, interval in found.items():
        number, _, label = name.partition(".")
        value = measured["domains"][label][number] if label else measured[number]
        low, high = interval or (1.0, 0.0)
        assert low < value < high, name


def test_rows_of_a_single_article_have_no_interval() -> None:
    gold, predicted, probabilities = _draw(50)

    found = intervals(gold, predicted, probabilities, IDS, Resampling(np.full(50, 7), 100))

    assert set(found.values()) == {None}
    assert "recall.energy" in found


def test_without_probabilities_average_precision_alone_has_no_interval() -> None:
    gold, predicted, _ = _draw(50)

    found = intervals(gold, predicted, None, IDS, Resampling(np.arange(50), 100))

    assert {name.split(".")[0] for name, each in found.items() if each is None} == {
        "average_precision",
        "mean_average_precision",
    }


def test_numbers_that_no_row_has_draw_no_group() -> None:
    gold, predicted, _ = _draw(40)
    numbers = np.arange(40)

    dense, sparse = (intervals(gold, predicted, None, IDS, Resampling(each, 100)) for each in (numbers, numbers * 50))

    assert dense == sparse


def test_an_interval_leaves_out_what_is_undefined_unless_that_is_most() -> None:
    values = np.array([0.0, 1.0, 2.0, 3.0, 4.0, np.nan, np.nan])

    assert percentile_interval(values, 0.5) == (1.0, 3.0)
    assert percentile_interval(np.append(values, [np.nan] * 4), 0.5) is None
