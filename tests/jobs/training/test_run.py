import json
import logging
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import TrainConfig
from pipeline.errors import ConfigError
from pipeline.jobs.training.run import close_run, hold_run, open_run

CONTENT = {"files": [{"file": "a.jsonl", "sha256": "0", "rows": 3}], "encoder": "1", "taxonomy": {"name": "t"}}


def _config(folder: Path, **changes: Any) -> TrainConfig:
    return TrainConfig.model_validate({"run": folder / "run"} | changes)


def _begun(folder: Path) -> Path:
    """A run with two checkpoints."""
    run = open_run(_config(folder), CONTENT, resume=False)
    for step in (5, 10):
        (run / "final" / f"checkpoint-{step}").mkdir(parents=True)
    return run


def test_a_run_is_tied_to_its_settings_and_to_what_they_name_but_not_to_names(tmp_path: Path) -> None:
    run = open_run(_config(tmp_path, out="models/x"), CONTENT, resume=False)

    tie = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert tie["job"] == "train"
    assert tie["settings"]["training"]["epochs"] == TrainConfig().training.epochs
    assert tie["content"] == CONTENT
    assert not {"out", "run", "labelled", "base_model"} & tie["settings"].keys()


def test_a_run_is_named_after_its_model_where_no_folder_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert open_run(TrainConfig(out=Path("elsewhere/mine")), CONTENT, resume=False) == Path("runs/mine")


def test_resuming_keeps_the_checkpoints_wherever_model_and_rows_lie_now(tmp_path: Path) -> None:
    run = _begun(tmp_path)

    again = open_run(_config(tmp_path, out="elsewhere", labelled=["moved.jsonl"]), CONTENT, resume=True)

    assert again == run
    assert len(list(run.glob("final/checkpoint-*"))) == 2


def test_a_file_in_the_place_of_a_run_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("notes", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"run: cannot be made .* name another folder"):
        open_run(_config(tmp_path), CONTENT, resume=False)


def test_starting_anew_warns_that_checkpoints_are_removed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    run = _begun(tmp_path)

    with caplog.at_level(logging.WARNING):
        open_run(_config(tmp_path), CONTENT, resume=False)

    assert f"{run}: removing 2 checkpoints of an earlier run" in caplog.text
    assert [path.name for path in run.iterdir()] == ["run.json"]


def test_nothing_to_remove_and_nothing_to_resume(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        open_run(_config(tmp_path), CONTENT, resume=False)
        open_run(_config(tmp_path), CONTENT, resume=False)
    assert not caplog.text

    open_run(_config(tmp_path, run=tmp_path / "another"), CONTENT, resume=True)
    assert "nothing to resume, training starts anew" in caplog.text


def test_what_changed_since_is_named(tmp_path: Path) -> None:
    run = _begun(tmp_path)
    changed = _config(tmp_path, training={"seed": 7}, window={"overlap": 8})

    with pytest.raises(ConfigError, match=r"changed since: encoder, training\.seed, window\.overlap; take"):
        open_run(changed, CONTENT | {"encoder": "2"}, resume=True)
    assert len(list(run.glob("final/checkpoint-*"))) == 2


@pytest.mark.parametrize("resume", [True, False])
@pytest.mark.parametrize("claim", ['{"job": "label"}', "[]", "{", None])
def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, claim: str | None, *, resume: bool) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "thesis.txt").touch()
    if claim:
        (folder / "run.json").write_text(claim, encoding="utf-8")

    with pytest.raises(ConfigError, match="holds no training run; name another folder"):
        open_run(_config(tmp_path), CONTENT, resume=resume)
    assert (folder / "thesis.txt").exists()


def test_a_run_from_before_there_was_a_setting_is_taken_up_at_its_default(tmp_path: Path) -> None:
    run = _begun(tmp_path)
    tie = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert tie["settings"]["training"].pop("freeze_layers") == 0
    (run / "run.json").write_text(json.dumps(tie), encoding="utf-8")

    assert open_run(_config(tmp_path), CONTENT, resume=True) == run
    with pytest.raises(ConfigError, match=r"changed since: training\.freeze_layers; take"):
        open_run(_config(tmp_path, training={"freeze_layers": 1}), CONTENT, resume=True)


def test_a_run_killed_at_its_very_beginning_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".run.json.partial").write_text('{"job": "tr', encoding="utf-8")

    run = open_run(_config(tmp_path), CONTENT, resume=True)

    assert json.loads((run / "run.json").read_text(encoding="utf-8"))["content"] == CONTENT


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match=r"file/run: cannot be made \(Not a directory\); name another folder"):
        open_run(_config(tmp_path / "file"), CONTENT, resume=False)


def test_a_run_is_tied_to_rehearsal_and_not_to_the_gate(tmp_path: Path) -> None:
    run = open_run(_config(tmp_path, rehearsal=4), CONTENT, resume=False)

    assert open_run(_config(tmp_path, rehearsal=4, gate={"incumbent": None}), CONTENT, resume=True) == run
    with pytest.raises(ConfigError, match="changed since: rehearsal; take"):
        open_run(_config(tmp_path, rehearsal=8), CONTENT, resume=True)


def test_two_trainings_do_not_use_a_run_folder_at_once(tmp_path: Path) -> None:
    run = _begun(tmp_path)
    lock = hold_run(_config(tmp_path), CONTENT, resume=True)

    for resume in (True, False):
        with pytest.raises(ConfigError, match=r"run: another training uses it; wait for its end, or name another"):
            hold_run(_config(tmp_path), CONTENT, resume=resume)
    assert len(list(run.glob("final/checkpoint-*"))) == 2

    lock.release()
    hold_run(_config(tmp_path), CONTENT, resume=True).release()


def test_a_run_that_cannot_be_opened_is_let_go(tmp_path: Path) -> None:
    _begun(tmp_path)

    with pytest.raises(ConfigError, match="changed since: rehearsal") as _kept:
        hold_run(_config(tmp_path, rehearsal=4), CONTENT, resume=True)

    hold_run(_config(tmp_path), CONTENT, resume=True).release()


def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match=r"file/run: cannot be made \(.*\); name another folder"):
        hold_run(_config(tmp_path / "file"), CONTENT, resume=False)


def test_of_a_run_that_is_over_only_logs_and_scores_are_left(tmp_path: Path) -> None:
    run = _begun(tmp_path)
    weights = ("fold-0/model/model.safetensors", "fold-0/checkpoint-3/complete", "final/checkpoint-5/complete")
    for name in (*weights, "final/member-1/checkpoint-5/complete"):
        (run / name).parent.mkdir(parents=True, exist_ok=True)
        (run / name).touch()
    for name in ("fold-0/logits.npy", "final/events"):
        (run / name).touch()

    lock = hold_run(_config(tmp_path), CONTENT, resume=True)
    close_run(run)
    assert (run / "final" / "checkpoint-5").exists()  # of another training by now
    lock.release()
    close_run(run)

    left = {str(path.relative_to(run)) for path in run.rglob("*") if path.is_file()}
    assert left == {"run.json", "fold-0/logits.npy", "final/events"}
    assert not list(run.glob("**/checkpoint-*"))
