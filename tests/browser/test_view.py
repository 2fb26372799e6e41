"""The page of labelled articles in a browser: clicks, keys, both languages, no complaint on the console."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from pipeline.view_page import Contents, ViewedArticle, page_script, write_page
from tests.view_samples import DECISION, dropped, row

ARTICLES = [
    ViewedArticle(
        [
            row(
                "وقّع البلدان اتفاقًا في الطاقة",
                ("energy",),
                title="الأول",
                article_id="1",
                place="1.txt",
                date="2024-01-05",
            ),
            row("لا شيء هنا", title="الأول", article_id="1", start=40, date="2024-01-05"),
        ],
        [dropped("شاركنا", start=80, reason="share buttons")],
    ),
    ViewedArticle(
        [
            row(
                "قرض من البنك",
                ("finance",),
                title="الثاني",
                article_id="2",
                needs_review=True,
                source="t",
                date="2024-03-01",
            ),
            row(
                "😀 قرض من البنك للغاز",
                ("finance", "energy"),
                title="الثاني",
                article_id="2",
                start=100,
                date="2024-03-01",
                evidence={"finance": ((102, 105), (109, 114)), "energy": ((115, 120),)},
            ),
        ]
    ),
    ViewedArticle([row("<b>غامق</b> \u202eمقلوب", title="<i>الثالث</i>", article_id="3", date="2023-03-01")]),
]


@pytest.fixture(params=["one file", "files beside"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The page on the disk, with its data inside or beside it."""
    contents = Contents(DECISION, page_chars=10)
    pages = list(contents.pages(ARTICLES))
    (tmp_path / "pages").mkdir()
    for number, page in enumerate(pages):
        (tmp_path / "pages" / f"{number:05d}.js").write_text(page_script(number, page), encoding="utf-8")
    whole = pages if request.param == "one file" else None
    (tmp_path / "index.html").write_text(write_page(contents.summary("t"), whole, "pages"), encoding="utf-8")
    return tmp_path / "index.html"


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, place: Path) -> Iterator[Page]:
    """The page, open; nothing may be complained of."""
    width, height = request.param
    context = browser.new_context(viewport=ViewportSize(width=width, height=height), locale="en")
    shown = context.new_page()
    complaints: list[str] = []
    shown.on("console", lambda message: complaints.append(message.text))
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    shown.goto(place.as_uri())
    shown.wait_for_selector(".paragraph")
    yield shown
    context.close()
    assert complaints == []


def test_the_first_article_is_read_right_to_left_with_its_chips(page: Page) -> None:
    assert page.inner_text("h1") == "الأول"
    assert page.eval_on_selector(".paragraph p", "p => getComputedStyle(p).direction") == "rtl"
    assert [each.inner_text().split("\n") for each in page.query_selector_all(".paragraph .chip")] == [
        ["Energy", "91%"],
        ["no domain"],
    ]
    assert "left out: share buttons" in page.inner_text(".left-out")


def test_nothing_is_wider_than_the_window(page: Page) -> None:
    for tab in ("read", "overview"):
        page.click(f"#tab-{tab}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_filters_leave_the_articles_that_fit(page: Page) -> None:
    page.eval_on_selector("#filters", "filters => { filters.open = true; }")
    page.click("#domains .chip:has-text('Finance')")
    assert page.inner_text("#found") == "1 of 3 articles"
    assert page.inner_text("h1") == "الثاني"
    page.click("#clear")
    page.fill("#from", "2024-01")
    page.fill("#to", "2024-01")
    assert page.inner_text("#found") == "1 of 3 articles"
    page.click("#clear")
    page.select_option("#source", label="t")
    assert page.inner_text("#found") == "1 of 3 articles"
    page.click("#clear")
    page.check("#review")
    assert page.inner_text("#found") == "1 of 3 articles"


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [("٢٠٢٤", "٢٠٢٤", 2), ("۲۰۲۴/۳", "", 1), ("2024-1", "2024-1", 1), ("2024/1/6", "", 1), ("", " 2024-1-5 ", 2)],
)
def test_dates_are_understood_in_all_digits_and_without_zeros(page: Page, first: str, last: str, found: int) -> None:
    page.eval_on_selector("#filters", "filters => { filters.open = true; }")
    page.fill("#from", first)
    page.fill("#to", last)
    assert page.inner_text("#found").startswith(f"{found} ")


def test_search_finds_words_whatever_their_hamza_and_marks_and_shows_them(page: Page) -> None:
    page.fill("#search", "وقع إتفاقا")
    page.wait_for_selector("mark")
    assert page.inner_text("#found") == "1 of 3 articles"
    assert [each.inner_text() for each in page.query_selector_all("mark")] == ["وقّع", "اتفاقًا"]
    page.fill("#search", "لاتوجد")
    page.wait_for_selector(".empty")


def test_a_missing_file_of_a_page_is_told_and_found_again_once_it_is_there(browser: Browser, tmp_path: Path) -> None:
    contents = Contents(DECISION, page_chars=10)
    pages = list(contents.pages(ARTICLES))
    (tmp_path / "pages").mkdir()
    scripts = {tmp_path / "pages" / f"{number:05d}.js": page_script(number, page) for number, page in enumerate(pages)}
    for script, content in list(scripts.items())[:-1]:
        script.write_text(content, encoding="utf-8")
    (tmp_path / "index.html").write_text(write_page(contents.summary("t"), None, "pages"), encoding="utf-8")
    page = browser.new_context(locale="en").new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((tmp_path / "index.html").as_uri())
    page.wait_for_selector(".paragraph")
    page.fill("#search", "غامق")
    page.wait_for_selector("#found:text-is('0 of 3 articles · 1 not searched')")
    page.fill("#search", "")
    page.wait_for_selector("#found:text-is('3 articles')")
    page.keyboard.press("Escape")
    page.keyboard.press("]")
    page.wait_for_selector("h1:text-is('الثاني')")
    page.keyboard.press("]")
    page.wait_for_selector(".empty:has-text('beside the page')")
    for script, content in scripts.items():
        script.write_text(content, encoding="utf-8")
    page.fill("#search", "غامق")
    page.wait_for_selector("#found:text-is('1 of 3 articles')")
    page.wait_for_selector("h1:text-is('<i>الثالث</i>')")
    page.context.close()
    assert errors == []


def test_keys_lead_through_articles_and_to_what_needs_review(page: Page) -> None:
    page.keyboard.press("]")
    page.wait_for_selector("h1:text-is('الثاني')")
    page.keyboard.press("[")
    page.wait_for_selector("h1:text-is('الأول')")
    page.keyboard.press("n")
    page.wait_for_selector(".paragraph.here")
    assert page.inner_text("h1") == "الثاني"
    page.keyboard.press("p")
    page.wait_for_selector("table.bars td.value")
    assert [each.inner_text() for each in page.query_selector_all("main td.value")] == ["0.91", "0.12"]
    page.keyboard.press("o")
    assert page.is_visible("#overview")


def test_tags_in_texts_are_shown_and_never_obeyed(page: Page) -> None:
    page.keyboard.press("]")
    page.keyboard.press("]")
    page.wait_for_selector("h1:text-is('<i>الثالث</i>')")
    assert page.query_selector("main b, main i") is None


def test_a_chip_underlines_the_words_that_speak_for_its_domain(page: Page) -> None:
    page.keyboard.press("]")
    page.wait_for_selector("h1:text-is('الثاني')")
    underlined = ".paragraph .because"
    page.click(".paragraph button.chip:has-text('Finance')")
    page.wait_for_selector(underlined)
    assert [each.inner_text() for each in page.query_selector_all(underlined)] == ["قرض", "البنك"]
    assert "underline" in page.eval_on_selector(underlined, "word => getComputedStyle(word).textDecorationLine")
    page.click(".paragraph button.chip:has-text('Energy')")
    page.wait_for_function("document.querySelectorAll('.paragraph .because').length === 1")
    assert page.inner_text(underlined) == "للغاز"
    page.click(".paragraph button.chip:has-text('Energy')")
    page.wait_for_selector(underlined, state="detached")


def test_the_chosen_chip_looks_chosen_and_keeps_the_focus(page: Page) -> None:
    page.keyboard.press("]")
    page.wait_for_selector("h1:text-is('الثاني')")
    chip = ".paragraph button.chip:has-text('Finance')"
    look = "chip => [getComputedStyle(chip).boxShadow, chip === document.activeElement, chip.ariaPressed].join()"
    assert page.eval_on_selector(chip, look) == "none,false,false"
    page.focus(chip)
    page.keyboard.press("Enter")
    page.wait_for_selector(".paragraph .because")
    shadow, *others = page.eval_on_selector(chip, look).rsplit(",", 2)
    assert shadow != "none"
    assert others == ["true", "true"]


def test_a_key_shows_the_words_of_one_domain_after_another(page: Page) -> None:
    page.keyboard.press("w")
    assert page.query_selector(".because") is None
    page.keyboard.press("]")
    page.wait_for_selector("h1:text-is('الثاني')")
    page.keyboard.press("j")
    page.keyboard.press("j")
    seen = []
    for _ in range(3):
        page.keyboard.press("w")
        page.wait_for_timeout(50)
        seen.append([each.inner_text() for each in page.query_selector_all(".because")])
    assert seen == [["قرض", "البنك"], ["للغاز"], []]


def test_only_an_article_with_evidence_says_how_it_is_shown(page: Page) -> None:
    assert page.query_selector(".hint") is None
    page.keyboard.press("]")
    page.wait_for_selector("h1:text-is('الثاني')")
    assert "Choose a domain" in page.inner_text(".hint")


def test_a_chip_without_evidence_is_no_button(page: Page) -> None:
    assert page.query_selector(".paragraph .chip") is not None
    assert page.query_selector(".paragraph button.chip") is None


def test_the_page_speaks_arabic_too_and_turns_round(page: Page) -> None:
    page.click("#language")
    assert page.eval_on_selector("html", "page => [page.lang, page.dir].join()") == "ar,rtl"
    assert page.inner_text("#tab-overview") == "نظرة عامة"
    assert page.inner_text(".paragraph .chip").startswith("الطاقة")
    assert page.inner_text(".left-out small") == "مستبعدة: أزرار المشاركة"


def test_the_theme_can_be_changed(page: Page) -> None:
    before = page.eval_on_selector("body", "body => getComputedStyle(body).backgroundColor")
    page.click("#theme")
    assert page.eval_on_selector("body", "body => getComputedStyle(body).backgroundColor") != before


def test_the_overview_has_totals_time_pairs_and_sources(page: Page) -> None:
    page.click("#tab-overview")
    assert [each.inner_text() for each in page.query_selector_all(".tiles b")] == ["3", "5", "60%", "20%"]
    assert len(page.query_selector_all(".multiples figure")) == 2
    assert len(page.query_selector_all("table.grid tbody tr")) == 2
    assert len(page.query_selector_all("table.sources tbody tr")) == 2
