"""Where the paragraphs of an article begin and end.

Articles come in two styles. In the first every line is a paragraph, whether blank lines stand between some of them or
not. In the second lines are wrapped at a fixed width, and only a blank line (or a line that stops short of the width)
ends a paragraph. The style is read off the text itself.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

# Nobody wraps narrower or wider than this; news paragraphs are mostly longer.
_NARROWEST: Final = 30
_WIDEST: Final = 160
# How sure to be before lines are joined: so many lines must reach the width, and so great a share of them ...
_FEWEST_FULL_LINES: Final = 3
_FULL_SHARE: Final = 0.85
# ... of which only so many may end a sentence: wrapping cuts sentences anywhere, paragraphs end with them.
_SENTENCE_END_SHARE: Final = 0.5
# A wrapped text has hardly a line longer than its width: a title, a web address.
_LONGER_SHARE: Final = 0.1

_LINE: Final = re.compile(r"[^\n]+")
_LIST_MARK: Final = re.compile(r"(?:[-•–—*●▪◦■○‣·✓►]|\(?[0-9٠-٩۰-۹]{1,3}\s?[-.)ـ])(?=\s|[^\W\d])")
_SENTENCE_END: Final = (".", "!", "؟", "?", "…", ":", "؛", '."', ".»", ".”")


class _Line(NamedTuple):
    """A line with something on it: its span without outer white space, and whether a blank line comes before."""

    start: int
    end: int
    is_after_blank: bool


def split_spans(text: str) -> list[tuple[int, int]]:
    """Find the paragraphs of a cleaned article.

    Headings and list items are paragraphs of their own, and nothing is cut for length. Lines are joined only where
    the text shows that it was wrapped: then text[start:end] holds the line breaks of the wrapping.

    Args:
        text: An article whose line breaks are newlines, as `clean` leaves them.

    Returns:
        (start, end) of each paragraph without outer white space, in order; none is empty, none overlaps, and together
        they hold every character that is not white space.
    """
    lines = list(_lines(text))
    width = _wrapping_width(text, lines)
    spans: list[tuple[int, int]] = []
    previous: _Line | None = None
    for line in lines:
        if previous and width and _continues(text, previous, line, width):
            spans[-1] = (spans[-1][0], line.end)
        else:
            spans.append((line.start, line.end))
        previous = line
    return spans


def _lines(text: str) -> Iterator[_Line]:
    end_before = 0
    for line in _LINE.finditer(text):
        stripped = line[0].strip()
        if stripped:
            start = line.start() + len(line[0]) - len(line[0].lstrip())
            yield _Line(start, start + len(stripped), text.count("\n", end_before, start) > 1)
            end_before = start + len(stripped)


def _wrapping_width(text: str, lines: list[_Line]) -> int:
    """Give the number of characters that lines are wrapped at, or 0 when every line is a paragraph."""
    inner = [(line, following) for line, following in pairwise(lines) if not following.is_after_blank]
    inner = [pair for pair in inner if not _is_list_item(text, pair[1])]
    width = max((line.end - line.start for line, _ in inner), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return 0
    full = [line for line, following in inner if _is_full(text, line, following, width)]
    longer = sum(line.end - line.start > width for line in lines)
    if longer > max(1, _LONGER_SHARE * len(lines)) or len(full) < max(_FEWEST_FULL_LINES, _FULL_SHARE * len(inner)):
        return 0
    sentence_ends = sum(text.endswith(_SENTENCE_END, line.start, line.end) for line in full)
    return 0 if sentence_ends > _SENTENCE_END_SHARE * len(full) else width


def _continues(text: str, line: _Line, following: _Line, width: int) -> bool:
    """Tell whether a line of a wrapped text goes on in the following one."""
    if following.is_after_blank or _is_list_item(text, following):
        return False
    return _is_full(text, line, following, width)


def _is_full(text: str, line: _Line, following: _Line, width: int) -> bool:
    """Tell whether the first word of the following line would not have fitted on this one."""
    words = text[following.start : min(following.end, following.start + width)].split(maxsplit=1)
    return line.end - line.start + 1 + len(words[0]) > width


def _is_list_item(text: str, line: _Line) -> bool:
    return _LIST_MARK.match(text, line.start, line.end) is not None
