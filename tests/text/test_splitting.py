import json
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text import clean, split_spans
from tests.text.texts import ROOT, any_texts

ARTICLES = sorted((ROOT / "seeds" / "articles").glob("*.txt"))


def paragraphs(text: str) -> list[str]:
    return [text[start:end] for start, end in split_spans(text)]


def labelled_paragraphs(article: str) -> list[str]:
    with (ROOT / "seeds" / "labelled" / "seeds.jsonl").open(encoding="utf-8") as lines:
        return [row["text"] for row in map(json.loads, lines) if row["article"] == article]


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_seed_articles_split_into_the_paragraphs_that_were_labelled(path) -> None:  # type: ignore[no-untyped-def]
    article = path.read_text(encoding="utf-8")
    cleaned = clean(article)
    found = [article[slice(*cleaned.source_span(*span))] for span in split_spans(cleaned.text)]
    assert found == labelled_paragraphs(path.stem)


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("width", [50, 72, 80, 100])
def test_wrapped_lines_are_joined_again(path, width: int) -> None:  # type: ignore[no-untyped-def]
    expected = [" ".join(paragraph.split()) for paragraph in labelled_paragraphs(path.stem)]
    wrapped = "\n\n".join(textwrap.fill(paragraph, width, break_on_hyphens=False) for paragraph in expected)
    assert [" ".join(paragraph.split()) for paragraph in paragraphs(wrapped)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\n \n", []),
        ("فقرة واحدة", ["فقرة واحدة"]),
        ("  الأولى \n   \n الثانية  ", ["الأولى", "الثانية"]),
        ("عنوان\nفقرة أولى طويلة.\n\n\nفقرة ثانية.", ["عنوان", "فقرة أولى طويلة.", "فقرة ثانية."]),
        (
            "مجالات:\n- الطاقة\n• النقل\n1. المال\n٢- الصحة\n(3) المياه",
            ["مجالات:", "- الطاقة", "• النقل", "1. المال", "٢- الصحة", "(3) المياه"],
        ),
    ],
)
def test_every_line_is_a_paragraph(text: str, expected: list[str]) -> None:
    assert paragraphs(text) == expected


def test_list_items_of_a_wrapped_text_stay_apart() -> None:
    prose = "وقال الوزير إن البلدين اتفقا على توسيع التعاون بينهما في مجالات النقل والطاقة والتعليم العالي " * 3
    points = ["- " + prose.strip(), "- " + prose.strip()]
    text = textwrap.fill(prose, 60) + "\n\n" + "\n".join(textwrap.fill(point, 60) for point in points)
    assert [" ".join(paragraph.split()) for paragraph in paragraphs(text)] == [prose.strip(), *points]


def test_headlines_of_like_length_are_not_taken_for_wrapped_lines() -> None:
    headlines = [
        "بكين تقترح على موسكو مفاوضات لإنشاء منطقة تجارة حرة",
        "أنقرة وطشقند ترفعان حجم التجارة إلى خمسة مليارات دولار",
        "وزراء المال العرب يقرون صندوقا مشتركا لضمان القروض",
    ]
    assert paragraphs("\n".join(headlines)) == headlines


def test_a_long_paragraph_is_not_cut() -> None:
    huge = "تعاون " * 200_000
    assert split_spans(huge) == [(0, len(huge) - 1)]


@settings(max_examples=500, deadline=None)
@given(
    st.one_of(
        any_texts,
        st.lists(st.sampled_from(["كلمة", "كلمتان اثنتان", " ", "\n", "\n\n", "- بند", ".", "س" * 40])).map("".join),
    )
)
def test_spans_are_ordered_trimmed_and_hold_everything_but_space(text: str) -> None:
    spans = split_spans(text)
    behind = 0
    for start, end in spans:
        assert behind <= start < end
        assert not text[behind:start].strip()
        assert text[start:end] == text[start:end].strip()
        behind = end
    assert not text[behind:].strip()
