"""What a person sees at the end of a labelling run."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.jobs.label import LabelRun

_DROP = "drop_boilerplate: "
_SHOWN = 3


def show_summary(run: LabelRun, console: Console) -> None:
    """Show how many paragraphs have which domain, what was set aside, and which folder to open."""
    done = f"{_count(run.labelled, 'paragraph')} of {_count(run.articles, 'article')} labelled by {run.model}"
    _print([f"{done}, {run.dropped:,} dropped, {_count(run.rejected, 'input')} rejected"], console)
    if run.labelled:
        console.print(_domain_table(run))
    dropped = {key.removeprefix(_DROP): count for key, count in sorted(run.tally.items()) if key.startswith(_DROP)}
    lines = [f"worth a second look: {run.tally['write_predictions: needs review']:,}"] if run.labelled else []
    if dropped:
        lines.append("dropped: " + ", ".join(f"{reason} {count:,}" for reason, count in dropped.items()))
    if run.rejected:
        lines.append(f"inputs that could not be read: {first_reasons(run)}")
    lines.append(f"open {run.out}: {', '.join(_shown_names(run.out))}")
    _print(lines, console)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def first_reasons(run: LabelRun) -> str:
    """Tell why the first few inputs were rejected, and where to find the rest."""
    in_parts = sorted(run.out.glob("part-*/rejected.jsonl"))
    rejected = [json.loads(line) for line in islice(_lines(in_parts or [run.out / "rejected.jsonl"]), _SHOWN)]
    told = "".join(f"\n  {each['place']}: {each['reason']}" for each in rejected)
    return f"all {run.rejected:,} in {run.out}/{'part-*/' if in_parts else ''}rejected.jsonl{told}"


def _lines(paths: Sequence[Path]) -> Iterator[str]:
    for path in paths:
        with path.open(encoding="utf-8") as stream:
            yield from stream


def _shown_names(folder: Path) -> list[str]:
    """Give the names of the results; of parts, however many there are, the first and the last."""
    names = sorted(path.name for path in folder.iterdir())
    parts = [name for name in names if name.startswith("part-")]
    between = [f"{parts[0]} … {parts[-1]}"] if len(parts) > 1 else parts
    return between + [name for name in names if name not in parts]


def _domain_table(run: LabelRun) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("domain", no_wrap=True)
    table.add_column("paragraphs", justify="right")
    table.add_column("share", justify="right")
    table.add_column("")
    names = {domain.id: domain.english for domain in run.decision.taxonomy.domains}
    counts = [(name, run.tally[f"write_predictions: domain {domain}"]) for domain, name in names.items()]
    for name, count in [*counts, ("none of them", run.tally["write_predictions: no domain"])]:
        share = count / max(1, run.labelled)
        table.add_row(Text(name), f"{count:,}", f"{share:.0%}", "█" * round(20 * share))
    return table


def _print(lines: list[str], console: Console) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
