"""JSON Lines: one article a line, read one at a time."""

import json
from collections.abc import Iterator

from pipeline.readers.base import Found, Opened, Unreadable
from pipeline.readers.lines import Line, read_lines
from pipeline.readers.rows import to_article
from pipeline.records import Rejection


def read_jsonl(opened: Opened, /) -> Iterator[Found]:
    """Read JSON Lines."""
    is_first = True
    for line in read_lines(opened):
        if line.reason is None and not line.text.strip():
            opened.count("blank lines")
            continue
        if is_first and line.text.strip() in {"[", "{"}:
            message = "JSON spread over several lines; name the file .json, or put each article on one line"
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
    """Parse JSON; tabs and other control characters within strings are let through.

    Raises:
        Unreadable: It is no JSON, or nested too deeply.
    """
    try:
        return json.loads(text, strict=False)
    except RecursionError:
        message = "JSON nested too deeply"
    except json.JSONDecodeError as error:
        message = f"invalid JSON: {error.msg} at character {error.pos + 1:,}"
    except ValueError:
        message = "invalid JSON: a number with too many digits"
    raise Unreadable(message)
