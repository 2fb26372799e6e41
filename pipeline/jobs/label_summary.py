"""What a person sees at the end of a labelling run."""

from rich import box
from rich.console import Console
from rich.table import Table

from pipeline.jobs.label import LabelRun

_DROP = "drop_boilerplate: "


def show_summary(run: LabelRun, console: Console) -> None:
    """Show how many paragraphs have which domain, what was set aside, and which folder to open."""
    console.print(
        f"[bold]{run.labelled:,} paragraphs[/bold] of {run.articles:,} articles labelled by {run.model}, "
        f"{run.dropped:,} dropped, {run.rejected:,} inputs rejected",
        highlight=False,
        soft_wrap=True,
    )
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("domain", no_wrap=True)
    table.add_column("paragraphs", justify="right")
    table.add_column("share", justify="right")
    table.add_column("")
    names = {domain.id: domain.english for domain in run.decision.taxonomy.domains}
    counts = {name: run.tally[f"write_predictions: domain {domain}"] for domain, name in names.items()}
    for name, count in [*counts.items(), ("none of them", run.tally["write_predictions: no domain"])]:
        share = count / max(1, run.labelled)
        table.add_row(name, f"{count:,}", f"{share:.0%}", "█" * round(20 * share))
    console.print(table)
    dropped = {key.removeprefix(_DROP): count for key, count in sorted(run.tally.items()) if key.startswith(_DROP)}
    if dropped:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in dropped.items())
        console.print(f"dropped: {reasons}", highlight=False, soft_wrap=True)
    console.print(
        f"worth a second look: {run.tally['write_predictions: needs review']:,}", highlight=False, soft_wrap=True
    )
    if run.rejected:
        console.print(
            f"[yellow]rejected inputs: see {run.out}/rejected.jsonl[/yellow]", highlight=False, soft_wrap=True
        )
    console.print(
        f"open [bold]{run.out}[/bold]: {', '.join(sorted(path.name for path in run.out.iterdir()))}", soft_wrap=True
    )
