"""Articles get a cleaned text beside the one that was read."""

from copy import deepcopy

from pipeline.records import Article, Record, Rejection, Source, Tally
from pipeline.stages import CleanArticles
from pipeline.text import clean

BROKEN = Article("1", "الرئيـــس الصینی\r\nوقّع &amp; غادر", "day.jsonl:1", title="قمة", source="وكالة")
WHOLE = Article("2", "وقع الوزيران اتفاقا", "day.jsonl:2")


def test_the_cleaned_text_stands_beside_the_one_that_was_read() -> None:
    (article,) = CleanArticles()([BROKEN], Tally())
    assert isinstance(article, Article)
    assert article.cleaned == clean(BROKEN.text)
    assert article.cleaned.text == "الرئيس الصيني\nوقع & غادر"
    assert (article.text, article.title, article.source) == (BROKEN.text, "قمة", "وكالة")


def test_every_repair_is_counted_over_all_articles() -> None:
    tally = Tally()
    list(CleanArticles()([BROKEN, WHOLE, BROKEN], tally))
    assert tally == {f"clean_articles: {kind}": 2 * count for kind, count in clean(BROKEN.text).counts.items()}
    assert tally["clean_articles: HTML entities decoded"] == 2


def test_other_records_pass_through_in_order_and_inputs_stay_unchanged() -> None:
    records: list[Record] = [Rejection("a", "empty"), BROKEN, Source(None, "-"), WHOLE]
    before = deepcopy(records)
    passed = list(CleanArticles()(records, Tally()))
    assert [type(record) for record in passed] == [Rejection, Article, Source, Article]
    assert passed[0] is records[0]
    assert passed[2] is records[2]
    assert records == before
