"""What the tests of the readers share: texts, and reading bytes as if they were a file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.readers import ReadSettings, read_source
from pipeline.readers.base import Found
from pipeline.records import Article, Rejection, Source, Tally

SEEDS = sorted((Path(__file__).parents[2] / "seeds" / "articles").glob("*.txt"))
NEWS = "وقعت الحكومتان اتفاقية للتعاون في مجال الطاقة والنقل، وقال الوزير إن العمل يبدأ قريبا."


def read_bytes(folder: Path, name: str, content: bytes, **settings: Any) -> tuple[list[Found], Tally]:
    """Read bytes as a file of the given name."""
    path = folder / name
    path.write_bytes(content)
    tally = Tally()
    return list(read_source(Source(path, name), ReadSettings.model_validate(settings), tally)), tally


def only_article(found: list[Found]) -> Article:
    (record,) = found
    assert isinstance(record, Article), record
    return record


def only_reason(found: list[Found]) -> str:
    (record,) = found
    assert isinstance(record, Rejection), record
    return record.reason


@contextmanager
def without_root() -> Iterator[None]:
    """Give up root's right to read everything, where the tests run as root."""
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)
