"""What must hold of any bytes that a reader gets, and of any text that comes out."""

import io
import json
import sys
from collections.abc import Sequence
from types import SimpleNamespace

from pipeline.readers import ReadSettings, read_source
from pipeline.readers.base import Found
from pipeline.readers.pages import extract_page
from pipeline.records import Article, Source, Tally
from pipeline.text import boilerplate_reason, clean, foreign_reason, preprocess_arabert, split_spans

FORMATS = ("auto", "txt", "html", "jsonl", "json", "csv", "tsv", "parquet")
ENCODINGS = ("auto", "auto", "auto", "windows-1256", "utf-8", "utf-16", "utf-32", "iso-8859-6")
LIMITS = ((2**20, 2**16), (2**20, 60), (300, 200), (2**20, 2**20))
"""Most bytes of a file, and of a line."""

HEAD = 2
"""So many of the first bytes say how the others are read."""


def check(data: bytes) -> None:
    """Read bytes, as their first two say, and follow what comes out to the classifier.

    Raises:
        AssertionError: Something is lost, made up or cannot be written.
    """
    if len(data) < HEAD:
        return
    settings = settings_of(data[0], data[1])
    found, tally = read(data[HEAD:], settings)
    assert found, "nothing came of the input"
    for record in found:
        assert record.place.startswith("stdin"), record.place
        json.dumps([record.place, record.id], ensure_ascii=False).encode()
        if isinstance(record, Article):
            check_article(record)
        else:
            assert record.reason.isprintable(), record.reason
    if settings.format == "jsonl" and "what stands before was read" not in str(found[-1]):
        check_lines(data[HEAD:], found, tally)


def settings_of(first: int, second: int) -> ReadSettings:
    """Settings that two bytes stand for."""
    most, longest = LIMITS[second >> 3 & 3]
    return ReadSettings.model_validate(
        {
            "format": FORMATS[first & 7],
            "encoding": ENCODINGS[second & 7],
            "html": ("auto", "always", "never", "auto")[first >> 3 & 3],
            "max_bytes": most,
            "max_line_bytes": longest,
            "max_article_chars": 5000,
        }
    )


def read(content: bytes, settings: ReadSettings) -> tuple[list[Found], Tally]:
    """Read bytes as if they were piped in."""
    tally, usual = Tally(), sys.stdin
    sys.stdin = SimpleNamespace(buffer=io.BytesIO(content))
    try:
        return list(read_source(Source(None, "stdin"), settings, tally)), tally
    finally:
        sys.stdin = usual


def check_article(article: Article) -> None:
    """Follow an article: all of its text can be written, offsets are exact, nothing is lost."""
    for text in (article.text, article.title, article.date, article.source, article.id):
        (text or "").encode()
    assert "\0" not in article.text
    if article.markup == "html":
        extract_page(article.text)
        return
    cleaned, behind = clean(article.text), 0
    for first, after in split_spans(cleaned.text):
        start, end = cleaned.source_span(first, after)
        assert behind <= start < end <= len(article.text), (start, end)
        assert clean(article.text[behind:start]).text.strip() == "", article.text[behind:start]
        paragraph = cleaned.text[first:after]
        assert clean(paragraph).text == paragraph, paragraph
        boilerplate_reason(paragraph)
        foreign_reason(article.text[start:end])
        preprocess_arabert(paragraph)
        behind = end
    assert clean(article.text[behind:]).text.strip() == "", article.text[behind:]


def check_lines(content: bytes, found: Sequence[Found], tally: Tally) -> None:
    """Account for every line of JSON Lines in an encoding whose line ends are single bytes."""
    if content.startswith(b"\x1f\x8b") or any("utf-16" in key or "utf-32" in key for key in tally):
        return
    if len(found) == 1 and not found[0].place.startswith("stdin:"):
        return  # it was refused as a whole
    lines = content.count(b"\n") + (not content.endswith(b"\n"))
    assert len(found) + tally["read_articles: blank lines"] == lines
