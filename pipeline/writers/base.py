"""What every writer has in common."""

from collections.abc import Sequence
from typing import Protocol

from pipeline.writers.rows import Row


class RowWriter(Protocol):
    """Writes rows into one file of a folder, block by block; made by calling it with the folder and the domains.

    It goes on behind what the file holds: a file whose last blocks are cut off can be written on as if they had never
    been written. What is in it depends on the rows alone, for Parquet also on the borders of the blocks; never on how
    often the writer was made anew, the time, the machine or a hash seed.
    """

    def write(self, rows: Sequence[Row]) -> None:
        """Add one block of rows, safely on the disk at the end."""

    def complete(self) -> None:
        """Make the file what its readers expect, now that it holds all rows; doing so again is harmless."""

    def close(self) -> None:
        """Close the file; closing twice is harmless."""
