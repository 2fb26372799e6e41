"""JSON Lines: one object a line, in UTF-8."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.writers.output_file import OutputFile
from pipeline.writers.rows import DroppedRow, RejectedRow, Row, named_fields

_LINE_BREAK_IN_STRING = re.compile("[\x85\u2028\u2029]")


class JsonLinesFile:
    """A file of rows as JSON objects, with their fields in order."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        Raises:
            ConfigError: It cannot be written.
        """
        self._file = OutputFile(path)

    def write(self, rows: Sequence[Row | DroppedRow | RejectedRow]) -> None:
        """Add one block of rows, safely on the disk at the end."""
        self._file.append("".join(json_line(row) for row in rows).encode())

    def complete(self) -> None:
        """Do nothing: the file is complete after every block."""

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class JsonlWriter(JsonLinesFile):
    """Writes `labels.jsonl`: `labels` is a list, `probabilities` an object, what is missing is null."""

    def __init__(self, folder: Path, _domains: Sequence[str], *, explained: bool = False) -> None:  # noqa: ARG002
        """Open the file in the folder, or make it; every row names its domains itself, and its evidence."""
        super().__init__(folder / "labels.jsonl")


def json_line(row: Row | DroppedRow | RejectedRow) -> str:
    r"""Write a row as one line of JSON, Arabic unescaped.

    U+0085, U+2028 and U+2029 are written as `\u0085` and so on: JSON allows them as they are, but many readers,
    `str.splitlines` among them, would break the line there.
    """
    line = json.dumps(named_fields(row), ensure_ascii=False, allow_nan=False)
    return _LINE_BREAK_IN_STRING.sub(lambda match: f"\\u{ord(match[0]):04x}", line) + "\n"
