"""The story of docs/retrain.md from its first line to its last, on a small model: one batch passes, one does not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def _write_config(folder: Path) -> Path:
    settings = yaml.safe_load((ROOT / "configs" / "train_linear.yaml").read_text(encoding="utf-8"))
    settings["gate"] = {"incumbent": "models/cooperation", "resamples": 200}
    settings["calibration"] |= {"folds": 2, "resamples": 200}
    path = folder / "configs" / "train_linear.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.thorough
def test_a_corrected_batch_is_promoted_and_a_spoiled_one_refused(tmp_path: Path, linear_classifier: Path) -> None:
    shutil.copytree(linear_classifier, tmp_path / "models" / "cooperation")
    shutil.copytree(ROOT / "seeds" / "articles", tmp_path / "seeds" / "articles")
    shutil.copytree(ROOT / "seeds" / "labelled", tmp_path / "seeds" / "labelled")
    config = _write_config(tmp_path)
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    told = subprocess.run(
        ["bash", str(ROOT / "docs" / "story" / "run.sh"), "work", str(config)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "gate: passed against cooperation@" in told.stdout
    assert "gate: refused against mine@" in told.stdout
    assert (tmp_path / "work" / "mine" / "current").read_text(encoding="utf-8") == "0001\n"
    assert sorted(path.name for path in (tmp_path / "work" / "mine" / "versions").iterdir()) == ["0001", "0002"]
