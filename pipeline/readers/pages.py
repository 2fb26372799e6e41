"""From an HTML page to its article, with trafilatura. Runs in a child process (see `sandbox`): a page may be a bomb."""

from dataclasses import dataclass
from typing import Any

from pipeline.readers.markup import is_page

BLOCKS = frozenset({
    *("address", "article", "aside", "blockquote", "body", "caption", "code", "dd", "div", "dl", "dt", "figcaption"),
    *("figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "item", "li", "list", "main"),
    *("ol", "p", "pre", "quote", "row", "section", "table", "tbody", "tr", "ul"),
})  # fmt: skip
"""Elements that stand on lines of their own: those of HTML, and trafilatura's."""
CELLS = frozenset({"cell", "td", "th"})
BREAKS = frozenset({"br", "lb"})
UNSEEN = frozenset(
    {"audio", "button", "canvas", "iframe", "noscript", "script", "select", "style", "svg", "template", "video"}
)


@dataclass(frozen=True, slots=True)
class Page:
    """What was found in a page.

    Attributes:
        text: The article, one paragraph, heading, list item or table row a line; empty if there is none.
        title: Its title.
        date: Day of publication, `YYYY-MM-DD`, if the page states it.
        source: Name of the site.
    """

    text: str
    title: str | None = None
    date: str | None = None
    source: str | None = None


def extract_page(html: str) -> Page:
    """Extract the article of a page, without comments and navigation; of a fragment all text."""
    import trafilatura

    if not html.strip():
        return Page("")
    if not is_page(html):
        return Page(_to_lines(_parse(html)))
    found = trafilatura.bare_extraction(
        html,
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        # Dates come from what the page states, not from figures somewhere in its text.
        date_extraction_params={"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"},
    )
    if found is None:
        return Page("")
    text = _to_lines(found.body)
    text = text if "\n" in text else _with_breaks(text, html)
    return Page(text, found.title or None, found.date or None, found.sitename or None)


def _with_breaks(text: str, html: str) -> str:
    """Give a short article the line breaks back that trafilatura's last resort takes from it."""
    wanted = "".join(text.split())
    tree = _parse(html)
    for element in () if tree is None else tree.iter("article", "main", "body", "div"):
        lines = _to_lines(element)
        if "".join(lines.split()) == wanted:
            return lines
    return text


def _parse(html: str) -> Any:
    """Parse HTML into a tree without comments; `None` where nothing is left, as of a lone comment."""
    from lxml.etree import ParserError
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except ParserError:
        return None


def _to_lines(tree: Any) -> str:
    """Write the text of an element as lines; the cells of a table row stand beside each other."""
    pieces: list[str] = []
    pending = [("", tree)]
    while pending:
        written, element = pending.pop()
        pieces.append(written)
        if element is None or element.tag in UNSEEN or not isinstance(element.tag, str):
            continue
        edge = "\n" if element.tag in BLOCKS or element.tag in BREAKS else ""
        pieces += [edge, _soft(element.text)]
        following: list[tuple[str, Any]] = []
        for child in element:
            following += [("", child), (_soft(child.tail), None)]
        pending += [(" | " if element.tag in CELLS else edge, None), *reversed(following)]
    lines = (" ".join(line.split()).removesuffix(" |") for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _soft(text: str | None) -> str:
    """Take line breaks in the source of a page for the spaces that they are."""
    return (text or "").replace("\n", " ").replace("\r", " ")
