"""The geometry of the page's plots: axes, strips of dots with intervals, charts of curves. The templates draw them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log, log10
from typing import Literal, NamedTuple

Style = Literal["model", "other", "ceiling", "shown", "open"]
"""Color and shape of a mark: the model, its opponent, the annotators, a difference that is shown or not shown."""

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""Distances of ticks that read well on axes of shares and differences."""

_MOST_PARTS = 5
"""Parts of an axis between ticks; the labels of more would touch on a phone."""

_ROUNDING = 1e-9
"""Keeps an end that lies on a tick from opening another part of the axis."""

_LOG_STEPS = ((1, 2, 5), (1, 3), (1,))
"""Multiples of powers of ten that read well on logarithmic axes; the first that give few enough ticks are taken."""

_ROOM = 1.15
"""How far beyond its outermost values a logarithmic axis goes, as a factor: marks keep off the frame."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis.

    Attributes:
        title: What it shows; empty where the head of a table tells it.
        low: Its lower end, a multiple of `step`.
        step: Distance between ticks.
        parts: Number of steps.
    """

    title: str = ""
    low: float = 0.0
    step: float = 0.25
    parts: int = 4

    @property
    def ticks(self) -> list[float]:
        """The values that are labelled."""
        return [round(self.low + k * self.step, 6) for k in range(self.parts + 1)]

    def place(self, value: float) -> float:
        """Give where a value lies between both ends, in percent; beyond an end counts as there."""
        share = (value - self.low) / (self.step * self.parts)
        return round(100 * min(1.0, max(0.0, share)), 3)

    def tell(self, tick: float) -> str:
        """Write a tick's label."""
        return f"{tick:g}".replace("-", "\N{MINUS SIGN}")


@dataclass(frozen=True, slots=True)
class LogAxis:
    """A logarithmic axis of counts.

    Attributes:
        title: What it shows.
        low: Its lower end, above 0.
        high: Its upper end, above the lower.
    """

    title: str
    low: float
    high: float

    @property
    def ticks(self) -> list[float]:
        """The values that are labelled, all of them whole."""
        powers = [10**k for k in range(max(0, floor(log10(self.low))), ceil(log10(self.high)) + 1)]
        for steps in _LOG_STEPS:
            ticks = [float(step * power) for power in powers for step in steps if self.low <= step * power <= self.high]
            if len(ticks) <= _MOST_PARTS + 1:
                break
        return ticks

    def place(self, value: float) -> float:
        """Give where a value lies between both ends, in percent; beyond an end counts as there."""
        share = log(value / self.low) / log(self.high / self.low)
        return round(100 * min(1.0, max(0.0, share)), 3)

    def tell(self, tick: float) -> str:
        """Write a tick's label."""
        return f"{tick:,.0f}"


def log_spanning(values: Iterable[float], title: str) -> LogAxis:
    """Give a logarithmic axis that holds all values, with a little room around."""
    known = list(values)
    return LogAxis(title, min(known) / _ROOM, max(known) * _ROOM)


def spanning(values: Iterable[float | None], title: str = "", *, among: Sequence[float] = (0.0,)) -> Axis:
    """Give an axis of round ticks that holds all known values, and those in `among` in any case."""
    known = [*among, *(value for value in values if value is not None)]
    low, high = min(known), max(known)
    if low == high:
        low, high = (low - _STEPS[-1], high) if high > 0 else (low, high + _STEPS[-1])
    for step in _STEPS:
        first, last = floor(low / step + _ROUNDING), ceil(high / step - _ROUNDING)
        if last - first <= _MOST_PARTS:
            break
    return Axis(title, first * step, step, last - first)


class Mark(NamedTuple):
    """A dot and its interval, in percent of the axis; `low` and `high` are `None` where the interval is undefined."""

    at: float
    low: float | None
    high: float | None
    style: Style


class Strip(NamedTuple):
    """One row of a plot of dots and intervals."""

    axis: Axis
    marks: list[Mark]


def strip(axis: Axis, *values: tuple[float | None, Sequence[float] | None, Style]) -> Strip:
    """Place values with their intervals on an axis; undefined values have no dot."""
    marks = []
    for value, ends, style in values:
        if value is not None:
            low, high = (axis.place(ends[0]), axis.place(ends[1])) if ends else (None, None)
            marks.append(Mark(axis.place(value), low, high, style))
    return Strip(axis, marks)


class Dot(NamedTuple):
    """A marked point of a chart with what is told when pointed at; `low` and `high` are its interval upwards."""

    x: float
    y: float
    told: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """Curves on two axes; sizes are in units of the drawing, one pixel on a phone.

    Attributes:
        label: What it shows, for those who do not see it.
        x: The axis across.
        y: The axis up.
        curve: Points of the curve.
        dots: Marked points.
        reference: Points of a dashed line to compare with.
        is_large: Whether it has the page's width; else it is one of many small ones.
        extension: Points of the curve beyond what was measured, drawn dashed.
        expected: Points on the extension, drawn hollow.
    """

    label: str
    x: Axis | LogAxis
    y: Axis
    curve: list[tuple[float, float]]
    dots: list[Dot]
    reference: list[tuple[float, float]]
    is_large: bool = False
    extension: Sequence[tuple[float, float]] = ()
    expected: Sequence[Dot] = ()

    @property
    def width(self) -> int:
        """Width of the drawing."""
        return 340 if self.is_large else 216

    @property
    def height(self) -> int:
        """Height of the drawing."""
        return 280 if self.is_large else 184

    @property
    def frame(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the plane; the ticks' labels and the titles stand outside."""
        return 46, 8, self.width - 12, self.height - 40

    def across(self, value: float) -> float:
        """Give where a value of the axis across lies in the drawing."""
        left, _, right, _ = self.frame
        return round(left + self.x.place(value) / 100 * (right - left), 2)

    def up(self, value: float) -> float:
        """Give where a value of the axis up lies in the drawing."""
        _, top, _, bottom = self.frame
        return round(bottom - self.y.place(value) / 100 * (bottom - top), 2)

    def points(self, line: Iterable[tuple[float, float]]) -> str:
        """Write a line as SVG's `points`."""
        return " ".join(f"{self.across(x)},{self.up(y)}" for x, y in line)
