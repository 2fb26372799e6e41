"""Plain text and Markdown: one article a file."""

from collections.abc import Iterator

from pipeline.readers.base import Found, Opened
from pipeline.readers.bytes import read_whole
from pipeline.readers.decode import decode_counted
from pipeline.readers.rows import text_article
from pipeline.readers.sources import bare_name
from pipeline.records import Article, Rejection


def read_text(opened: Opened, /) -> Iterator[Found]:
    """Read a file as one article; Markdown stays as it is written."""
    text = decode_counted(opened, read_whole(opened))
    if text.isspace() or not text:
        yield Rejection(opened.name, "empty file: nothing but white space")
        return
    yield text_article(opened, text, Article(bare_name(opened.name), "", opened.name))
