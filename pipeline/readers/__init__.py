"""Reading articles from files and standard input, one format per file.

A new format is one file with a `Reader` and one entry here.
"""

from collections.abc import Iterator

from pipeline.readers.base import Fields, Found, Opened, Reader, ReadSettings, Unreadable
from pipeline.readers.bytes import HEAD_BYTES, open_source
from pipeline.readers.csv_files import read_csv
from pipeline.readers.html_files import read_html
from pipeline.readers.json_files import read_json
from pipeline.readers.jsonl_files import read_jsonl
from pipeline.readers.parquet_files import read_parquet
from pipeline.readers.sources import list_sources, suffix_of
from pipeline.readers.text_files import read_text
from pipeline.records import Rejection, Source, Tally

READERS: dict[str, Reader] = {
    "txt": read_text,
    "text": read_text,
    "md": read_text,
    "markdown": read_text,
    "html": read_html,
    "htm": read_html,
    "jsonl": read_jsonl,
    "ndjson": read_jsonl,
    "json": read_json,
    "csv": read_csv,
    "tsv": read_csv,
    "parquet": read_parquet,
}
"""The reader of each suffix; each may be followed by `.gz`."""

__all__ = ["READERS", "Fields", "Found", "ReadSettings", "list_sources", "read_source"]


def read_source(source: Source, settings: ReadSettings, tally: Tally) -> Iterator[Found]:
    """Read the articles of one input; what cannot be read becomes a `Rejection`."""
    found = False
    try:
        reader = _named_reader(source, settings)
        with open_source(source, settings, tally) as opened:
            for record in (reader or _guessed_reader(opened))(opened):
                found = True
                yield record
    except Unreadable as error:
        reason = f"{error}; what stands before was read" if found else str(error)
        yield Rejection(source.name, reason)
    except OSError as error:
        yield Rejection(source.name, f"cannot be read: {error.strerror or error}; check the file and its permissions")
    else:
        if not found:
            yield Rejection(source.name, "no article in the file")


def _named_reader(source: Source, settings: ReadSettings) -> Reader | None:
    """The reader that the settings or the file's name ask for; `None` for standard input.

    Raises:
        Unreadable: The name says nothing.
    """
    if settings.format != "auto":
        return READERS[settings.format]
    if source.path is None:
        return None
    suffix = suffix_of(source.path)
    reader = READERS.get(suffix)
    if reader is None and source.path.is_file():
        kind = f".{suffix} files are" if suffix else "files without suffix are"
        known = ", ".join(f".{name}" for name in READERS)
        message = f"{kind} not read; those that are: {known}, each also with .gz; rename it, or set read.format"
        raise Unreadable(message)
    return reader or read_text


def _guessed_reader(opened: Opened) -> Reader:
    """The reader for the first bytes of standard input."""
    head = opened.stream.peek(HEAD_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    starts = ((b"par1", "parquet"), (b"{", "jsonl"), (b"[", "json"), (b"<!doctype html", "html"), (b"<html", "html"))
    return READERS[next((name for start, name in starts if head.startswith(start)), "txt")]
