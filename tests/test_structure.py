"""The house keeps its own rules: floors, rooms, and names of stages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from pipeline.stages import AnyStage

ROOT = Path(__file__).parents[1] / "pipeline"
MODULES = sorted(ROOT.rglob("*.py"))

# Imports go only downwards (to a smaller number) or stay on their floor.
FLOORS = {
    "errors": 0,
    "shipped": 0,
    "csv_limit": 0,
    "memory_limit": 1,
    "durable": 0,
    "text": 0,
    "taxonomy": 0,
    "records": 1,
    "decision": 1,
    "line_history": 1,
    "model_line": 1,
    "model_folder": 2,
    "release": 2,
    "labelled": 3,
    "tokenizer": 2,
    "inference": 3,
    "kinds": 3,
    "classifier": 3,
    "linear": 3,
    "readers": 3,
    "writers": 3,
    "bootstrap": 3,
    "metrics": 3,
    "calibration": 3,
    "evidence": 3,
    "splits": 3,
    "known_labels": 1,
    "evaluation": 4,
    "material": 5,
    "stages": 4,
    "gold": 5,
    "suggestion": 5,
    "annotation": 5,
    "config": 5,
    "report_page": 6,
    "label_rows": 4,
    "view_page": 6,
    "training": 6,
    "adaptation": 6,
    "distillation": 6,
    "jobs": 7,
    "labeller": 6,
    "tables": 7,
    "estimator": 8,
    "commands": 8,
    "__main__": 9,
}


def _room(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[0]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_only_downwards(path: Path) -> None:
    room = _room(path)
    if room == "__init__":
        return
    for name in _imports(path):
        steps = name.split(".")
        if steps[0] == "pipeline" and len(steps) > 1:
            assert FLOORS[steps[1]] <= FLOORS[room], f"{room} is below {steps[1]}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_stays_in_its_room(path: Path) -> None:
    room, names = _room(path), {name.split(".")[0] for name in _imports(path)}
    if room != "config":
        assert "yaml" not in names
    if room not in {"classifier", "training", "tokenizer", "adaptation", "distillation", "inference"}:
        assert not names & {"torch", "transformers"}
    if room != "text":
        letters = re.sub(r'(?s)""".*?"""|#[^\n]*', "", path.read_text(encoding="utf-8"))
        assert not re.search(r"re\.compile\([^\n]*[\u0600-\u06ff]", letters)
    assert not names & {"pickle", "joblib", "dill", "marshal", "shelve"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_stay_small_and_tell_what_they_are_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert ast.get_docstring(ast.parse(text))


def test_a_stage_has_one_name_as_tag_file_and_class() -> None:
    stages = get_args(get_args(AnyStage)[0])
    for stage in stages:
        tag = stage.model_fields["stage"].default
        assert stage.__module__ == f"pipeline.stages.{tag}"
        assert stage.__name__ == "".join(word.title() for word in tag.split("_"))
    files = {path.stem for path in (ROOT / "stages").glob("*_*.py")} - {"__init__"}
    assert files == {stage.model_fields["stage"].default for stage in stages}
