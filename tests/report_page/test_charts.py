import pytest

from pipeline.report_page.charts import Axis, Chart, LogAxis, log_spanning, spanning, strip
from pipeline.report_page.numbers import cell_count, interval, number, p_value, percent, signed, signed_interval


def test_an_axis_has_round_ticks_around_its_values() -> None:
    axis = spanning([-0.167, 0.667, None])

    assert axis.ticks == [-0.2, 0, 0.2, 0.4, 0.6, 0.8]
    assert spanning([0.648, 0.886], among=(1.0,)).ticks == [0.6, 0.7, 0.8, 0.9, 1.0]
    assert spanning([1.0], among=(1.0,)).ticks == [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]


@pytest.mark.parametrize("values", [[], [None], [0.0], [1.0], [-1.0, 1.0], [0.3, 0.30001]])
def test_an_axis_holds_its_values_whatever_they_are(values: list[float | None]) -> None:
    axis = spanning(values)

    assert 2 <= len(axis.ticks) <= 6
    assert all(axis.ticks[0] - 1e-9 <= value <= axis.ticks[-1] + 1e-9 for value in values if value is not None)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (200, 12_800, ["200", "500", "1,000", "2,000", "5,000", "10,000"]),
        (1, 4, ["1", "2"]),
        (40, 30_000, ["100", "300", "1,000", "3,000", "10,000", "30,000"]),
        (1, 10_000, ["1", "10", "100", "1,000", "10,000"]),
    ],
)
def test_a_logarithmic_axis_has_few_round_ticks(low: float, high: float, labels: list[str]) -> None:
    axis = log_spanning([high, low], "rows")

    assert [axis.tell(tick) for tick in axis.ticks] == labels
    assert 0 < axis.place(low) < axis.place(high) < 100


def test_a_logarithmic_axis_gives_each_doubling_the_same_way() -> None:
    axis = LogAxis("", 1, 16)

    assert [axis.place(value) for value in (0.5, 1, 2, 4, 16, 20)] == [0, 0, 25, 50, 100, 100]


def test_ticks_are_written_with_a_true_minus_sign() -> None:
    assert [Axis(low=-0.5, step=0.5, parts=2).tell(tick) for tick in (-0.5, 0, 0.5)] == ["−0.5", "0", "0.5"]


def test_marks_stand_where_their_values_are() -> None:
    drawn = strip(Axis(), (0.5, (0.25, 1.0), "model"), (None, None, "ceiling"), (0.75, None, "other"))

    assert [tuple(mark) for mark in drawn.marks] == [(50, 25, 100, "model"), (75, None, None, "other")]


def test_a_chart_runs_from_the_lower_left_to_the_upper_right() -> None:
    chart = Chart("", Axis(), Axis(), [], [], [])
    left, top, right, bottom = chart.frame

    assert chart.points([(0, 0), (1, 1), (0.5, 2)]) == (
        f"{left:.1f},{bottom:.1f} {right:.1f},{top:.1f} {(left + right) / 2},{top:.1f}"
    )


def test_numbers_are_written_alike() -> None:
    assert number(0.7532) == "0.753"
    assert number(None) == percent(None) == p_value(None) == signed(None) == "undefined"
    assert (signed(-0.25), signed(0.25)) == ("−0.250", "+0.250")
    assert (interval((0, 1)), interval(None)) == ("[0.000, 1.000]", "")
    assert (signed_interval((-0.1, 0.1)), signed_interval(None)) == ("[−0.100, +0.100]", "")
    assert (p_value(0.0004), p_value(0.0412), p_value(1)) == ("< 0.001", "0.041", "1.000")
    assert percent(0.4146) == "41.5 %"
    assert (cell_count(3.0), cell_count(12.5), cell_count(1 / 3)) == ("3", "12.5", "0.3")
