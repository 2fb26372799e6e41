from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from pipeline.evaluation.scored import Scored
from pipeline.evaluation.significance import holm, mcnemar, randomization

from .scored_samples import IDS, make_scored


def _draw(seed: int, rows: int = 40) -> tuple[Scored, Scored]:
    random = np.random.default_rng(seed)
    gold = random.random((rows, 3)) < 0.4
    gold[:3] = np.eye(3, dtype=bool)
    groups = np.arange(rows) // 2
    wrong_a, wrong_b = (random.random((rows, 3)) < share for share in (0.1, 0.25))
    return make_scored(gold, gold ^ wrong_a, groups=groups), make_scored(gold, gold ^ wrong_b, groups=groups)


def test_of_four_articles_all_must_be_exchanged_or_none_which_happens_twice_in_sixteen() -> None:
    gold = [[1]] * 4
    p_values = randomization(make_scored(gold, [[1]] * 4), make_scored(gold, [[0]] * 4), exchanges=40_000)

    # 2 / 16, to within four standard errors of 40,000 tosses.
    assert p_values["f1.energy"] == pytest.approx(0.125, abs=0.007)
    assert p_values["macro_f1"] == p_values["micro_f1"] == p_values["f1.energy"]


def test_the_actual_outputs_count_as_an_exchange_so_that_p_is_never_zero() -> None:
    gold = [[1]] * 60
    p_values = randomization(make_scored(gold, [[1]] * 60), make_scored(gold, [[0]] * 60), exchanges=999)

    assert p_values["micro_f1"] == 1 / 1000


def test_p_agrees_with_all_exchanges_measured_by_scikit_learn() -> None:
    a, b = _draw(5, rows=14)
    groups = a.groups

    def differences(exchanged: np.ndarray) -> list[float]:
        one, other = (
            np.where(exchanged[groups, None], second.applies, first.applies) for first, second in ((a, b), (b, a))
        )
        macro, micro = (
            f1_score(a.gold, one, average=how) - f1_score(a.gold, other, average=how) for how in ("macro", "micro")
        )
        return [macro, micro, accuracy_score(a.gold, one) - accuracy_score(a.gold, other)]

    every = np.abs([differences(np.array(tossed)) for tossed in product([False, True], repeat=7)])
    expected = (every >= every[0] - 1e-12).mean(axis=0)

    found = randomization(a, b, exchanges=20_000)

    assert 0.01 < expected.min() < 0.9
    assert [found[name] for name in ("macro_f1", "micro_f1", "exact_match")] == pytest.approx(expected, abs=0.015)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_p_does_not_depend_on_which_classifier_comes_first(seed: int) -> None:
    a, b = _draw(seed)

    assert randomization(a, b, exchanges=200) == randomization(b, a, exchanges=200)


def test_repeating_the_rows_of_each_article_makes_no_difference_surer() -> None:
    a, b = _draw(4)
    numbers = np.repeat(np.arange(len(a)), 5)
    five_a, five_b = (
        make_scored(each.gold[numbers], each.applies[numbers], groups=each.groups[numbers]) for each in (a, b)
    )

    once, five_times = randomization(a, b, exchanges=500), randomization(five_a, five_b, exchanges=500)

    assert 0 < (once["macro_f1"] or 0) < 1
    assert five_times == once


def test_without_a_difference_p_is_one() -> None:
    a, _ = _draw(1)

    assert set(randomization(a, a, exchanges=100).values()) == {1.0}


def test_what_is_undefined_has_no_p() -> None:
    a, b = _draw(2)
    gold = a.gold.copy()
    gold[:, 1] = False
    p_values = randomization(make_scored(gold, a.applies), make_scored(gold, b.applies), exchanges=100)
    assert p_values["f1.finance"] is None
    assert p_values["f1.energy"] is not None

    one_group = np.zeros(len(a), dtype=int)
    alone = randomization(
        make_scored(gold, a.applies, groups=one_group), make_scored(gold, b.applies, groups=one_group)
    )
    assert set(alone.values()) == {None}


def test_mcnemar_worked_by_hand() -> None:
    # A alone is right in 8 rows, B alone in 2, both in 5: 2 (1 + 10 + 45) / 2^10.
    right_a, right_b = [1] * 8 + [0] * 2 + [1] * 5, [0] * 8 + [1] * 2 + [1] * 5
    gold = np.ones((15, 1))
    found = mcnemar(make_scored(gold, np.array([right_a]).T), make_scored(gold, np.array([right_b]).T))["energy"]

    assert (found.only_a_right, found.only_b_right) == (8, 2)
    assert found.p == pytest.approx(112 / 1024, rel=1e-12)
    assert found.p_holm == found.p


@pytest.mark.parametrize(
    ("only_a", "only_b", "expected"),
    # scipy.stats.binomtest(only_a, only_a + only_b).pvalue, scipy 1.17.1
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (3, 3, 1.0),
        (0, 6, 0.03125),
        (41, 17, 0.0022325516199429235),
        (700, 610, 0.013902723449447724),
    ],
)
def test_mcnemar_agrees_with_scipy(only_a: int, only_b: int, expected: float) -> None:
    gold = np.ones((only_a + only_b + 1, 1))
    right_a = np.arange(len(gold)) < only_a
    right_b = ~right_a
    right_a[-1] = right_b[-1] = True
    found = mcnemar(make_scored(gold, right_a[:, None]), make_scored(gold, right_b[:, None]))["energy"]

    assert found.p == pytest.approx(expected, rel=1e-9)


def test_mcnemar_corrects_over_the_labels() -> None:
    gold = np.zeros((10, 3))
    claims_b = gold.copy()
    claims_b[:6, 0] = 1
    claims_b[:10, 1] = 1
    found = mcnemar(make_scored(gold, gold), make_scored(gold, claims_b))

    assert [found[name].p for name in IDS] == pytest.approx([2 / 2**6, 2 / 2**10, 1])
    assert [found[name].p_holm for name in IDS] == pytest.approx([4 / 2**6, 6 / 2**10, 1])


def test_holm_worked_by_hand() -> None:
    # Sorted: .01 × 4, .02 × 3, .04 × 2, .5 × 1; none may be smaller than the one before.
    assert holm([0.04, 0.01, 0.5, 0.02]) == pytest.approx([0.08, 0.04, 0.5, 0.06])
    # .03 × 3 = .09; .04 × 2 = .08, raised to .09; .045, raised to .09.
    assert holm([0.03, 0.04, 0.045]) == pytest.approx([0.09, 0.09, 0.09])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
