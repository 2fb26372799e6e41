"""Read articles from files and standard input."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Literal

from pipeline.readers import ReadSettings, read_source
from pipeline.records import Article, Record, Source, Tally
from pipeline.stages.base import RecordStage

REPORTED = ("decoded as", "replaced")
logger = logging.getLogger(__name__)


class ReadArticles(ReadSettings, RecordStage):
    """Read the articles of each source; what cannot be read becomes a rejection with the reason.

    Its settings are those of `ReadSettings`. Encodings other than UTF-8 and repairs are counted, and reported once.
    """

    stage: Literal["read_articles"] = "read_articles"
    consumes: ClassVar[type] = Source
    produces: ClassVar[type] = Article

    def __call__(self, records: Iterable[Record], tally: Tally, /) -> Iterator[Record]:
        """Read all sources, and report at the end how they were decoded."""
        before = Counter(tally)
        first: dict[str, str] = {}
        yield from super().__call__(_watched(records, tally, first), tally)
        warn_of_decodings(Counter(tally) - before, first)

    def apply(self, source: Source, tally: Tally, /) -> Iterator[Record]:
        """Turn a source into its articles and rejections, at least one."""
        for record in read_source(source, self, tally):
            tally[f"{self.stage}: {'articles' if isinstance(record, Article) else 'rejected'}"] += 1
            yield record


def warn_of_decodings(counts: Counter[str], first: Mapping[str, str] | None = None) -> None:
    """Tell which inputs were not plain UTF-8, as far as that was counted: a warning of each kind.

    Args:
        counts: What was counted while they were read.
        first: Name of the first input of a kind, where it is known.
    """
    for key, count in sorted(counts.items()):
        if _is_reported(key):
            such_as = f", the first in {first[key]}" if first and key in first else ""
            logger.warning("%s: %d%s; read.encoding sets the encoding for all inputs", key, count, such_as)


def _is_reported(key: str) -> bool:
    return key.startswith("read_articles") and any(word in key for word in REPORTED)


def _watched(records: Iterable[Record], tally: Tally, first: dict[str, str]) -> Iterator[Record]:
    """Pass on what is to be read, and note what was counted for the first time while it was."""
    for record in records:
        before = {key: count for key, count in tally.items() if _is_reported(key)}
        yield record
        if isinstance(record, Source):
            grown = [key for key, count in tally.items() if _is_reported(key) and count > before.get(key, 0)]
            for key in grown:
                first.setdefault(key, record.name)
