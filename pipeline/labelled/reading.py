"""Reading labelled paragraphs from files of any known format; all mistakes of all files at once."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.errors import InputError
from pipeline.labelled.base import WrongFileError, WrongRow
from pipeline.labelled.columns import ColumnAccount, Columns
from pipeline.labelled.formats import find_reader
from pipeline.labelled.label_names import LabelNames
from pipeline.labelled.other_tasks import TaskAccount
from pipeline.labelled.own_output import CorrectionAccount, as_labelled
from pipeline.labelled.rows import WrongRowError, to_row
from pipeline.records import LabelledParagraph
from pipeline.taxonomy import Taxonomy

_log = logging.getLogger(__name__)

_SHOWN = 40
"""Mistakes that one message names; the others are counted."""


def read_labelled(
    paths: Sequence[Path],
    taxonomy: Taxonomy,
    columns: Columns = Columns(),  # noqa: B008 - it is frozen
) -> list[LabelledParagraph]:
    """Read labelled paragraphs and check them against a taxonomy.

    A row has `text` and `labels`: the domains that apply, as a list or as one text joined by `|`, `;` or `,`; empty, or
    the one label `none`, for none. A domain may be called by its id, its Arabic or its English name. `id`, `article`,
    `paragraph` (its number in the article), `source`, `annotated` (the domains that were looked for, where these are
    not all) and `codings` (a list of domains for each annotator, `null` for no coding) are used where given; other
    fields with a plain value are carried along.

    Files are JSON Lines, a JSON list, CSV, TSV or Parquet, or folders that Hugging Face `datasets` saved; written by
    hand, by `taawun label`, or exported from Label Studio or doccano.

    Args:
        paths: Files, text ones possibly gzip-compressed (`.gz`), and folders, as `list_labelled` gives them.
        taxonomy: The labels that exist.
        columns: The names of the fields, where they are called otherwise.

    Raises:
        InputError: Files or rows are wrong; each is named with its place and what to do.
    """
    rows, wrong = collect_labelled(paths, taxonomy, columns)
    if wrong:
        raise InputError(tell_mistakes(wrong))
    if not rows:
        message = f"{', '.join(map(str, paths)) or 'labelled'}: no labelled row; give at least one"
        raise InputError(message)
    return rows


def collect_labelled(
    paths: Sequence[Path],
    taxonomy: Taxonomy,
    columns: Columns = Columns(),  # noqa: B008 - it is frozen
) -> tuple[list[LabelledParagraph], list[str]]:
    """Read the labelled paragraphs that are right, and say what is wrong with files and the other rows.

    Arguments are those of `read_labelled`.
    """
    names = LabelNames(taxonomy)
    rows: dict[str, LabelledParagraph] = {}
    wrong: list[str] = []
    for path in paths:
        account, task, corrections = ColumnAccount(path, columns), TaskAccount(path, names), CorrectionAccount(path)
        found, mistakes = _read(account, (task, corrections), columns, rows)
        refusal = task.refusal()
        missing = [refusal] if refusal else [f"{path}: {what}" for what in account.missing()]
        if not missing:
            account.warn_of_misspelt()
            corrections.warn()
        if not (found or missing or mistakes):
            _log.warning("%s: there is no labelled row in it", path)
        wrong += missing or mistakes
        rows |= {} if missing else found
    return list(rows.values()), wrong


def tell_mistakes(wrong: Sequence[str]) -> str:
    """Put mistakes into one message."""
    more = [f"… and {len(wrong) - _SHOWN} more"] if len(wrong) > _SHOWN else []
    return "\n".join([f"{len(wrong)} mistake(s) in labelled rows", *wrong[:_SHOWN], *more])


def _read(
    account: ColumnAccount,
    others: tuple[TaskAccount, CorrectionAccount],
    columns: Columns,
    before: dict[str, LabelledParagraph],
) -> tuple[dict[str, LabelledParagraph], list[str]]:
    """Read one file: its rows by their ids, and what is wrong with it."""
    path, (task, corrections) = account.path, others
    rows: dict[str, LabelledParagraph] = {}
    wrong: list[str] = []
    try:
        for place, fields in find_reader(path)(path, columns):
            if isinstance(fields, WrongRow):
                wrong.append(f"{place}: {fields.reason}")
                continue
            renamed = account.rename(fields)
            parts = as_labelled(renamed)
            task.note(parts)
            try:
                row = to_row(place, parts, task.names)
            except WrongRowError as error:
                wrong += [f"{place}: {what}" for what in error.args]
                continue
            corrections.note(renamed, row.labels)
            first = before.get(row.id) or rows.get(row.id)
            if first and not row.has_own_id and first.text != row.text:
                # Article ids repeat from one run of `taawun label` to the next.
                row, first = replace(row, id=place), None
            if first is None:
                rows[row.id] = row
            else:
                wrong.append(f"{place}: id {row.id} was given before, at {first.place}; give each row its own")
    except WrongFileError as error:
        wrong.append(f"{path}: {error}")
    except RecursionError:
        # What could just be parsed may still be too deep to be compared, or shown in a message.
        wrong.append(f"{path}: nested too deeply; write rows of plain values")
    return rows, wrong
