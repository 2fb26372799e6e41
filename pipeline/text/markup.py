"""What is left of HTML in a text: entities and tags, and the angle brackets that only look like tags."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from html.entities import html5
from typing import Final

from pipeline.text.alignment import Rewriter, Rewriting

ENTITIES: Final = "HTML entities decoded"
TAGS: Final = "HTML tags replaced"
ANGLE_BRACKETS: Final = "angle brackets replaced"
DEFUSED: Final = "HTML entities wrapped too deeply"

# An ampersand escaped any number of times, and what it was the beginning of.
_ENTITY: Final = re.compile(
    r"&((?:amp;)*)(?:(#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});)?",
)
_BLOCK_TAGS: Final = (
    "p|br|div|h[1-6]|ul|ol|li|table|thead|tbody|tr|td|th|blockquote|section|article|header|footer|figure|figcaption|hr"
)
_INLINE_TAGS: Final = "a|b|i|u|s|em|strong|span|font|img|sup|sub|small|big|center|script|style|iframe|video|source|mark"
_ANGLE: Final = re.compile(
    rf"</?(?:(?P<block>{_BLOCK_TAGS})|(?:{_INLINE_TAGS}))(?:[\s/][^<>]*)?>|(?P<open><+)|(?P<close>>+)",
    re.IGNORECASE,
)


def decode_entities(text: str, counts: Counter[str], targets: Mapping[int, str]) -> Rewriting | None:
    """Decode HTML entities that end in a semicolon, however often their ampersand was escaped (&amp;nbsp;).

    Entities without semicolon are left alone: in a web address, &copy=2 is no ©.

    Args:
        text: The text.
        counts: Where decoded entities are counted.
        targets: Code point -> what the decoded character is to be replaced by at once.

    Returns:
        The rewritten text and its alignment, or None when there was no entity.
    """
    rewriter = None
    for start, end, decoded in _entities(text):
        rewriter = rewriter or Rewriter(text)
        rewriter.replace(start, end, decoded.translate(targets))
        counts[ENTITIES] += 1
    return rewriter.finish() if rewriter else None


def defuse_entities(text: str, counts: Counter[str]) -> Rewriting | None:
    """Put a space for the ampersand of every entity, so that none is left to decode."""
    rewriter = None
    for start, _, _ in _entities(text):
        rewriter = rewriter or Rewriter(text)
        rewriter.substitute(start, " ")
        counts[DEFUSED] += 1
    return rewriter.finish() if rewriter else None


def replace_angle_brackets(text: str, counts: Counter[str]) -> Rewriting | None:
    """Put a line break or a space for HTML tags, and « » for every other angle bracket.

    AraBERT takes whatever stands between < and > for a tag and drops it, also a quotation <<بين قوسين>>.

    Returns:
        The rewritten text and its alignment, or None when there was no angle bracket.
    """
    if "<" not in text and ">" not in text:
        return None
    rewriter = Rewriter(text)
    for angle in _ANGLE.finditer(text):
        if angle["open"] or angle["close"]:
            rewriter.replace(angle.start(), angle.end(), "«" if angle["open"] else "»")
            counts[ANGLE_BRACKETS] += len(angle[0])
        else:
            rewriter.replace(angle.start(), angle.end(), "\n" if angle["block"] else " ")
            counts[TAGS] += 1
    return rewriter.finish()


def _entities(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and meaning of every entity."""
    if "&" not in text:
        return
    for entity in _ENTITY.finditer(text):
        meaning = _meaning(entity[2]) if entity[2] else None
        if meaning is not None:
            yield entity.start(), entity.end(), meaning
        elif entity[1]:
            yield entity.start(), entity.end(1), "&"


def _meaning(name: str) -> str | None:
    """Decode the part of an entity between & and ; or return None when there is no such entity."""
    if name[0] == "#":
        return html.unescape(f"&{name};")
    return html5.get(f"{name};")
