"""Labelled paragraphs of three domains, made by hand, and the decision file of the model that labelled them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.decision import Decision
from pipeline.taxonomy import Taxonomy
from pipeline.writers.jsonl_writer import json_line
from pipeline.writers.rows import Row

_DOMAINS = (
    {"id": "energy", "arabic": "الطاقة", "english": "Energy", "definition": 'Oil & gas, "pipelines", <grids>.'},
    {"id": "finance", "arabic": "المال والمصارف", "english": "Finance"},
    {"id": "diplomacy", "arabic": "السياسة والدبلوماسية", "english": "Diplomacy", "definition": "Visits."},
)

ROW = Row(
    article_id="a1",
    title="اتفاق جديد",
    date="2024-03-05",
    source="وكالة",
    place="day.jsonl:1",
    paragraph=3,
    start=12,
    end=45,
    text="وقعت الشركتان عقداً لتوريد الغاز.",
    labels=("energy", "finance"),
    primary="energy",
    probabilities={"energy": 0.9, "finance": 0.6, "diplomacy": 0.1},
    needs_review=True,
    windows=1,
    model="three@0123456789ab",
)

UNLABELLED = replace(
    ROW,
    title=None,
    date=None,
    source=None,
    paragraph=4,
    labels=(),
    primary=None,
    probabilities={"energy": 0.02, "finance": 0.01, "diplomacy": 0.01},
    needs_review=False,
)


def taxonomy(labels_per_paragraph: str = "any", **changed: object) -> Taxonomy:
    given = {"name": "three", "labels_per_paragraph": labels_per_paragraph, "domains": _DOMAINS}
    return Taxonomy.model_validate(given | changed)


def decision(labels_per_paragraph: str = "any", **settings: Any) -> Decision:
    return Decision(taxonomy=taxonomy(labels_per_paragraph), prepare=(), **settings)


def write_rows(path: Path, rows: Sequence[Row]) -> Path:
    path.write_text("".join(map(json_line, rows)), encoding="utf-8")
    return path


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
