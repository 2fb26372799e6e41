import io
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from datasets import Dataset, disable_progress_bars
from rich.console import Console
from transformers import ElectraConfig

from pipeline.__main__ import main
from pipeline.config import TrainConfig, TrainLinearConfig
from pipeline.config.gate import GateSettings
from pipeline.errors import ModelError
from pipeline.jobs.train import train
from pipeline.jobs.training.check import TrainingCheck, check_training
from pipeline.jobs.training.check_summary import show_check
from pipeline.jobs.training.material import gather_material
from pipeline.jobs.training.texts import write_fingerprint

ROOT = Path(__file__).parents[3]
SEEDS = ROOT / "seeds" / "labelled" / "seeds.jsonl"
TEXT = "وقعت الصين وروسيا اتفاقا جديدا في مجال الطاقة"


def _write(path: Path, *rows: Mapping[str, object]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def _text(k: int) -> str:
    """Compose a paragraph that is no near copy of another one."""
    return " ".join(f"كلمة{k}{letter}" for letter in "ابتثجحخدذرزسشص")


def _changed(settings: TrainConfig, place: Path, *extra: Path, **changes: object) -> TrainConfig:
    return settings.model_copy(
        update={"out": place / "model", "run": place / "run", "extra": tuple(map(str, extra)), **changes}
    )


def _shown(check: TrainingCheck) -> str:
    console = Console(file=io.StringIO(), width=100)
    show_check(check, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_what_can_be_trained_on_has_no_mistake_and_nothing_is_written(
    tiny_settings: TrainConfig, tmp_path: Path
) -> None:
    check = check_training(_changed(tiny_settings, tmp_path))

    assert check.mistakes == []
    assert check.trained > check.held_out > 0
    assert not list(tmp_path.iterdir())


def test_texts_of_several_windows_are_counted(tiny_settings: TrainConfig, tmp_path: Path) -> None:
    window = tiny_settings.window.model_copy(update={"max_tokens": 16, "overlap": 2})
    long, longer = (
        check_training(_changed(tiny_settings, tmp_path, **changes)).long for changes in ({}, {"window": window})
    )

    assert long is not None
    assert longer is not None
    assert 0 < long < longer < 115


def test_a_linear_classifier_has_no_windows(linear_settings: TrainLinearConfig, tmp_path: Path) -> None:
    check = check_training(linear_settings.model_copy(update={"out": tmp_path / "model"}))

    assert (check.mistakes, check.long, check.held_out) == ([], None, 0)
    assert "held out\n" not in _shown(check)


def test_mistakes_in_rows_encoder_and_place_are_told_at_once(tiny_settings: TrainConfig, tmp_path: Path) -> None:
    wrong = _write(tmp_path / "wrong.jsonl", {"text": TEXT, "labels": ["energi"]})
    config = _changed(tiny_settings, tmp_path, wrong, out=tmp_path, base_model=str(tmp_path / "nowhere"))

    rows, place, encoder = check_training(config).mistakes

    assert "did you mean energy" in rows
    assert "holds something else" in place
    assert "nowhere" in encoder


def test_an_encoder_that_is_no_bert_is_told_and_not_trained(
    tiny_settings: TrainConfig, tiny_encoder: Path, tmp_path: Path
) -> None:
    encoder = Path(shutil.copytree(tiny_encoder, tmp_path / "electra"))
    ElectraConfig().save_pretrained(encoder)
    config = _changed(tiny_settings, tmp_path, base_model=str(encoder))

    (mistake,) = check_training(config).mistakes

    assert mistake.startswith(f"{encoder}: its model_type is electra, and only BERT can be trained (bert); take")
    with pytest.raises(ModelError, match="its model_type is electra"):
        train(config)
    assert [path.name for path in tmp_path.iterdir()] == ["electra"]


def test_with_a_gate_the_place_of_a_line_and_its_incumbent_are_checked(
    tiny_settings: TrainConfig, tiny_classifier: Path, tmp_path: Path
) -> None:
    def mistakes(out: Path, incumbent: Path) -> list[str]:
        gate = GateSettings(incumbent=str(incumbent))
        return check_training(_changed(tiny_settings, tmp_path, gate=gate, out=out)).mistakes

    assert mistakes(tmp_path / "line", tiny_classifier) == []
    assert len(mistakes(tiny_classifier, tiny_classifier)) == 1
    (missing,) = mistakes(tmp_path / "line", tmp_path / "nowhere")
    assert "nowhere" in missing


def test_files_that_training_would_not_replace_are_told(tiny_settings: TrainConfig, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    for name in ("decision.json", "thesis.txt"):
        (tmp_path / "model" / name).touch()

    (place,) = check_training(_changed(tiny_settings, tmp_path, overwrite=True)).mistakes

    assert "model: holds something else (thesis.txt)" in place


def test_a_classifier_that_was_trained_on_all_rows_held_out_is_told(
    tiny_settings: TrainConfig, tiny_classifier: Path, tmp_path: Path
) -> None:
    model = Path(shutil.copytree(tiny_classifier, tmp_path / "base"))
    rows = gather_material(tiny_settings).used
    is_all = np.ones(len(rows), dtype=np.bool_)
    write_fingerprint(model, rows, is_all, ~is_all)
    config = _changed(tiny_settings, tmp_path, base_model=str(model))

    (mistake,) = check_training(config).mistakes

    assert "was trained on all labelled rows that are held out now" in mistake
    wrong = _write(tmp_path / "wrong.jsonl", {"text": TEXT, "labels": ["energi"]})
    (rows_only,) = check_training(_changed(config, tmp_path, wrong)).mistakes
    assert "did you mean energy" in rows_only


def test_rows_that_are_right_are_counted_beside_those_that_are_wrong(
    tiny_settings: TrainConfig, tmp_path: Path
) -> None:
    rows = [{"text": _text(k), "labels": ["energy"]} for k in range(3)]
    extra = _write(tmp_path / "extra.jsonl", *rows, {"text": TEXT, "labels": 1})

    check = check_training(_changed(tiny_settings, tmp_path, extra))

    assert len(check.mistakes) == 1
    assert check.findings.files[str(extra)].faults.texts == 3


def test_the_summary_tells_all_that_a_user_should_know(tiny_settings: TrainConfig, tmp_path: Path) -> None:
    seeds = [json.loads(line) for line in SEEDS.read_text(encoding="utf-8").splitlines()]
    both = [["energy"], ["energy"]]
    extra = _write(
        tmp_path / "[extra].jsonl",
        {"text": _text(1), "labels": ["energy"], "codings": both, "annotated": ["energy"]},
        {
            "text": _text(2),
            "labels": ["finance"],
            "codings": [["finance"], ["energy"]],
            "annotated": ["finance", "energy"],
        },
        {"text": seeds[1]["text"], "labels": []},
        {"text": "نص قصير\ufffd", "labels": ["energy"]},
        {"text": "اقرأ أيضا: " + _text(3), "labels": ["energy"]},
    )
    gold = _write(tmp_path / "gold.jsonl", {"text": seeds[3]["text"], "labels": []})

    shown = _shown(check_training(_changed(tiny_settings, tmp_path, extra, evaluation=(str(gold),))))

    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "[extra].jsonl extra 5 100% 1 1" in lines
    assert "gold.jsonl evaluation 1 100% 0 0" in lines
    assert any(line.startswith("Energy ") for line in lines)
    assert "superseded by extra rows of the same text: 1 labelled rows, 1 of which get other labels" in shown
    assert "read-also link 2; 1 of them have labels" in shown
    assert f"texts of [extra].jsonl: fewer than 3 words: 1, such as {extra}:4" in shown
    assert "texts longer than one window: " in shown
    assert "annotators of [extra].jsonl: 2 agree on 2 rows with alpha over whole sets of labels 0." in shown
    assert "worth a look: not trained on: 1 copies of evaluation rows" in shown
    assert "worth a look: damaged texts: " in shown
    assert "decided" in shown


@pytest.mark.parametrize(("labels", "code"), [(["energy"], 0), (["sport"], 2)])
def test_the_command_says_whether_training_could_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], labels: list[str], code: int
) -> None:
    extra = _write(tmp_path / "extra.jsonl", {"text": TEXT, "labels": labels})
    command = [
        "train",
        str(ROOT / "configs" / "train_linear.yaml"),
        f"labelled=[{SEEDS}]",
        f"out={tmp_path}/model",
        "calibration.folds=2",
    ]

    assert main([*command, "--extra", str(extra), "--check"]) == code

    told = capsys.readouterr()
    assert "Energy" in told.out
    assert ("training can start" in told.out) == (code == 0)
    assert ("taawun: training cannot start\n" in told.err) == (code == 2)
    assert ("'sport' is not in the taxonomy" in told.err) == (code == 2)
    assert not (tmp_path / "model").exists()


def test_extra_files_of_the_command_are_read_beside_those_of_the_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = (
        _write(tmp_path / f"{name}.jsonl", {"text": _text(k), "labels": ["energy"]}) for k, name in enumerate("ab")
    )
    settings = [f"labelled=[{SEEDS}]", f"extra=[{one}]", f"out={tmp_path}/model", "calibration.folds=2"]
    command = ["train", str(ROOT / "configs" / "train_linear.yaml"), *settings]

    assert main([*command, "--extra", str(other), "--check"]) == 0

    told = capsys.readouterr().out
    assert re.findall(r"\b([ab]\.jsonl)\s+extra\s+1\b", told) == ["a.jsonl", "b.jsonl"]


def test_a_quiet_check_tells_mistakes_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [
        "train",
        str(ROOT / "configs" / "train_linear.yaml"),
        f"labelled=[{SEEDS}]",
        f"out={tmp_path}/model",
        "calibration.folds=2",
    ]

    assert main([*command, "--check", "--quiet"]) == 0
    assert main([*command, f"evaluation=[{tmp_path}/gone.jsonl]", "--check", "--quiet"]) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert "gone.jsonl: no such file" in told.err


def test_a_saved_dataset_that_lacks_a_split_is_told_beside_other_mistakes(
    tiny_settings: TrainConfig, tmp_path: Path
) -> None:
    (tmp_path / "ds").mkdir()
    (tmp_path / "ds" / "dataset_dict.json").write_text('{"splits": ["train"]}', encoding="utf-8")
    wrong = _write(tmp_path / "wrong.jsonl", {"text": TEXT, "labels": ["energi"]})

    (mistakes,) = check_training(_changed(tiny_settings, tmp_path, tmp_path / "ds", wrong)).mistakes

    assert f"{tmp_path / 'ds' / 'train'}: cannot be read" in mistakes
    assert "did you mean energy" in mistakes


def test_a_file_of_a_saved_dataset_that_cannot_be_read_is_told_though_its_rows_can(
    tiny_settings: TrainConfig, tmp_path: Path
) -> None:
    disable_progress_bars()
    Dataset.from_dict({"text": [TEXT], "labels": ["energy"]}).save_to_disk(tmp_path / "ds")
    (tmp_path / "ds" / "notes.txt").symlink_to(tmp_path / "gone")

    (mistake,) = check_training(_changed(tiny_settings, tmp_path, tmp_path / "ds")).mistakes

    assert mistake.startswith(f"{tmp_path / 'ds' / 'notes.txt'}: cannot be read")
