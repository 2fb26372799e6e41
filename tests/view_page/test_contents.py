"""What the page is told of labelled articles."""

import pytest

from pipeline.view_page import Contents, ViewedArticle
from tests.view_samples import DECISION, dropped, row


def _summary(*articles: ViewedArticle) -> dict[str, object]:
    contents = Contents(DECISION)
    list(contents.pages(articles))
    return contents.summary("t")


def test_paragraphs_stand_in_the_order_of_the_article_and_those_left_out_among_them() -> None:
    article = ViewedArticle([row("الأول", start=0), row("الثالث", ("energy",), start=12)], [dropped(start=7)])
    [[paragraphs]] = list(Contents(DECISION).pages([article]))
    assert [each["t"] for each in paragraphs] == ["الأول", "شارك", "الثالث"]
    assert paragraphs[1]["x"] == "menu"
    assert paragraphs[2] == {"t": "الثالث", "l": [0], "p": [910, 123], "r": 0}


def test_evidence_is_told_by_domain_in_the_units_of_scripts_from_the_beginning_of_the_paragraph() -> None:
    text = "😀 غاز 😀😀 وقرض"
    spans = {"finance": ((49, 53),), "energy": ((42, 45), (49, 53))}
    paragraph = row(text, ("finance", "energy"), start=40, end=40 + len(text), evidence=spans)
    [[[told]]] = list(Contents(DECISION).pages([ViewedArticle([paragraph])]))
    assert told["e"] == {1: [[12, 16]], 0: [[3, 6], [12, 16]]}
    units = text.encode("utf-16-le")
    assert [units[2 * start : 2 * end].decode("utf-16-le") for start, end in told["e"][0]] == ["غاز", "وقرض"]


@pytest.mark.parametrize("evidence", [None, {}, {"energy": ()}])
def test_a_paragraph_without_evidence_has_none_on_the_page(evidence: dict[str, tuple[()]] | None) -> None:
    [[[told]]] = list(Contents(DECISION).pages([ViewedArticle([row(labels=("energy",), evidence=evidence)])]))
    assert "e" not in told


def test_a_page_is_full_when_it_has_enough_characters_and_the_list_knows_where_each_article_stands() -> None:
    contents = Contents(DECISION, page_chars=10)
    articles = [ViewedArticle([row("x" * 6, article_id=str(k))]) for k in range(5)]
    pages = list(contents.pages(articles))
    assert [len(page) for page in pages] == [2, 2, 1]
    listed = contents.summary("t")["articles"]
    assert list(zip(listed["page"], listed["at"], strict=True)) == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)]


def test_totals_count_paragraphs_by_domain_and_pairs_of_domains() -> None:
    rows = [row(labels=("energy", "finance")), row(labels=("energy",), needs_review=True), row()]
    totals = _summary(ViewedArticle(rows))["totals"]
    assert isinstance(totals, dict)
    assert {name: totals[name] for name in ("articles", "paragraphs", "none", "review", "domains", "together")} == {
        "articles": 1,
        "paragraphs": 3,
        "none": 1,
        "review": 1,
        "domains": [2, 1],
        "together": [[0, 1], [1, 0]],
    }
    assert totals["sources"] == [{"name": "s", "paragraphs": 3, "review": 1, "domains": [2, 1]}]


def test_an_article_is_listed_by_its_domains_the_most_frequent_first() -> None:
    article = ViewedArticle(
        [row(labels=("energy",)), row(labels=("finance",)), row(labels=("finance", "energy")), row(labels=("finance",))]
    )
    listed = _summary(article)["articles"]
    assert isinstance(listed, dict)
    assert listed["domains"] == [[1, 0]]
    assert (listed["title"], listed["beginning"]) == (["عنوان"], [None])


def test_an_article_without_a_title_is_listed_by_its_beginning() -> None:
    listed = _summary(ViewedArticle([row("ب" * 200, title=None)]))["articles"]
    assert isinstance(listed, dict)
    assert listed["beginning"] == ["ب" * 90]


def test_an_article_of_which_all_was_left_out_is_listed_too() -> None:
    summary = _summary(ViewedArticle((), [dropped()]))
    assert summary["articles"]["count"] == [0]  # type: ignore[index]


@pytest.mark.parametrize(
    ("dates", "unit", "periods"),
    [
        (("2024-05-01", "2024-05-03T10:00"), "day", ["2024-05-01", "2024-05-02", "2024-05-03"]),
        (("2024/5/1", "2024-08-03"), "month", ["2024-05", "2024-06", "2024-07", "2024-08"]),
        (("٢٠٢٤/٥/١", "2024-05-02"), "day", ["2024-05-01", "2024-05-02"]),
        (("2001-05-01", "2004-05-03"), "month", 37),
        (("2001-05-01", "2014-05-03"), "year", 14),
        (("2023", "2024-05-01"), "year", ["2023", "2024"]),
    ],
)
def test_time_is_shown_by_day_month_or_year_without_gaps(dates: tuple[str, str], unit: str, periods: object) -> None:
    articles = [ViewedArticle([row(labels=("energy",), date=each, article_id=each)]) for each in dates]
    time = _summary(*articles)["totals"]["time"]  # type: ignore[index]
    assert time["unit"] == unit
    assert (time["periods"] if isinstance(periods, list) else len(time["periods"])) == periods
    assert sum(counted[0] for counted in time["counts"]) == len(dates)


@pytest.mark.parametrize("date", [None, "", "yesterday", "2024-13-40", "20240517"])
def test_dates_that_cannot_be_read_are_counted_and_kept_as_written(date: str | None) -> None:
    summary = _summary(ViewedArticle([row(date=date)]))
    assert summary["totals"]["time"] == {"unit": "year", "periods": [], "counts": [], "undated": 1}  # type: ignore[index]
    assert summary["articles"]["date"] == [date]  # type: ignore[index]


def test_the_page_knows_names_and_thresholds() -> None:
    domains = _summary(ViewedArticle([row()]))["domains"]
    assert domains == [
        {"id": "energy", "arabic": "الطاقة", "english": "Energy", "threshold": 0.4},
        {"id": "finance", "arabic": "المال", "english": "Finance", "threshold": 0.5},
    ]
