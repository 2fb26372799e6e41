"""Which format a file is of, by its name and its first bytes. Nothing is guessed: what is of none is refused."""

import codecs
from pathlib import Path

from pipeline.labelled.base import Reader, WrongFileError
from pipeline.labelled.csv_files import read_csv
from pipeline.labelled.files import is_packed, read_head, suffix_of
from pipeline.labelled.json_files import read_json_lines, read_json_list
from pipeline.labelled.tables import is_dataset, read_dataset, read_parquet

KNOWN = "JSON Lines (.jsonl), JSON (.json), CSV (.csv, .tsv), Parquet (.parquet), or a folder that datasets saved"
"""The formats of labelled paragraphs, for messages."""

_JSON = {"jsonl", "ndjson", "json"}
_CSV = {"csv", "tsv", "tab"}
_OTHERS = (
    (b"PK\x03\x04", "an Excel workbook or ZIP file; save the sheet as CSV UTF-8, or unpack the file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save the sheet as CSV UTF-8"),
    (b"\x1f\x8b", "gzip data; name the file .gz"),
    (b"ARROW1", "an Arrow file; save it as Parquet, or name the folder that datasets saved"),
    (b"\xff\xff\xff\xff", "an Arrow stream; name the folder that datasets saved"),
)


def find_reader(path: Path) -> Reader:
    """Find who reads a file, or a folder.

    Raises:
        WrongFileError: It is of no known format, or cannot be read.
    """
    if path.is_dir():
        if is_dataset(path):
            return read_dataset
        message = "a folder, but none that datasets saved; name the files in it, for example with *.jsonl"
        raise WrongFileError(message)
    head, suffix = read_head(path), suffix_of(path)
    if head.startswith(b"PAR1") or suffix == "parquet":
        if is_packed(path):
            message = "a Parquet file packed with gzip; unpack it"
            raise WrongFileError(message)
        return read_parquet
    other = next((what for magic, what in _OTHERS if head.startswith(magic)), None)
    if other is not None:
        raise WrongFileError(other)
    if suffix in _CSV:
        return read_csv
    beginning = head.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if beginning == b"[":
        return read_json_list
    if beginning == b"{" or suffix in _JSON:
        return read_json_lines
    message = f"of no known format; give {KNOWN}, each but Parquet also as .gz"
    raise WrongFileError(message)
