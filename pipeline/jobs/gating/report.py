"""What the promotion gate made of a version, for its card and for the terminal."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.jobs.results.tables import brackets, number, table, with_interval
from pipeline.taxonomy import Taxonomy

GATE_FILE = "gate.json"
"""In a version's folder: what the gate made of it."""

_PLAIN = {
    "passed": "It passed the gate",
    "refused": "The gate refused it",
    "cannot tell": "The gate could not tell whether it is as good",
    "not compared": "It was not compared with anything",
}


def read_gate(folder: Path) -> dict[str, Any] | None:
    """Read what the gate made of a model; `None` where it went through none."""
    path = folder / GATE_FILE
    if not path.exists():
        return None
    gate: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return gate


def promotion_section(gate: Mapping[str, Any], taxonomy: Taxonomy) -> str:
    """Write the section of a model's card.

    Args:
        gate: What `gate.json` holds.
        taxonomy: The model's labels.
    """
    rows = f"\n{_tell_rows(gate)}\n" if "rows" in gate else ""
    numbers = f"\n{_number_table(gate, taxonomy)}\n" if "macro_f1" in gate else ""
    reasons = "\n".join(f"- {reason}" for reason in gate["reasons"])
    return f"""\
## Promotion
Version {gate["version"]} of its line. {_PLAIN[gate["verdict"]]}:

{reasons}
{rows}{numbers}"""


def summarize_gate(gate: Mapping[str, Any]) -> str:
    """Tell in a few lines what the gate made of a version."""
    against = f" against {gate['incumbent']}" if gate["incumbent"] else ""
    on = f" on {gate['rows']['compared']:,} rows" if "rows" in gate else ""
    return "\n".join([f"gate: {gate['verdict']}{against}{on}", *(f"  {reason}" for reason in gate["reasons"])]) + "\n"


def what_to_do(line: Path, version: str, gate: Mapping[str, Any]) -> str:
    """Say what to do about a version that did not become current.

    Args:
        line: Folder of its line.
        version: Its name.
        gate: What `gate.json` holds.
    """
    by_hand = f"taawun promote {line} {version}"
    if gate.get("verdict") == "refused":
        return f"look at what got worse, or make it current all the same: {by_hand} --despite-gate"
    if gate.get("verdict") == "cannot tell":
        return (
            "give gold paragraphs that neither was trained on, evaluation=[gold.jsonl], and train again, or make it "
            f"current untold: {by_hand} --despite-gate"
        )
    return f"another version was made current meanwhile; to make this one so: {by_hand}"


def _tell_rows(gate: Mapping[str, Any]) -> str:
    rows, settings = gate["rows"], gate["settings"]
    files = ", ".join(f"{each['file']} (SHA-256 {each['sha256'][:16]})" for each in gate["evaluation"])
    of_files = f", {rows['evaluation']:,} are of {files}" if files else ""
    told = [
        f"Compared with {gate['incumbent']} on {rows['compared']:,} rows that neither was trained on:",
        f"{rows['held_out']:,} were held out of its training{of_files}.",
        f"In brackets 95 % intervals of a paired bootstrap over articles ({settings['resamples']:,} resamples);",
        f"that of the difference in macro-F1 had to be above -{settings['margin']:.3f}.",
    ]
    told += [f"Left out: {count:,} rows {reason}." for reason, count in gate["left_out"].items()]
    told += [f"{remark[0].upper()}{remark[1:]}." for remark in gate["remarks"]]
    told += list(_tell_not_compared(gate))
    return "\n".join(told)


def _tell_not_compared(gate: Mapping[str, Any]) -> Iterator[str]:
    new, gone = gate["not_compared"]["new"], gate["not_compared"]["gone"]
    if new:
        yield f"Not compared, as the incumbent does not know them: {', '.join(new)}."
    if gone:
        yield f"The incumbent knows these domains, this version does not: {', '.join(gone)}."
    few = [name for name, each in gate.get("domains", {}).items() if not each["is_judged"]]
    if few:
        yield f"Not judged by themselves, for lack of articles that have them: {', '.join(few)}."


def _number_table(gate: Mapping[str, Any], taxonomy: Taxonomy) -> str:
    names = {domain.id: domain.english for domain in taxonomy.domains}
    told = [("macro-F1 over domains", gate["rows"]["compared"], *_numbers(gate["macro_f1"], None))]
    for key, each in gate["domains"].items():
        told.append((f"F1 of {names.get(key, key)}", each["rows"], *_numbers(each, each["incumbent_interval"])))
    return table(("measure", "rows", "this version", "incumbent", "difference"), told)


def _numbers(each: Mapping[str, Any], interval: list[float] | None) -> tuple[str, str, str]:
    incumbent = f"{number(each['incumbent'])} {brackets(interval)}".strip()
    return number(each["candidate"]), incumbent, with_interval(each["difference"], each["interval"], "+")
