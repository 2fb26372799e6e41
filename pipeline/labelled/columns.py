"""Under which names rows hold their parts: as asked for, as found, and what to say where the two differ."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_log = logging.getLogger(__name__)

_REQUIRED = ("text", "labels")
_USUAL = {
    "text": ("body", "content", "paragraph", "sentence", "article_text"),
    "labels": ("label", "domains", "domain", "categories", "category", "topics", "choices"),
}
"""How others call the parts that are required."""

_SHOWN = 20
"""Columns that a message names."""

_CLOSE = 0.8
"""How alike an unknown name and a known one are where the one is probably meant for the other."""


def _as_tuple(names: object) -> object:
    """Take one column name for a choice of one."""
    return (names,) if isinstance(names, str) else names


Names = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_as_tuple), Field(min_length=1)]


class Columns(BaseModel):
    """Names of the columns, or fields, that hold the parts of a labelled paragraph.

    Several names for one part serve files that differ: in each row the first name that is there counts.

    Attributes:
        text: The paragraph's text.
        labels: The domains that apply: a list, or text joined by `|`, `;` or `,`. In Label Studio, the name of the
            choices.
        id: Name of the row.
        article: Id of the article that the paragraph was taken from.
        paragraph: The paragraph's number in its article.
        source: The outlet.
        annotated: The domains that were looked for, where these are not all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Names = ("text",)
    labels: Names = ("labels",)
    id: Names = ("id",)
    article: Names = ("article",)
    paragraph: Names = ("paragraph",)
    source: Names = ("source",)
    annotated: Names = ("annotated",)

    @model_validator(mode="after")
    def _check_names_differ(self) -> Self:
        counts = Counter(name for names in self.asked.values() for name in names)
        twice = [name for name, count in counts.items() if count > 1]
        if twice:
            message = f"names given more than once: {', '.join(twice)}"
            raise ValueError(message)
        return self

    @property
    def asked(self) -> dict[str, tuple[str, ...]]:
        """The names asked for, by the part that they name."""
        return {part: getattr(self, part) for part in PARTS}

    def find(self, part: str, fields: Mapping[str, Any]) -> str | None:
        """Give the name under which fields hold a part, `None` where they do not."""
        return next((name for name in self.asked[part] if name in fields), None)


PARTS = tuple(Columns.model_fields)
"""The parts that columns name."""


class ColumnAccount:
    """The columns of one file: gives the parts their names, and accounts for those asked for that are not there.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path, columns: Columns) -> None:
        """Open the account of a file."""
        self.path = path
        self._columns = columns
        self._asked = columns.asked
        self._part_of = {name: part for part, names in self._asked.items() for name in names}
        self._rows: Counter[str] = Counter()
        self._nearest: dict[str, str | None] = {}
        self._misspelt: Counter[tuple[str, str]] = Counter()

    def rename(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Give a row's fields by part; fields that are no part keep their names, unless a part is called so."""
        self._rows.update(fields.keys())
        parts: dict[str, Any] = {}
        for part, names in self._asked.items():
            for name in names:
                if name in fields:
                    parts[part] = fields[name]
                    break
        for name in fields:
            near = None if name in self._part_of else self._near(name)
            if near is not None and self._part_of[near] not in parts and not _is_output(name, parts):
                self._misspelt[name, near] += 1
        return {name: fields[name] for name in fields if name not in self._part_of and name not in PARTS} | parts

    def missing(self) -> Iterator[str]:
        """Say which columns were asked for, or are required, that no row has; each time with those that are there."""
        if not self._rows:
            return
        for part, names in self._asked.items():
            is_wanted = part in _REQUIRED or names != Columns.model_fields[part].default
            if is_wanted and not any(name in self._rows for name in names):
                near = self._suggest(part, names)
                both = f"'columns.{part}=[{', '.join([*names, near])}]'" if near else ""
                advice = f"did you mean {near}? Give {both}" if near else f"give columns.{part}"
                yield f"no row has {' or '.join(names)}; the columns are: {self._shown()}; {advice}"

    def warn_of_misspelt(self) -> None:
        """Warn of columns that are called nearly as ones that are used."""
        for (name, near), count in sorted(self._misspelt.items()):
            _log.warning("%s: %d rows have %r, which is not used; did you mean %r?", self.path, count, name, near)

    def _near(self, name: str) -> str | None:
        if name not in self._nearest:
            found = get_close_matches(name.strip().lower(), self._part_of, n=1, cutoff=_CLOSE)
            self._nearest[name] = found[0] if found else None
        return self._nearest[name]

    def _suggest(self, part: str, names: tuple[str, ...]) -> str | None:
        """Give the column that is called nearly as asked, or as others call the part."""
        there = {name.strip().lower(): name for name in self._rows if name not in self._part_of}
        near = [found for name in names for found in get_close_matches(name.lower(), there, n=1)]
        return next((there[name] for name in (*near, *_USUAL.get(part, ())) if name in there), None)

    def _shown(self) -> str:
        names = list(self._rows)
        return ", ".join([*names[:_SHOWN], *(["…"] if len(names) > _SHOWN else [])])


def _is_output(name: str, parts: Mapping[str, Any]) -> bool:
    """Tell whether a name near `article` is the one that `taawun label` writes."""
    return name == "article_id" and "paragraph" in parts
