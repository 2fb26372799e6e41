"""Telling HTML from text that merely has a < in it."""

import re

_OPENING = re.compile(
    r"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|(?:html|head|body|main|article|section|div|p|h[1-6]|ul|ol|table|figure|"
    r"blockquote|span|strong|b|em|a|img|br)\b[^<>]*/?)>",
    re.IGNORECASE | re.DOTALL,
)
_CLOSING = re.compile(r"</(?:html|body|article|section|div|p|h[1-6]|ul|ol|table|blockquote|figure)\s*>", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
SAMPLE_CHARS = 1 << 16


def holds_html(text: str) -> bool:
    """Tell whether text plainly is HTML: it begins with a tag, and the end tag of a block follows.

    Text that only mentions tags, or has a stray one, stays text.
    """
    return _OPENING.match(text[:SAMPLE_CHARS]) is not None and _CLOSING.search(text) is not None


def is_page(html: str) -> bool:
    """Tell a page from a fragment, such as the paragraphs that a newsroom's database holds."""
    return _PAGE.search(html[:SAMPLE_CHARS]) is not None


def declared_encoding(page: bytes) -> str | None:
    """The encoding that a page declares in its head, in Python's name for it."""
    found = re.search(rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", page[:4096], re.IGNORECASE)
    if found is None:
        return None
    name = found[1].decode("ascii", "replace").lower()
    # Browsers read the Latin-1 labels as Windows-1252, as pages that bear them are.
    return "windows-1252" if name in {"iso-8859-1", "latin1", "ascii", "us-ascii"} else name
