"""Labelling specimens, alone or all together, and looking at what came of them."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.config import LabelConfig
from pipeline.jobs.label import label

from .specimen import LABELLED, MORE, NEWS, Specimen

GOOD = "good"
GOOD_TEXTS = [NEWS, MORE]
SETTINGS: dict[str, Any] = {
    "read": {"max_bytes": 4_000_000, "max_line_bytes": 200_000, "max_article_chars": 100_000},
    "extract": {"timeout_seconds": 5, "memory_megabytes": 768, "max_article_chars": 100_000},
    "write": {"formats": ["jsonl", "csv", "parquet"]},
}
"""Smaller limits than the usual ones, so that bombs are small as well."""


@dataclass(slots=True)
class Outcome:
    """What came of a specimen.

    Attributes:
        texts: Labelled paragraphs, in order.
        others: `dropped: REASON` and `rejected: REASON`, each once.
    """

    texts: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Tell it as specimens tell what is expected."""
        labelled = [f"{LABELLED} ({len(self.texts)})"] if self.texts else []
        return ", ".join([*labelled, *self.others]) or "nothing"


def make(specimens: Sequence[Specimen], folder: Path) -> list[Specimen]:
    """Make specimens that can be made here, each in a folder of its name; gives them."""
    possible = [specimen for specimen in specimens if specimen.is_possible()]
    for specimen in possible:
        home = folder / specimen.name
        home.mkdir(parents=True)
        specimen.make(home)
    return possible


def label_alone(home: Path, out: Path, model: Path) -> Outcome:
    """Label a specimen's folder by itself."""
    rows = _label(home, out, model)
    return _outcomes([(("", text), other) for (_, text), other in rows])[""]


def label_together(zoo: Path, out: Path, model: Path) -> dict[str, Outcome]:
    """Label a folder of specimens with a good article beside them; gives outcomes by name, `good` for the article's."""
    (zoo / GOOD).mkdir()
    (zoo / GOOD / "a.txt").write_text("\n".join(GOOD_TEXTS), encoding="utf-8")
    return _outcomes(_label(zoo, out, model))


def mismatch(specimen: Specimen, outcome: Outcome) -> str:
    """Tell how an outcome differs from what is expected of a specimen; nothing where it does not."""
    got = [*([LABELLED] if outcome.texts else []), *outcome.others]
    wanted = [each.split(" | ") for each in specimen.expected]
    lacking = [each for each in wanted if not any(_fits(one, choice) for one in got for choice in each)]
    strange = [one for one in got if not any(_fits(one, choice) for each in wanted for choice in each)]
    if lacking or strange:
        return f"expected {', '.join(specimen.expected)}; got {outcome}"
    if specimen.texts is not None and outcome.texts and outcome.texts != list(specimen.texts):
        return f"expected the texts {list(specimen.texts)!r:.500}; got {outcome.texts!r:.500}"
    return ""


def _fits(got: str, wanted: str) -> bool:
    kind, _, part = wanted.partition(": ")
    return got == wanted or (got.startswith(f"{kind}: ") and part in got and wanted != LABELLED)


Row = tuple[tuple[str, str], str]
"""The place and the text of a labelled paragraph, or its place and what else came of it."""


def _label(inputs: Path, out: Path, model: Path) -> list[Row]:
    """Run the job as a user would; gives what is in its files."""
    label(LabelConfig.model_validate({**SETTINGS, "inputs": [str(inputs)], "out": out, "model": str(model)}))
    rows: list[Row] = [((row["place"], row["text"]), "") for row in _read(out / "labels.jsonl")]
    rows += [((row["place"], ""), f"dropped: {row['reason']}") for row in _read(out / "dropped.jsonl")]
    return rows + [((row["place"], ""), f"rejected: {row['reason']}") for row in _read(out / "rejected.jsonl")]


def _outcomes(rows: Sequence[Row]) -> dict[str, Outcome]:
    """Sort what came of specimens by the folder that it came from."""
    found: defaultdict[str, Outcome] = defaultdict(Outcome)
    for (place, text), other in rows:
        outcome = found[place.split("/", 1)[0]]
        if not other:
            outcome.texts.append(text)
        elif other not in outcome.others:
            outcome.others.append(other)
    return found


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
