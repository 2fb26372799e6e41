"""The story of docs/retrain.md from its first line to its last, on a small model: one batch passes, one does not."""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
import yaml

from pipeline.annotation.label_studio import labelling_config, tasks_of
from tests.annotation_samples import ROW, decision, taxonomy

ROOT = Path(__file__).parents[2]


def _write_config(folder: Path) -> Path:
    settings = yaml.safe_load((ROOT / "configs" / "train_linear.yaml").read_text(encoding="utf-8"))
    settings["gate"] = {"incumbent": "models/cooperation", "resamples": 200}
    settings["calibration"] |= {"folds": 2, "resamples": 200}
    path = folder / "configs" / "train_linear.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return path


def test_the_annotator_answers_the_question_that_the_exported_project_asks() -> None:
    annotated = runpy.run_path(str(ROOT / "docs" / "story" / "annotate.py"))["annotated"]
    (task,) = tasks_of([ROW], decision())
    question = fromstring(labelling_config(taxonomy())).find("Choices")  # noqa: S314  (our own)
    assert question is not None
    for gold, choices in (({ROW.text: ["finance"]}, ["finance"]), ({ROW.text: []}, ["none"])):
        (result,) = annotated(task, gold, 1)["annotations"][0]["result"]
        assert (result["from_name"], result["to_name"]) == (question.get("name"), question.get("toName"))
        assert (result["type"], result["value"]) == ("choices", {"choices": choices})


@pytest.mark.thorough
@pytest.mark.timeout(900)  # minutes of one processor core, more on a busy machine
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
