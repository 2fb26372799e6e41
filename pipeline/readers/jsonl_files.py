"""JSON Lines: one article a line, read one at a time."""

import json
import re
from collections.abc import Iterator

from pipeline.readers.base import Found, Opened, Unreadable
from pipeline.readers.lines import Line, read_lines
from pipeline.readers.rows import Repeating, to_article
from pipeline.records import Rejection

EXTRA = "Extra data"
_SPACE = re.compile(r"[ \t\n\r]*")


def _to_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object of its fields, and remember which are given twice."""
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else Repeating(pairs)


_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_to_object)


def skip_space(text: str, start: int) -> int:
    """The position of the next character that is no white space of JSON."""
    found = _SPACE.match(text, start)
    return found.end() if found else start


def read_jsonl(opened: Opened, /) -> Iterator[Found]:
    """Read JSON Lines."""
    is_first = True
    for line in read_lines(opened):
        if line.reason is None and not line.text.strip():
            opened.count("blank lines")
            continue
        if is_first and line.text.strip() in {"[", "{"}:
            message = "JSON spread over several lines; write one list, in a file named .json, or an article a line"
            raise Unreadable(message)
        is_first = False
        yield read_object(opened, line)


def read_object(opened: Opened, line: Line) -> Found:
    """Read the article on one line."""
    place = f"{opened.name}:{line.number}"
    if line.reason is not None:
        return Rejection(place, line.reason)
    try:
        row = parse(line.text)
    except Unreadable as error:
        return Rejection(place, str(error))
    return to_article(opened, row, place)


def parse(text: str) -> object:
    """Parse JSON.

    Raises:
        Unreadable: It is no JSON, or nested too deeply.
    """
    value, end = parse_next(text, 0)
    if end < len(text):
        message = f"invalid JSON: {EXTRA} at character {end + 1:,}"
        raise Unreadable(message)
    return value


def parse_next(text: str, start: int) -> tuple[object, int]:
    """Parse the value at a position; control characters within strings are let through.

    Returns:
        The value, and the position of what follows it but for white space.

    Raises:
        Unreadable: There is no JSON, or it is nested too deeply.
    """
    try:
        value, end = _DECODER.raw_decode(text, skip_space(text, start))
        return value, skip_space(text, end)
    except RecursionError:
        message = "JSON nested too deeply"
    except json.JSONDecodeError as error:
        message = f"invalid JSON: {error.msg.removesuffix(' starting at')} at character {error.pos + 1:,}"
    except ValueError:
        message = "invalid JSON: a number with too many digits"
    raise Unreadable(message)
