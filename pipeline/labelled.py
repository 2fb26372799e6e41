"""Reading labelled paragraphs, the rows that classifiers are trained on and measured with; all mistakes at once."""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from glob import glob, has_magic
from pathlib import Path
from re import compile as pattern
from typing import Any

from pipeline.errors import InputError
from pipeline.records import LabelledParagraph
from pipeline.taxonomy import Taxonomy
from pipeline.text import replace_surrogates

_SHOWN = 40
"""Mistakes that one message names; the others are counted."""

_PARAGRAPH_ID = pattern(r"(?P<article>.+)#[a-z]?\d+")
"""Ids such as `news-123#p4` name the article before the number sign and the paragraph behind it."""


_USED = frozenset({"id", "text", "labels", "article", "paragraph", "source", "codings"})
"""Fields of a row that have a place of their own."""


class _WrongRowError(Exception):
    """What is wrong with one line."""


def list_labelled(names: Iterable[str]) -> list[Path]:
    """Find the files that paths and globs name, each once, in the order given (sorted within a glob).

    Raises:
        InputError: Names that no file has; all of them are named.
    """
    found: dict[Path, None] = {}
    missing = []
    for name in names:
        matches = sorted(glob(name, recursive=True)) if has_magic(name) and not Path(name).exists() else [name]  # noqa: PTH207
        files = [Path(match) for match in matches if Path(match).is_file()]
        if not files:
            missing.append(f"{name}: no such file; give JSON Lines of labelled paragraphs (.jsonl, .jsonl.gz)")
        found.update(dict.fromkeys(files))
    if missing:
        raise InputError("\n".join(missing))
    return list(found)


def read_labelled(paths: Sequence[Path], taxonomy: Taxonomy) -> list[LabelledParagraph]:
    """Read labelled paragraphs and check them against a taxonomy.

    A row is a JSON object with `text` and `labels` (a list of domain ids, empty for none); `id`, `article`,
    `paragraph` (its number in the article), `source` and `codings` (a list of domain ids for each annotator, `null` for
    no coding) are used where given; other fields with a plain value are carried along.

    Args:
        paths: Files of JSON Lines, each possibly gzip-compressed (`.gz`).
        taxonomy: The labels that exist.

    Raises:
        InputError: Rows are wrong; each is named with its file, its line and what to do.
    """
    rows: list[LabelledParagraph] = []
    wrong: list[str] = []
    places: dict[str, str] = {}
    for path in paths:
        for place, line in _lines(path):
            try:
                row = _row(line, place, taxonomy)
                if row.id in places:
                    message = f"id {row.id} was given before, at {places[row.id]}; give each row its own"
                    raise _WrongRowError(message)  # noqa: TRY301  (one place where mistakes are collected)
            except _WrongRowError as error:
                wrong.extend(f"{place}: {what}" for what in error.args)
            else:
                places[row.id] = place
                rows.append(row)
    if wrong:
        more = [f"… and {len(wrong) - _SHOWN} more"] if len(wrong) > _SHOWN else []
        raise InputError("\n".join([f"{len(wrong)} mistake(s) in labelled rows", *wrong[:_SHOWN], *more]))
    if not rows:
        message = f"{', '.join(map(str, paths)) or 'labelled'}: no labelled row; give at least one"
        raise InputError(message)
    return rows


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                if text.strip():
                    yield f"{path}:{number}", text
    except UnicodeDecodeError as error:
        message = f"{path}: not UTF-8 ({error.reason}); save it as UTF-8"
        raise InputError(message) from error
    except (OSError, EOFError, zlib.error) as error:
        message = f"{path}: cannot be read ({error}); take an undamaged copy"
        raise InputError(message) from error


def _row(line: str, place: str, taxonomy: Taxonomy) -> LabelledParagraph:
    try:
        fields = json.loads(line)
    except RecursionError as error:
        message = "nested too deeply; write {'text': …, 'labels': […]}"
        raise _WrongRowError(message) from error
    except ValueError as error:
        message = f"not JSON ({error}); each line is one object"
        raise _WrongRowError(message) from error
    if not isinstance(fields, dict):
        message = f"not an object but {type(fields).__name__}; write {{'text': …, 'labels': […]}}"
        raise _WrongRowError(message)
    text, labels = fields.get("text"), fields.get("labels")
    wrong = [*_wrong_text(text), *_wrong_labels(labels, taxonomy)]
    wrong += _wrong_codings(fields.get("codings"), taxonomy)
    wrong += [
        f"{name}: text expected, not {fields[name]!r}" for name in ("article", "source") if _is_no_text(fields, name)
    ]
    wrong += [
        f"{name}: holds half a character (a lone surrogate such as \\ud83d); mend the text or remove the row"
        for name in ("text", "id", "article", "paragraph", "source")
        if _is_broken(fields.get(name))
    ]
    if wrong:
        raise _WrongRowError(*wrong)
    name, article = _names(fields, place)
    codings = tuple(None if each is None else frozenset(each) for each in fields.get("codings") or ())
    carried = {key: str(each) for key, each in fields.items() if _is_plain(each) and key not in _USED}
    return LabelledParagraph(
        name, str(text), tuple(labels or ()), place, article, fields.get("source"), codings, carried
    )


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not _is_broken(value)


def _is_no_text(fields: dict[str, Any], name: str) -> bool:
    return not isinstance(fields.get(name), str | None)


def _is_broken(text: Any) -> bool:
    """Tell whether text holds lone surrogates, which no UTF-8 file can."""
    return isinstance(text, str) and replace_surrogates(text)[1] > 0


def _wrong_text(text: Any) -> Iterator[str]:
    if not isinstance(text, str):
        yield "text: the paragraph's text is required" if text is None else f"text: text expected, not {text!r}"
    elif not text.strip():
        yield "text: is empty; remove the row or give its text"


def _wrong_labels(labels: Any, taxonomy: Taxonomy) -> Iterator[str]:
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        yield "labels: a list of domain ids is required, [] for none"
        return
    for label in labels:
        if label not in taxonomy.ids:
            near = get_close_matches(label, taxonomy.ids, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(taxonomy.ids)}"
            yield f"labels: {label!r} is not in the taxonomy {taxonomy.name}; {hint}"
    if len(set(labels)) < len(labels):
        yield f"labels: a label is given twice: {', '.join(labels)}"
    if taxonomy.labels_per_paragraph == "one" and len(labels) != 1:
        yield f"labels: exactly one label expected, as {taxonomy.name} has one per paragraph, not {len(labels)}"


def _wrong_codings(codings: Any, taxonomy: Taxonomy) -> Iterator[str]:
    if codings is None:
        return
    if not isinstance(codings, list) or not all(each is None or isinstance(each, list) for each in codings):
        yield "codings: a list with one list of domain ids per annotator is expected, null for no coding"
        return
    for name in {str(label) for each in codings for label in each or ()} - set(taxonomy.ids):
        yield f"codings: {name!r} is not in the taxonomy {taxonomy.name}"


def _names(fields: dict[str, Any], place: str) -> tuple[str, str | None]:
    """Give the row's id and its article's, from what the row says about them."""
    article, number = fields.get("article"), fields.get("paragraph")
    given = fields.get("id")
    name = str(given) if given is not None else f"{article}#{number}" if article and number is not None else place
    match = _PARAGRAPH_ID.fullmatch(str(given)) if given is not None and not article else None
    return name, article or (match["article"] if match else None)
