import json
import logging
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import ANY_TRAIN_CONFIG, EvaluateConfig, GateSettings, TrainLinearConfig, load_config
from pipeline.errors import ConfigError
from pipeline.gold import gold_array, prepare_rows
from pipeline.jobs.evaluate import evaluate
from pipeline.jobs.train import train
from pipeline.kinds import load_classifier
from pipeline.labelled import read_labelled
from pipeline.linear.fitting import fit_linear
from pipeline.model_folder import read_decision
from pipeline.records import Tally

ROOT = Path(__file__).parents[3]
SEEDS = ROOT / "seeds" / "labelled" / "seeds.jsonl"


def test_the_folder_holds_a_linear_model_and_nothing_of_a_transformer(linear_classifier: Path) -> None:
    metrics = json.loads((linear_classifier / "metrics.json").read_text(encoding="utf-8"))

    assert {path.name for path in linear_classifier.iterdir()} == {
        "README.md",
        "decision.json",
        "metrics.json",
        "model.safetensors",
        "ngrams.json",
        "training_texts.npz",
        "train.yaml",
    }
    assert read_decision(linear_classifier).kind == metrics["kind"] == "linear"
    assert metrics["out_of_sample"]["rows"] == 115 - metrics["training"]["rows_dropped_by_prepare"]
    assert metrics["out_of_sample"]["how"].startswith("2-fold cross-validation")
    assert "base_model" not in metrics
    assert not {"torch", "transformers"} & metrics["versions"].keys()
    assert not any(str(ROOT).encode() in path.read_bytes() for path in linear_classifier.iterdir())


def test_the_stored_settings_read_back(linear_classifier: Path, linear_settings: TrainLinearConfig) -> None:
    stored = load_config(ANY_TRAIN_CONFIG, linear_classifier / "train.yaml")

    assert isinstance(stored, TrainLinearConfig)
    assert (stored.ngrams, stored.training) == (linear_settings.ngrams, linear_settings.training)


def test_a_loaded_model_scores_as_it_did_in_training(
    linear_classifier: Path, linear_settings: TrainLinearConfig
) -> None:
    decision = read_decision(linear_classifier)
    rows = read_labelled([SEEDS], decision.taxonomy)
    prepared = prepare_rows(rows, linear_settings.prepare, Tally())
    texts = [text for text in prepared if text is not None]
    gold = gold_array([row for row, text in zip(rows, prepared, strict=True) if text is not None], decision.taxonomy)

    fitted = fit_linear(texts, gold, decision, linear_settings.ngrams, linear_settings.training)

    classifier = load_classifier(str(linear_classifier))
    logits = classifier.logits([bag for (bag,) in classifier.tokenizer.windows(texts)])
    assert np.array_equal(fitted.logits(texts), logits)


def test_train_label_and_evaluate_work_from_the_command_line_without_torch(tmp_path: Path) -> None:
    script = (
        "import sys; from pipeline.__main__ import main\n"
        f"commands = {[_train_command(tmp_path), *_use_commands(tmp_path)]!r}\n"
        "code = max(main(command) for command in commands)\n"
        "heavy = {'torch', 'transformers', 'tokenizers', 'datasets'} & sys.modules.keys()\n"
        "sys.exit(', '.join(sorted(heavy)) or code)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)

    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "labels" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    labelled = [json.loads(line) for line in lines]
    assert any(row["labels"] for row in labelled)
    assert {row["windows"] for row in labelled} == {1}
    report = json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8"))
    assert report["model"] == labelled[0]["model"]
    assert report["metrics"]["micro_f1"] > 0.7  # on its own training rows


def _train_command(folder: Path) -> list[str]:
    settings = [f"labelled=[{SEEDS}]", f"out={folder}/model", "calibration.folds=2", "calibration.resamples=100"]
    return ["train", "configs/train_linear.yaml", *settings]


def _use_commands(folder: Path) -> list[list[str]]:
    return [
        ["label", "seeds/articles", "--model", f"{folder}/model", "--out", f"{folder}/labels"],
        ["evaluate", str(SEEDS), "--model", f"{folder}/model", "--out", f"{folder}/report", "resamples=100"],
    ]


def test_evaluating_measures_the_same_with_the_settings_of_a_processor(linear_classifier: Path, tmp_path: Path) -> None:
    values = {"gold": [str(SEEDS)], "model": str(linear_classifier), "resamples": 100, "out": tmp_path / "report"}

    report = evaluate(EvaluateConfig.model_validate(values | {"device": "cpu", "precision": "float32"}))

    assert (report["device"], report["precision"]) == ("cpu", "float32")


def test_resuming_says_that_there_is_nothing_to_resume(
    linear_settings: TrainLinearConfig, linear_classifier: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = linear_settings.model_copy(update={"out": tmp_path / "model"})

    with caplog.at_level(logging.WARNING):
        train(config, resume=True)

    assert "a linear model has no checkpoints: --resume changes nothing" in caplog.text
    weights = (tmp_path / "model" / "model.safetensors").read_bytes()
    assert weights == (linear_classifier / "model.safetensors").read_bytes()


def test_a_linear_model_replaces_a_transformer(
    tiny_classifier: Path, linear_settings: TrainLinearConfig, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_classifier, tmp_path / "model"))

    train(linear_settings.model_copy(update={"out": folder, "overwrite": True}))

    assert load_classifier(str(folder)).decision.kind == "linear"
    assert not (folder / "tokenizer.json").exists()


def test_a_label_without_rows_and_a_single_label_task_are_trained(
    linear_settings: TrainLinearConfig, tmp_path: Path
) -> None:
    taxonomy = tmp_path / "topics.yaml"
    taxonomy.write_text(
        "name: topics\nlabels_per_paragraph: one\ndomains:\n"
        "  - {id: trade, arabic: تجارة, english: Trade}\n  - {id: other, arabic: غيرها, english: Other}\n"
        "  - {id: sport, arabic: رياضة, english: Sport}\n",
        encoding="utf-8",
    )
    rows = [json.loads(line) for line in SEEDS.read_text(encoding="utf-8").splitlines()]
    lines = [row | {"labels": ["trade" if "economy_trade" in row["labels"] else "other"]} for row in rows]
    (tmp_path / "topics.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    places = {"taxonomy": taxonomy, "labelled": [str(tmp_path / "topics.jsonl")], "out": tmp_path / "model"}

    folder = train(TrainLinearConfig.model_validate(linear_settings.model_dump() | places))

    probabilities = load_classifier(str(folder)).probabilities(["صباح الخير", "بلغ حجم التبادل التجاري مليار دولار"])
    assert probabilities.sum(axis=1) == pytest.approx([1, 1])
    assert probabilities[:, 2].max() < 0.05


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("base_model=models/encoder", "base_model: no such setting"),
        ("window.overlap=8", "window: no such setting"),
        ("training.epochs=3", "training.epochs: no such setting"),
        ("run=runs/x", "run: no such setting"),
        ("calibration.folds=0", "a linear model is calibrated by cross-validation"),
        ("ngrams.words=[2, 1]", r"ngrams: words: the shortest length comes first, \[1, 2\]"),
        ("kind=linaer", "'linaer' .*'transformer', 'linear'"),
    ],
)
def test_settings_that_do_not_apply_are_refused(override: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_config(ANY_TRAIN_CONFIG, ROOT / "configs" / "train_linear.yaml", [override])


def test_the_default_is_what_the_file_of_the_repository_says() -> None:
    config = load_config(ANY_TRAIN_CONFIG, ROOT / "configs" / "train_linear.yaml", ["licenses={}"])

    assert config == TrainLinearConfig(out=Path("models/mine-linear"), gate=GateSettings(incumbent=None))
