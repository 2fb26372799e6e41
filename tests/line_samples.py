"""Lines of models made on the spot for the tests: versions, and rows to train better and worse ones on."""

import json
import shutil
from pathlib import Path
from typing import Any

from pipeline.config import load_config
from pipeline.labelled import read_labelled
from pipeline.model_folder import model_version
from pipeline.model_line import ModelLine, seal
from pipeline.splits import is_held_out
from pipeline.taxonomy import Taxonomy

ROOT = Path(__file__).parents[1]


def add_version(line: ModelLine, model: Path, verdict: str = "passed", **changes: Any) -> str:
    """Add a version to a line as training does: a copy of a model, unlike all others, and what the gate says of it."""
    version = line.next_version()
    folder = Path(shutil.copytree(model, line.place(version)))
    path = folder / "decision.json"
    decision = json.loads(path.read_text(encoding="utf-8")) | {"review_margin": int(version) / 100}
    path.write_text(json.dumps(decision), encoding="utf-8")
    gate = {
        "version": version,
        "model": model_version(folder),
        "incumbent": "cooperation@0123456789ab",
        "when": "2025-01-01T00:00:00+00:00",
        "settings": {"margin": 0.03, "resamples": 1000},
        "verdict": verdict,
        "reasons": ["macro-F1 is lower: 0.500 against 0.600"],
    }
    (folder / "gate.json").write_text(json.dumps(gate | changes), encoding="utf-8")
    seal(folder)
    line.note_made(version, f"the gate says: {verdict}")
    return version


def write_rows(count: int, path: Path) -> Path:
    """Write some of the labelled rows to a file."""
    lines = (ROOT / "seeds" / "labelled" / "authored.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:count]), encoding="utf-8")
    return path


def scramble(rows: Path, share: float, path: Path) -> Path:
    """Write rows to a file with each other's labels, but for those held out: there is nothing to learn from them."""
    taxonomy = load_config(Taxonomy, ROOT / "configs" / "cooperation.yaml")
    held = is_held_out(read_labelled([rows], taxonomy), share)
    fields = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    learned = [each for each, is_held in zip(fields, held, strict=True) if not is_held]
    labels = [each["labels"] for each in learned]
    for each, other in zip(learned, [*labels[1:], labels[0]], strict=True):
        each["labels"] = other
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in fields), encoding="utf-8")
    return path
