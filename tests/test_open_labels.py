"""The labels of texts that may not be in the repository find their texts again, or say that these are not the same."""

import importlib.util
import json
import lzma
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipeline.config import load_config
from pipeline.taxonomy import Taxonomy

ROOT = Path(__file__).parents[1]


@pytest.fixture
def join(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("join", ROOT / "seeds" / "open" / "join.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with lzma.open(tmp_path / "pretrain_open.txt.xz", "wt", encoding="utf-8") as stream:
        stream.write("سطر أول\nسطر ثان\n")
    (tmp_path / "news_train.jsonl").write_text(
        '{"id": "a", "text": "خبر", "labels": ["energy"]}\n{"id": "b", "text": "نبأ", "labels": []}\n', encoding="utf-8"
    )
    monkeypatch.setattr(module, "HERE", tmp_path)
    _store(tmp_path / "labels.jsonl", {"line": 2, "sha256": module.fingerprint("سطر ثان"), "labels": ["finance"]})
    _store(tmp_path / "corrections.jsonl", {"id": "b", "sha256": module.fingerprint("نبأ"), "labels": ["diplomacy"]})
    return module


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _store(path: Path, row: dict[str, object]) -> None:
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")


def test_labels_meet_their_texts(join: ModuleType, tmp_path: Path) -> None:
    assert join.main([str(tmp_path), str(tmp_path / "out")]) == 0
    rows = _read(tmp_path / "out" / "open.jsonl")
    assert rows == [{"id": "open-2", "text": "سطر ثان", "labels": ["finance"]}]
    assert [row["labels"] for row in _read(tmp_path / "out" / "news_train.jsonl")] == [["energy"], ["diplomacy"]]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("labels", {"line": 1, "sha256": "0" * 16, "labels": []}),
        ("labels", {"line": 99, "sha256": "0" * 16, "labels": []}),
        ("corrections", {"id": "b", "sha256": "0" * 16, "labels": []}),
        ("corrections", {"id": "c", "sha256": "0" * 16, "labels": []}),
    ],
)
def test_labels_of_other_texts_are_refused(
    join: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, row: dict[str, object]
) -> None:
    _store(tmp_path / f"{name}.jsonl", row)
    assert join.main([str(tmp_path), str(tmp_path / "out")]) == 2
    assert "not the text" in (told := capsys.readouterr().err) or "missing" in told


def test_the_stored_labels_are_of_the_taxonomy_and_each_text_has_one_row() -> None:
    known = set(load_config(Taxonomy, ROOT / "configs" / "cooperation.yaml").ids)
    for name, key in (("labels", "line"), ("corrections", "id")):
        rows = _read(ROOT / "seeds" / "open" / f"{name}.jsonl")
        assert len({row[key] for row in rows}) == len(rows) > 100
        assert all(set(row) == {key, "sha256", "labels"} for row in rows)
        assert {label for row in rows for label in row["labels"]} <= known
