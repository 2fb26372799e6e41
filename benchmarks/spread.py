"""How numbers of several seeds are told in the benchmarks' tables."""

from collections.abc import Sequence
from statistics import fmean, stdev


def spread(values: Sequence[float]) -> str:
    """Tell mean and standard deviation; of one value just the value."""
    return f"{fmean(values):.3f}" + (f" ± {stdev(values):.3f}" if len(values) > 1 else "")
