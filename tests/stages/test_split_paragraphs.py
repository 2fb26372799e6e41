"""Articles become their paragraphs; one without text is rejected."""

from copy import deepcopy
from dataclasses import replace

import pytest

from pipeline.records import Article, Paragraph, Record, Rejection, Source, Tally
from pipeline.stages import SplitParagraphs
from pipeline.text import clean

ARTICLE = Article("1", "  قمة بكيـــن\n\nوقّع الرئيسان اتفاقا.\n", "day.jsonl:1")
EMPTY = Article("2", " \n\u00a0\n", "day.jsonl:2")


@pytest.mark.parametrize("article", [ARTICLE, replace(ARTICLE, cleaned=clean(ARTICLE.text))], ids=["raw", "cleaned"])
def test_paragraphs_are_numbered_and_lead_back_to_the_text_that_was_read(article: Article) -> None:
    tally = Tally()
    paragraphs = list(SplitParagraphs()([article], tally))
    assert all(isinstance(paragraph, Paragraph) and paragraph.article is article for paragraph in paragraphs)
    assert [(paragraph.index, paragraph.text, paragraph.cleaned) for paragraph in paragraphs] == [  # type: ignore[union-attr]
        (0, "قمة بكيـــن", "قمة بكين"),
        (1, "وقّع الرئيسان اتفاقا.", "وقع الرئيسان اتفاقا."),
    ]
    assert tally == {"split_paragraphs: paragraphs": 2}
    assert all(
        clean(article.text).text[each.cleaned_start :].startswith(each.cleaned)
        for each in paragraphs
        if isinstance(each, Paragraph)
    )


def test_an_article_without_text_is_rejected_with_its_place_and_id() -> None:
    tally = Tally()
    records = list(SplitParagraphs()([EMPTY], tally))
    assert records == [Rejection("day.jsonl:2", "the article has no text; nothing to label", "2")]
    assert tally["split_paragraphs: article without text"] == 1
    assert tally["split_paragraphs: paragraphs"] == 0


def test_other_records_pass_through_in_order_and_inputs_stay_unchanged() -> None:
    records: list[Record] = [Rejection("a", "empty"), ARTICLE, Source(None, "-"), EMPTY]
    before = deepcopy(records)
    passed = list(SplitParagraphs()(records, Tally()))
    assert [type(record) for record in passed] == [Rejection, Paragraph, Paragraph, Source, Rejection]
    assert passed[0] is records[0]
    assert passed[3] is records[2]
    assert records == before
