from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bootstrap import Resampling
from pipeline.evaluation.comparison import AVERAGES, Comparison, Difference, compare, verdict
from pipeline.evaluation.scored import Scored
from pipeline.metrics import measure

from .scored_samples import IDS, make_scored


def _draw(seed: int, rows: int = 60) -> tuple[Scored, Scored]:
    """Draw two classifiers, of which the second makes more mistakes; two rows per article."""
    random = np.random.default_rng(seed)
    gold = random.random((rows, 3)) < (0.5, 0.3, 0.4)
    gold[:4] = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]]
    groups = np.arange(rows) // 2 * 3  # numbers with gaps, as a selection of rows leaves them
    scored = []
    for name, noise in (("good@1", 0.55), ("poor@1", 0.8)):
        probabilities = np.clip(gold * (1 - noise) + random.random(gold.shape) * noise, 0, 1)
        scored.append(replace(make_scored(gold, probabilities >= 0.5, probabilities, groups=groups), model=name))
    return scored[0], scored[1]


def _measured(scored: Scored, rows: np.ndarray | slice = slice(None)) -> list[float | None]:
    probabilities = None if scored.probabilities is None else scored.probabilities[rows]
    measured = measure(scored.gold[rows], scored.applies[rows], probabilities, scored.ids)
    return [*(measured[name] for name in AVERAGES), *(measured["domains"][name]["f1"] for name in scored.ids)]


def _differences(comparison: Comparison) -> list[Difference]:
    return [*comparison.averages.values(), *comparison.f1.values()]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_the_numbers_compared_are_those_that_are_reported(seed: int) -> None:
    a, b = _draw(seed)

    found = _differences(compare(a, b, resamples=2, exchanges=2))

    assert [each.a for each in found] == pytest.approx(_measured(a), abs=1e-12)
    assert [each.b for each in found] == pytest.approx(_measured(b), abs=1e-12)
    assert [each.difference for each in found] == pytest.approx(
        [(one or 0) - (other or 0) for one, other in zip(_measured(a), _measured(b), strict=True)], abs=1e-12
    )


def test_the_intervals_agree_with_measuring_each_resample_as_rows_of_its_own() -> None:
    a, b = _draw(7)
    resampling = Resampling(a.groups, 80)
    drawn = [np.repeat(np.arange(len(a)), each.astype(int)) for chunk in resampling.weights() for each in chunk]
    expected = np.array([_measured(a, rows) for rows in drawn]) - np.array([_measured(b, rows) for rows in drawn])

    found = _differences(compare(a, b, resamples=80, exchanges=2))

    for each, column in zip(found, expected.T, strict=True):
        assert each.interval == pytest.approx(np.quantile(column, [0.025, 0.975]), abs=1e-9)
        assert each.share_better == pytest.approx((column > 1e-12).mean())


def test_a_better_classifier_is_better_in_nearly_all_resamples_and_p_says_so() -> None:
    a, b = _draw(3, rows=400)

    found = compare(a, b)

    macro = found.averages["macro_f1"]
    assert (found.a, found.b, found.rows, found.groups) == ("good@1", "poor@1", 400, 200)
    assert macro.share_better == 1
    assert macro.interval
    assert macro.interval[0] > 0
    assert macro.p == pytest.approx(1 / 10_001)
    assert found.averages["mean_average_precision"].p is None
    assert "good@1 is better than poor@1" in verdict(found)
    assert "better in 3 of 3 domains and worse in none." in verdict(found)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_turning_the_two_round_turns_all_differences_round(seed: int) -> None:
    a, b = _draw(seed)
    forward, backward = (compare(*pair, resamples=50, exchanges=100) for pair in ((a, b), (b, a)))

    for one, other in zip(_differences(forward), _differences(backward), strict=True):
        assert (one.a, one.b, one.p, one.p_holm) == (other.b, other.a, other.p, other.p_holm)
        assert one.interval
        assert other.interval
        assert one.interval == pytest.approx([-end for end in reversed(other.interval)], abs=1e-12)
    for name in IDS:
        assert forward.discordance[name].only_a_right == backward.discordance[name].only_b_right
        assert forward.discordance[name].p == backward.discordance[name].p


def test_labels_are_corrected_over_those_that_are_tested() -> None:
    a, b = _draw(9)
    gold = a.gold.copy()
    gold[:, 2] = False
    a, b = (replace(each, gold=gold) for each in (a, b))

    found = compare(a, b, exchanges=300)

    assert found.f1["diplomacy"] == Difference(None, None, None, None, None, None)
    p_values = sorted(found.f1[name].p or 9.0 for name in ("energy", "finance"))
    corrected = sorted(found.f1[name].p_holm or 9.0 for name in ("energy", "finance"))
    assert corrected == pytest.approx([min(1, 2 * p_values[0]), max(min(1, 2 * p_values[0]), p_values[1])])
    assert verdict(found).endswith(" Undefined, as no gold row has them: diplomacy.")


def test_rows_of_one_article_leave_chance_undefined() -> None:
    a, b = (replace(each, groups=np.full(60, 4)) for each in _draw(2))

    found = compare(a, b)

    assert found.groups == 1
    for each in _differences(found):
        assert each.difference is not None
        assert (each.interval, each.share_better, each.p, each.p_holm) == (None,) * 4
    assert verdict(found).startswith("No difference can be shown between good@1 and poor@1")
    assert "undefined" in verdict(found)


def test_a_single_row_is_compared_without_a_certainty() -> None:
    found = compare(make_scored([[1, 0, 0]], [[1, 0, 0]]), make_scored([[1, 0, 0]], [[0, 0, 0]]))

    assert found.averages["macro_f1"] == Difference(1.0, 0.0, 1.0, None, None, None)
    assert found.averages["none_f1"] == Difference(None, None, None, None, None, None)
    assert (found.discordance["energy"].only_a_right, found.discordance["energy"].p) == (1, 1.0)


def test_predictions_without_probabilities_have_no_average_precision() -> None:
    a, b = _draw(2)

    found = compare(a, replace(b, probabilities=None), resamples=20, exchanges=20).averages["mean_average_precision"]

    assert found.a == pytest.approx(_measured(a)[AVERAGES.index("mean_average_precision")])
    assert (found.b, found.difference, found.interval, found.share_better) == (None,) * 4


def test_a_single_label_taxonomy_is_compared_alike_and_has_no_none() -> None:
    random = np.random.default_rng(0)
    gold = np.eye(3)[random.integers(0, 3, 90)]
    a, b = (make_scored(gold, gold[order], is_single=True) for order in (np.arange(90), random.permutation(90)))

    found = compare(a, b, exchanges=500)

    assert found.averages["exact_match"].a == 1
    assert found.averages["exact_match"].p == pytest.approx(1 / 501)
    assert found.averages["none_f1"] == Difference(None, None, None, None, None, None)
    assert "is better than" in verdict(found, "exact_match")
    assert verdict(found, "none_f1") == "No verdict can be given: F1 of no domain of tiny@0 and of tiny@0 is undefined."


@pytest.mark.parametrize("what", ["taxonomy", "rows", "groups", "gold labels"])
def test_classifiers_that_answered_different_questions_are_not_compared(what: str) -> None:
    a, b = _draw(1)
    others = {
        "taxonomy": replace(b, taxonomy=b.taxonomy.model_copy(update={"labels_per_paragraph": "one"})),
        "rows": replace(b, rows=b.rows[::-1]),
        "groups": replace(b, groups=b.groups + 1),
        "gold labels": replace(b, gold=~b.gold),
    }

    with pytest.raises(ValueError, match=f"good@1 and poor@1 cannot be compared: they differ in their {what}$"):
        compare(a, others[what])


def test_no_row_is_nothing_to_compare() -> None:
    a, b = (each.select(np.zeros(60, dtype=bool)) for each in _draw(1))

    with pytest.raises(ValueError, match="there is no row"):
        compare(a, b)


def _comparison(macro: Difference, *domains: Difference) -> Comparison:
    nothing = Difference(None, None, None, None, None, None)
    averages = dict.fromkeys(AVERAGES, nothing) | {"macro_f1": macro}
    return Comparison("A", "B", 100, 50, averages, dict(zip(IDS, domains, strict=True)), {})


UP = Difference(0.8, 0.6, 0.2, (0.1, 0.3), 1.0, 0.001, 0.003)
DOWN = Difference(0.6, 0.8, -0.2, (-0.3, -0.1), 0.0, 0.01, 0.02)
LEVEL = Difference(0.6, 0.6, 0.0, (-0.1, 0.1), 0.4, 1.0, 1.0)
UNKNOWN = Difference(None, None, None, None, None, None)


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        (
            _comparison(Difference(0.753, 0.601, 0.152, (0.101, 0.203), 1.0, 0.0001), UP, UP, LEVEL),
            (
                "A is better than B: macro-F1 over domains .753 against .601, "
                "difference +.152 [+.101, +.203], p < .001; "
                "after Holm's correction A is better in 2 of 3 domains and worse in none."
            ),
        ),
        (
            _comparison(Difference(0.601, 1.0, -0.399, (-0.5, -0.25), 0.0, 0.004), UP, DOWN, UNKNOWN),
            (
                "B is better than A: macro-F1 over domains 1.000 against .601, "
                "difference +.399 [+.250, +.500], p = .004; "
                "after Holm's correction B is better in 1 of 2 domains and worse in 1. "
                "Undefined, as no gold row has them: diplomacy."
            ),
        ),
        (
            _comparison(Difference(0.7, 0.72, -0.02, (-0.05, 0.01), 0.1, 0.21), LEVEL, LEVEL, LEVEL),
            (
                "No difference can be shown between A and B: macro-F1 over domains .700 against .720, "
                "difference -.020 [-.050, +.010], p = .210; "
                "after Holm's correction A is better in none of 3 domains and worse in none."
            ),
        ),
        (
            _comparison(Difference(0.7, 0.5, 0.2, (-0.01, 0.4), 0.97, 0.04), UNKNOWN, UNKNOWN, UNKNOWN),
            (
                "No difference can be shown between A and B: macro-F1 over domains .700 against .500, "
                "difference +.200 [-.010, +.400], p = .040. "
                "Undefined, as no gold row has them: energy, finance, diplomacy."
            ),
        ),
        (
            _comparison(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
            "No verdict can be given: macro-F1 over domains of A and of B is undefined.",
        ),
    ],
)
def test_the_verdict_says_what_was_found(comparison: Comparison, expected: str) -> None:
    assert verdict(comparison) == expected


def test_no_verdict_is_given_by_what_has_no_test() -> None:
    with pytest.raises(ValueError, match="no verdict by mean_average_precision; choose one of macro_f1"):
        verdict(_comparison(UP, UP, UP, UP), "mean_average_precision")
