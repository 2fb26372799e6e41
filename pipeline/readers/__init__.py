"""Reading articles from files and standard input, one format per file.

A new format is one file with a `Reader` and one entry here.
"""

from collections.abc import Iterator
from dataclasses import replace

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

OTHER_KINDS = {
    "pdf ps djvu epub mobi pages": "export the document as text or HTML, and read that",
    "doc docx odt rtf wpd": "save the document as text (UTF-8) or HTML, and read that",
    "xls xlsx xlsm ods numbers": "save the sheet as CSV (UTF-8), and read that",
    "mht mhtml webarchive eml msg": "save the page or message as HTML or text, and read that",
    "zip tar tgz bz2 xz zst 7z rar": "unpack it, and read what is in it",
    "xml rss atom": "turn its articles into JSON Lines or CSV, or its text into .txt files",
    "db sqlite sqlite3 sql mdb": "export the articles as CSV or JSON Lines",
    "feather arrow avro orc pkl pickle npy npz": "write the table as Parquet, CSV or JSON Lines",
    "jpg jpeg png gif webp bmp tif tiff svg heic": "a picture has no text; leave it out",
    "mp3 mp4 wav avi mov mkv ogg webm m4a": "a recording has no text; leave it out",
}
"""What to do with other files, by suffix."""
MAX_SUFFIX_CHARS = 20

__all__ = ["READERS", "Fields", "Found", "ReadSettings", "list_sources", "read_source"]


def read_source(source: Source, settings: ReadSettings, tally: Tally) -> Iterator[Found]:
    """Read the articles of one input; what cannot be read becomes a `Rejection`."""
    found = False
    try:
        reader = _named_reader(source, settings)
        with open_source(source, settings, tally) as opened:
            for record in (reader or _guessed_reader(opened))(opened):
                found = True
                yield _shown(record) if isinstance(record, Rejection) else record
    except Unreadable as error:
        reason = f"{error}; what stands before was read" if found else str(error)
        yield _shown(Rejection(source.name, reason))
    except OSError as error:
        yield Rejection(source.name, f"cannot be read: {error.strerror or error}; check the file and its permissions")
    else:
        if not found:
            yield Rejection(source.name, "no article in the file")


def _shown(rejection: Rejection) -> Rejection:
    """Take out of a reason what names of fields and the like could do to a terminal, or to a file of reasons."""
    reason = "".join(letter if letter.isprintable() else "?" for letter in rejection.reason)
    return replace(rejection, reason=reason)


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
        raise Unreadable(_unread_kind(suffix))
    return reader or read_text


def _unread_kind(suffix: str) -> str:
    """Say that files of a kind are not read, and what to do instead."""
    kind = f".{suffix[:MAX_SUFFIX_CHARS]} files are" if suffix else "files without suffix are"
    for suffixes, advice in OTHER_KINDS.items():
        if suffix in suffixes.split():
            return f"{kind} not read; {advice}"
    known = ", ".join(f".{name}" for name in READERS)
    return f"{kind} not read; those that are: {known}, each also with .gz; rename it, or set read.format"


def _guessed_reader(opened: Opened) -> Reader:
    """The reader for the first bytes of standard input."""
    head = opened.stream.peek(HEAD_BYTES).lstrip(b"\xef\xbb\xbf\xfe\xff").replace(b"\0", b"").lstrip()[:200].lower()
    starts = ((b"par1", "parquet"), (b"{", "jsonl"), (b"[", "json"), (b"<!doctype html", "html"), (b"<html", "html"))
    return READERS[next((name for start, name in starts if head.startswith(start)), "txt")]
