"""What every reader of labelled paragraphs gives: places, with the fields that stand there or what is wrong there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.labelled.columns import Columns

Fields = dict[str, Any]
"""What a row says of itself, under the names of its file."""


@dataclass(frozen=True, slots=True)
class WrongRow:
    """Something that is no row, with the reason."""

    reason: str


Found = tuple[str, Fields | WrongRow]
"""A place, `file:line` or the like, and what stands there."""

Reader = Callable[[Path, Columns], Iterator[Found]]
"""Reads one format; raises `WrongFileError` where it cannot go on."""


class WrongFileError(Exception):
    """A file, or the rest of it, cannot be read; its text says why and what to do."""
