"""Extract the article from HTML pages."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from pipeline.readers.detect import misread_as
from pipeline.readers.rows import MAX_CARRIED_CHARS
from pipeline.readers.sandbox import PageExtractor, PageFailure
from pipeline.records import Article, Record, Rejection, Tally
from pipeline.stages.base import Stage


class ExtractArticles(Stage):
    """Replace the HTML of articles that are pages by the article's own text, one block a line.

    Navigation, comments and scripts go; headings, list items and table rows stay as lines of their own. Title, date and
    site fill what the input does not state. Extraction runs in a child process within limits, so that no page can hang
    the run or exhaust the memory.

    Attributes:
        timeout_seconds: Longest time for one page.
        memory_megabytes: Most memory of the child process (not enforced on macOS and Windows).
        max_page_chars: Most characters of HTML of one page.
        max_article_chars: Most characters of text of one article.
    """

    stage: Literal["extract_articles"] = "extract_articles"
    timeout_seconds: float = Field(20, gt=0, le=3600)
    memory_megabytes: int = Field(1024, ge=256)
    max_page_chars: int = Field(10_000_000, ge=1)
    max_article_chars: int = Field(1_000_000, ge=1)
    consumes: ClassVar[type] = Article
    produces: ClassVar[type] = Article

    def __call__(self, records: Iterable[Record], tally: Tally, /) -> Iterator[Record]:
        """Extract the pages among the records; all others pass."""
        with PageExtractor(self.timeout_seconds, self.memory_megabytes) as extractor:
            for record in records:
                if isinstance(record, Article) and record.markup == "html":
                    extracted = self._extract(record, extractor)
                    what = "pages extracted" if isinstance(extracted, Article) else "rejected"
                    tally[f"{self.stage}: {what}"] += 1
                    yield extracted
                else:
                    yield record

    def _extract(self, article: Article, extractor: PageExtractor) -> Article | Rejection:
        """Extract one page, or say why not."""
        if len(article.text) > self.max_page_chars:
            return self._too_long(article, "page", self.max_page_chars)
        try:
            page = extractor.extract(article.text)
        except PageFailure as failure:
            return Rejection(article.place, str(failure), article.id)
        if not page.text:
            return Rejection(article.place, "no article text found in the page", article.id)
        if len(page.text) > self.max_article_chars:
            return self._too_long(article, "text", self.max_article_chars)
        wrong = misread_as(page.text)
        if wrong is not None:
            reason = f"unreadable text: UTF-8 that was taken for {wrong} before it came here; save the page again"
            return Rejection(article.place, reason, article.id)
        return replace(
            article,
            text=page.text,
            title=article.title or _carried(page.title),
            date=article.date or page.date,
            source=article.source or _carried(page.source),
            markup="none",
        )

    def _too_long(self, article: Article, what: str, limit: int) -> Rejection:
        """Reject what exceeds a limit."""
        setting = f"extract.max_{'page' if what == 'page' else 'article'}_chars"
        return Rejection(article.place, f"{what} longer than {limit:,} characters; raise {setting}", article.id)


def _carried(found: str | None) -> str | None:
    """What a page states beside its text, without what no title is so long as."""
    return found if found and len(found) <= MAX_CARRIED_CHARS else None
