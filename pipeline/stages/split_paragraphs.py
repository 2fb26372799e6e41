"""Split articles into paragraphs at their own breaks."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pipeline.records import Article, Paragraph, Record, Rejection, Tally
from pipeline.stages.base import RecordStage
from pipeline.text import clean, split_spans


class SplitParagraphs(RecordStage):
    """Split each article where its author broke it; long paragraphs are not cut.

    An article without a single paragraph (empty, or white space only) is rejected.
    """

    stage: Literal["split_paragraphs"] = "split_paragraphs"
    consumes: ClassVar[type] = Article
    produces: ClassVar[type] = Paragraph

    def apply(self, article: Article, tally: Tally, /) -> Iterator[Record]:
        """Turn the article into its paragraphs, in order."""
        cleaned = article.cleaned or clean(article.text)
        spans = split_spans(cleaned.text)
        if not spans:
            tally[f"{self.stage}: article without text"] += 1
            yield Rejection(article.place, "the article has no text; nothing to label", article.id)
        tally[f"{self.stage}: paragraphs"] += len(spans)
        for index, (first, behind) in enumerate(spans):
            start, end = cleaned.source_span(first, behind)
            yield Paragraph(article, index, start, end, cleaned.text[first:behind], first)
