"""What every writer has in common."""

from collections.abc import Sequence
from typing import Protocol

from pipeline.writers.rows import Row


class RowWriter(Protocol):
    """Writes rows into one file of a folder, block by block; made by calling it with the folder and the domains.

    A block leaves the same bytes whatever came before it was in memory: the file is its beginning, its blocks and its
    end, put together. Nothing in it depends on the time, the machine or a hash seed.
    """

    def write(self, rows: Sequence[Row]) -> None:
        """Add one block of rows."""

    def close(self) -> None:
        """Complete the file and bring it safely to the disk; closing twice is harmless."""
