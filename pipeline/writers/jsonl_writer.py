"""JSON Lines: one object a line, in UTF-8."""

import json
import re
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from pipeline.writers.output_file import OutputFile
from pipeline.writers.rows import DroppedRow, RejectedRow, Row

_LINE_BREAK_IN_STRING = re.compile("[\x85\u2028\u2029]")


class JsonLinesFile:
    """A new file of rows as JSON objects, with their fields in order."""

    def __init__(self, path: Path) -> None:
        """Make the file.

        Raises:
            ConfigError: There is such a file already, or none can be made there.
        """
        self._file = OutputFile(path)

    def write(self, rows: Sequence[Row | DroppedRow | RejectedRow]) -> None:
        """Add one block of rows."""
        self._file.append("".join(json_line(row) for row in rows).encode())

    def close(self) -> None:
        """Sync to the disk and close."""
        self._file.close()


class JsonlWriter(JsonLinesFile):
    """Writes `labels.jsonl`: `labels` is a list, `probabilities` an object, what is missing is null."""

    def __init__(self, folder: Path, _domains: Sequence[str]) -> None:
        """Make the file in the folder; every row names its domains itself."""
        super().__init__(folder / "labels.jsonl")


def json_line(row: Row | DroppedRow | RejectedRow) -> str:
    r"""Write a row as one line of JSON, Arabic unescaped.

    U+0085, U+2028 and U+2029 are written as `\u0085` and so on: JSON allows them as they are, but many readers,
    `str.splitlines` among them, would break the line there.
    """
    named = {field.name: getattr(row, field.name) for field in fields(row)}
    line = json.dumps(named, ensure_ascii=False, allow_nan=False)
    return _LINE_BREAK_IN_STRING.sub(lambda match: f"\\u{ord(match[0]):04x}", line) + "\n"
