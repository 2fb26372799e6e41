"""HTML: one page a file, passed on to be extracted."""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.readers.base import Found, Opened
from pipeline.readers.bytes import read_whole
from pipeline.readers.decode import decode_counted
from pipeline.readers.markup import declared_encoding
from pipeline.readers.rows import written
from pipeline.readers.sources import bare_name
from pipeline.records import Article, Rejection


def read_html(opened: Opened, /) -> Iterator[Found]:
    """Read a page, still as HTML.

    What a page declares about its encoding is often wrong, so bytes that are UTF-8, or plainly Arabic in a single-byte
    encoding, count for more.
    """
    content = read_whole(opened)
    text = decode_counted(opened, content, declared=declared_encoding(content))
    if text.isspace() or not text:
        yield Rejection(opened.name, "empty file: nothing but white space")
        return
    article = Article(bare_name(opened.name), written(opened, text), opened.name)
    yield replace(article, markup="html")
