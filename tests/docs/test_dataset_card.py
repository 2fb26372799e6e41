"""The labelled seeds open as a table of `datasets`, by the front matter of their README alone."""

import json
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
LABELLED = ROOT / "seeds" / "labelled"


def test_the_labelled_seeds_open_with_class_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_OFFLINE", True)
    datasets.disable_progress_bars()

    table = datasets.load_dataset(str(LABELLED), split="train", cache_dir=str(tmp_path))

    names = table.features["labels"].feature.names
    lines = [
        json.loads(line)
        for name in ("authored", "seeds")
        for line in (LABELLED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [
        each["id"] for each in yaml.safe_load((ROOT / "configs" / "cooperation.yaml").read_text())["domains"]
    ] == names
    assert table["text"][:] == [line["text"] for line in lines]
    assert [[names[label] for label in labels] for labels in table["labels"]] == [line["labels"] for line in lines]
    assert {name for line in lines for name in line} == set(table.features)
