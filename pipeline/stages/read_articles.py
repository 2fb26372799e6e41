"""Read articles from files and standard input."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
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
        yield from super().__call__(records, tally)
        warn_of_decodings(Counter(tally) - before)

    def apply(self, source: Source, tally: Tally, /) -> Iterator[Record]:
        """Turn a source into its articles and rejections, at least one."""
        for record in read_source(source, self, tally):
            tally[f"{self.stage}: {'articles' if isinstance(record, Article) else 'rejected'}"] += 1
            yield record


def warn_of_decodings(counts: Counter[str]) -> None:
    """Tell which inputs were not plain UTF-8, as far as that was counted: a warning of each kind."""
    for key, count in sorted(counts.items()):
        if key.startswith("read_articles") and any(word in key for word in REPORTED):
            logger.warning("%s: %d; read.encoding sets the encoding for all inputs", key, count)
