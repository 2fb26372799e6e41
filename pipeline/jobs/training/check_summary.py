"""What a person sees of a check before training."""

from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.evaluation.agreement import Agreement
from pipeline.jobs.results.names import portable_name
from pipeline.jobs.training.check import TrainingCheck
from pipeline.material.findings import Findings, warnings
from pipeline.material.texts import LEAST_WORDS, SHORT

_NOTHING = "–"


def show_check(check: TrainingCheck, console: Console) -> None:
    """Show what would be trained on, by file and by label, and what else was found; mistakes are left out."""
    findings = check.findings
    console.print(_file_table(findings))
    console.print(_label_table(check))
    lines = [f"trained on: {check.trained:,} rows, held out: {check.held_out:,}", *_tell_rows(findings)]
    lines += _tell_texts(check)
    lines += _tell_annotators(findings)
    lines += [f"worth a look: {warning}" for warning in warnings(findings)]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _file_table(findings: Findings) -> Table:
    table = _table("file", "for", "rows", "Arabic", "damaged", f"under {LEAST_WORDS}\nwords")
    for file, found in findings.files.items():
        faults = found.faults
        counts = faults.texts, sum(faults.damaged.values()), faults.short
        rows, damaged, short = (f"{count:,}" for count in counts)
        table.add_row(Text(portable_name(file)), found.use, rows, f"{faults.arabic_share:.0%}", damaged, short)
    return table


def _label_table(check: TrainingCheck) -> Table:
    findings = check.findings
    is_partial = len({each.decided for each in findings.labels.values()}) > 1
    held_out = ("base\nheld out", "extra\nheld out", "share\nheld out") if findings.held_out else ()
    table = _table("domain", "base\ntrained", "extra\ntrained", *held_out, *(["decided\non"] if is_partial else []))
    for domain in check.taxonomy.domains:
        each = findings.labels[domain.id]
        cells = [f"{each.base:,}", f"{each.extra:,}"]
        if held_out:
            cells += [f"{each.base_held_out:,}", f"{each.extra_held_out:,}", f"{each.held_out_share:.0%}"]
        if is_partial:
            cells.append(f"{each.decided:,}")
        table.add_row(Text(domain.english), *cells)
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, overflow="fold", vertical="bottom")
    for name in others:
        table.add_column(name, justify="left" if name == "for" else "right", no_wrap=True, vertical="bottom")
    return table


def _tell_rows(findings: Findings) -> Iterator[str]:
    """Tell which rows are used otherwise than they stand in their files."""
    if findings.superseded:
        yield (
            f"superseded by extra rows of the same text: {findings.superseded:,} labelled rows, "
            f"{findings.changed:,} of which get other labels"
        )
    if findings.dropped:
        reasons = (f"{key.partition(': ')[2]} {count:,}" for key, count in findings.dropped.items())
        yield f"dropped by prepare: {', '.join(reasons)}; {findings.dropped_labelled:,} of them have labels"


def _tell_texts(check: TrainingCheck) -> Iterator[str]:
    for file, found in check.findings.files.items():
        faults = found.faults
        kinds = {**faults.foreign, **faults.damaged, **({SHORT: faults.short} if faults.short else {})}
        for kind, count in kinds.items():
            yield f"texts of {portable_name(file)}: {kind}: {count:,}, such as {faults.first[kind]}"
    if check.long:
        yield f"texts longer than one window: {check.long:,}"


def _tell_annotators(findings: Findings) -> Iterator[str]:
    for file, found in findings.files.items():
        if found.agreement:
            yield f"annotators of {portable_name(file)}: {_describe(found.agreement)}"


def _describe(agreement: Agreement) -> str:
    measured = {"alpha over whole sets of labels": agreement.set_alpha, "micro-F1": agreement.micro_f1}
    told = ", ".join(f"{name} {_NOTHING if value is None else f'{value:.2f}'}" for name, value in measured.items())
    return f"{agreement.annotators} agree on {agreement.rows:,} rows with {told}"
