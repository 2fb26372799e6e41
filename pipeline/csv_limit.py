"""How long a cell of CSV may be: Python keeps one limit for the whole program, here it is lent and given back."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cells_up_to(limit: int) -> Iterator[None]:
    """Let cells have up to `limit` characters while the block runs.

    Args:
        limit: The length in characters; what fits a C `long` is accepted.
    """
    before = csv.field_size_limit(limit)
    try:
        yield
    finally:
        csv.field_size_limit(before)
