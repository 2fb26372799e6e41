import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pipeline.classifier import DomainClassifier
from pipeline.config import ANY_TRAIN_CONFIG, EvaluateConfig, TrainConfig, load_config
from pipeline.errors import ConfigError, InputError, ModelError
from pipeline.jobs.evaluate import evaluate
from pipeline.jobs.train import train
from pipeline.labelled import read_labelled
from pipeline.model_folder import read_decision

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds" / "labelled" / "seeds.jsonl"


def _changed(settings: TrainConfig, place: Path, **changes: object) -> TrainConfig:
    values = settings.model_dump() | {"out": place / "model", "run": place / "run"}
    for name, value in changes.items():
        section, _, last = name.rpartition("__")
        (values[section] if section else values)[last] = value
    return TrainConfig.model_validate(values)


def test_a_trained_model_opens_with_plain_transformers_and_gives_the_same_logits(tiny_classifier: Path) -> None:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    classifier = DomainClassifier.load(str(tiny_classifier), device="cpu", precision="float32")
    window = classifier.tokenizer.windows(["وقعت الصين وروسيا اتفاقا في مجال الطاقة"])[0][0]

    model = AutoModelForSequenceClassification.from_pretrained(tiny_classifier, dtype=torch.float32).eval()
    plain = AutoTokenizer.from_pretrained(tiny_classifier)("وقعت الصين وروسيا اتفاقا في مجال الطاقة")["input_ids"]

    assert plain == list(window)
    with torch.no_grad():
        logits = model(torch.tensor([window])).logits.numpy()
    assert classifier.logits([window]) == pytest.approx(logits, abs=1e-6)
    assert model.config.id2label[0] == "economy_trade"


def test_the_model_tells_paragraphs_apart(tiny_classifier: Path) -> None:
    classifier = DomainClassifier.load(str(tiny_classifier), device="cpu", precision="float32")

    scores = classifier.probabilities(
        ["وقعت الصين وروسيا اتفاقا في مجال الطاقة", "صباح الخير", "مناورات عسكرية مشتركة"]
    )

    assert scores.std(axis=0).max() > 0.001


def test_a_batch_of_many_scores_as_many_batches_of_one(tiny_classifier: Path) -> None:
    classifier = DomainClassifier.load(str(tiny_classifier), device="cpu", precision="float32")
    texts = [row.text for row in read_labelled([SEEDS], classifier.decision.taxonomy)[:20]]

    together = classifier.probabilities(texts)

    assert together == pytest.approx(np.concatenate([classifier.probabilities([text]) for text in texts]), abs=1e-6)


def test_measuring_twice_gives_the_same_numbers(tiny_classifier: Path, tmp_path: Path) -> None:
    values = {"gold": [str(SEEDS)], "model": str(tiny_classifier), "device": "cpu", "precision": "float32"}

    first, again = (evaluate(EvaluateConfig.model_validate({**values, "out": tmp_path / name})) for name in "ab")

    assert first == again


def test_the_folder_tells_what_the_model_was_made_of_and_how_good_it_is(tiny_classifier: Path) -> None:
    metrics = json.loads((tiny_classifier / "metrics.json").read_text(encoding="utf-8"))
    card = (tiny_classifier / "README.md").read_text(encoding="utf-8")

    assert {path.name for path in tiny_classifier.iterdir()} == {
        "README.md",
        "config.json",
        "decision.json",
        "metrics.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
        "train.yaml",
        "training_texts.npz",
    }
    assert metrics["data"][0]["file"] == "seeds.jsonl"
    assert metrics["data"][0]["rows"] == 115
    assert metrics["out_of_sample"]["rows"] < 115
    low, high = metrics["out_of_sample"]["intervals"]["micro_f1"]
    assert low <= metrics["out_of_sample"]["micro_f1"] <= high
    assert '"model-index"' in card
    assert "| seeds.jsonl | 115 |" in card


def test_no_folder_of_this_machine_is_stored_with_the_model(tiny_classifier: Path, tiny_encoder: Path) -> None:
    for path in tiny_classifier.iterdir():
        content = path.read_bytes()
        assert str(ROOT).encode() not in content
        assert str(tiny_encoder.parent).encode() not in content


def test_the_stored_settings_read_back(tiny_classifier: Path, tiny_settings: TrainConfig) -> None:
    stored = load_config(TrainConfig, tiny_classifier / "train.yaml")

    assert stored.training == tiny_settings.training
    assert stored.prepare == tiny_settings.prepare


def test_what_prepared_the_text_is_stored_with_the_model(tiny_classifier: Path, tiny_settings: TrainConfig) -> None:
    decision = read_decision(tiny_classifier)

    assert [stage["stage"] for stage in decision.prepare] == ["clean_articles", "split_paragraphs", "drop_boilerplate"]
    assert (decision.max_tokens, decision.overlap) == (48, 8)
    assert set(decision.thresholds) == set(decision.calibration) == set(decision.taxonomy.ids)
    assert (tiny_settings.run_folder / "run.json").exists()


def test_cross_validation_scores_every_row_that_a_model_sees(tiny_settings: TrainConfig, tmp_path: Path) -> None:
    config = _changed(tiny_settings, tmp_path, calibration__folds=2, training__held_out=0, training__epochs=1)

    folder = train(config)

    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["out_of_sample"]["rows"] == 115 - metrics["training"]["rows_dropped_by_prepare"]
    assert metrics["training"]["checked_mean_average_precision"] is None


def test_a_soup_is_trained_calibrated_and_stored_as_one_model(tiny_settings: TrainConfig, tmp_path: Path) -> None:
    single, soup = (
        train(_changed(tiny_settings, tmp_path / str(size), training__soup=size, training__epochs=1)) for size in (1, 2)
    )

    metrics, of_one = (json.loads((folder / "metrics.json").read_text(encoding="utf-8")) for folder in (soup, single))
    assert metrics["training"]["steps"] == 2 * of_one["training"]["steps"]
    assert metrics["training"]["epochs"] == of_one["training"]["epochs"] == 1
    assert metrics["out_of_sample"]["rows"] > 0
    assert not list((tmp_path / "2" / "run").rglob("checkpoint-*"))
    text = ["وقعت الصين وروسيا اتفاقية"]
    of_soup, of_single = (DomainClassifier.load(str(folder)).probabilities(text) for folder in (soup, single))
    assert not np.array_equal(of_soup, of_single)


def test_a_resumed_run_gives_the_same_model(
    tiny_settings: TrainConfig, tmp_path: Path, tiny_classifier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = _changed(tiny_settings, tmp_path)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("pipeline.jobs.training.transformer.save_model", _interrupt)
        train(config)
    assert not config.out.exists()

    monkeypatch.setattr("pipeline.training.fitting.AveragingTrainer.train", _interrupt)  # its checkpoint is enough
    train(config, resume=True)

    assert (config.out / "model.safetensors").read_bytes() == (tiny_classifier / "model.safetensors").read_bytes()


def test_a_resumed_run_keeps_the_precision_that_it_began_in(
    tiny_settings: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = _changed(tiny_settings, tmp_path, training__precision="auto", training__epochs=1)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("pipeline.jobs.training.transformer.save_model", _interrupt)
        patch.setattr("pipeline.jobs.training.transformer.choose_precision", lambda *_: "bfloat16")
        train(config)

    monkeypatch.setattr("pipeline.jobs.training.transformer.choose_precision", lambda *_: "float32")
    train(config, resume=True)

    began = json.loads((config.run_folder / "run.json").read_text(encoding="utf-8"))
    assert began["settings"]["training"]["precision"] == "bfloat16"
    assert load_config(TrainConfig, config.out / "train.yaml").training.precision == "auto"


def test_a_run_on_other_rows_is_not_resumed(
    tiny_settings: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    lines = (ROOT / "seeds" / "labelled" / "seeds.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    long = [line for line in lines if len(json.loads(line)["text"].split()) > 40]
    one.write_text(long[0], encoding="utf-8")
    other.write_text(long[1], encoding="utf-8")
    config = _changed(tiny_settings, tmp_path, training__epochs=1, evaluation=(str(one),))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("pipeline.jobs.training.transformer.save_model", _interrupt)
        train(config)

    with pytest.raises(ConfigError, match="changed since: choice of rows"):
        train(config.model_copy(update={"evaluation": (str(other),)}), resume=True)


def _interrupt(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_a_run_of_other_settings_is_not_resumed(tiny_settings: TrainConfig, tmp_path: Path) -> None:
    config = _changed(tiny_settings, tmp_path, training__epochs=1)
    train(config)

    with pytest.raises(ConfigError, match=r"changed since: training\.epochs, training\.seed"):
        train(_changed(config, tmp_path, overwrite=True, training__epochs=2, training__seed=5), resume=True)


def test_a_model_that_is_there_is_not_replaced_unasked(tiny_settings: TrainConfig, tiny_classifier: Path) -> None:
    assert tiny_classifier == tiny_settings.out
    with pytest.raises(ConfigError, match="choose another"):
        train(tiny_settings)


def test_a_run_folder_that_holds_something_else_is_left_alone(tiny_settings: TrainConfig, tmp_path: Path) -> None:
    config = _changed(tiny_settings, tmp_path)
    config.run_folder.mkdir()
    (config.run_folder / "thesis.txt").touch()

    with pytest.raises(ConfigError, match="holds no training run"):
        train(config)
    assert (config.run_folder / "thesis.txt").exists()


def test_wrong_rows_and_wrong_encoders_are_told_before_anything_is_written(
    tiny_settings: TrainConfig, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{"text": "نص", "labels": ["energie"]}\n', encoding="utf-8")

    with pytest.raises(InputError, match="did you mean energy"):
        train(_changed(tiny_settings, tmp_path, extra=[str(wrong)]))
    with pytest.raises(ModelError, match="Farasa"):
        train(_changed(tiny_settings, tmp_path, base_model="aubmindlab/bert-base-arabertv2"))
    assert [path.name for path in tmp_path.iterdir()] == ["wrong.jsonl"]


@pytest.mark.parametrize("held_out", [0, 0.25])
def test_too_few_rows_for_the_folds_are_told_before_anything_is_written(
    tiny_settings: TrainConfig, tmp_path: Path, held_out: float
) -> None:
    rows = tmp_path / "rows.jsonl"
    lines = [{"text": f"وقعت الصين الاتفاق رقم {k} مع روسيا في مجال الطاقة", "labels": ["energy"]} for k in range(12)]
    rows.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    changes = {"labelled": [str(rows)], "calibration__folds": 20, "training__held_out": held_out}

    with pytest.raises(InputError, match=r"12 rows are too few for 20 folds: fold \d+ has 0 of them"):
        train(_changed(tiny_settings, tmp_path, **changes))
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


def test_too_few_rows_to_hold_some_out_leave_an_earlier_run_as_it_is(
    tiny_settings: TrainConfig, tmp_path: Path
) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": "وقعت الصين اتفاقا مع روسيا في مجال الطاقة", "labels": ["energy"]}\n', encoding="utf-8")
    checkpoint = tmp_path / "run" / "final" / "checkpoint-7"
    checkpoint.mkdir(parents=True)
    (tmp_path / "run" / "run.json").write_text('{"job": "train"}', encoding="utf-8")

    with pytest.raises(InputError, match="held out to check on, too few"):
        train(_changed(tiny_settings, tmp_path, labelled=[str(rows)]))
    assert checkpoint.exists()


def test_a_device_that_is_not_there_is_told_before_anything_is_written(
    tiny_settings: TrainConfig, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="device abacus"):
        train(_changed(tiny_settings, tmp_path, training__device="abacus"))
    assert not list(tmp_path.iterdir())


def test_rows_without_any_label_cannot_be_trained_on(tiny_settings: TrainConfig, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"text": "وقعت الصين اتفاقا مع روسيا", "labels": []}\n', encoding="utf-8")

    with pytest.raises(InputError, match="no row has a label"):
        train(_changed(tiny_settings, tmp_path, labelled=[str(rows)]))


def test_a_single_label_task_is_trained_by_configuration_alone(tiny_settings: TrainConfig, tmp_path: Path) -> None:
    taxonomy = tmp_path / "topics.yaml"
    taxonomy.write_text(
        "name: topics\nlabels_per_paragraph: one\ndomains:\n"
        "  - {id: trade, arabic: تجارة, english: Trade}\n  - {id: other, arabic: غيرها, english: Other}\n",
        encoding="utf-8",
    )
    rows = [json.loads(line) for line in SEEDS.read_text(encoding="utf-8").splitlines()]
    lines = [row | {"labels": ["trade" if "economy_trade" in row["labels"] else "other"]} for row in rows]
    (tmp_path / "topics.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    folder = train(_changed(tiny_settings, tmp_path, taxonomy=taxonomy, labelled=[str(tmp_path / "topics.jsonl")]))

    classifier = DomainClassifier.load(str(folder), device="cpu", precision="float32")
    probabilities = classifier.probabilities(["صباح الخير", "بلغت قيمة التبادل التجاري بين البلدين مليار دولار"])
    assert probabilities.sum(axis=1) == pytest.approx([1, 1])
    assert classifier.decision.applies(probabilities).sum(axis=1).tolist() == [1, 1]


@pytest.mark.parametrize("name", ["train.yaml", "retrain.yaml", "train_arabert.yaml", "train_linear.yaml"])
def test_the_train_files_of_the_repository_are_right(name: str) -> None:
    config = load_config(ANY_TRAIN_CONFIG, ROOT / "configs" / name)

    assert config.labelled == ("seeds/labelled/*.jsonl",)
    assert not config.overwrite


def test_train_py_tells_all_wrong_settings_at_once() -> None:
    done = subprocess.run(
        [sys.executable, "train.py", "configs/train.yaml", "training.epoch=3", "window.overlap=-1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "2 setting(s) wrong" in done.stderr
    assert "training.epoch: no such setting" in done.stderr
    assert "Traceback" not in done.stderr


def test_rows_of_a_file_can_be_left_out_of_calibration(tiny_settings: TrainConfig, tmp_path: Path) -> None:
    lines = (ROOT / "seeds" / "labelled" / "authored.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "hard.jsonl").write_text("".join(lines[:60]), encoding="utf-8")
    changes = {
        "extra": (str(tmp_path / "hard.jsonl"),),
        "training": tiny_settings.training.model_copy(update={"epochs": 1}),
        "run": tmp_path / "run",
    }

    def measured(name: str, *left_out: str) -> int:
        calibration = tiny_settings.calibration.model_copy(update={"leave_out": left_out})
        config = tiny_settings.model_copy(update={**changes, "calibration": calibration, "out": tmp_path / name})
        metrics = json.loads((train(config) / "metrics.json").read_text(encoding="utf-8"))
        return int(metrics["out_of_sample"]["rows"])

    rows = measured("all")
    assert 0 < measured("fewer", "hard.jsonl") < rows
    with pytest.raises(InputError, match="leave out fewer files"):
        measured("none", "hard.jsonl", "seeds.jsonl")
    with pytest.raises(InputError, match=r"hrad\.jsonl is no file that is trained on; .* hard\.jsonl, seeds\.jsonl"):
        measured("mistaken", "hrad.jsonl")
