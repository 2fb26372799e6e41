"""What every reader has in common: its settings, the opened input that it gets, and how it refuses one."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from pipeline.records import Article, Rejection, Source, Tally

Name = Annotated[str, Field(min_length=1)]
Format = Literal["auto", "txt", "md", "html", "jsonl", "json", "csv", "tsv", "parquet"]

Found = Article | Rejection
"""What comes out of an input."""


def _as_tuple(names: object) -> object:
    """Take one column name for a choice of one."""
    return (names,) if isinstance(names, str) else names


def _known_encoding(name: str) -> str:
    """Refuse an encoding that Python does not know, or that makes no text."""
    if name == "auto":
        return name
    try:
        "a".encode(name)  # refuses codecs that make no text, such as rot13
        canonical = codecs.lookup(name).name
    except (LookupError, ValueError):
        message = f"unknown encoding {name!r}; windows-1256, iso-8859-6, utf-8 and utf-16 are common ones"
        raise ValueError(message) from None
    return "utf-8" if canonical == "utf-8-sig" else canonical


class Fields(BaseModel):
    """Names of the columns or JSON fields that hold the parts of an article.

    Attributes:
        text: The article's text; of several names the first that is there counts.
        title: Carried to the output; `null` for none. So are the others.
        id: Names the article.
        date: Carried to the output.
        source: Carried to the output: the outlet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[tuple[Name, ...], BeforeValidator(_as_tuple), Field(min_length=1)] = ("text",)
    title: Name | None = "title"
    id: Name | None = "id"
    date: Name | None = "date"
    source: Name | None = "source"

    @property
    def carried(self) -> dict[str, str]:
        """The column that each carried part comes from."""
        names = {"id": self.id, "title": self.title, "date": self.date, "source": self.source}
        return {part: name for part, name in names.items() if name is not None}


class ReadSettings(BaseModel):
    """How inputs are read.

    Attributes:
        fields: Names of the columns or JSON fields.
        format: Format of every input, or `auto` to go by the file's suffix (standard input: by its first bytes).
        encoding: Encoding of every input, applied strictly; or `auto`, which detects it input by input.
        html: Whether texts are HTML pages or fragments to be extracted: `auto` for those that plainly are. Files
            named `.html` always are.
        max_bytes: Most bytes, unpacked, of a file that has to be read whole (all formats but JSON Lines, CSV and
            Parquet).
        max_line_bytes: Most bytes of one line of JSON Lines or one row of CSV.
        max_article_chars: Most characters of one article's text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fields: Fields = Fields()
    format: Format = "auto"
    encoding: Annotated[str, AfterValidator(_known_encoding)] = "auto"
    html: Literal["auto", "always", "never"] = "auto"
    max_bytes: int = Field(64 * 2**20, ge=1)
    max_line_bytes: int = Field(8 * 2**20, ge=1)
    max_article_chars: int = Field(1_000_000, ge=1)


class Unreadable(Exception):  # noqa: N818 - it becomes a Rejection, not a message of its own
    """An input, or the rest of it, cannot be read; its text is the reason, for a `Rejection`."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An input, opened.

    Attributes:
        source: Where it comes from.
        stream: Its bytes, unpacked if they were packed with gzip; bounded against bombs.
        seekable: Whether `stream` can be read in any order (a plain file can).
        settings: How to read it.
        tally: Where to count what happens.
    """

    source: Source
    stream: "io.BufferedReader[Any]"
    seekable: bool
    settings: ReadSettings
    tally: Tally

    @property
    def name(self) -> str:
        """How messages and ids name the input."""
        return self.source.name

    def count(self, what: str, number: int = 1) -> None:
        """Count in the tally of the stage that reads."""
        self.tally[f"read_articles: {what}"] += number


class Reader(Protocol):
    """Reads one format.

    It yields what it finds in the order of the input, at least one `Article` or `Rejection`, and raises `Unreadable`
    where it cannot go on.
    """

    def __call__(self, opened: Opened, /) -> Iterator[Found]:
        """Read an opened input."""
