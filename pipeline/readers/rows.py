"""From a row (a JSON object, a CSV row, a Parquet row) to an article."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from difflib import get_close_matches

from pipeline.readers.base import Found, Opened
from pipeline.readers.detect import misread_as
from pipeline.readers.markup import holds_html
from pipeline.records import Article, Rejection
from pipeline.text import replace_surrogates

MAX_CARRIED_CHARS = 2_000
"""A title or an id is written beside each paragraph of its article: a long one would fill the disk."""

LIKELY = ("text", "body", "content", "article", "article_text", "full_text", "paragraph", "story")
"""Names under which others keep the text, to suggest one; only the settings say which is read."""

MAX_NAMES = 20
MAX_NAME_CHARS = 40

_TYPES = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
    list: "a list",
    dict: "an object",
}


class Repeating(dict[str, object]):
    """An object that gives some field more than once."""

    def __init__(self, pairs: Sequence[tuple[str, object]]) -> None:
        """Keep the last value of each field, and remember the others."""
        super().__init__(pairs)
        self._pairs = pairs

    def contradiction(self, names: Collection[str]) -> str | None:
        """Find a field among these that is given with different values; of the others, values are not looked at."""
        return next((name for name in sorted(set(names) & self.keys()) if self._is_contradictory(name)), None)

    def _is_contradictory(self, name: str) -> bool:
        # Values may be of kinds that cannot be compared with each other: their spelling can, unless they are too deep.
        try:
            return len({repr(value) for given, value in self._pairs if given == name}) > 1
        except RecursionError:
            return True


class _NotCarried(Exception):  # noqa: N818 - it becomes a Rejection
    """A value cannot be carried to the output; its text is the reason."""


def to_article(opened: Opened, row: object, place: str, default_id: str | None = None) -> Found:
    """Make an article of a row, or say why it is none.

    Args:
        opened: The input that it comes from.
        row: The row; anything but a mapping is no article.
        place: Where it is, `file:line`.
        default_id: Names the article where no `id` does; the place by default.
    """
    if not isinstance(row, Mapping):
        return Rejection(place, f"not an article: {_kind(row)} where an object with fields belongs")
    fields = opened.settings.fields
    if isinstance(row, Repeating) and (twice := row.contradiction((*fields.text, *fields.carried.values()))):
        return Rejection(place, f"not an article: {twice} is given twice, and differently; keep one of the two")
    carried: dict[str, str | None] = {}
    for part, field in fields.carried.items():
        try:
            carried[part] = _carried(row.get(field))
        except _NotCarried as error:
            reason = f"not an article: {field}: {error}; shorten it, or set read.fields.{part}=null"
            return Rejection(place, reason, carried.get("id"))
    carried = {part: None if value is None else written(opened, value) for part, value in carried.items()}
    name = carried.get("id") or default_id or place
    names = [column for column in fields.text if row.get(column) is not None]
    if not names:
        return Rejection(place, f"not an article: {missing_text(opened, row)}", name)
    text = row[names[0]]
    if not isinstance(text, str):
        return Rejection(place, f"not an article: {names[0]}: {_kind(text)} where text belongs", name)
    return text_article(
        opened, text, Article(name, "", place, carried.get("title"), carried.get("date"), carried.get("source"))
    )


def text_article(opened: Opened, text: str, article: Article) -> Found:
    """Give an article its text, or say why it cannot be used.

    Args:
        opened: The input that it comes from.
        text: The text.
        article: The article without it.
    """
    settings = opened.settings
    text = written(opened, text)
    is_html = settings.html == "always" or (settings.html == "auto" and holds_html(text))
    if not is_html and len(text) > settings.max_article_chars:
        reason = (
            f"text longer than {settings.max_article_chars:,} characters; split it, or raise read.max_article_chars"
        )
        return Rejection(article.place, reason, article.id)
    wrong = misread_as(text)
    if wrong is not None:
        reason = f"unreadable text: UTF-8 that was taken for {wrong} before it came here; decode the original again"
        return Rejection(article.place, reason, article.id)
    return replace(article, text=text, markup="html" if is_html else "none")


def missing_text(opened: Opened, row: Mapping[str, object]) -> str:
    """Say that no text field is there, which fields are, and which of them could be meant."""
    wanted = opened.settings.fields.text
    null = next((name for name in wanted if name in row), None)
    if null is not None:
        return f"{null}: null where text belongs"
    names = [name[:MAX_NAME_CHARS] for name in list(row)[:MAX_NAMES]] + ["…"] * (len(row) > MAX_NAMES)
    there = f"the fields are: {', '.join(names)}" if names else "there are no fields"
    advice = f"set read.fields.text={_likely_text(wanted, row)[:MAX_NAME_CHARS]}"
    return f"{' or '.join(wanted)}: field required; {there}; {advice}"


def _likely_text(wanted: Sequence[str], row: Mapping[str, object]) -> str:
    """The field that most likely holds the text: a usual name, or nearly the one asked for, else the longest text."""
    named = [name for likely in LIKELY for name in row if name.strip().lower() == likely]
    near = [name for asked in wanted for name in get_close_matches(asked, [each[:MAX_NAME_CHARS] for each in row], 1)]
    texts = sorted(
        (name for name in row if isinstance(row[name], str) and row[name]), key=lambda name: -len(str(row[name]))
    )
    return next(iter([*named, *near, *texts]), "…")


def written(opened: Opened, text: str) -> str:
    """Make sure that text can be written as UTF-8 to any format: lone surrogates and NUL become U+FFFD, counted."""
    if "\0" in text:
        opened.count("NUL characters replaced", text.count("\0"))
        text = text.replace("\0", "\ufffd")
    text, number = replace_surrogates(text)
    if number:
        opened.count("lone surrogates replaced", number)
    return text


def _carried(value: object) -> str | None:
    """A carried value as it is written in the output; nested ones as JSON, no number (NaN) as none.

    Raises:
        _NotCarried: It is too long or nested too deeply.
    """
    if value is None or value == "" or value != value:  # noqa: PLR0124 - NaN differs from itself
        return None
    try:
        text = _as_text(value)
    except RecursionError:
        message = "nested too deeply"
        raise _NotCarried(message) from None
    if len(text) > MAX_CARRIED_CHARS:
        message = f"longer than {MAX_CARRIED_CHARS:,} characters, too long to stand beside every paragraph"
        raise _NotCarried(message)
    return text


def _as_text(value: object) -> str:
    """A value as text."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _kind(value: object) -> str:
    """Kind of a value in the words of the user."""
    kind = dict if isinstance(value, dict) else type(value)
    return _TYPES.get(kind, "text" if isinstance(value, str) else kind.__name__)
