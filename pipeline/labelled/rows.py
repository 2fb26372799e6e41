"""From the fields of a row, whatever file they come from, to a labelled paragraph; all its mistakes at once."""

from collections.abc import Iterator, Mapping
from math import isfinite
from re import compile as pattern
from typing import Any

from pipeline.labelled.columns import PARTS
from pipeline.labelled.label_names import LabelNames
from pipeline.records import LabelledParagraph
from pipeline.taxonomy import NONE
from pipeline.text import replace_surrogates

_PARAGRAPH_ID = pattern(r"(?P<article>.+)#[a-z]?\d+")
"""Ids such as `news-123#p4` name the article before the number sign and the paragraph behind it."""

_NAMES = ("id", "article", "paragraph", "source")
_USED = frozenset({*PARTS, "codings"})
"""Fields of a row that have a place of their own."""


class WrongRowError(Exception):
    """What is wrong with one row, one argument a mistake."""


def to_row(place: str, fields: Mapping[str, Any], names: LabelNames) -> LabelledParagraph:
    """Make a labelled paragraph of a row's fields.

    Args:
        place: Where the row is.
        fields: What it says, by part; other fields with a plain value are carried along.
        names: The labels that exist.

    Raises:
        WrongRowError: The row is wrong.
    """
    wrong: list[str] = [*_wrong_text(fields.get("text"))]
    labels = _labels(fields.get("labels"), names, wrong, has_codings=bool(fields.get("codings")))
    codings = _codings(fields.get("codings"), names, wrong)
    annotated = _annotated(fields.get("annotated"), names, wrong)
    if annotated is not None:
        wrong += _outside({*labels, *(label for each in codings for label in each or ())}, annotated, names)
    named = {name: _name(name, fields.get(name), wrong) for name in _NAMES}
    wrong += [
        f"{name}: holds half a character (a lone surrogate such as \\ud83d); mend the text or remove the row"
        for name in ("text", *_NAMES)
        if _is_broken(fields.get(name))
    ]
    if wrong:
        raise WrongRowError(*wrong)
    row_id, article = _identify(named, place)
    return LabelledParagraph(
        id=row_id,
        text=str(fields["text"]),
        labels=labels,
        place=place,
        article=article,
        source=named["source"],
        codings=codings,
        carried={name: str(value) for name, value in fields.items() if name not in _USED and _is_plain(value)},
        annotated=annotated,
        has_own_id=_has_own_id(named),
    )


def _wrong_text(text: Any) -> Iterator[str]:
    if not isinstance(text, str):
        yield "text: the paragraph's text is required" if text is None else f"text: text expected, not {text!r}"
    elif not text.strip():
        yield "text: is empty; remove the row or give its text"


def _labels(given: Any, names: LabelNames, wrong: list[str], *, has_codings: bool) -> tuple[str, ...]:
    listed = names.split(given) if isinstance(given, str) else given
    if not _is_list_of_texts(listed):
        wrong.append("labels: a list of domain ids is required, [] for none")
        return ()
    labels = _resolve("labels", listed, names, wrong)
    taxonomy = names.taxonomy
    if len(set(labels)) < len(labels):
        wrong.append(f"labels: a label is given twice: {', '.join(listed)}")
    elif taxonomy.labels_per_paragraph == "one" and len(labels) != 1:
        advice = "; where annotators disagree, mark one annotation as the ground truth" if has_codings else ""
        count = f"{taxonomy.name} has one per paragraph, not {len(labels)}"
        wrong.append(f"labels: exactly one label expected, as {count}{advice}")
    return tuple(labels)


def _codings(given: Any, names: LabelNames, wrong: list[str]) -> tuple[frozenset[str] | None, ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or not all(each is None or _is_list_of_texts(each) for each in given):
        wrong.append("codings: a list with one list of domain ids per annotator is expected, null for no coding")
        return ()
    return tuple(None if each is None else frozenset(_resolve("codings", each, names, wrong)) for each in given)


def _annotated(given: Any, names: LabelNames, wrong: list[str]) -> frozenset[str] | None:
    listed = names.split(given) if isinstance(given, str) else given
    if listed is None or (isinstance(given, str) and not given.strip()):
        return None
    if not _is_list_of_texts(listed):
        wrong.append("annotated: a list of the domain ids that were looked for is expected")
        return None
    if not listed:
        wrong.append("annotated: no domain was looked for; remove the row, or the field if all were")
    return frozenset(_resolve("annotated", listed, names, wrong))


def _outside(labels: set[str], annotated: frozenset[str], names: LabelNames) -> Iterator[str]:
    for label in names.taxonomy.ids:
        if label in labels - annotated:
            yield f"labels: {label} is given but not in annotated; add it there, or remove the label"


def _resolve(part: str, listed: list[str], names: LabelNames, wrong: list[str]) -> list[str]:
    """Find the domains that a list names; the choice of none, alone, gives none."""
    domains = [(label, names.id_of(label)) for label in listed]
    wrong += [f"{part}: {names.unknown(label)}" for label, domain in domains if domain is None]
    chosen = [domain for _, domain in domains if domain is not None and domain != NONE]
    none = [label for label, domain in domains if domain == NONE]
    if none and chosen:
        wrong.append(f"{part}: {none[0]!r} is given beside {', '.join(chosen)}; give one or the other")
    return chosen


def _name(part: str, given: Any, wrong: list[str]) -> str | None:
    """Take text, or a whole number, as a name; an empty cell is none."""
    if isinstance(given, float) and not isfinite(given):
        return None
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if given is None or isinstance(given, str) or (isinstance(given, int) and not isinstance(given, bool)):
        return None if given is None or given == "" else str(given)
    wrong.append(f"{part}: text expected, not {given!r}")
    return None


def _identify(named: Mapping[str, str | None], place: str) -> tuple[str, str | None]:
    """Give the row's id and its article's, from what the row says about them."""
    given, article, number = named["id"], named["article"], named["paragraph"]
    row_id = given or (f"{article}#{number}" if article and number else place)
    match = _PARAGRAPH_ID.fullmatch(given) if given and not article else None
    return row_id, article or (match["article"] if match else None)


def _has_own_id(named: Mapping[str, str | None]) -> bool:
    """Tell whether a row was given an id, other than the one that `taawun export` makes of article and number."""
    given, article = named["id"], named["article"]
    if given is None or article is None:
        return given is not None
    before, _, number = given.rpartition("#")
    return not (before == article and number.isdecimal())


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_plain(value: Any) -> bool:
    """Tell whether a value can be carried along: text or a number, and not an empty cell."""
    if isinstance(value, float) and not isfinite(value):
        return False
    return isinstance(value, str | int | float) and value != "" and not _is_broken(value)


def _is_broken(text: Any) -> bool:
    """Tell whether text holds lone surrogates, which no UTF-8 file can."""
    return isinstance(text, str) and replace_surrogates(text)[1] > 0
