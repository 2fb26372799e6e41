"""Plain text and Markdown: one article a file."""

from collections.abc import Iterator

from pipeline.readers.base import Found, Opened
from pipeline.readers.bytes import read_whole
from pipeline.readers.decode import decode_counted
from pipeline.readers.rows import text_article
from pipeline.readers.sources import bare_name
from pipeline.records import Article, Rejection


def read_text(opened: Opened, /) -> Iterator[Found]:
    r"""Read a file as one article; Markdown stays as it is written.

    The text is exactly what the bytes decode to. Line ends are not translated: `\r\n` stays and counts as two
    characters in every offset. Only a byte order mark at the start is left out, and NUL and lone surrogates are
    replaced, one character for one. The same holds for texts within JSON, CSV and Parquet, once unquoted.
    """
    text = decode_counted(opened, read_whole(opened))
    if text.isspace() or not text:
        yield Rejection(opened.name, "empty file: nothing but white space")
        return
    yield text_article(opened, text, Article(bare_name(opened.name), "", opened.name))
