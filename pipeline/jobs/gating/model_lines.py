"""What a person asks of a line of models: to see its versions, and to make another one current."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.errors import ConfigError, ModelError
from pipeline.jobs.gating.report import GATE_FILE, read_gate
from pipeline.jobs.results.tables import number
from pipeline.model_folder import content_of, model_version
from pipeline.model_line import ModelLine

_ADMITTED = {"passed", "not compared"}


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """A version in a line of a table; what its folder does not tell is `None`.

    Attributes:
        name: Its number.
        when: When it was made.
        parent: The model that it was compared with.
        rows: Rows that they were compared on.
        macro_f1: On these.
        incumbent_macro_f1: That of the parent.
        verdict: Of the gate.
        is_current: Whether the line stands for it.
    """

    name: str
    when: str | None
    parent: str | None
    rows: int | None
    macro_f1: float | None
    incumbent_macro_f1: float | None
    verdict: str | None
    is_current: bool


def list_versions(line: ModelLine) -> list[VersionSummary]:
    """Sum up the versions of a line, the oldest first.

    Raises:
        ModelError: What the gate made of a version cannot be read.
    """
    current = line.current()
    return [_sum_up(line, name, is_current=name == current) for name in line.versions()]


def show_versions(line: ModelLine, console: Console) -> None:
    """Show the versions of a line as a table."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("", "version", "when", "compared with", "rows", "macro-F1", "of the other", "gate"):
        table.add_column(head, justify="right" if head in {"rows", "macro-F1", "of the other"} else "left")
    for each in list_versions(line):
        numbers = [each.macro_f1, each.incumbent_macro_f1]
        cells = ["→" if each.is_current else "", each.name, each.when or "unknown", each.parent or "nothing"]
        cells += ["" if each.rows is None else f"{each.rows:,}"]
        cells += ["" if value is None else number(value) for value in numbers]
        table.add_row(*map(Text, [*cells, each.verdict or "never went through it"]))
    console.print(table)


def promote_version(line: ModelLine, version: str, *, despite_gate: bool = False) -> None:
    """Make a version current because somebody wants it.

    Args:
        line: The line.
        version: The version.
        despite_gate: Also one that the gate did not let pass.

    Raises:
        ConfigError: The gate did not let it pass, or somebody else is making a version current.
        ModelError: There is no such version, or it is no longer what the gate has seen.
    """
    with line.held():
        if version not in line.versions():
            line.promote(version, "")  # raises, and tells which there are
        folder = line.place(version)
        gate = read_sealed(folder)
        if not despite_gate and not (gate and gate["verdict"] in _ADMITTED):
            told = "it went through no gate"
            if gate:
                told = f"the gate says {gate['verdict']}: {'; '.join(gate['reasons'])}"
            message = f"{folder}: {told}; to make it current all the same: --despite-gate"
            raise ConfigError(message)
        verdict = gate["verdict"] if gate else "nothing"
        line.promote(version, "by hand" + (f", despite the gate, which says: {verdict}" if despite_gate else ""))


def read_sealed(folder: Path) -> dict[str, Any] | None:
    """Give what the gate made of a version that is what it was then; `None` where it went through none.

    Raises:
        ModelError: It is no longer what the gate has seen, or what the gate made of it cannot be read.
    """
    gate = _read(folder)
    if gate and content_of(model_version(folder)) != content_of(gate["model"]):
        message = (
            f"{folder}: is no longer what the gate has seen ({model_version(folder)}, {gate['model']} then); versions "
            "never change: take an undamaged copy, or another version"
        )
        raise ModelError(message)
    return gate


def _sum_up(line: ModelLine, name: str, *, is_current: bool) -> VersionSummary:
    gate = _read(line.place(name)) or {}
    made = [event.when for event in line.history() if event.what == "made" and event.version == name]
    numbers = gate.get("macro_f1", {})
    return VersionSummary(
        name=name,
        when=made[-1] if made else gate.get("when"),
        parent=gate.get("incumbent"),
        rows=gate["rows"]["compared"] if "rows" in gate else None,
        macro_f1=numbers.get("candidate"),
        incumbent_macro_f1=numbers.get("incumbent"),
        verdict=gate.get("verdict"),
        is_current=is_current,
    )


def _read(folder: Path) -> dict[str, Any] | None:
    try:
        gate = read_gate(folder)
    except (OSError, ValueError) as error:
        message = f"{folder / GATE_FILE}: cannot be read ({error}); take an undamaged copy"
        raise ModelError(message) from error
    if gate is not None and not (isinstance(gate, dict) and gate.keys() >= {"model", "verdict", "reasons"}):
        message = f"{folder / GATE_FILE}: tells no model, verdict and reasons; take an undamaged copy"
        raise ModelError(message)
    return gate
