"""What is dropped stays in the flow with its reason."""

from copy import deepcopy

import pytest

from pipeline.records import Article, Dropped, Paragraph, Record, Rejection, Tally
from pipeline.stages import DropBoilerplate
from pipeline.text import clean


def paragraph_of(text: str, index: int = 0) -> Paragraph:
    return Paragraph(Article("1", text, "day.jsonl:1"), index, 0, len(text), clean(text).text)


NEWS = paragraph_of("وقع الوزيران اتفاقا للتعاون في الطاقة")
BUTTON = paragraph_of("اقرأ أيضاً:", 1)
ENGLISH = paragraph_of("China and Russia signed an agreement in Beijing.", 2)
PERSIAN = paragraph_of("رئیس جمهور ایران گفت که این توافق برای هر دو کشور مفید است", 3)


def test_dropped_paragraphs_keep_their_reason_and_are_counted_by_it() -> None:
    tally = Tally()
    assert list(DropBoilerplate()([NEWS, BUTTON, ENGLISH, PERSIAN, BUTTON], tally)) == [
        NEWS,
        Dropped(BUTTON, "read-also link"),
        Dropped(ENGLISH, "not Arabic"),
        Dropped(PERSIAN, "looks like Persian"),
        Dropped(BUTTON, "read-also link"),
    ]
    assert tally == {
        "drop_boilerplate: read-also link": 2,
        "drop_boilerplate: not Arabic": 1,
        "drop_boilerplate: looks like Persian": 1,
    }


def test_other_languages_are_kept_on_demand_but_boilerplate_is_not() -> None:
    tally = Tally()
    records = list(DropBoilerplate(keep_foreign=True)([ENGLISH, PERSIAN, BUTTON], tally))
    assert records == [ENGLISH, PERSIAN, Dropped(BUTTON, "read-also link")]
    assert tally == {"drop_boilerplate: read-also link": 1}


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"&#x{ord(letter):x};" for letter in NEWS.text),
        'وقع <a href="https://news.example.com/politics/2024/china-russia-energy-agreement">الوزيران</a> اتفاقا',
        "وقع الوزيران اتفاقا https://news.example.com/politics/2024/china-russia-energy-agreement",
    ],
    ids=["entities", "link", "address"],
)
def test_arabic_news_with_leftovers_of_a_page_in_it_stays(text: str) -> None:
    paragraph = paragraph_of(text)
    assert list(DropBoilerplate()([paragraph], Tally())) == [paragraph]


def test_other_records_pass_through_in_order_and_inputs_stay_unchanged() -> None:
    article = Article("2", "نص", "day.jsonl:2")
    records: list[Record] = [Rejection("a", "empty"), NEWS, article, BUTTON, Dropped(NEWS, "caption or credit")]
    before = deepcopy(records)
    passed = list(DropBoilerplate()(records, Tally()))
    assert passed == [records[0], NEWS, article, Dropped(BUTTON, "read-also link"), records[4]]
    assert records == before
