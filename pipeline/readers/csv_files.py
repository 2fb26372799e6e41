"""CSV and TSV: one article a row under a header, read one row at a time."""

import csv
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.readers.base import Found, Opened, Unreadable
from pipeline.readers.lines import Line, read_lines
from pipeline.readers.rows import missing_text, to_article
from pipeline.records import Rejection

DELIMITERS = (",", ";", "\t", "|")
MAX_REREAD = 4
"""How often as many bytes as the longest row may have are read again after broken rows, in one file."""


class _BadRow(Exception):  # noqa: N818 - it becomes a Rejection
    """A row cannot be read; its text is the reason."""


class _Lines:
    """Lines for `csv.reader`, which remembers those of the row that is being read.

    Attributes:
        first: Number of the row's first line.
    """

    def __init__(self, opened: Opened) -> None:
        """Read the lines of `opened`."""
        self._lines = read_lines(opened)
        self._again: deque[Line] = deque()
        self._row: list[Line] = []
        self._limit = opened.settings.max_line_bytes
        self._left = MAX_REREAD * self._limit
        self.first = 0

    def __iter__(self) -> Iterator[str]:
        """Be an iterator."""
        return self

    def __next__(self) -> str:
        """Give the next line of the row."""
        line = self._again.popleft() if self._again else next(self._lines)
        if not self._row:
            self.first = line.number
        self._row.append(line)
        if line.reason is not None:
            raise _BadRow(line.reason)
        if sum(part.size for part in self._row) > self._limit:
            message = (
                f"row longer than {self._limit:,} bytes; a quotation mark may be missing, or raise read.max_line_bytes"
            )
            raise _BadRow(message)
        return line.text

    def next_row(self) -> None:
        """Forget the lines of the row that is done."""
        self._row.clear()

    def give_up_row(self) -> None:
        """Reject the row's first line only: a missing quotation mark must not swallow the rows that follow."""
        rest = self._row[1:]
        self._left -= sum(line.size for line in rest)
        if self._left >= 0:
            self._again.extendleft(reversed(rest))
        self._row.clear()


def read_csv(opened: Opened, /) -> Iterator[Found]:
    """Read CSV with any of the usual delimiters, told by the header."""
    lines = _Lines(opened)
    with _field_limit(opened.settings.max_line_bytes):
        try:
            first = next(lines, "")
        except _BadRow as error:
            message = f"header: {error}"
            raise Unreadable(message) from None
        lines.next_row()
        delimiter, header = _header(opened, first)
        rows = csv.reader(lines, delimiter=delimiter, strict=True)
        yield from _rows(opened, lines, rows, header)


def _rows(opened: Opened, lines: _Lines, rows: Iterator[list[str]], header: list[str]) -> Iterator[Found]:
    """Read the rows under the header."""
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except (csv.Error, _BadRow) as error:
            yield Rejection(f"{opened.name}:{lines.first}", f"not a row of CSV: {error}")
            lines.give_up_row()
            continue
        place = f"{opened.name}:{lines.first}"
        lines.next_row()
        if not any(cells):
            opened.count("blank lines")
        elif len(cells) < len(header) or any(cells[len(header) :]):
            yield Rejection(
                place, f"the row has {len(cells)} cells, the header {len(header)}; quote cells with delimiters"
            )
        else:
            yield to_article(opened, dict(zip(header, cells, strict=False)), place)


def _header(opened: Opened, first: str) -> tuple[str, list[str]]:
    """Find the delimiter by which the first line has a text column.

    Raises:
        Unreadable: There is none.
    """
    wanted = opened.settings.fields
    readings = {mark: _cells(first, mark) for mark in DELIMITERS}
    for mark, header in readings.items():
        if any(name in header for name in wanted.text):
            twice = [name for name in (*wanted.text, *wanted.carried.values()) if header.count(name) > 1]
            if twice:
                message = f"column {twice[0]} is there twice; rename one of the two"
                raise Unreadable(message)
            return mark, header
    header = max(readings.values(), key=len)
    message = f"no articles: {missing_text(opened, dict.fromkeys(header, ''))}"
    raise Unreadable(message)


def _cells(first: str, delimiter: str) -> list[str]:
    """Split the header; names stand without the spaces around them."""
    try:
        row = next(csv.reader([first], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in row]


@contextmanager
def _field_limit(limit: int) -> Iterator[None]:
    """Let cells be as long as a row may be; the module's own limit is one for the whole program."""
    before = csv.field_size_limit(limit)
    try:
        yield
    finally:
        csv.field_size_limit(before)
