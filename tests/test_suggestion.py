"""Which rows are worth annotating next."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pipeline.decision import Decision, FloatArray
from pipeline.evaluation.leakage import fingerprint
from pipeline.suggestion import (
    Suggestion,
    SuggestionSettings,
    TextsOf,
    domain_weights,
    suggest_rows,
    uncertainties,
)
from tests.annotation_samples import decision

AUTHORED = Path(__file__).parents[1] / "seeds" / "labelled" / "authored.jsonl"
EVEN = SuggestionSettings(rarity=0)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Paragraphs, no two of which are copies."""
    lines = AUTHORED.read_text(encoding="utf-8").splitlines()[:400]
    rows = [json.loads(line) for line in lines]
    return [row["text"] for row in rows if not row["id"].startswith(("b4", "b5"))][:200]


def _texts_of(texts: Sequence[str]) -> TextsOf:
    return lambda rows: [texts[row] for row in rows]


def _certain(rows: int) -> FloatArray:
    """Probabilities of which none is near .5."""
    return np.tile([0.99, 0.01, 0.01], (rows, 1))


def _rows(suggestions: Sequence[Suggestion]) -> list[int]:
    return [each.row for each in suggestions]


def test_uncertainty_is_one_on_the_threshold_and_falls_on_both_sides_alike() -> None:
    found = uncertainties(decision(), np.array([[0.5, 0.9, 0.1], [0.999999, 0.25, 0.75]]))

    assert found[0] == pytest.approx([1, 0.2, 0.2])
    assert found[1] == pytest.approx([0, 0.5, 0.5], abs=1e-5)


def test_uncertainty_is_measured_from_each_domains_own_threshold() -> None:
    rule = decision(thresholds={"finance": 0.1})

    assert uncertainties(rule, np.array([[0.1, 0.1, 0.1]]))[0] == pytest.approx([0.2, 1, 0.2])


@pytest.mark.parametrize("labels_per_paragraph", ["any", "one"])
def test_the_most_uncertain_decision_is_the_one_that_the_review_margin_measures(labels_per_paragraph: str) -> None:
    rule = decision(labels_per_paragraph)
    probabilities = np.random.default_rng(0).dirichlet([1, 1, 1], size=50)

    by_margin = np.argsort(rule.margins(probabilities))
    by_uncertainty = np.argsort(-uncertainties(rule, probabilities).max(axis=1))

    assert by_margin.tolist() == by_uncertainty.tolist()


def test_of_one_label_the_best_two_are_uncertain_as_far_as_they_are_near() -> None:
    found = uncertainties(decision("one"), np.array([[0.5, 0.2, 0.3], [1.0, 0.0, 0.0]]))

    assert found[0] == pytest.approx([0.8, 0, 0.8])
    assert found[1].max() == pytest.approx(0)


def test_rare_domains_weigh_more_and_the_median_one_weighs_one() -> None:
    probabilities = np.tile([0.4, 0.1, 0.2], (10, 1))

    assert domain_weights(probabilities, 1.0) == pytest.approx([0.5, 2, 1])
    assert domain_weights(probabilities, 0.0) == pytest.approx([1, 1, 1])


def test_weights_are_bounded_even_of_domains_that_are_expected_nowhere() -> None:
    assert domain_weights(np.array([[0.9, 0.0, 0.1]]), 2.0) == pytest.approx([0.25, 4, 1])
    assert domain_weights(np.zeros((3, 3)), 1.0) == pytest.approx([1, 1, 1])


def test_uncertain_rows_are_suggested_with_their_reasons(texts: list[str]) -> None:
    probabilities = _certain(len(texts))
    probabilities[17] = [0.99, 0.5, 0.01]
    probabilities[5] = [0.99, 0.01, 0.4]

    found = suggest_rows(probabilities, _texts_of(texts), decision(), 2, settings=EVEN)

    assert [(each.row, each.domain) for each in found] == [(17, "finance"), (5, "diplomacy")]
    assert [each.uncertainty for each in found] == pytest.approx([1, 0.8])
    assert [each.weight for each in found] == [1, 1]
    assert found[0].novelty == 1
    assert found[0].priority == pytest.approx(1)
    assert found[1].priority == pytest.approx(0.8 * found[1].novelty)


def test_a_rare_domain_goes_before_a_common_one_that_is_as_uncertain(texts: list[str]) -> None:
    probabilities = np.tile([0.99, 0.01, 0.05], (len(texts), 1))
    probabilities[3, 0] = 0.5
    probabilities[8, 1] = 0.45

    even = suggest_rows(probabilities, _texts_of(texts), decision(), 1, settings=EVEN)
    rare = suggest_rows(probabilities, _texts_of(texts), decision(), 1)

    assert _rows(even) == [3]
    assert _rows(rare) == [8]


def test_of_copies_only_one_is_suggested(texts: list[str]) -> None:
    pool = [texts[0], f"{texts[0]} المصدر: وكالات", texts[0].replace("،", ""), *texts[1:20]]
    probabilities = _certain(len(pool))
    probabilities[:3, 1] = [0.4, 0.5, 0.45]

    found = suggest_rows(probabilities, _texts_of(pool), decision(), len(pool))

    assert [row for row in _rows(found) if row < 3] == [1]
    assert len(found) == len(pool) - 2


def test_what_is_annotated_already_is_not_suggested_nor_near_copies_of_it(texts: list[str]) -> None:
    probabilities = np.full((20, 3), 0.5)
    known = fingerprint([f"{text} المصدر: وكالات" for text in texts[:15]])

    found = suggest_rows(probabilities, _texts_of(texts), decision(), 20, known)

    assert sorted(_rows(found)) == list(range(15, 20))


def test_as_many_as_asked_for_are_found_behind_many_copies(texts: list[str]) -> None:
    copies = [f"{texts[0]} {number}" for number in range(500)]
    pool = [*copies, *texts[1:30]]
    probabilities = _certain(len(pool))
    probabilities[:500] = 0.5

    for candidates in (1, 2, 10):
        settings = SuggestionSettings(candidates=candidates)
        assert len(suggest_rows(probabilities, _texts_of(pool), decision(), 20, settings=settings)) == 20


def test_as_many_as_asked_for_are_found_among_copies(texts: list[str]) -> None:
    pool = [f"{texts[0]} {number}" if number % 2 else texts[number] for number in range(100)]
    one_for_one = SuggestionSettings(candidates=1)

    found = suggest_rows(np.full((100, 3), 0.5), _texts_of(pool), decision(), 20, settings=one_for_one)

    assert len(found) == 20


def test_rows_of_another_subject_go_before_more_of_the_same() -> None:
    gas = [
        f"وقعت الشركتان اتفاقا لتوريد الغاز الطبيعي إلى المصنع رقم {k} في المدينة {k}{k} خلال العام" for k in range(8)
    ]
    pool = [*gas, "افتتح الوزيران مستشفى ميدانيا لعلاج الجرحى", "منحت الجامعة مئة طالب منحا دراسية جديدة"]
    probabilities = np.tile([0.5, 0.01, 0.01], (len(pool), 1))
    probabilities[8:, 0] = 0.45

    found = suggest_rows(probabilities, _texts_of(pool), decision(), 3, settings=EVEN)

    assert _rows(found)[0] == 0
    assert set(_rows(found)[1:]) == {8, 9}


def test_all_rows_come_in_some_order_where_all_are_asked_for(texts: list[str]) -> None:
    probabilities = np.random.default_rng(1).random((len(texts), 3))

    found = suggest_rows(probabilities, _texts_of(texts), decision(), 10**6)

    assert sorted(_rows(found)) == list(range(len(texts)))
    assert all(0 <= each.novelty <= 1 for each in found)


def test_the_same_rows_give_the_same_choice(texts: list[str]) -> None:
    probabilities = np.random.default_rng(2).random((len(texts), 3))

    first, second = (suggest_rows(probabilities, _texts_of(texts), decision(), 10) for _ in range(2))

    assert first == second


def test_fewer_suggestions_are_the_beginning_of_more_among_the_same_candidates(texts: list[str]) -> None:
    probabilities = np.random.default_rng(3).random((len(texts), 3))
    few, many = SuggestionSettings(candidates=20), SuggestionSettings(candidates=10)

    ten = suggest_rows(probabilities, _texts_of(texts), decision(), 10, settings=few)
    twenty = suggest_rows(probabilities, _texts_of(texts), decision(), 20, settings=many)

    assert _rows(ten) == _rows(twenty)[:10]


def test_only_texts_of_pressing_rows_are_asked_for(texts: list[str]) -> None:
    probabilities = _certain(len(texts))
    probabilities[100:120, 1] = 0.5
    asked: list[int] = []

    def texts_of(rows: Sequence[int]) -> list[str]:
        asked.extend(rows)
        return [texts[row] for row in rows]

    suggest_rows(probabilities, texts_of, decision(), 2, settings=EVEN)

    assert asked == list(range(100, 120))


@pytest.mark.parametrize("text", ["", "…!", "ا ب"])
def test_texts_without_words_to_compare_are_no_trouble(text: str) -> None:
    found = suggest_rows(np.full((2, 3), 0.5), lambda rows: [[text, "وقع البلدان"][row] for row in rows], decision(), 2)

    assert _rows(found) == [0, 1]


def test_nothing_is_suggested_of_nothing() -> None:
    assert suggest_rows(np.zeros((0, 3)), lambda _rows: [], decision(), 5) == []


def test_thresholds_of_a_released_model_are_used(linear_classifier: Path) -> None:
    rule = Decision.model_validate_json((linear_classifier / "decision.json").read_bytes())
    on_thresholds = rule.threshold_row[None, :]

    assert uncertainties(rule, on_thresholds)[0] == pytest.approx(np.ones(len(rule.taxonomy.ids)))
