"""Pages become articles; no page can hang the run or eat the memory."""

import sys
import time
from collections.abc import Iterable

import pytest

from pipeline.errors import PipelineError
from pipeline.readers.rows import MAX_CARRIED_CHARS
from pipeline.readers.sandbox import PAGES_PER_CHILD, PageExtractor
from pipeline.records import Article, Record, Rejection, Tally
from pipeline.stages.extract_articles import ExtractArticles

PAGE = """<!DOCTYPE html><html lang="ar"><head><title>زيارة رسمية</title>
<meta property="og:site_name" content="وكالة الأخبار">
<meta property="article:published_time" content="2024-10-23T08:00:00Z">
</head><body><nav><ul><li><a href="/">الرئيسية</a></li><li><a href="/p">سياسة</a></li></ul></nav>
<article><h1>وصول الوفد إلى العاصمة</h1>
<p>وصل الوفد الوزاري إلى العاصمة يوم الأربعاء في زيارة رسمية تستمر يومين، يبحث خلالها ملفات
التجارة والطاقة &amp; النقل.</p>
<h2>اتفاقيات جديدة</h2>
<p>وقع الجانبان عددا من الاتفاقيات<br>في مجالات النقل والتعليم.<br><br>وقال المتحدث إن <b>التعاون</b> مستمر.</p>
<ul><li>اتفاقية للغاز الطبيعي</li><li>مذكرة تفاهم بين الجامعات</li></ul>
<table><tr><th>السنة</th><th>الحجم</th></tr><tr><td>2023</td><td>240 مليارا</td></tr></table>
<blockquote>نحن شركاء في كل شيء</blockquote></article>
<div id="comments" class="comments"><p>تعليق قارئ لا يهم أحدا</p></div><script>var x = "نص";</script></body></html>"""
LINES = [
    "وصول الوفد إلى العاصمة",
    "وصل الوفد الوزاري إلى العاصمة يوم الأربعاء في زيارة رسمية تستمر يومين، يبحث خلالها ملفات التجارة والطاقة & النقل.",
    "اتفاقيات جديدة",
    "وقع الجانبان عددا من الاتفاقيات",
    "في مجالات النقل والتعليم.",
    "وقال المتحدث إن التعاون مستمر.",
    "اتفاقية للغاز الطبيعي",
    "مذكرة تفاهم بين الجامعات",
    "السنة | الحجم",
    "2023 | 240 مليارا",
    "نحن شركاء في كل شيء",
]
SLOW = "<html><body>" + '<a href="x">ر</a>' * 300_000


def _page(html: str, **carried: str) -> Article:
    return Article("p", html, "p.html", markup="html", **carried)  # type: ignore[arg-type]


def _extract(records: Iterable[Record], **settings: float) -> tuple[list[Record], Tally]:
    tally = Tally()
    return list(ExtractArticles.model_validate(settings)(records, tally)), tally


def _reason(record: Record) -> str:
    assert isinstance(record, Rejection)
    assert (record.place, record.id) == ("p.html", "p")
    return record.reason


def test_headings_list_items_and_table_rows_stay_as_lines_and_the_rest_of_the_page_goes() -> None:
    (article,), tally = _extract([_page(PAGE)])
    assert isinstance(article, Article)
    assert article.text.split("\n") == LINES
    assert (article.title, article.date, article.source) == ("وصول الوفد إلى العاصمة", "2024-10-23", "وكالة الأخبار")
    assert article.markup == "none"
    assert tally == {"extract_articles: pages extracted": 1}


def test_what_the_input_states_counts_for_more_than_the_page() -> None:
    (article,), _ = _extract([_page(PAGE, title="t", date="d", source="s")])
    assert isinstance(article, Article)
    assert (article.title, article.date, article.source) == ("t", "d", "s")


@pytest.mark.parametrize(
    ("fragment", "lines"),
    [
        ("<p>فقرة أولى.</p><p>فقرة <b>ثانية</b>.</p>", ["فقرة أولى.", "فقرة ثانية."]),
        ("<h2>عنوان</h2><ul><li>بند</li><li>آخر</li></ul>", ["عنوان", "بند", "آخر"]),
        ("<p>كلمة</p>", ["كلمة"]),
        (
            "مقدمة<br>سطر<script>x</script><!-- y --> تتمة<div>نص<p>آخر</p>ذيل</div>",
            ["مقدمة", "سطر تتمة", "نص", "آخر", "ذيل"],
        ),
        ("<table><tr><td>1</td><td>2</td></tr></table>", ["1 | 2"]),
        (
            "<html><body><article><p>فقرة أولى.</p><p>فقرة <b>ثانية</b>.</p></article></body></html>",
            ["فقرة أولى.", "فقرة ثانية."],
        ),
    ],
)
def test_fragments_and_short_pages_are_extracted_whole(fragment: str, lines: list[str]) -> None:
    (article,), _ = _extract([_page(fragment)])
    assert isinstance(article, Article)
    assert article.text.split("\n") == lines


def test_all_but_pages_pass_and_start_no_process() -> None:
    passing: list[Record] = [Rejection("x", "y"), Article("a", "<p>نص</p>", "a")]
    start = time.perf_counter()
    assert _extract(passing) == (passing, {})
    assert time.perf_counter() - start < 0.1


@pytest.mark.parametrize(
    "html",
    [
        "<html></html>",
        "<html><body><script>x</script></body></html>",
        "<p></p>",
        "<!DOCTYPE -t\u0651\u064e>",
        "<!-- x -->",
        "<?x?>",
    ],
)
def test_a_page_without_article_is_rejected(html: str) -> None:
    (record,), tally = _extract([_page(html)])
    assert _reason(record) == "no article text found in the page"
    assert tally == {"extract_articles: rejected": 1}


def test_limits_of_length_are_kept() -> None:
    records, _ = _extract([_page(PAGE)], max_page_chars=100)
    assert _reason(records[0]) == "page longer than 100 characters; raise extract.max_page_chars"
    records, _ = _extract([_page(PAGE)], max_article_chars=100)
    assert _reason(records[0]) == "text longer than 100 characters; raise extract.max_article_chars"


def test_a_page_that_takes_too_long_is_rejected_and_the_next_ones_are_extracted() -> None:
    records, tally = _extract([_page(PAGE), _page(SLOW), _page(PAGE)], timeout_seconds=1.5)
    assert [type(record) for record in records] == [Article, Rejection, Article]
    assert _reason(records[1]).startswith("the page takes more than 1.5 seconds to extract")
    assert tally == {"extract_articles: pages extracted": 2, "extract_articles: rejected": 1}


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is kept on Linux only")
def test_a_page_that_takes_too_much_memory_is_rejected_and_the_next_ones_are_extracted() -> None:
    records, _ = _extract([_page(PAGE), _page(SLOW), _page(PAGE)], memory_megabytes=256, timeout_seconds=60)
    assert [type(record) for record in records] == [Article, Rejection, Article]
    assert _reason(records[1]).startswith("the page takes more than 256 MB of memory to extract")


@pytest.mark.parametrize(
    "html",
    [
        "<html><body>" + "<div>" * 50_000 + "نص",
        "<html><body><p " + 'a="x" ' * 100_000 + ">نص</p>",
        '<!DOCTYPE html [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><html><body><p>&b;</p>',
        "<html><body>" + "<table><tr><td>" * 20_000,
        "\0" * 100 + "<p>\ud800</p>",
        "",
    ],
    ids=["deep", "attributes", "entities", "tables", "characters", "empty"],
)
def test_bombs_give_an_article_or_a_rejection(html: str) -> None:
    records, _ = _extract([_page(html), _page(PAGE)])
    assert isinstance(records[0], Article | Rejection)
    assert isinstance(records[1], Article)


def test_a_child_is_replaced_after_many_pages_and_after_its_death() -> None:
    with PageExtractor(20, 1024) as extractor:
        pages = {extractor.extract("<p>نص</p>").text for _ in range(PAGES_PER_CHILD + 2)}
        child = extractor._child
        assert child is not None
        child.kill()
        child.wait()
        assert pages == {extractor.extract("<p>نص</p>").text} == {"نص"}


def test_no_child_is_left_when_the_flow_is_broken_off() -> None:
    with PageExtractor(20, 1024) as extractor:
        extractor.extract(PAGE)
        child = extractor._child
    assert child is not None
    assert child.returncode is not None


def test_a_child_that_does_not_start_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(PipelineError, match="HTML cannot be extracted: its process does not start"):
        _extract([_page(PAGE)])


def test_a_title_too_long_for_one_is_left_out() -> None:
    (article,), _ = _extract([_page(PAGE.replace("<title>زيارة رسمية</title>", f"<title>{'عنوان ' * 1000}</title>"))])
    assert isinstance(article, Article)
    assert article.title is None or len(article.title) <= MAX_CARRIED_CHARS
    assert article.text.split("\n") == LINES


def test_a_page_that_names_a_file_of_the_system_does_not_get_it() -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>نص &x; نص</p></body></html>'
    records, _ = _extract([_page(page)])
    assert "root:" not in str(records)
