"""What the page shows of labelled articles: an entry each for the list, pages of paragraphs, and totals. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pipeline.decision import Decision
from pipeline.records import Span
from pipeline.writers.rows import DroppedRow, Row

_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?!\d)")
_SOURCES = 40
"""Sources that the overview names, those with the most paragraphs."""

_BEGINNING = 90
"""Characters that stand for the title of an article without one."""

_DAYS_BY_DAY, _DAYS_BY_MONTH = 62, 5 * 366
"""Longest span of dates that is shown by day, and by month."""

JsonPage = list[list[dict[str, Any]]]
"""The paragraphs of some articles by short keys: `t` text, `l` labels, `p` probabilities in thousandths, `r` review,
`e` by domain where the words are that speak for it (in UTF-16 units, as scripts count), `x` why it was left out."""


@dataclass(frozen=True, slots=True)
class ViewedArticle:
    """One article of the results.

    Attributes:
        rows: Its labelled paragraphs.
        dropped: Its paragraphs that were not classified.
    """

    rows: Sequence[Row]
    dropped: Sequence[DroppedRow] = ()


@dataclass(slots=True)
class Contents:
    """Collects what the page needs while articles stream by; memory grows by one short entry an article.

    Attributes:
        decision: Names of the domains, and their thresholds.
        page_chars: Characters of text from which a page of paragraphs is full.
    """

    decision: Decision
    page_chars: int = 400_000
    _articles: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    _sources: dict[str | None, int] = field(default_factory=dict)
    _models: Counter[str] = field(default_factory=Counter)
    _days: dict[str, Counter[Any]] = field(default_factory=lambda: defaultdict(Counter))
    _by_source: dict[int, Counter[Any]] = field(default_factory=lambda: defaultdict(Counter))
    _together: Counter[tuple[int, int]] = field(default_factory=Counter)
    _totals: Counter[Any] = field(default_factory=Counter)

    def pages(self, articles: Iterable[ViewedArticle]) -> Iterator[JsonPage]:
        """Take in articles, and give their paragraphs page by page."""
        page: JsonPage = []
        number = chars = 0
        for article in articles:
            self._add(article, number, len(page))
            page.append(self._paragraphs(article))
            chars += sum(len(row.text) for row in article.rows) + sum(len(row.text) for row in article.dropped)
            if chars >= self.page_chars:
                yield page
                page, number, chars = [], number + 1, 0
        if page:
            yield page

    def summary(self, title: str) -> dict[str, Any]:
        """Give all but the paragraphs: the list of articles, the domains and the totals."""
        taxonomy = self.decision.taxonomy
        count = len(taxonomy.ids)
        together = [[self._together[row, column] for column in range(count)] for row in range(count)]
        return {
            "title": title,
            "model": " + ".join(name for name, _ in self._models.most_common(3)),
            "single": taxonomy.labels_per_paragraph == "one",
            "domains": [
                {"id": each.id, "arabic": each.arabic, "english": each.english, "threshold": float(threshold)}
                for each, threshold in zip(taxonomy.domains, self.decision.threshold_row, strict=True)
            ],
            "sources": list(self._sources),
            "articles": {name: self._articles[name] for name in _COLUMNS},
            "totals": {
                "articles": len(self._articles["id"]),
                "paragraphs": self._totals["paragraphs"],
                "none": self._totals["none"],
                "review": self._totals["review"],
                "domains": [self._totals[k] for k in range(count)],
                "together": together,
                "time": self._time(count),
                "sources": self._source_lines(count),
            },
        }

    def _add(self, article: ViewedArticle, page: int, at: int) -> None:
        named = article.rows[0] if article.rows else None
        first: Row | DroppedRow = named or article.dropped[0]
        source = self._sources.setdefault(named.source if named else None, len(self._sources))
        when = _day(named.date) if named else None
        chosen = Counter(self._number(name) for row in article.rows for name in row.labels)
        entry = {
            "id": first.article_id,
            "title": named.title if named else None,
            "beginning": None if named and named.title else first.text[:_BEGINNING],
            "date": when or (named.date if named else None),
            "source": source,
            "place": first.place,
            "count": len(article.rows),
            "domains": [k for k, _ in chosen.most_common()],
            "none": sum(not row.labels for row in article.rows),
            "review": sum(row.needs_review for row in article.rows),
            "page": page,
            "at": at,
        }
        for name, value in entry.items():
            self._articles[name].append(value)
        for row in article.rows:
            self._count(row, source, when)

    def _count(self, row: Row, source: int, when: str | None) -> None:
        labels: list[Any] = [self._number(name) for name in row.labels]
        self._models[row.model] += 1
        kinds: list[Any] = ["paragraphs", *(["review"] if row.needs_review else []), *(labels or ["none"])]
        self._totals.update(kinds)
        self._by_source[source].update(kinds)
        self._together.update((one, other) for one in labels for other in labels if one != other)
        if when:
            self._days[when].update(labels)
        else:
            self._totals["undated"] += 1

    def _number(self, name: str) -> int:
        return self.decision.taxonomy.ids.index(name)

    def _paragraphs(self, article: ViewedArticle) -> list[dict[str, Any]]:
        shown = [(row.start, self._paragraph(row)) for row in article.rows]
        shown += [(row.start, {"t": row.text, "x": row.reason}) for row in article.dropped]
        return [each for _, each in sorted(shown, key=lambda pair: pair[0])]

    def _paragraph(self, row: Row) -> dict[str, Any]:
        told: dict[str, Any] = {
            "t": row.text,
            "l": [self._number(name) for name in row.labels],
            "p": [round(1000 * row.probabilities[name]) for name in self.decision.taxonomy.ids],
            "r": int(row.needs_review),
        }
        if evidence := {
            self._number(name): _in_units(spans, row) for name, spans in (row.evidence or {}).items() if spans
        }:
            told["e"] = evidence
        return told

    def _time(self, count: int) -> dict[str, Any]:
        days = sorted(self._days)
        if not days:
            return {"unit": "year", "periods": [], "counts": [], "undated": self._totals["undated"]}
        first, last = date.fromisoformat(_whole(days[0])), date.fromisoformat(_whole(days[-1]))
        length = _unit_length((last - first).days, min(map(len, days)))
        sums: dict[str, Counter[int]] = defaultdict(Counter)
        for day, counted in self._days.items():
            sums[day[:length]].update(counted)
        periods = _periods(first, last, length)
        return {
            "unit": {4: "year", 7: "month", 10: "day"}[length],
            "periods": periods,
            "counts": [[sums[period][k] for k in range(count)] for period in periods],
            "undated": self._totals["undated"],
        }

    def _source_lines(self, count: int) -> list[dict[str, Any]]:
        names = list(self._sources)
        ordered = sorted(self._by_source, key=lambda source: -self._by_source[source]["paragraphs"])[:_SOURCES]
        return [
            {
                "name": names[source],
                "paragraphs": self._by_source[source]["paragraphs"],
                "review": self._by_source[source]["review"],
                "domains": [self._by_source[source][k] for k in range(count)],
            }
            for source in ordered
        ]


_COLUMNS = ("id", "title", "beginning", "date", "source", "place", "count", "domains", "none", "review", "page", "at")


def _in_units(spans: Sequence[Span], row: Row) -> list[list[int]]:
    """Give stretches of an article as offsets in the row's text, in UTF-16 units."""
    return [[len(row.text[: offset - row.start].encode("utf-16-le")) // 2 for offset in span] for span in spans]


def _day(written: str | None) -> str | None:
    """Read the year, month or day that a date begins with, as `2024`, `2024-05` or `2024-05-17`."""
    match = _DATE.match(written.strip()) if written else None
    if not match:
        return None
    year, *others = (int(part) for part in match.groups() if part)
    told = "-".join([f"{year:04d}", *(f"{part:02d}" for part in others)])
    try:
        date.fromisoformat(_whole(told))
    except ValueError:
        return None
    return told


def _whole(day: str) -> str:
    return (day + "-01-01")[:10]


def _unit_length(days: int, shortest: int) -> int:
    """Give how much of a date names its period: 4 characters for the year, 7 for the month, 10 for the day."""
    wanted = 10 if days <= _DAYS_BY_DAY else 7 if days <= _DAYS_BY_MONTH else 4
    return min(wanted, shortest)


def _periods(first: date, last: date, length: int) -> list[str]:
    """Name all periods from the first date to the last, those without a paragraph too."""
    days = ((first + timedelta(days=k)).isoformat()[:length] for k in range((last - first).days + 1))
    return list(dict.fromkeys(days))
