from dataclasses import replace

import numpy as np
import pytest

from pipeline.evaluation.gate import (
    LEAST_ARTICLES,
    LEAST_ROWS,
    Judgement,
    doubt_corrections,
    judge,
    keep_domains,
    look_back,
)
from pipeline.evaluation.scored import Scored

from .scored_samples import IDS, make_scored


def _gold(rows: int = 240) -> np.ndarray:
    """Rows that have each label, or none, equally often."""
    return np.eye(4, 3, dtype=bool)[np.arange(rows) % 4]


def _missing(gold: np.ndarray, label: int, share: float) -> np.ndarray:
    """Predictions that are right but for a share of one label's rows, which are given none."""
    applies = gold.copy()
    rows = np.flatnonzero(gold[:, label])
    applies[rows[: round(share * len(rows))], label] = False
    return applies


def _judge(candidate: np.ndarray, incumbent: np.ndarray, gold: np.ndarray, margin: float = 0.03) -> Judgement:
    one, other = make_scored(gold, candidate), make_scored(gold, incumbent)
    return judge(replace(one, model="new"), replace(other, model="old"), margin=margin, resamples=300)


def test_a_better_classifier_passes_with_the_numbers_in_the_reason() -> None:
    gold = _gold()

    found = _judge(gold, _missing(gold, 0, 0.3), gold)

    assert found.verdict == "passed"
    assert found.reasons[0].startswith("macro-F1 1.000 against 0.941, difference +0.059 [+0.0")
    assert found.reasons[0].endswith("; in none of 3 domains a loss is shown")


def test_an_equal_classifier_passes() -> None:
    gold = _gold()

    assert _judge(_missing(gold, 0, 0.3), _missing(gold, 0, 0.3), gold).verdict == "passed"


@pytest.mark.parametrize("margin", [0, 0.03])
def test_labels_that_are_the_same_pass_at_every_margin(margin: float) -> None:
    gold = _gold()

    found = _judge(_missing(gold, 0, 0.3), _missing(gold, 0, 0.3), gold, margin=margin)

    assert found.comparison is not None
    assert found.comparison.averages["macro_f1"].interval == (0, 0)
    assert found.verdict == "passed"


def test_a_loss_of_the_margin_itself_is_not_excluded_by_an_interval_that_reaches_it() -> None:
    gold = _gold(80)
    random = np.random.default_rng(0)
    candidate, incumbent = (gold ^ (random.random(gold.shape) < 0.2) for _ in range(2))
    comparison = _judge(candidate, incumbent, gold).comparison
    assert comparison is not None
    interval = comparison.averages["macro_f1"].interval
    assert interval is not None
    low = interval[0]
    assert low < 0

    at, beyond = (_judge(candidate, incumbent, gold, margin=margin) for margin in (-low, -low + 1e-9))

    assert any("macro-F1 may be lower by" in reason for reason in at.reasons)
    assert not any("macro-F1 may be lower by" in reason for reason in beyond.reasons)


def test_a_worse_classifier_is_refused_for_every_reason_there_is() -> None:
    gold = _gold()

    found = _judge(_missing(gold, 1, 0.4), gold, gold)

    average, margin, domain = found.reasons
    assert found.verdict == "refused"
    assert average.startswith("macro-F1 is lower: 0.917 against 1.000, difference -0.083 [-")
    assert margin.startswith("macro-F1 may be lower by 0.030 or more, which the interval of the difference, [-0.1")
    assert domain.startswith("finance got worse: F1 0.750 against 1.000, difference -0.250 [-")
    assert domain.endswith("], 60 rows")


def test_a_gain_elsewhere_does_not_make_up_for_a_domain_that_is_lost() -> None:
    gold = _gold()
    incumbent = _missing(gold, 0, 0.9)
    candidate = _missing(gold, 1, 0.4)

    found = _judge(candidate, incumbent, gold)

    assert found.comparison is not None
    assert (found.comparison.averages["macro_f1"].difference or 0) > 0.15
    assert found.verdict == "refused"
    (reason,) = found.reasons
    assert reason.startswith("finance got worse: ")


def test_a_margin_that_chance_may_use_up_is_a_reason_by_itself() -> None:
    gold = _gold(80)
    random = np.random.default_rng(0)
    incumbent, candidate = (gold ^ (random.random(gold.shape) < 0.2) for _ in range(2))
    better, worse = sorted([candidate, incumbent], key=lambda applies: int((applies == gold).sum()), reverse=True)

    strict, lenient = _judge(better, worse, gold, margin=0.001), _judge(better, worse, gold, margin=0.9)

    assert strict.verdict == "refused"
    assert [reason[:30] for reason in strict.reasons] == ["macro-F1 may be lower by 0.001"]
    assert lenient.verdict == "passed"


def test_a_domain_below_the_incumbents_interval_is_lost_even_if_its_difference_is_not_shown() -> None:
    gold = _gold()
    groups, first = np.arange(240), np.flatnonzero(gold[:, 1])[:20]
    groups[first] = 1000  # what is lost is lost in one article, which a third of the resamples lack
    one, other = (make_scored(gold, applies, groups=groups) for applies in (_missing(gold, 1, 1 / 3), gold))

    found = judge(one, other, margin=0.9, resamples=300)

    assert found.comparison is not None
    assert (found.comparison.f1["finance"].interval or (1, 1))[1] == 0
    assert found.reasons[1:] == ("finance got worse: F1 0.800 is below the incumbent's interval, [1.000, 1.000]",)


def test_a_domain_of_few_articles_is_not_judged_by_itself() -> None:
    gold = _gold()
    gold[:, 2] = False
    gold[: LEAST_ARTICLES - 1, 2] = True
    candidate = gold.copy()
    candidate[:, 2] = False

    few = _judge(candidate, gold, gold, margin=0.9)
    gold[LEAST_ARTICLES - 1, 2] = True
    enough = _judge(candidate, gold, gold, margin=0.9)

    assert not few.domains["diplomacy"].is_judged
    assert not any("diplomacy" in reason for reason in few.reasons)
    assert enough.domains["diplomacy"].is_judged
    assert any(reason.startswith("diplomacy got worse") for reason in enough.reasons)


def test_rows_of_one_article_count_as_one() -> None:
    gold = _gold()
    groups = np.arange(240)
    groups[gold[:, 2]] = 1000
    one, other = (make_scored(gold, applies, groups=groups) for applies in (_missing(gold, 2, 0.5), gold))

    found = judge(one, other, margin=0.9, resamples=100)

    assert (found.domains["diplomacy"].rows, found.domains["diplomacy"].articles) == (60, 1)
    assert not any("diplomacy" in reason for reason in found.reasons)


@pytest.mark.parametrize(
    ("rows", "labelled", "message"),
    [
        (LEAST_ROWS - 1, True, "49 rows that neither was trained on are too few to compare them, 50 are needed"),
        (LEAST_ROWS, False, "none of the 50 rows that neither was trained on has a label"),
    ],
)
def test_of_too_few_rows_nothing_can_be_told(rows: int, labelled: bool, message: str) -> None:  # noqa: FBT001
    gold = _gold(rows) & labelled

    found = _judge(gold, gold, gold)

    assert (found.verdict, found.reasons, found.comparison) == ("cannot tell", (message,), None)
    assert _judge(_gold(LEAST_ROWS), _gold(LEAST_ROWS), _gold(LEAST_ROWS)).verdict == "passed"


def test_of_a_single_article_nothing_can_be_told() -> None:
    gold = _gold()
    one = make_scored(gold, gold, groups=np.zeros(240, dtype=int))

    found = judge(one, one, margin=0.03, resamples=100)

    assert found.verdict == "cannot tell"
    assert "all rows are from one article" in found.reasons[0]


def _with_only(scored: Scored, *ids: str) -> Scored:
    return keep_domains(scored, ids)


def test_domains_can_be_left_out_of_what_a_classifier_says() -> None:
    gold = _gold(8)
    scored = make_scored(gold, ~gold, np.arange(24).reshape(8, 3) / 24)

    kept = _with_only(scored, "diplomacy", "energy")

    assert kept.ids == ("diplomacy", "energy")
    assert np.array_equal(kept.gold, gold[:, [2, 0]])
    assert np.array_equal(kept.applies, ~gold[:, [2, 0]])
    assert kept.probabilities is not None
    assert kept.probabilities[1].tolist() == [5 / 24, 3 / 24]
    assert len(kept) == 8


def test_where_a_row_must_have_a_label_those_of_other_domains_are_left_out() -> None:
    gold = np.eye(3, dtype=bool)[[0, 1, 2, 0]]
    scored = make_scored(gold, gold, is_single=True)

    kept = _with_only(scored, *IDS[:2])

    assert [row.id for row in kept.rows] == ["r0", "r1", "r3"]
    assert kept.gold.tolist() == [[True, False], [False, True], [True, False]]


def test_what_is_lost_on_the_rows_that_were_there_before_is_told() -> None:
    gold = _gold()
    one, other = make_scored(gold, _missing(gold, 1, 0.4)), make_scored(gold, gold)

    average, domain = look_back(one, other, resamples=300)

    assert average.startswith("on the 240 rows that were there before the extra files: macro-F1 is lower: 0.917")
    assert domain.startswith("on the 240 rows that were there before the extra files: finance got worse")


def test_a_loss_that_chance_explains_or_too_few_rows_tell_nothing() -> None:
    gold = _gold()
    one, other = (make_scored(gold, _missing(gold, 1, share)) for share in (0.32, 0.3))
    assert look_back(one, other, resamples=300) == []

    few = _gold(LEAST_ROWS - 2)
    assert look_back(make_scored(few, _missing(few, 1, 0.9)), make_scored(few, few), resamples=300) == []


def _doubts(before: np.ndarray, now: np.ndarray, candidate: np.ndarray | None = None, gold: int = 0) -> list[str]:
    """Doubt a candidate that says what the labels are now, beside an incumbent that says what they were."""
    one, other = make_scored(before, now if candidate is None else candidate), make_scored(before, before)
    return doubt_corrections(one, other, now, np.arange(len(before)) < gold, resamples=300)


def test_a_batch_that_swaps_two_domains_is_doubted_in_both() -> None:
    gold = _gold()

    first, second = _doubts(gold, gold[:, [1, 0, 2]])

    assert first.startswith(
        "of the rows that were there before the extra files, these give 120 another answer for energy, and 0 keep it; "
        "by the labels before, energy got worse: F1 0.000 against 1.000"
    )
    assert "finance got worse" in second


def test_a_batch_that_gives_a_domain_to_all_rows_is_doubted() -> None:
    gold = _gold()
    now = gold.copy()
    now[:, 0] = True

    (doubt,) = _doubts(gold, now)

    assert "these give 180 another answer for energy, and 60 keep it" in doubt


def test_corrections_of_fewer_rows_than_keep_a_domain_are_not_doubted() -> None:
    gold = _gold()

    assert _doubts(gold, _missing(gold, 0, 0.5)) == []
    assert len(_doubts(gold, _missing(gold, 0, 0.6))) == 1


def test_where_too_few_rows_stay_as_they_were_every_domain_that_changed_is_doubted() -> None:
    gold = _gold(96)
    now = gold.copy()
    now[:, 2] |= np.arange(96) < 46  # 35 of these did not have it
    now[-8:, :2] = False
    assert (now == gold).all(axis=1).sum() >= LEAST_ROWS
    enough = _doubts(gold, now)
    now[-24:, :2] = False
    assert (now == gold).all(axis=1).sum() < LEAST_ROWS

    few = _doubts(gold, now)

    assert [doubt.split(", and ")[0].rpartition(" ")[2] for doubt in enough] == ["diplomacy"]
    assert [doubt.split(", and ")[0].rpartition(" ")[2] for doubt in few] == ["energy", "finance", "diplomacy"]


def test_a_candidate_that_does_not_follow_the_batch_or_is_looked_back_on_by_gold_rows_is_not_doubted() -> None:
    gold = _gold()
    now = gold[:, [1, 0, 2]]
    now[:40] = gold[:40]

    assert _doubts(gold, now, candidate=gold) == []
    assert len(_doubts(gold, now)) == 2
    assert _doubts(gold, now, gold=40) == []
    assert len(_doubts(gold, now, gold=4 * (LEAST_ARTICLES - 1))) == 2
