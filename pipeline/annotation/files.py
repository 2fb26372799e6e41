"""The files that annotation tools read: JSON lists and JSON Lines, written block by block."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from pipeline.writers.output_file import OutputFile

Layout = Literal["list", "lines"]

_LINE_BREAKS = {ord(mark): f"\\u{ord(mark):04x}" for mark in "\x85\u2028\u2029"}
"""JSON allows them as they are, but many readers would break a line there."""


class JsonFile:
    """A new file of objects, all in one list or one a line; a context, closed at its end."""

    def __init__(self, path: Path, layout: Layout) -> None:
        """Make the file.

        Raises:
            ConfigError: It cannot be written.
        """
        self._file = OutputFile(path)
        self._before, self._between, self._behind = ("[\n", ",\n", "\n]\n") if layout == "list" else ("", "\n", "\n")
        self._is_empty = True

    def write(self, objects: Sequence[Mapping[str, Any]]) -> None:
        """Add one block of objects.

        Raises:
            ConfigError: The system refused, as when the disk is full.
        """
        if not objects:
            return
        written = self._between.join(_to_json(each) for each in objects)
        self._file.append(((self._before if self._is_empty else self._between) + written).encode())
        self._is_empty = False

    def __enter__(self) -> Self:
        """Give the file itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Complete the file, if all went well, and close it."""
        try:
            if kind is None and not (self._is_empty and not self._before):
                self._file.append(((self._before if self._is_empty else "") + self._behind).encode())
        finally:
            self._file.close()


def _to_json(each: Mapping[str, Any]) -> str:
    return json.dumps(each, ensure_ascii=False, allow_nan=False).translate(_LINE_BREAKS)
