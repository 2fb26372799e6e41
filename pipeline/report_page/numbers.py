"""How the page writes numbers: three decimals, a true minus sign, and words for what is not known."""

from collections.abc import Sequence

UNDEFINED = "undefined"
"""What stands where a number cannot be known."""

_MINUS = "\N{MINUS SIGN}"
_SMALLEST_P = 0.001
"""Smaller p are told as being smaller: the random exchanges do not tell them well."""


def number(value: float | None) -> str:
    """Write a measure to three decimals."""
    return UNDEFINED if value is None else f"{value:.3f}".replace("-", _MINUS)


def signed(value: float | None) -> str:
    """Write a difference to three decimals, with its sign."""
    return UNDEFINED if value is None else f"{value:+.3f}".replace("-", _MINUS)


def interval(ends: Sequence[float] | None) -> str:
    """Write an interval; nothing where there is none."""
    return f"[{number(ends[0])}, {number(ends[1])}]" if ends else ""


def signed_interval(ends: Sequence[float] | None) -> str:
    """Write the interval of a difference; nothing where there is none."""
    return f"[{signed(ends[0])}, {signed(ends[1])}]" if ends else ""


def p_value(value: float | None) -> str:
    """Write a p-value to three decimals."""
    if value is not None and value < _SMALLEST_P:
        return f"< {_SMALLEST_P}"
    return number(value)


def percent(share: float | None) -> str:
    """Write a share in percent, with one decimal."""
    return UNDEFINED if share is None else f"{share:.1%}".replace("%", " %")


def cell_count(count: float) -> str:
    """Write a count that may be a fraction, as the confusion view shares counts out."""
    return f"{count:.0f}" if float(count).is_integer() else f"{count:.1f}"
