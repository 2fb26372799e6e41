"""What was found in labelled rows before training: what stops it, what a user should know, and what was left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.evaluation.agreement import Agreement, measure_agreement
from pipeline.material.corrections import clashing_ids, find_contradictions
from pipeline.material.counts import FEW_CHECKS, LabelCounts
from pipeline.material.texts import TextFaults, find_faults
from pipeline.records import LabelledParagraph
from pipeline.taxonomy import Taxonomy

_SHOWN = 10
"""Rows that one kind of mistake names; the others are counted."""

_NAMED = 3
"""Rows that a warning names."""

Use = Literal["base", "extra", "evaluation"]
"""What a file is for: to train on, to add to that and correct it, or never to train on."""


@dataclass(frozen=True, slots=True)
class FileFindings:
    """What was found in one file.

    Attributes:
        use: What it is for.
        faults: Of its texts.
        agreement: Of its annotators; `None` where no row has several codings.
    """

    use: Use
    faults: TextFaults
    agreement: Agreement | None


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in all files together.

    Attributes:
        files: By name.
        mistakes: What stops training: each with its place and what to do.
        contradictions: Rows of the labelled files that contradict others of the same words.
        superseded: Number of rows of the labelled files that have their labels from extra files.
        changed: How many of these have other labels than before.
        repeats: Number of extra rows that repeat others in words and labels: they are left out.
        evaluation_copies: Number of rows left out because they are copies, exact or near, of evaluation rows.
        dropped: Number of rows that the prepare stages drop, by stage and reason.
        dropped_labelled: How many of these have labels.
        held_out_copies: Number of rows not trained on because they are copies of held-out rows.
        extra_copies: How many of these came with extra files.
        partial: Number of rows not checked on because their annotators did not decide on all labels.
        held_out: Share of the articles that was to be held out.
        labels: Rows of each label, by its id.
    """

    files: Mapping[str, FileFindings]
    mistakes: Sequence[str]
    contradictions: Sequence[tuple[LabelledParagraph, LabelledParagraph]] = ()
    superseded: int = 0
    changed: int = 0
    repeats: int = 0
    evaluation_copies: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    dropped_labelled: int = 0
    held_out_copies: int = 0
    extra_copies: int = 0
    partial: int = 0
    held_out: float = 0.0
    labels: Mapping[str, LabelCounts] = field(default_factory=dict)


def look_at_file(use: Use, rows: Sequence[LabelledParagraph], ids: Sequence[str]) -> FileFindings:
    """Find what one file says of itself."""
    width = max((len(row.codings) for row in rows), default=0)
    codings = [(*row.codings, *[None] * (width - len(row.codings))) for row in rows if row.codings]
    agreement = measure_agreement(codings, ids) if codings else None
    return FileFindings(use, find_faults(rows), agreement if agreement and agreement.rows else None)


def find_row_mistakes(
    base: Sequence[LabelledParagraph], extra: Sequence[LabelledParagraph], taxonomy: Taxonomy
) -> list[str]:
    """Say which rows cannot be trained on as they are."""
    contradicting = (
        f"{row.place}: labels {_labels(row)}, but the same text has {_labels(other)} at {other.place}; decide for one"
        for other, row in find_contradictions(extra, taxonomy.ids)
    )
    clashing = (
        f"{row.place}: id {row.id} was given before, at {other.place}, to another text; give each row its own"
        for other, row in clashing_ids(base, extra)
    )
    undecided = (
        f"{row.place}: annotated for some domains only, but {taxonomy.name} has exactly one label per paragraph; "
        "decide on all domains"
        for row in [*base, *extra]
        if row.annotated is not None and taxonomy.labels_per_paragraph == "one"
    )
    return [*_first(contradicting), *_first(clashing), *_first(undecided)]


def warnings(findings: Findings) -> Iterator[str]:
    """Tell in a few lines, with numbers, what a user should know of rows that can be trained on."""
    left_out = {
        "copies of evaluation rows": findings.evaluation_copies,
        f"copies of held-out rows ({findings.extra_copies} of them in extra files)": findings.held_out_copies,
        "repeats of other extra rows": findings.repeats,
    }
    if told := [f"{count} {what}" for what, count in left_out.items() if count]:
        yield f"not trained on: {', '.join(told)}"
    if findings.partial:
        yield f"{findings.partial} rows are not checked on: they are annotated for some domains only"
    if findings.contradictions:
        named = ", ".join(f"{row.place} and {other.place}" for other, row in findings.contradictions[:_NAMED])
        yield f"{len(findings.contradictions)} labelled rows contradict others of the same text: {named}"
    yield from _warn_of_texts(findings)
    yield from _warn_of_labels(findings)


def _warn_of_texts(findings: Findings) -> Iterator[str]:
    damaged = {
        f"{file}: {kind} in {count} rows, such as {each.faults.first[kind]}"
        for file, each in findings.files.items()
        for kind, count in each.faults.lasting_damage.items()
    }
    if damaged:
        yield f"damaged texts: {'; '.join(sorted(damaged))}"


def _warn_of_labels(findings: Findings) -> Iterator[str]:
    labels = findings.labels
    if lacking := [name for name, each in labels.items() if not each.trained]:
        yield f"{len(lacking)} domains have no row and cannot be learned: {', '.join(lacking)}"
    if undecided := [name for name, each in labels.items() if not each.decided]:
        yield f"{len(undecided)} domains were annotated in no row: {', '.join(undecided)}"
    if not findings.held_out:
        return
    few = [f"{name} {each.held_out}" for name, each in labels.items() if each.trained and each.held_out < FEW_CHECKS]
    if few:
        yield f"fewer than {FEW_CHECKS} rows are held out, and what is measured on them is chance: {', '.join(few)}"
    far = [f"{name} {each.held_out_share:.0%}" for name, each in labels.items() if each.is_far]
    if far:
        yield f"held out is far from {findings.held_out:.0%} of the rows of {', '.join(far)}"


def _first(mistakes: Iterable[str]) -> list[str]:
    told = list(mistakes)
    return [*told[:_SHOWN], *([f"… and {len(told) - _SHOWN} more of this kind"] if told[_SHOWN:] else [])]


def _labels(row: LabelledParagraph) -> str:
    return ", ".join(row.labels) or "none"
