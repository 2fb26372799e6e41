import re
from typing import Any

import pytest
from lxml import etree, html

from pipeline.report_page import write_page

from .sample_reports import DOMAINS, HOSTILE, Rows, make_report, make_scored, without_probabilities

VOID = "meta|link|br|hr|img|input|col|wbr"


@pytest.fixture(scope="module")
def full() -> tuple[dict[str, Any], Rows]:
    return make_report(make_scored(), other=make_scored(seed=1), is_full=True)


@pytest.fixture(scope="module")
def page(full: tuple[dict[str, Any], Rows]) -> str:
    return write_page(*full)


@pytest.fixture(scope="module")
def tree(page: str) -> html.HtmlElement:
    return html.document_fromstring(page)


def _section(tree: html.HtmlElement, name: str) -> html.HtmlElement:
    return tree.get_element_by_id(name)


def _told(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _cells(tree: html.HtmlElement, section: str, row: str) -> list[str]:
    """Give what the first row of a section's tables with that head tells, plots left out."""
    for line in _section(tree, section).iter("tr"):
        cells = [_told(cell) for cell in line if "plot" not in cell.get("class", "")]
        if cells[0].startswith(row):
            return cells
    pytest.fail(f"no row {row} in {section}")


def _written(value: float | None, ends: tuple[float, float] | None = None) -> str:
    if value is None:
        return "undefined"
    return f"{value:.3f}" + (f" [{ends[0]:.3f}, {ends[1]:.3f}]" if ends else "")


def _variants() -> list[Any]:
    variants = []
    for is_single in (False, True):
        for rows in (1, 2, 40):
            scored = make_scored(rows, is_single=is_single)
            name = f"{'single' if is_single else 'multi'}-{rows}"
            variants += [pytest.param(scored, id=name)]
            variants += [pytest.param(without_probabilities(scored), id=f"{name}-labels-only")]
    return variants


def test_the_page_is_well_formed(page: str) -> None:
    """Strict XML takes it once void elements are closed and what scripts and styles hold is left out."""
    body = re.sub(r"(?s)<(style|script)>.*?</\1>", "", page.partition("<!DOCTYPE html>")[2])
    body = re.sub(rf"<((?:{VOID})\b[^>]*)>", r"<\1/>", body)

    etree.fromstring(body.strip(), parser=etree.XMLParser(recover=False))


def test_ids_are_given_once_and_links_lead_to_them(tree: html.HtmlElement) -> None:
    ids = tree.xpath("//@id")

    assert len(ids) == len(set(ids))
    assert {link[1:] for link in tree.xpath("//a/@href")} <= set(ids)
    assert [section.get("id") for section in tree.iter("section")] == [
        link.get("href")[1:] for link in tree.xpath("//nav//a")
    ]


def test_every_table_has_heads_and_full_rows(tree: html.HtmlElement) -> None:
    tables = list(tree.iter("table"))

    assert tables
    for table in tables:
        width = len(table.xpath("./thead/tr/th[@scope='col']"))
        assert width
        for row in table.xpath("./tbody/tr"):
            assert len(row) == width
            assert row[0].get("scope") == "row"


def test_nothing_is_loaded_from_elsewhere(tree: html.HtmlElement, page: str) -> None:
    assert not [each for each in tree.xpath("//@href | //@src") if not each.startswith("#")]
    assert not list(tree.iter("link", "img", "iframe", "object"))
    assert "@import" not in page
    assert "url(" not in page
    assert "http" not in page


def test_all_domains_are_named_in_both_languages(tree: html.HtmlElement) -> None:
    for section in ("comparison", "domains", "calibration", "precision-recall", "confusion", "mistakes"):
        told = _told(_section(tree, section))
        for domain in DOMAINS:
            assert domain.english in told
            assert domain.arabic in told


def test_hostile_text_is_shown_and_does_nothing(tree: html.HtmlElement) -> None:
    shown = tree.xpath("//p[@class='paragraph']")

    assert HOSTILE in [each.text_content() for each in shown]
    assert len(list(tree.iter("script"))) == 1
    assert "alert" not in tree.xpath("//script")[0].text
    assert not tree.xpath("//p[@class='paragraph']//b")
    assert "<gold>.jsonl" in _told(_section(tree, "measured"))
    assert "source وكالة <i>" in _told(_section(tree, "slices"))


def test_arabic_runs_from_the_right_and_is_kept_apart(tree: html.HtmlElement) -> None:
    for each in tree.xpath("//p[@class='paragraph']"):
        assert (each.get("dir"), each.get("lang")) == ("rtl", "ar")
        assert [child.tag for child in each] == ["bdi"]
    assert {(each.get("dir"), each.get("lang")) for each in tree.xpath("//bdi[@class='arabic-name']")} == {
        ("rtl", "ar")
    }


def test_numbers_are_those_of_the_report(full: tuple[dict[str, Any], Rows], tree: html.HtmlElement) -> None:
    report, _ = full
    metrics, ranges, agreement = report["metrics"], report["intervals"], report["agreement"]

    assert _cells(tree, "headline", "Macro-F1") == [
        "Macro-F1 over domains",
        _written(metrics["macro_f1"], ranges["macro_f1"]),
        _written(agreement["macro_f1"]),
    ]
    assert _cells(tree, "headline", "Brier")[1] == _written(metrics["brier"])
    finance = metrics["domains"]["finance"]
    keys = ("precision", "recall", "average_precision")
    assert _cells(tree, "domains", "Finance & banking")[1:] == [
        _written(finance["f1"], ranges["f1.finance"]),
        str(finance["support"]),
        *(_written(finance[key], ranges[f"{key}.finance"]) for key in keys),
        _written(agreement["f1"]["finance"]),
        _written(agreement["alpha"]["finance"]),
    ]
    assert report["gold"][0]["sha256"] in _told(_section(tree, "measured"))
    assert [float(cell) for cell in _cells(tree, "confusion", "Energy")[1:-1]] == [
        pytest.approx(count, abs=0.05) for count in report["confusion"]["matrix"][0]
    ]
    worst = report["slices"]["slices"][0]
    assert _cells(tree, "slices", worst["field"])[1] == _written(worst["micro_f1"], worst["interval"])
    edit = next(each for each in report["robustness"]["edits"] if each["invariance"] is not None)
    assert _cells(tree, "robustness", edit["name"].replace("_", " "))[1] == _written(
        edit["invariance"], edit["interval"]
    )


def test_the_comparison_is_that_of_the_report(full: tuple[dict[str, Any], Rows], tree: html.HtmlElement) -> None:
    comparison = full[0]["comparison"]
    energy, discordance = comparison["f1"]["energy"], comparison["discordance"]["energy"]

    cells = [cell.replace("−", "-") for cell in _cells(tree, "comparison", "Energy")]

    low, high = energy["interval"]
    assert cells[1] == f"{energy['difference']:+.3f} [{low:+.3f}, {high:+.3f}]"
    assert cells[2] == f"{energy['p']:.3f} Holm {energy['p_holm']:.3f}"
    assert cells[4:6] == [_written(energy["a"]), _written(energy["b"])]
    assert cells[6:8] == [str(discordance["only_a_right"]), str(discordance["only_b_right"])]
    assert _told(tree.xpath("//p[@class='verdict']")[0]) == comparison["verdict"]


def test_what_cannot_be_known_is_called_undefined(tree: html.HtmlElement) -> None:
    """No row has the domain diplomacy."""
    cells = _cells(tree, "domains", "Diplomacy")

    assert [cells[k] for k in (1, 2, 4, 5)] == ["undefined", "0", "undefined", "undefined"]
    assert "undefined: no gold row has this domain" in _told(_section(tree, "precision-recall"))
    assert "None" not in _told(tree)
    assert "nan" not in _told(_section(tree, "headline"))


def test_every_mistake_shows_its_labels(full: tuple[dict[str, Any], Rows], tree: html.HtmlElement) -> None:
    mistakes = full[1]["mistakes"]

    rows = _section(tree, "mistakes").xpath(".//article")

    assert len(rows) == len(mistakes)
    assert len(_section(tree, "mistakes").xpath(".//*[contains(@class, 'chip added')]")) == sum(
        len(set(each["predicted"]) - set(each["gold"])) for each in mistakes
    )


def test_a_page_without_the_rows_says_so(full: tuple[dict[str, Any], Rows]) -> None:
    report, rows = full

    tree = html.document_fromstring(write_page(report, {name: [] for name in rows}))

    assert not list(tree.iter("article"))
    for section in ("mistakes", "suspected"):
        assert "written without the rows" in _told(_section(tree, section))


def test_sections_without_numbers_say_so() -> None:
    tree = html.document_fromstring(write_page(*make_report(without_probabilities(make_scored()))))

    for section, words in {
        "comparison": "No other classifier",
        "calibration": "came without probabilities",
        "precision-recall": "came without probabilities",
        "leakage": "undefined",
        "robustness": "Not measured",
        "suspected": "came without probabilities",
        "headline": "one coding each",
    }.items():
        assert words in _told(_section(tree, section))


@pytest.mark.parametrize("scored", _variants())
def test_any_report_gives_a_page(scored: Any) -> None:
    tree = html.document_fromstring(write_page(*make_report(scored)))

    assert len(list(tree.iter("section"))) == 14
    assert "None" not in _told(tree)


def test_one_label_per_paragraph_has_an_accuracy_and_no_column_of_none() -> None:
    report, rows = make_report(make_scored(is_single=True))

    tree = html.document_fromstring(write_page(report, rows))

    assert _cells(tree, "headline", "Accuracy")[1].startswith(_written(report["metrics"]["exact_match"]))
    assert len(_cells(tree, "confusion", "Energy")) == 1 + len(DOMAINS) + 1


def test_edits_of_the_encoding_that_miss_the_target_are_marked(full: tuple[dict[str, Any], Rows]) -> None:
    report, rows = full
    edits = [
        {**edit, "invariance": 0.98, "interval": (0.9, 0.99), "micro_f1": (0.9, 0.6), "micro_f1_drop": 0.3}
        for edit in report["robustness"]["edits"]
    ]

    tree = html.document_fromstring(
        write_page({**report, "robustness": {**report["robustness"], "edits": edits}}, rows)
    )

    assert _cells(tree, "robustness", "tatweel")[0].startswith("tatweel below target")
    assert _cells(tree, "robustness", "tatweel")[1::2] == ["0.980 [0.900, 0.990]", "60", "0.600"]
    assert "below target" not in _cells(tree, "robustness", "missing hamza")[0]


def test_the_page_is_the_same_each_time(full: tuple[dict[str, Any], Rows], page: str) -> None:
    assert write_page(*full) == page
