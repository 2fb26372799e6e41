"""Words that speak for a label are found by what they say, and by what is lost without them."""

from collections.abc import Iterable

import numpy as np
import pytest

from pipeline.decision import FloatArray, sigmoid
from pipeline.evidence import (
    MOST_WORDS,
    Question,
    choose_words,
    find_evidence,
    find_words,
    leave_out,
    locate,
    weigh_words,
)

ENERGY, FINANCE = 0, 1
WORTH = {"الغاز": (4.0, 0.0), "القرض": (0.0, 4.0), "بنك": (0.5, 2.0), "كأس": (-3.0, -1.0)}
FILLER = tuple(f"كلمة{number}" for number in range(40))


class Scorer:
    """A classifier to which a word is worth so much, however often it comes; keeps what it was asked."""

    def __init__(self, worth: dict[str, tuple[float, float]] | None = None) -> None:
        self.worth = WORTH if worth is None else worth
        self.asked: list[str] = []

    def __call__(self, texts: Iterable[str]) -> FloatArray:
        given = list(texts)
        self.asked += given
        found = ([self.worth.get(word, (0.0, 0.0)) for word in find_words(text)] for text in given)
        return sigmoid(np.array([np.sum([(-3.0, -3.0), *worths], axis=0) for worths in found]))


def _underlined(text: str, spans: Iterable[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_the_evidence_of_a_label_are_the_words_that_speak_for_it_in_their_order() -> None:
    text = "ناقش الوزير الغاز و«القرض» من بنك، ثم القرض."
    [found] = find_evidence([Question(text, [FINANCE, ENERGY])], Scorer())
    assert {label: _underlined(text, spans) for label, spans in found.items()} == {
        FINANCE: ["القرض", "بنك", "القرض"],
        ENERGY: ["الغاز"],
    }
    assert list(found) == [FINANCE, ENERGY]


def test_words_that_can_stand_in_for_each_other_are_found_too() -> None:
    def either(texts: Iterable[str]) -> FloatArray:
        says = [2.0 if {"نفط", "غاز"} & set(find_words(text)) else -2.0 for text in texts]
        return sigmoid(np.array(says)[:, None])

    text = "وصل نفط ثم وصل غاز"
    [found] = find_evidence([Question(text, [0])], either)
    assert _underlined(text, found[0]) == ["نفط", "غاز"]


def test_a_word_weighs_less_where_its_paragraph_does_not_need_it() -> None:
    def in_context(texts: Iterable[str]) -> FloatArray:
        words = [set(find_words(text)) for text in texts]
        says = [3 * ("قرض" in each) + 4 * (each == {"عين"}) for each in words]
        return sigmoid(np.array(says, dtype=np.float64)[:, None] - 2)

    [weighed] = weigh_words([Question("قرض عين ماء", [0])], in_context)
    assert weighed[0] == pytest.approx({"قرض": 0.875, "عين": 0.5, "ماء": 0.0})
    assert list(weighed[0]) == ["قرض", "عين", "ماء"]


def test_a_word_weighs_the_mean_of_its_shares() -> None:
    [weighed] = weigh_words([Question("القرض من بنك", [FINANCE])], Scorer())
    assert list(weighed[FINANCE]) == ["القرض", "بنك", "من"]
    assert list(weighed[FINANCE].values()) == pytest.approx([1, 0.5, 0], abs=0.02)


def test_a_paragraph_without_a_label_is_not_asked_about() -> None:
    scorer = Scorer()
    assert find_evidence([Question("الغاز والقرض", [])], scorer) == [{}]
    assert scorer.asked == []


def test_a_label_for_which_no_word_speaks_has_no_evidence() -> None:
    paragraphs = [Question("كأس ثم كأس", [ENERGY]), Question("😀 ... ؟", [ENERGY]), Question("", [ENERGY])]
    assert find_evidence(paragraphs, Scorer()) == [{ENERGY: ()}] * 3


def test_each_word_is_scored_once_for_all_paragraphs_and_few_are_left_out_of_a_long_one() -> None:
    scorer = Scorer()
    text = " ".join([*FILLER, "الغاز"])
    find_evidence([Question(text, [ENERGY]), Question(f"{text} بنك", [ENERGY])], scorer)
    assert len([asked for asked in scorer.asked if asked == "الغاز"]) == 1
    assert len([asked for asked in scorer.asked if len(asked.split()) > 1]) == 2 * (1 + 12)


def test_the_same_questions_have_the_same_answers_alone_or_together() -> None:
    questions = [Question("القرض من بنك", [FINANCE]), Question("", []), Question("وصل الغاز من بنك", [ENERGY, FINANCE])]
    together = find_evidence(questions, Scorer())
    assert together == find_evidence(questions, Scorer())
    assert together == [find_evidence([each], Scorer())[0] for each in questions]


@pytest.mark.parametrize(
    ("weights", "chosen"),
    [
        ({"a": 0.9, "b": 0.3, "c": 0.1}, ["a", "b"]),
        ({str(k): 1.0 for k in range(9)}, [str(k) for k in range(MOST_WORDS)]),
        ({"a": 0.0, "b": -0.5}, []),
        ({}, []),
    ],
)
def test_words_that_weigh_little_beside_the_weightiest_are_no_evidence(
    weights: dict[str, float], chosen: list[str]
) -> None:
    assert choose_words(weights) == chosen


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("«الطاقة»، (النفط).", ["الطاقة", "النفط"]),
        ("الاقتصاد،والتجارة.وقال مصر-الصين", ["الاقتصاد", "والتجارة", "وقال", "مصر", "الصين"]),
        ("بلغ 190.3 و1,000 في https://a.b/c?d=1 U.S.", ["بلغ", "190.3", "و1,000", "في", "https://a.b/c?d=1", "U.S"]),
        ("غاز ثم غاز 😀", ["غاز", "ثم"]),
        ("", []),
    ],
)
def test_words_stand_between_signs(text: str, words: list[str]) -> None:
    assert find_words(text) == words


def test_a_word_is_left_out_wherever_it_stands_and_never_inside_another() -> None:
    assert leave_out("غاز، والغاز غاز.", {"غاز"}) == "، والغاز ."


def test_words_next_to_each_other_are_one_stretch_and_signs_part_them() -> None:
    text = "أول ثان، ثالث\n رابع خامس"
    assert _underlined(text, locate(text, {"أول", "ثان", "ثالث", "رابع"})) == ["أول ثان", "ثالث\n رابع"]
