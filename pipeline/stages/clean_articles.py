"""Repair the Arabic text of articles, keeping the original and the offsets."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Literal

from pipeline.records import Article, Record, Tally
from pipeline.stages.base import RecordStage
from pipeline.text import clean


class CleanArticles(RecordStage):
    """Clean each article's text; every kind of repair is counted.

    `article.text` stays as read: the cleaned text stands beside it, aligned character by character.
    """

    stage: Literal["clean_articles"] = "clean_articles"
    consumes: ClassVar[type] = Article
    produces: ClassVar[type] = Article

    def apply(self, article: Article, tally: Tally, /) -> Iterator[Record]:
        """Give the article its cleaned text."""
        cleaned = clean(article.text)
        for repair, count in cleaned.counts.items():
            tally[f"{self.stage}: {repair}"] += count
        yield replace(article, cleaned=cleaned)
