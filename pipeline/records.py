"""The nouns of the product, in the order in which text flows: Source, Article, Paragraph, Prediction.

Records are frozen; a stage makes new ones. What cannot go on becomes a `Rejection` (an input or an article) or a
`Dropped` (a paragraph) and travels to the end of the flow beside the others, so that all is accounted for.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.text import Cleaned

Window = tuple[int, ...]
"""Token ids of one window of a paragraph, special tokens included: what the model sees at once."""

Span = tuple[int, int]
"""Offset of a stretch's first character, and the offset behind its last one."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read, or standard input.

    Attributes:
        path: The file; `None` for standard input.
        name: How messages and ids name it: the path relative to the input that the user gave.
    """

    path: Path | None
    name: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article as read.

    Attributes:
        id: Name of the article, from its own `id` field or from where it was found.
        text: The article's text as decoded (and, for HTML, extracted); never changed afterwards.
        place: Where it was found, `file` or `file:line`.
        title: Carried to the output.
        date: Carried to the output, as written in the input.
        source: Carried to the output: the outlet.
        markup: Whether `text` is still HTML, to be extracted.
        cleaned: The text as the model sees it, aligned with `text`; set by `clean_articles`.
    """

    id: str
    text: str
    place: str
    title: str | None = None
    date: str | None = None
    source: str | None = None
    markup: Literal["none", "html"] = "none"
    cleaned: Cleaned | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph as it stands in its article.

    Attributes:
        article: The article it belongs to.
        index: Position among the article's paragraphs, from 0, dropped ones included.
        start: Offset of its first character in `article.text`.
        end: Offset behind its last character: `article.text[start:end]` is the paragraph.
        cleaned: Its text as the model sees it.
        cleaned_start: Offset of its first character in the article's cleaned text.
    """

    article: Article
    index: int
    start: int
    end: int
    cleaned: str
    cleaned_start: int = 0

    @property
    def text(self) -> str:
        """The paragraph as it stands in the article."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class TokenizedParagraph:
    """A paragraph as token ids.

    Attributes:
        paragraph: The paragraph.
        windows: One window, or several that overlap where the paragraph is longer than the model's window.
    """

    paragraph: Paragraph
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """The domains of one paragraph.

    Attributes:
        paragraph: The paragraph.
        labels: Ids of the domains that apply, most probable first; empty for none.
        primary: The first of `labels`, or `None`.
        probabilities: Calibrated probability of every domain of the taxonomy, in its order.
        windows: Number of windows that were scored.
        needs_review: Whether the decision was close enough to be looked at by a person.
        model: Name and version of the model, `name@hash`.
        evidence: For each of `labels` the stretches of `article.text` that speak for it, (start, end) in order; set by
            `explain_predictions`, otherwise empty.
    """

    paragraph: Paragraph
    labels: tuple[str, ...]
    primary: str | None
    probabilities: dict[str, float]
    windows: int
    needs_review: bool
    model: str
    evidence: dict[str, tuple[Span, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A paragraph that is not classified, with the reason."""

    paragraph: Paragraph
    reason: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """An input, or one article of it, that could not be read or used.

    Attributes:
        place: `file` or `file:line`.
        reason: What is wrong and what to do.
        id: The article's id where it was known.
    """

    place: str
    reason: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class LabelledParagraph:
    """A paragraph with the labels that annotators gave it: training and evaluation rows.

    Attributes:
        id: Name of the row.
        text: The paragraph as annotated.
        labels: Ids of the domains that apply, most prominent first; empty for none.
        article: Id of the article it was taken from; rows of one article never stand in two splits.
        source: The outlet.
        place: `file:line`; of tables `file:row`, of Label Studio's tasks `file:task 7`.
        codings: What each annotator gave, where several did: label ids, in any order, or `None` for no coding.
        carried: Other fields of the row that hold a plain value, such as a date, as text by their name.
        annotated: Ids of the domains that the annotators decided on, where these are not all: of the others the row
            says neither yes nor no. `None` for all.
        has_own_id: Whether the row says its id itself; else it is called by its article and number there, which may be
            what `taawun export` called it, or its place.
    """

    id: str
    text: str
    labels: tuple[str, ...]
    place: str
    article: str | None = None
    source: str | None = None
    codings: tuple[frozenset[str] | None, ...] = ()
    carried: dict[str, str] = field(default_factory=dict)
    annotated: frozenset[str] | None = None
    has_own_id: bool = True

    @property
    def file(self) -> str:
        """The file that the row was read from, as it was given."""
        return self.place.rpartition(":")[0]


@dataclass(frozen=True, slots=True)
class BlockEnd:
    """A mark in the flow: what stands before it, back to the mark before, is worked on and written together.

    No stage consumes it, so it passes through all of them in its place. It tells from where the inputs are to be read
    on, should the run be interrupted behind it.

    Attributes:
        source: Index of the input that is being read; their number at the end of all.
        found: Articles and rejections found in that input so far.
        digests: Digest of the content of each input that was opened since the mark before; `None` where it has none.
    """

    source: int
    found: int
    digests: tuple[str | None, ...] = ()


Record = Source | Article | Paragraph | TokenizedParagraph | Prediction | Dropped | Rejection | BlockEnd
"""Whatever travels through the flow."""


class Tally(Counter[str]):
    """Counts of what happened, keyed `stage: what`; every drop, repair and rejection is one of them."""
