import errno
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from filelock import FileLock

from pipeline.config import GateSettings, TrainConfig, TrainLinearConfig, dump_yaml
from pipeline.errors import ConfigError, ModelError
from pipeline.jobs.gating.gate import Candidate, run_gate
from pipeline.jobs.gating.report import read_gate, what_to_do
from pipeline.jobs.train import train
from pipeline.jobs.training.line import admit
from pipeline.jobs.training.material import gather_material
from pipeline.jobs.training.outcome import TrainingOutcome
from pipeline.kinds import load_classifier
from pipeline.model_folder import find_model, model_version
from pipeline.model_line import ModelLine
from pipeline.shipped import code_version

ROOT = Path(__file__).parents[3]


@pytest.fixture
def line(first_version: Path, tmp_path: Path) -> ModelLine:
    """A copy of the line, to be added to."""
    return ModelLine(Path(shutil.copytree(first_version.parents[1], tmp_path / "models" / "mine")))


def _changed(settings: TrainLinearConfig, line: ModelLine, **changes: Any) -> TrainLinearConfig:
    return TrainLinearConfig.model_validate(settings.model_dump() | {"out": line.folder} | changes)


def _read(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return found


def test_the_first_version_is_current_at_once_where_there_is_nothing_to_compare_with(first_version: Path) -> None:
    line, gate = ModelLine(first_version.parents[1]), _read(first_version, "gate.json")

    assert (line.versions(), line.current()) == (["0001"], "0001")
    assert gate["verdict"] == "not compared"
    assert gate["reasons"][0].startswith("there was nothing to compare it with")
    assert [event.what for event in line.history()] == ["opened", "made", "promoted"]


def test_a_version_tells_what_it_came_from(first_version: Path, gated_settings: TrainLinearConfig) -> None:
    metrics = _read(first_version, "metrics.json")
    card = (first_version / "README.md").read_text(encoding="utf-8")

    assert metrics["parent"] == {"incumbent": None, "base_model": None}
    assert metrics["code"] == code_version()
    assert metrics["data"][0]["file"] == "rows.jsonl"
    assert metrics["data"][0]["sha256"]
    stored = yaml.safe_load((first_version / "train.yaml").read_text(encoding="utf-8"))
    assert stored["training"]["held_out"] == gated_settings.training.held_out
    assert f"Made by the code taawun {code_version()}.\n" in card
    assert "## Promotion\nVersion 0001 of its line. It was not compared with anything:" in card
    assert "# mine\n" in card
    assert not any(str(first_version.parents[2]).encode() in path.read_bytes() for path in first_version.iterdir())


def test_a_better_model_becomes_the_current_one_and_the_one_before_stays_as_it_is(
    gated_settings: TrainLinearConfig, tmp_path: Path, scrambled_rows: Path
) -> None:
    line = ModelLine(tmp_path / "mine")
    worse = train(_changed(gated_settings, line, labelled=[str(scrambled_rows)]))
    before = {path: path.read_bytes() for path in worse.iterdir()}

    folder = train(_changed(gated_settings, line))

    gate = _read(folder, "gate.json")
    assert folder == line.place("0002") == find_model(str(line.folder))
    assert (gate["verdict"], gate["incumbent"]) == ("passed", model_version(worse))
    assert gate["model"] == model_version(folder)
    assert gate["rows"]["held_out"] == gate["rows"]["compared"] > 100
    assert gate["macro_f1"]["difference"] > 0.1
    assert _read(folder, "metrics.json")["parent"]["incumbent"] == gate["incumbent"]
    assert f"to take the place of {gate['incumbent']}." in (folder / "README.md").read_text(encoding="utf-8")
    assert {path: path.read_bytes() for path in worse.iterdir()} == before
    assert {path.stat().st_mode & 0o222 for path in folder.iterdir()} == {0}


def test_the_same_model_again_has_nothing_to_lose(gated_settings: TrainLinearConfig, line: ModelLine) -> None:
    folder = train(_changed(gated_settings, line))

    gate = _read(folder, "gate.json")
    assert gate["model"] == gate["incumbent"] == model_version(line.place("0001"))
    assert gate["reasons"] == ["it is the same model, from its weights to its thresholds"]
    assert line.current() == "0002"


def test_a_worse_model_is_kept_aside_and_the_line_stays_what_it_was(
    gated_settings: TrainLinearConfig, line: ModelLine, scrambled_rows: Path
) -> None:
    folder = train(_changed(gated_settings, line, labelled=[str(scrambled_rows)]))

    gate = _read(folder, "gate.json")
    assert gate["verdict"] == "refused"
    assert gate["reasons"][0].startswith("macro-F1 is lower: ")
    assert gate["macro_f1"]["candidate"] < gate["macro_f1"]["incumbent"] - 0.1
    assert (line.versions(), line.current()) == (["0001", "0002"], "0001")
    assert load_classifier(str(line.folder)).version == model_version(line.place("0001"))
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "The gate refused it:\n\n- macro-F1 is lower: " in card
    assert "| F1 of Energy |" in card


def test_rows_that_the_incumbent_was_trained_on_are_not_compared_on(
    gated_settings: TrainLinearConfig, tmp_path: Path
) -> None:
    incumbent = train(_changed(gated_settings, ModelLine(tmp_path / "flat"), gate=None))
    line = ModelLine(tmp_path / "mine")

    folder = train(_changed(gated_settings, line, gate={"incumbent": str(incumbent)}))

    gate = _read(folder, "gate.json")
    assert gate["verdict"] == "cannot tell"
    assert gate["reasons"] == ["there is no row that neither was trained on"]
    (count,) = gate["left_out"].values()
    assert list(gate["left_out"]) == ["the incumbent was trained on them or on near copies"]
    assert count > 100
    assert (line.versions(), line.current()) == (["0001"], None)
    with pytest.raises(ModelError, match="without a current version; make one of 0001 current"):
        find_model(str(line.folder))


def test_evaluation_files_make_up_for_rows_that_were_trained_on(
    gated_settings: TrainLinearConfig, tmp_path: Path
) -> None:
    incumbent = train(_changed(gated_settings, ModelLine(tmp_path / "flat"), gate=None))
    lines = (ROOT / "seeds" / "labelled" / "authored.jsonl").read_text(encoding="utf-8").splitlines()
    gold = [json.loads(line) for line in lines[600:720]]
    gold[0]["annotated"] = ["energy"]
    gold[0]["labels"] = []
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, gold)), encoding="utf-8")
    changes = {"gate": {"incumbent": str(incumbent)}, "evaluation": [str(tmp_path / "gold.jsonl")]}

    folder = train(_changed(gated_settings, ModelLine(tmp_path / "mine"), **changes))

    gate = _read(folder, "gate.json")
    assert gate["verdict"] in {"passed", "refused"}
    assert gate["rows"] == {"compared": 119, "held_out": 0, "evaluation": 119}
    assert gate["left_out"]["annotated for some domains only"] == 1
    assert gate["evaluation"][0]["file"] == "gold.jsonl"
    assert "119 are of gold.jsonl (SHA-256 " in (folder / "README.md").read_text(encoding="utf-8")


def test_rows_that_were_there_before_are_looked_back_on_whatever_ids_the_new_ones_have(
    gated_settings: TrainLinearConfig, line: ModelLine, scrambled_rows: Path, tmp_path: Path
) -> None:
    lines = (ROOT / "seeds" / "labelled" / "authored.jsonl").read_text(encoding="utf-8").splitlines()
    changes: dict[str, Any] = {"labelled": [str(scrambled_rows)]}
    for name, some in (("extra", lines[600:660]), ("evaluation", lines[700:760])):
        rows = [{key: json.loads(each)[key] for key in ("text", "labels")} | {"id": k} for k, each in enumerate(some)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        changes[name] = [str(tmp_path / f"{name}.jsonl")]
    config = _changed(gated_settings, line, **changes)
    material = gather_material(config)

    gate = _read(train(config), "gate.json")

    new = int((material.checks & material.is_extra).sum())
    assert new > 5
    assert gate["rows"]["evaluation"] == 60
    reasons = [each for each in gate["reasons"] if "that were there before the extra files" in each]
    assert reasons
    assert all(each.startswith(f"on the {gate['rows']['compared'] - new} rows that were") for each in reasons)


def _swap_labels(rows: Path, count: int, path: Path) -> list[str]:
    """Write the texts of rows anew, the first of them with two domains taken for each other."""
    swapped = {"energy": "finance", "finance": "energy"}
    fields = [json.loads(each) for each in rows.read_text(encoding="utf-8").splitlines()]
    for k, each in enumerate(fields):
        labels = [swapped.get(name, name) if k < count else name for name in each["labels"]]
        fields[k] = {"text": each["text"], "labels": labels}
    path.write_text("\n".join(map(json.dumps, fields)), encoding="utf-8")
    return [str(path)]


def test_a_batch_of_wrong_corrections_does_not_become_current(
    gated_settings: TrainLinearConfig, line: ModelLine, tmp_path: Path
) -> None:
    wrong = _swap_labels(Path(gated_settings.labelled[0]), 500, tmp_path / "wrong.jsonl")

    folder = train(_changed(gated_settings, line, extra=wrong))

    gate = _read(folder, "gate.json")
    assert (gate["verdict"], line.current()) == ("cannot tell", "0001")
    assert gate["macro_f1"]["difference"] > 0  # by the labels of the batch it looks better
    assert [reason.partition("by the labels before, ")[2].split(" got")[0] for reason in gate["reasons"]] == [
        "finance",
        "energy",
    ]
    assert what_to_do(line.folder, folder.name, gate).startswith("give gold paragraphs")


def test_genuine_corrections_become_current_even_if_the_other_rows_come_again_with_them(
    gated_settings: TrainLinearConfig, tmp_path: Path
) -> None:
    rows, line = Path(gated_settings.labelled[0]), ModelLine(tmp_path / "mine")
    wrong = _swap_labels(rows, 120, tmp_path / "wrong.jsonl")
    train(_changed(gated_settings, line, labelled=wrong))

    folder = train(_changed(gated_settings, line, labelled=wrong, extra=_swap_labels(rows, 0, tmp_path / "new.jsonl")))

    assert (_read(folder, "gate.json")["verdict"], line.current()) == ("passed", "0002")


def test_an_incumbent_of_other_labels_is_told_before_anything_is_trained(
    gated_settings: TrainLinearConfig, first_version: Path, line: ModelLine, tmp_path: Path
) -> None:
    taxonomy = tmp_path / "topics.yaml"
    taxonomy.write_text("name: topics\ndomains:\n  - {id: sport, arabic: رياضة, english: Sport}\n", encoding="utf-8")
    rows = tmp_path / "rows.jsonl"
    fields = [{"text": f"فاز الفريق رقم {k} بكأس البطولة", "labels": ["sport"] * (k % 2)} for k in range(40)]
    rows.write_text("\n".join(map(json.dumps, fields)), encoding="utf-8")
    changes: dict[str, Any] = {"taxonomy": taxonomy, "labelled": [str(rows)]}
    new = ModelLine(tmp_path / "new")

    with pytest.raises(ConfigError, match=r"has other labels .*; compare with none: gate\.incumbent=null"):
        train(_changed(gated_settings, new, gate={"incumbent": str(first_version)}, **changes))
    with pytest.raises(ConfigError, match=r"has other labels .*; add to another line: out=models/another"):
        train(_changed(gated_settings, line, **changes))
    assert not new.folder.exists()
    assert line.versions() == ["0001"]


def test_domains_that_only_one_of_the_two_knows_are_named_and_not_compared(
    gated_settings: TrainLinearConfig, line: ModelLine, tmp_path: Path
) -> None:
    text = gated_settings.taxonomy.read_text(encoding="utf-8")
    taxonomy = yaml.safe_load(text)
    gone = taxonomy["domains"].pop()["id"]
    taxonomy["domains"].append({"id": "sport", "arabic": "رياضة", "english": "Sport"})
    (tmp_path / "other.yaml").write_text(yaml.safe_dump(taxonomy, allow_unicode=True), encoding="utf-8")
    rows = [json.loads(each) for each in Path(gated_settings.labelled[0]).read_text(encoding="utf-8").splitlines()]
    lines = [row | {"labels": [name for name in row["labels"] if name != gone]} for row in rows]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    changes = {"taxonomy": tmp_path / "other.yaml", "labelled": [str(tmp_path / "rows.jsonl")]}

    folder = train(_changed(gated_settings, line, **changes))

    gate = _read(folder, "gate.json")
    assert gate["not_compared"] == {"new": ["sport"], "gone": [gone]}
    assert len(gate["domains"]) == 9
    assert not {"sport", gone} & gate["domains"].keys()
    assert "Not compared, as the incumbent does not know them: sport." in (folder / "README.md").read_text("utf-8")


def test_an_incumbent_that_cannot_be_compared_with_any_more_does_not_cost_the_model(
    gated_settings: TrainLinearConfig, tmp_path: Path, first_version: Path
) -> None:
    gate = GateSettings(incumbent=str(tmp_path / "gone"))
    config = _changed(gated_settings, ModelLine(tmp_path / "mine"), gate=gate)
    material = gather_material(config)
    outcome = TrainingOutcome(np.zeros(material.gold.shape), material.trains, {}, {}, ())

    told = run_gate(Candidate(first_version, config, material, outcome), gate)

    assert told["verdict"] == "cannot tell"
    assert "gone: no such model folder" in told["reasons"][0]
    assert told["incumbent"] is None


_TRAIN = """
import os, resource, sys
from pipeline.config import TrainLinearConfig, load_config
from pipeline.jobs import train as job
from pathlib import Path
{before}
job.train(load_config(TrainLinearConfig, Path(sys.argv[1])))
"""


def _train_elsewhere(config: TrainLinearConfig, place: Path, before: str) -> subprocess.CompletedProcess[str]:
    """Train in a process of its own, which may die."""
    (place / "settings.yaml").write_text(dump_yaml(config), encoding="utf-8")
    command = [sys.executable, "-c", _TRAIN.format(before=before), str(place / "settings.yaml")]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.mark.thorough
def test_a_killed_training_leaves_no_version_and_the_next_one_removes_what_is_left(
    gated_settings: TrainLinearConfig, line: ModelLine, tmp_path: Path
) -> None:
    config = _changed(gated_settings, line)

    died = _train_elsewhere(config, tmp_path, "job.seal = lambda folder: os.kill(os.getpid(), 9)")

    assert died.returncode == -signal.SIGKILL, died.stderr
    leftovers = [path for path in (line.folder / "versions").iterdir() if path.name != "0001"]
    assert sum((leftover / "README.md").exists() for leftover in leftovers) == 1
    assert (line.versions(), line.current(), line.next_version()) == (["0001"], "0001", "0002")
    assert load_classifier(str(line.folder)).version == model_version(line.place("0001"))

    train(config)

    assert sorted(path.name for path in (line.folder / "versions").iterdir()) == ["0001", "0002"]
    assert line.current() == "0002"


@pytest.mark.thorough
@pytest.mark.parametrize("room", [1_000, 30_000, 120_000])
def test_a_full_disk_is_told_and_the_line_stays_what_it_was(
    gated_settings: TrainLinearConfig, line: ModelLine, tmp_path: Path, room: int
) -> None:
    before = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))"

    died = _train_elsewhere(_changed(gated_settings, line), tmp_path, before)

    told = died.stderr.splitlines()[-1]
    assert told.startswith("pipeline.errors.ConfigError: "), died.stderr
    assert "versions/0002: cannot be written (File too large); what was there before is unchanged" in told
    assert [path.name for path in (line.folder / "versions").iterdir()] == ["0001"]
    assert (line.current(), line.next_version()) == ("0001", "0002")


def test_a_disk_that_fills_up_at_the_very_end_leaves_the_version_aside(
    line: ModelLine, first_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(first_version, line.place("0002"))

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), number)

    monkeypatch.setattr(os, "fsync", full)
    gate = {"verdict": "passed", "reasons": [], "incumbent": model_version(first_version)}
    with pytest.raises(
        ConfigError, match=r"0002 cannot be made current \(No space left on device\); what was current st"
    ):
        admit(line, "0002", gate)
    with pytest.raises(ConfigError, match=r"then: taawun promote .*mine 0002"):
        line.promote("0002", "test")

    assert line.current() == "0001"


def test_all_of_a_version_is_on_the_disk_before_it_has_its_name_and_before_it_is_current(
    gated_settings: TrainLinearConfig, line: ModelLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed, moved = set[int](), []
    fsync, replace = os.fsync, Path.replace

    def flush(number: int) -> None:
        fsync(number)
        flushed.add(os.fstat(number).st_ino)

    def move(source: Path, target: Path) -> Path:
        inside = [source, *source.iterdir()] if source.is_dir() else [source]
        moved.append((target.name, all(path.stat().st_ino in flushed for path in inside)))
        return replace(source, target)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(Path, "replace", move)
    train(_changed(gated_settings, line))

    assert moved == [("0002", True), ("current", True)]


def test_two_trainings_do_not_add_to_a_line_at_once(gated_settings: TrainLinearConfig, line: ModelLine) -> None:
    with (
        FileLock(line.folder / ".lock"),
        pytest.raises(ConfigError, match=r"mine: another training adds to this line; wait for its end"),
    ):
        train(_changed(gated_settings, line))

    assert line.versions() == ["0001"]


def test_a_line_that_was_begun_for_nothing_vanishes_again(
    tiny_settings: TrainConfig, line: ModelLine, tmp_path: Path
) -> None:
    training = tiny_settings.training.model_copy(update={"device": "abacus"})
    gate = GateSettings(incumbent=None)
    config = tiny_settings.model_copy(update={"gate": gate, "training": training, "run": tmp_path / "run"})

    for folder in (tmp_path / "new" / "mine", line.folder):
        with pytest.raises(ConfigError, match="device abacus"):
            train(config.model_copy(update={"out": folder}))

    assert not (tmp_path / "new" / "mine").exists()
    assert (line.versions(), line.current()) == (["0001"], "0001")
    assert [event.what for event in line.history()] == ["opened", "made", "promoted"]


def test_a_version_that_was_made_stays_where_its_promotion_failed(
    gated_settings: TrainLinearConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = ModelLine(tmp_path / "mine")
    replace = Path.replace

    def fail(source: Path, target: Path) -> Path:
        if target.name == "current":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ConfigError, match="0001 cannot be made current"):
        train(_changed(gated_settings, line))

    assert line.versions() == ["0001"]
    assert [event.what for event in line.history()][:2] == ["opened", "made"]


def test_what_became_current_meanwhile_stays_so(
    line: ModelLine, first_version: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for version in ("0002", "0003"):
        shutil.copytree(first_version, line.place(version))
    gate = read_gate(first_version) or {}

    with caplog.at_level(logging.WARNING):
        admit(line, "0002", gate | {"verdict": "passed", "incumbent": "mine@000000000000"})

    assert line.current() == "0001"
    assert "0001 was made current while 0002 was trained, which was compared with mine@000000000000" in caplog.text
    assert line.history()[-1].what == "made"
    admit(line, "0003", gate | {"verdict": "passed", "incumbent": model_version(line.place("0001"))})
    assert line.current() == "0003"


def test_a_version_does_not_become_current_amid_a_switch_by_hand_and_stays_aside(
    line: ModelLine, first_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(first_version, line.place("0002"))
    monkeypatch.setattr("pipeline.model_line._PATIENCE", 0)
    gate = {"verdict": "passed", "reasons": [], "incumbent": model_version(first_version)}

    with line.held(), pytest.raises(ConfigError, match="mine: another command is making a version current; wait for"):
        admit(line, "0002", gate)
    assert (line.current(), line.history()[-1].what) == ("0001", "made")

    admit(line, "0002", gate)
    assert line.current() == "0002"


def test_a_line_is_not_overwritten_and_a_single_model_is_no_line(
    gated_settings: TrainLinearConfig, linear_classifier: Path, tmp_path: Path
) -> None:
    with pytest.raises(
        ValueError, match="overwrite: a line of models keeps all its versions; leave it out, or set gate"
    ):
        _changed(gated_settings, ModelLine(tmp_path), overwrite=True)
    model = Path(shutil.copytree(linear_classifier, tmp_path / "model"))
    with pytest.raises(ConfigError, match="holds a single model"):
        train(_changed(gated_settings, ModelLine(model)))


def test_an_interrupted_transformer_goes_on_with_a_line(
    tiny_settings: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = {"gate": {"incumbent": None}, "out": tmp_path / "mine", "run": tmp_path / "run"}
    config = TrainConfig.model_validate(tiny_settings.model_dump() | gate)

    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    first = train(config)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("pipeline.jobs.training.transformer.save_model", interrupt)
        train(config)
    monkeypatch.setattr("pipeline.training.fitting.AveragingTrainer.train", interrupt)  # its checkpoint is enough
    second = train(config, resume=True)

    line, told = ModelLine(config.out), _read(second, "gate.json")
    assert (first, second) == (line.place("0001"), line.place("0002"))
    assert (second / "model.safetensors").read_bytes() == (first / "model.safetensors").read_bytes()
    assert told["reasons"] == ["it is the same model, from its weights to its thresholds"]
    assert line.current() == "0002"
    assert _read(second, "metrics.json")["parent"]["base_model"].startswith("tiny-encoder@")
