import re
from math import sqrt
from typing import Any

import pytest
from lxml import html

from pipeline.evaluation.learning_curve import CurvePoint
from pipeline.report_page import write_page
from pipeline.report_page.learning_curve import learning_curve

from .sample_reports import Rows, make_curve, make_report, make_scored


@pytest.fixture(scope="module")
def plain() -> tuple[dict[str, Any], Rows]:
    return make_report(make_scored())


def _tree(plain: tuple[dict[str, Any], Rows], curve: dict[str, Any] | None) -> html.HtmlElement:
    report, rows = plain
    return html.document_fromstring(write_page({**report, "learning_curve": curve}, rows))


def _told(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _points(scores: dict[float, list[float | None]], rows: int = 1600) -> list[CurvePoint]:
    """Make trainings with these macro-F1 by share; their mean average precision is unknown."""
    return [
        CurvePoint(
            share=share,
            draw=None if share == 1 else draw,
            rows=int(share * rows) + draw,
            macro_f1=score,
            mean_average_precision=None,
        )
        for share, drawn in scores.items()
        for draw, score in enumerate(drawn)
    ]


def _law(share: float) -> float:
    """Give .8 - 8 / sqrt(rows) for a share of 1,600 rows: .6 of all."""
    return 0.8 - 8 / sqrt(1600 * share)


def _drawn_law() -> list[CurvePoint]:
    return _points({1 / 16: [_law(1 / 16)], 1 / 4: [_law(1 / 4)], 1.0: [_law(1)]})


def test_the_table_has_mean_and_spread_of_each_share(plain: tuple[dict[str, Any], Rows]) -> None:
    points = _points({1 / 4: [0.5, 0.6, 0.4], 1 / 2: [0.65, None, 0.55], 1.0: [0.7]})

    section = _tree(plain, make_curve(points)).get_element_by_id("learning-curve")

    assert [[_told(cell) for cell in row] for row in section.xpath(".//tbody/tr")][:3] == [
        ["1/4", "400 to 402", "3", "0.500 0.400 to 0.600", "undefined"],
        ["1/2", "800 to 802", "3", "0.600 0.550 to 0.650 (2 of 3)", "undefined"],
        ["all rows", "1,600", "1", "0.700", "undefined"],
    ]


def test_the_line_is_the_fitted_law_continued_to_four_times_the_rows() -> None:
    found = learning_curve({"learning_curve": make_curve(_drawn_law())})

    assert found
    chart = found["charts"]["macro_f1"]
    assert [chart.curve[k] for k in (0, -1)] == [pytest.approx((100, 0), abs=1e-6), pytest.approx((1600, 0.6))]
    assert chart.extension[0] == pytest.approx((1600, 0.6))
    assert chart.extension[-1] == pytest.approx((6400, 0.7))
    assert [(dot.x, dot.y) for dot in chart.expected] == [
        pytest.approx((3200, 0.8 - 8 / 3200**0.5)),
        pytest.approx((6400, 0.7)),
    ]
    assert [(dot.low, dot.high) for dot in chart.expected] == [(None, None)] * 2
    assert found["charts"]["mean_average_precision"] is None


def test_a_sentence_tells_what_twice_the_rows_would_bring(plain: tuple[dict[str, Any], Rows]) -> None:
    """By hand: .8 - 8 / sqrt(3,200) = .6586, and .6 before."""
    section = _tree(plain, make_curve(_drawn_law())).get_element_by_id("learning-curve")

    assert _told(section.xpath("./p[@class='verdict']")[0]) == (
        "If the fitted trend holds, with twice the rows (3,200), macro-F1 over domains would rise by about 0.059, "
        "to 0.659, and what mean average precision would do is undefined, as fewer than three shares of different "
        "sizes have it."
    )


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ([0.6, 0.6, 0.6], "would stay about 0.600, as it does not rise"),
        ([0.7, 0.6, 0.5], "would stay about 0.600, as it does not rise"),
        ([0.5998, 0.5999, 0.6], "would hardly rise, staying about 0.600"),
    ],
)
def test_a_curve_that_does_not_rise_is_told_as_such(scores: list[float], words: str) -> None:
    points = _points({share: [score] for share, score in zip((1 / 4, 1 / 2, 1.0), scores, strict=True)})

    found = learning_curve({"learning_curve": make_curve(points)})

    assert found
    assert words in found["outlook"]


def test_plots_have_points_lines_and_bars(plain: tuple[dict[str, Any], Rows]) -> None:
    curve = make_curve()

    charts = _tree(plain, curve).xpath("//section[@id='learning-curve']//svg[contains(@class, 'chart')]")

    assert len(charts) == 2
    for chart in charts:
        assert len(chart.xpath(".//circle[@class='mark model']")) == len(curve["points"])
        assert len(chart.xpath(".//circle[@class='mark open']")) == 2
        assert len(chart.xpath("./polyline")) == 2
        bars = chart.xpath("./line[@class='whisker model']")
        assert len(bars) == 2
        assert all(float(bar.get("y1")) > float(bar.get("y2")) for bar in bars)
        assert re.search(r"expected of 12,800 rows: 0\.\d{3}, spread 0\.\d{3} to 0\.\d{3}", _told(chart))


def test_spreads_are_not_written_as_intervals(plain: tuple[dict[str, Any], Rows]) -> None:
    told = _told(_tree(plain, make_curve()).get_element_by_id("learning-curve"))

    assert "spread over draws" in told
    assert "95 %" not in told
    assert "[" not in told


def test_an_undefined_trend_is_told_and_its_points_are_drawn(plain: tuple[dict[str, Any], Rows]) -> None:
    section = _tree(plain, make_curve(_points({1 / 2: [0.5, 0.6], 1.0: [0.7]}))).get_element_by_id("learning-curve")

    assert "What twice the rows would bring is undefined" in _told(section)
    assert "The trend of macro-F1 over domains is undefined" in _told(section)
    assert "mean average precision: undefined, no training has it" in _told(section)
    assert len(section.xpath(".//svg[contains(@class, 'chart')]//circle")) == 3
    assert not section.xpath(".//polyline[not(@points) or @points='']")
    assert "expected" not in _told(section)


def test_a_curve_without_any_score_gives_a_section(plain: tuple[dict[str, Any], Rows]) -> None:
    section = _tree(plain, make_curve(_points({1 / 2: [None, None], 1.0: [None]}))).get_element_by_id("learning-curve")

    assert not section.xpath(".//svg[contains(@class, 'chart')]")
    assert _told(section).count("no training has it") == 2
    assert "None" not in _told(section)


def test_gold_rows_among_the_training_rows_are_told(plain: tuple[dict[str, Any], Rows]) -> None:
    told = _told(_tree(plain, make_curve() | {"copies": 7}).get_element_by_id("learning-curve"))

    assert "7 of the gold rows are among the rows trained on" in told
    assert "<train>.jsonl" in told
    assert "too good" not in _told(_tree(plain, make_curve()))


def test_a_report_without_a_curve_has_neither_section_nor_link(plain: tuple[dict[str, Any], Rows]) -> None:
    tree = _tree(plain, None)

    assert not tree.xpath("//section[@id='learning-curve']")
    assert "Learning curve" not in _told(tree)


def test_a_share_that_holds_no_row_is_in_the_table_and_off_the_axis(plain: tuple[dict[str, Any], Rows]) -> None:
    points = [CurvePoint(share=1 / 16, draw=0, rows=0, macro_f1=None, mean_average_precision=None), *_drawn_law()]

    section = _tree(plain, make_curve(points)).get_element_by_id("learning-curve")

    assert "0 to 100" in _told(section)
    assert section.xpath(".//svg")
