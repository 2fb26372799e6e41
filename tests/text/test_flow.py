"""What holds of every text on its way from the article to the classifier: offsets are exact and nothing is lost."""

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.text import boilerplate_reason, clean, foreign_reason, preprocess_arabert, replace_surrogates, split_spans
from tests.text.texts import any_texts, messy_texts

many = settings(max_examples=300, deadline=None)
wrapped_texts = st.lists(
    st.sampled_from(
        ["كلمة ", "كلمتان اثنتان ", "\n", "\r\n", "\n\n", "- بند ", "&nbsp;", ".\n", "س" * 40, "\u200f", "ـ"]
    ),
    max_size=40,
).map("".join)


def paragraphs(text: str) -> list[tuple[int, int, str]]:
    """Start and end of each paragraph in the text, and the paragraph cleaned: what the flow makes of an article."""
    cleaned = clean(text)
    return [(*cleaned.source_span(*span), cleaned.text[slice(*span)]) for span in split_spans(cleaned.text)]


@many
@given(any_texts | wrapped_texts)
def test_paragraphs_follow_each_other_in_the_article_and_none_is_empty(text: str) -> None:
    behind = 0
    for start, end, cleaned in paragraphs(text):
        assert behind <= start < end <= len(text)
        assert cleaned.strip() == cleaned != ""
        behind = end


@many
@given(messy_texts | wrapped_texts)
@example("ا &nbsp;\n\u200f&amp;nbsp; ب")
def test_what_stands_between_paragraphs_cleans_to_nothing(text: str) -> None:
    spans = [(0, 0), *[(start, end) for start, end, _ in paragraphs(text)], (len(text), len(text))]
    between = [text[first[1] : second[0]] for first, second in itertools.pairwise(spans)]
    assert "".join(clean(piece).text for piece in between).strip() == ""


@many
@given(messy_texts | wrapped_texts)
def test_a_paragraph_read_by_itself_is_the_same_paragraph(text: str) -> None:
    for start, end, cleaned in paragraphs(text):
        again = paragraphs(text[start:end])
        assert " ".join(piece for _, _, piece in again).split() == cleaned.split()


@many
@given(any_texts)
def test_every_paragraph_is_judged_and_prepared_whatever_is_in_it(text: str) -> None:
    for start, end, cleaned in paragraphs(text):
        paragraph = text[start:end]
        assert boilerplate_reason(cleaned) == boilerplate_reason(cleaned)
        assert foreign_reason(paragraph) == foreign_reason(f"\n {paragraph}\t")
        assert "\n" not in preprocess_arabert(cleaned)


@many
@given(any_texts)
def test_preparing_a_prepared_text_changes_nothing(text: str) -> None:
    once = preprocess_arabert(clean(text).text)
    assert preprocess_arabert(once) == once


@given(any_texts)
def test_surrogates_are_replaced_one_for_one_and_once(text: str) -> None:
    replaced, number = replace_surrogates(text)
    assert len(replaced) == len(text)
    assert number == sum("\ud800" <= letter <= "\udfff" for letter in text)
    assert replace_surrogates(replaced) == (replaced, 0)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85"])
def test_offsets_do_not_depend_on_the_kind_of_line_end(line_end: str) -> None:
    lines = ["وقعت الصين اتفاقا.", "قال الوزير: «نعم».", "انتهى"]
    text = line_end.join(lines)
    assert [text[start:end] for start, end, _ in paragraphs(text)] == lines
