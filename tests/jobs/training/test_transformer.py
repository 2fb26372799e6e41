import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from pipeline.classifier import DomainClassifier
from pipeline.config import ANY_TRAIN_CONFIG, TrainConfig, load_config
from pipeline.decision import Decision
from pipeline.errors import ConfigError, ModelError
from pipeline.jobs.train import train
from pipeline.jobs.training.continued import check_continued
from pipeline.jobs.training.material import gather_material
from pipeline.jobs.training.texts import was_held_out, was_trained_on
from pipeline.jobs.training.transformer import start_transformer
from pipeline.labelled import read_labelled
from pipeline.model_folder import find_model, read_decision
from pipeline.taxonomy import Taxonomy

ROOT = Path(__file__).parents[3]
SEEDS = ROOT / "seeds" / "labelled" / "seeds.jsonl"
STILL = {"learning_rate": 1e-12, "epochs": 1, "save_precision": "float32"}


def _changed(settings: TrainConfig, place: Path, **changes: Any) -> TrainConfig:
    values = settings.model_dump() | {"out": place / "model", "run": place / "run"}
    for name, value in changes.items():
        values[name] = values[name] | value if isinstance(value, dict) else value
    return TrainConfig.model_validate(values)


def _told(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    return told


def _logits(folder: Path) -> np.ndarray:
    classifier = DomainClassifier.load(str(folder), device="cpu", precision="float32")
    texts = [row.text for row in read_labelled([SEEDS], classifier.decision.taxonomy)[:30]]
    return classifier.logits([window for cut in classifier.tokenizer.windows(texts) for window in cut])


@pytest.fixture(scope="module")
def extra(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty labelled rows that are new."""
    lines = (ROOT / "seeds" / "labelled" / "authored.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path_factory.mktemp("extra") / "extra.jsonl"
    path.write_text("".join(lines[:20]), encoding="utf-8")
    return path


def test_the_training_of_a_classifier_goes_on_with_extra_rows_and_some_of_the_known_ones(
    tiny_settings: TrainConfig, tiny_classifier: Path, extra: Path, tmp_path: Path
) -> None:
    changes = {"base_model": str(tiny_classifier), "extra": [str(extra)], "training": {"epochs": 2}}
    whole = _told(train(_changed(tiny_settings, tmp_path / "whole", **changes)))

    folder = train(_changed(tiny_settings, tmp_path, **changes, rehearsal=1))

    told = _told(folder)
    assert told["training"]["rows_trained_on"] < whole["training"]["rows_trained_on"]
    assert told["training"]["steps"] < whole["training"]["steps"]
    assert told["out_of_sample"]["rows"] == whole["out_of_sample"]["rows"]  # those held out are the same
    assert told["base_model"]["name"] == tiny_classifier.name
    assert np.abs(_logits(folder) - _logits(tiny_classifier)).max() > 0.01
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert f"Trained further from the classifier\n{tiny_classifier.name} (" in card


def test_rows_that_were_not_drawn_are_not_remembered_as_trained_on(
    tiny_settings: TrainConfig, extra: Path, tmp_path: Path
) -> None:
    config = _changed(tiny_settings, tmp_path, extra=[str(extra)], rehearsal=1, training={"epochs": 1})
    material = gather_material(config)

    folder = train(config)

    trained, held_out = was_trained_on(folder, material.used), was_held_out(folder, material.used)
    assert trained is not None
    assert held_out is not None
    assert trained.sum() == _told(folder)["training"]["rows_trained_on"] < material.trains.sum()
    assert held_out.tolist() == material.checks.tolist()
    assert "Encoder:\ntiny-encoder (" in (folder / "README.md").read_text(encoding="utf-8")
    assert not list(config.run_folder.glob("*/checkpoint-*"))
    assert (config.run_folder / "run.json").exists()
    assert list(config.run_folder.glob("final/events.out.tfevents.*"))


def test_a_run_folder_that_another_training_uses_is_left_alone(tiny_settings: TrainConfig, tmp_path: Path) -> None:
    config = _changed(tiny_settings, tmp_path)
    other = config.model_copy(update={"out": tmp_path / "other"})
    fit = start_transformer(config, gather_material(config), resume=False)

    with pytest.raises(ConfigError, match="run: another training uses it"):
        train(other)

    assert callable(fit)
    assert not other.out.exists()


def test_a_domain_in_front_of_the_others_leaves_their_logits_alone(
    tiny_settings: TrainConfig, tiny_classifier: Path, tmp_path: Path
) -> None:
    taxonomy = (ROOT / "configs" / "cooperation.yaml").read_text(encoding="utf-8")
    before = load_config(Taxonomy, ROOT / "configs" / "cooperation.yaml").ids
    path = tmp_path / "grown.yaml"
    new = "domains:\n  - {id: space, arabic: الفضاء, english: Space}\n"
    path.write_text(taxonomy.replace("domains:\n", new, 1), encoding="utf-8")

    folder = train(_changed(tiny_settings, tmp_path, base_model=str(tiny_classifier), taxonomy=path, training=STILL))

    assert read_decision(folder).taxonomy.ids == ("space", *before)
    assert _logits(folder)[:, 1:] == pytest.approx(_logits(tiny_classifier), abs=1e-3)


def test_rows_annotated_for_one_domain_teach_that_one_alone(
    tiny_settings: TrainConfig, tiny_classifier: Path, tmp_path: Path
) -> None:
    rows = [json.loads(line) for line in SEEDS.read_text(encoding="utf-8").splitlines()]
    lines = []
    for k, row in enumerate(rows):
        text = f"{row['text']} وهذا نص آخر رقم {k}"
        lines.append({"id": f"x{k}", "text": text, "labels": ["energy"], "annotated": ["energy"]})
    path = tmp_path / "energy.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    changes = {"base_model": str(tiny_classifier), "training": {"learning_rate": 1e-3, "freeze_word_embeddings": True}}

    plain = _logits(train(_changed(tiny_settings, tmp_path / "plain", **changes)))
    taught = _logits(train(_changed(tiny_settings, tmp_path / "taught", **changes, extra=[str(path)])))

    energy = read_decision(tiny_classifier).taxonomy.ids.index("energy")
    others = np.arange(taught.shape[1]) != energy
    assert (taught - plain)[:, energy].mean() > 1
    assert abs((taught - plain)[:, others].mean()) < 0.3


def test_frozen_layers_are_those_of_the_base_after_training(
    tiny_settings: TrainConfig, tiny_classifier: Path, tmp_path: Path
) -> None:
    changes = {"base_model": str(tiny_classifier), "training": {"learning_rate": 1e-3, "freeze_layers": 1}}
    before = load_file(tiny_classifier / "model.safetensors")

    after = load_file(train(_changed(tiny_settings, tmp_path / "frozen", **changes)) / "model.safetensors")

    kept = {name for name in after if torch.equal(after[name], before[name])}
    assert {name for name in after if name.startswith(("bert.embeddings.", "bert.encoder.layer.0."))} <= kept
    assert "bert.encoder.layer.1.output.dense.weight" not in kept
    with pytest.raises(ConfigError, match=r"freeze_layers: 2 leaves none of the 2 layers"):
        train(_changed(tiny_settings, tmp_path / "none", **changes | {"training": {"freeze_layers": 2}}))


def test_a_classifier_of_other_windows_or_kind_is_refused_before_anything_is_written(
    tiny_settings: TrainConfig, tiny_classifier: Path, linear_classifier: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"window\.max_tokens: 48 there, 32 here"):
        train(_changed(tiny_settings, tmp_path, base_model=str(tiny_classifier), window={"max_tokens": 32}))
    with pytest.raises(ModelError, match="a linear classifier cannot be trained further"):
        train(_changed(tiny_settings, tmp_path, base_model=str(linear_classifier)))
    assert not list(tmp_path.iterdir())


def test_a_run_is_not_resumed_where_other_rows_are_chosen(
    tiny_settings: TrainConfig, extra: Path, tmp_path: Path
) -> None:
    changes: dict[str, Any] = {"labelled": [str(SEEDS), str(extra)], "rehearsal": 1, "training": {"epochs": 1}}
    train(_changed(tiny_settings, tmp_path, **changes))
    now = _changed(tiny_settings, tmp_path, **changes, extra=[str(extra)], overwrite=True)

    with pytest.raises(ConfigError, match="changed since: choice of rows; take the settings and the data"):
        train(now, resume=True)


def test_the_everyday_settings_go_on_with_the_released_classifier() -> None:
    config = load_config(ANY_TRAIN_CONFIG, ROOT / "configs" / "retrain.yaml")
    assert isinstance(config, TrainConfig)
    released = read_decision(ROOT / "models" / "cooperation")
    prepare = tuple(stage.model_dump(mode="json") for stage in config.prepare)
    now = Decision(taxonomy=released.taxonomy, prepare=prepare, **config.window.model_dump())

    check_continued(config, now, find_model(config.base_model))

    assert config.base_model == "models/cooperation"
    assert config.rehearsal
    assert config.gate
    assert (
        config.training.learning_rate < load_config(TrainConfig, ROOT / "configs" / "train.yaml").training.learning_rate
    )
