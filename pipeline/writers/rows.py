"""The columns of every output file: what is said of a labelled paragraph, a dropped one and a rejected input.

A row's fields, in their order, are its columns in JSON Lines. CSV and Parquet have the same columns, except that
`probabilities` is spread over one column per domain, `p_<id>`, in the taxonomy's order. The column `evidence` is there
where labels are explained, and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import overload

from pipeline.records import Dropped, Prediction, Rejection, Span
from pipeline.text import replace_surrogates

PROBABILITY_DECIMALS = 4
"""Decimals of a probability: finer than any calibration measures, and the same in every format."""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled paragraph.

    Attributes:
        article_id: Id of its article.
        title: Title of the article, as read.
        date: Date of the article, as read.
        source: Outlet of the article, as read.
        place: Where the article was found, `file` or `file:line`.
        paragraph: Position among the article's paragraphs, from 0, dropped ones included.
        start: Offset of its first character in the article's text, in code points.
        end: Offset behind its last character.
        text: The paragraph as it stands in the article.
        labels: Ids of the domains that apply, most probable first; empty for none.
        primary: The first of `labels`; null for none.
        probabilities: Calibrated probability of every domain, rounded to `PROBABILITY_DECIMALS`.
        needs_review: Whether a person should look at the decision.
        windows: Number of windows that were scored.
        model: Name and version of the model, `name@hash`.
        evidence: For each of `labels` the stretches of the article's text that speak for it, in offsets like `start`
            and `end`; `None` where labels are not explained.
    """

    article_id: str
    title: str | None
    date: str | None
    source: str | None
    place: str
    paragraph: int
    start: int
    end: int
    text: str
    labels: tuple[str, ...]
    primary: str | None
    probabilities: dict[str, float]
    needs_review: bool
    windows: int
    model: str
    evidence: dict[str, tuple[Span, ...]] | None = None


_EVIDENCE = "evidence"
_NAMES = tuple(field.name for field in fields(Row) if field.name != _EVIDENCE)
_SPREAD = _NAMES.index("probabilities")
_BEFORE, _BEHIND = _NAMES[:_SPREAD], _NAMES[_SPREAD + 1 :]


@dataclass(frozen=True, slots=True)
class DroppedRow:
    """One paragraph that was not classified: which one, and the reason."""

    article_id: str
    place: str
    paragraph: int
    start: int
    end: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One input or article that could not be used: where it is, its id where known, and the reason."""

    place: str
    id: str | None
    reason: str


def row_of(prediction: Prediction, *, explained: bool = False) -> Row:
    """Give the row of a labelled paragraph.

    Rounding never changes the labels, which were decided on the full scores; a score just beside its threshold may
    look as if it were on it, and the scores of a single-label taxonomy may sum to 1 give or take a few 0.0001.

    Args:
        prediction: The paragraph with its domains.
        explained: Whether the row tells its evidence.
    """
    paragraph, article = prediction.paragraph, prediction.paragraph.article
    return Row(
        article_id=storable(article.id),
        title=storable(article.title),
        date=storable(article.date),
        source=storable(article.source),
        place=storable(article.place),
        paragraph=paragraph.index,
        start=paragraph.start,
        end=paragraph.end,
        text=storable(paragraph.text),
        labels=prediction.labels,
        primary=prediction.primary,
        probabilities={
            domain: round(float(probability), PROBABILITY_DECIMALS)
            for domain, probability in prediction.probabilities.items()
        },
        needs_review=prediction.needs_review,
        windows=prediction.windows,
        model=storable(prediction.model),
        evidence=prediction.evidence if explained else None,
    )


def dropped_row_of(dropped: Dropped) -> DroppedRow:
    """Give the row of a dropped paragraph."""
    paragraph, article = dropped.paragraph, dropped.paragraph.article
    return DroppedRow(
        article_id=storable(article.id),
        place=storable(article.place),
        paragraph=paragraph.index,
        start=paragraph.start,
        end=paragraph.end,
        text=storable(paragraph.text),
        reason=storable(dropped.reason),
    )


def rejected_row_of(rejection: Rejection) -> RejectedRow:
    """Give the row of a rejected input or article."""
    return RejectedRow(storable(rejection.place), storable(rejection.id), storable(rejection.reason))


@overload
def storable(text: str) -> str: ...
@overload
def storable(text: str | None) -> str | None: ...
def storable(text: str | None) -> str | None:
    """Make sure that text can be written as UTF-8: lone surrogates become U+FFFD, one for one."""
    return None if text is None else replace_surrogates(text)[0]


def named_fields(row: Row | DroppedRow | RejectedRow) -> dict[str, object]:
    """Give what a row tells, by name; the evidence only where it is told."""
    named = {field.name: getattr(row, field.name) for field in fields(row)}
    return {name: value for name, value in named.items() if name != _EVIDENCE or value is not None}


def column_names(domains: Sequence[str], *, explained: bool = False) -> tuple[str, ...]:
    """Name the columns of a flat table of rows, with one column of probabilities per domain."""
    return (*_BEFORE, *(f"p_{domain}" for domain in domains), *_BEHIND, *([_EVIDENCE] if explained else []))


def flatten(row: Row, domains: Sequence[str]) -> list[object]:
    """Spread a row over the columns that `column_names` names; that of the evidence only where the row tells it.

    Raises:
        ValueError: The row has other domains than the table.
    """
    if tuple(row.probabilities) != tuple(domains):
        message = f"{row.place}: scored for domains {list(row.probabilities)}, the table holds {list(domains)}"
        raise ValueError(message)
    before = [getattr(row, name) for name in _BEFORE]
    behind = [getattr(row, name) for name in _BEHIND]
    return [*before, *row.probabilities.values(), *behind, *([] if row.evidence is None else [row.evidence])]
