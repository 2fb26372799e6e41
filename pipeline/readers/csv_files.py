"""CSV and TSV: one article a row under a header, read one row at a time."""

import csv
from collections import deque
from collections.abc import Iterator, Sequence

from pipeline.csv_limit import cells_up_to
from pipeline.readers.base import Found, Opened, Unreadable
from pipeline.readers.lines import Line, read_lines
from pipeline.readers.rows import missing_text, to_article
from pipeline.records import Rejection

DELIMITERS = (",", ";", "\t", "|")
_EXCEL_LINES = {f"sep={mark}" for mark in DELIMITERS} | {"sep="}
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
        self._lines = read_lines(opened, split_at_cr=True)
        self._again: deque[Line] = deque()
        self._row: list[Line] = []
        self._size = 0
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
        self._size += line.size
        if line.reason is not None:
            raise _BadRow(line.reason)
        if self._size > self._limit:
            message = (
                f"row longer than {self._limit:,} bytes; a quotation mark may be missing, or raise read.max_line_bytes"
            )
            raise _BadRow(message)
        return line.text

    def next_row(self) -> None:
        """Forget the lines of the row that is done."""
        self._row.clear()
        self._size = 0

    def give_up_row(self) -> Sequence[Line]:
        """Give up the row's first line only: a missing quotation mark must not swallow the rows that follow.

        Returns:
            The lines that are lost with it, because enough were read again before.
        """
        rest = self._row[1:]
        size = sum(line.size for line in rest)
        self.next_row()
        if size > self._left:
            return rest
        self._left -= size
        self._again.extendleft(reversed(rest))
        return ()


def read_csv(opened: Opened, /) -> Iterator[Found]:
    """Read CSV with any of the usual delimiters, told by the header; blank lines before it are left aside."""
    lines = _Lines(opened)
    with cells_up_to(opened.settings.max_line_bytes):
        delimiter, header = _header(opened, _first_line(opened, lines))
        rows = csv.reader(lines, delimiter=delimiter, strict=True)
        yield from _rows(opened, lines, rows, header)


def _first_line(opened: Opened, lines: _Lines) -> str:
    """Find the first line with something in it: the header. A line `sep=;`, by which Excel is told, is left aside.

    Raises:
        Unreadable: There is none, or it cannot be read.
    """
    try:
        for line in lines:
            lines.next_row()
            written = line.strip()
            if written.lower() in _EXCEL_LINES:
                opened.count("separator lines")
            elif written.strip("".join(DELIMITERS)):
                return line
            else:
                opened.count("blank lines")
    except _BadRow as error:
        message = f"header: {error}"
        raise Unreadable(message) from None
    message = "empty file: nothing but blank lines"
    raise Unreadable(message)


def _rows(opened: Opened, lines: _Lines, rows: Iterator[list[str]], header: list[str]) -> Iterator[Found]:
    """Read the rows under the header."""
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except (csv.Error, _BadRow) as error:
            yield Rejection(f"{opened.name}:{lines.first}", f"not a row of CSV: {error}")
            lost = lines.give_up_row()
            if lost:
                yield _skipped(opened, lost)
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


def _skipped(opened: Opened, lost: Sequence[Line]) -> Rejection:
    """Say, and count, that lines are lost behind a broken row."""
    opened.count("lines skipped", len(lost))
    first, last = lost[0].number, lost[-1].number
    reason = (
        f"rows in lines {first}–{last} skipped: they follow one of many rows whose quotation mark may be missing; "
        "correct the rows that are rejected before, and read the file again"
    )
    return Rejection(f"{opened.name}:{first}", reason)


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
