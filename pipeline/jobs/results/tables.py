"""Tables and numbers as cards and reports show them."""

from collections.abc import Sequence


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Write a table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def number(value: float | None, sign: str = "") -> str:
    """Write a number to three places; with `sign` "+" a sign stands before it."""
    return "undefined" if value is None else f"{value:{sign}.3f}"


def percent(value: float | None) -> str:
    """Write a share as a percentage."""
    return "undefined" if value is None else f"{value:.0%}"


def brackets(interval: Sequence[float] | None, sign: str = "") -> str:
    """Write an interval; nothing where there is none."""
    return "" if interval is None else f"[{interval[0]:{sign}.3f}, {interval[1]:{sign}.3f}]"


def with_interval(value: float | None, interval: Sequence[float] | None, sign: str = "") -> str:
    """Write a number and its interval, if it has one."""
    return f"{number(value, sign)} {brackets(interval, sign)}".strip()
