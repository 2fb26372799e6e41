import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from pipeline.bootstrap import Resampling, average_precisions, intervals
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
