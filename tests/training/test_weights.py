import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from pipeline.config import TrainingSettings, load_config
from pipeline.decision import Decision
from pipeline.errors import ModelError
from pipeline.taxonomy import Taxonomy
from pipeline.training.weights import (
    RunningAverage,
    freeze_word_embeddings,
    load_base,
    parameter_groups,
    start_pooler,
)

ROOT = Path(__file__).parents[2]
CPU = torch.device("cpu")


def _decision(max_tokens: int = 48) -> Decision:
    taxonomy = load_config(Taxonomy, ROOT / "configs" / "cooperation.yaml")
    return Decision(taxonomy=taxonomy, prepare=(), max_tokens=max_tokens, overlap=8)


@pytest.fixture
def model(tiny_encoder: Path) -> Any:
    return load_base(tiny_encoder, _decision(), TrainingSettings(), CPU)[0]


def test_an_encoder_gets_a_head_that_names_the_domains(tiny_encoder: Path) -> None:
    model, has_new_pooler = load_base(tiny_encoder, _decision(), TrainingSettings(dropout=0.3), CPU)

    assert has_new_pooler
    assert tuple(model.config.id2label.values()) == _decision().taxonomy.ids
    assert model.config.problem_type == "multi_label_classification"
    assert (model.config.hidden_dropout_prob, model.config.attention_probs_dropout_prob) == (0.3, 0.1)


def test_a_window_longer_than_the_encoder_reads_is_refused(tiny_encoder: Path) -> None:
    with pytest.raises(ModelError, match=r"at most 64 tokens; lower window\.max_tokens from 128"):
        load_base(tiny_encoder, _decision(128), TrainingSettings(), CPU)


def test_a_folder_without_safetensors_cannot_be_trained_on(tiny_encoder: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes((tiny_encoder / "config.json").read_bytes())

    with pytest.raises(ModelError, match="cannot be trained on"):
        load_base(tmp_path, _decision(), TrainingSettings(), CPU)


def test_an_encoder_that_lacks_layers_is_refused(tiny_encoder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(tiny_encoder / "model.safetensors")
    (tmp_path / "config.json").write_bytes((tiny_encoder / "config.json").read_bytes())
    kept = {name: each for name, each in weights.items() if "layer.1." not in name}
    save_file(kept, tmp_path / "model.safetensors", metadata={"format": "pt"})

    with pytest.raises(ModelError, match="weights of the encoder are missing"):
        load_base(tmp_path, _decision(), TrainingSettings(), CPU)


def test_a_new_pooler_starts_centered_and_in_the_middle_of_its_tanh(model: Any) -> None:
    random = torch.Generator().manual_seed(0)
    windows = [tuple(torch.randint(8, 900, (12,), generator=random).tolist()) for _ in range(64)]

    start_pooler(model, windows)

    with torch.no_grad():
        pooled = model.base_model(torch.tensor(windows)).pooler_output
    assert pooled.mean(dim=0).abs().max() < 0.2
    assert 0.3 < pooled.std(dim=0).mean() < 0.8


def test_a_pooler_that_does_nothing_counts_as_new_and_a_trained_one_does_not(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    model, _ = load_base(tiny_encoder, _decision(), TrainingSettings(), CPU)
    shutil.copytree(tiny_encoder, tmp_path / "trained")
    model.base_model.save_pretrained(tmp_path / "trained")
    shutil.copytree(tiny_encoder, tmp_path / "identity")
    torch.nn.init.eye_(model.base_model.pooler.dense.weight)
    model.base_model.save_pretrained(tmp_path / "identity")

    assert load_base(tmp_path / "identity", _decision(), TrainingSettings(), CPU)[1]
    assert not load_base(tmp_path / "trained", _decision(), TrainingSettings(), CPU)[1]


def test_learning_rates_fall_layer_by_layer(model: Any) -> None:
    settings = TrainingSettings(learning_rate=1e-3, head_learning_rate=1e-2, layer_decay=0.5)
    rates = {id(weights): group["lr"] for group in parameter_groups(model, settings) for weights in group["params"]}
    by_name = {name: rates[id(weights)] for name, weights in model.named_parameters()}

    assert by_name["classifier.weight"] == by_name["bert.pooler.dense.weight"] == 1e-2
    assert by_name["bert.encoder.layer.1.output.dense.weight"] == pytest.approx(0.5e-3)
    assert by_name["bert.encoder.layer.0.output.dense.weight"] == pytest.approx(0.25e-3)
    assert by_name["bert.embeddings.position_embeddings.weight"] == pytest.approx(0.125e-3)


def test_biases_and_normalization_are_not_decayed_and_frozen_words_not_trained(model: Any) -> None:
    freeze_word_embeddings(model)
    groups = parameter_groups(model, TrainingSettings(weight_decay=0.1))

    trained = {id(weights): group["weight_decay"] for group in groups for weights in group["params"]}
    for name, weights in model.named_parameters():
        expected = None if "word_embeddings" in name else 0.1 if weights.dim() > 1 else 0.0
        assert trained.get(id(weights)) == expected


def test_the_average_follows_the_weights_and_can_take_their_place_for_a_while(tmp_path: Path) -> None:
    layer = torch.nn.Linear(1, 1, bias=False)
    layer.weight.data.fill_(0.0)
    average = RunningAverage(layer, decay=0.5)
    layer.weight.data.fill_(1.0)

    average.update(steps=1000)

    with average.in_place():
        assert layer.weight.item() == 0.5
    assert layer.weight.item() == 1.0
    average.save(tmp_path / "average.safetensors")
    again = RunningAverage(layer, decay=0.5)
    again.load(tmp_path / "average.safetensors")
    again.keep()
    assert layer.weight.item() == 0.5


def test_no_decay_means_no_average() -> None:
    layer = torch.nn.Linear(2, 2)
    average = RunningAverage(layer, decay=0.0)
    layer.weight.data.fill_(7.0)

    average.update(steps=1000)

    with average.in_place():
        assert (layer.weight == 7.0).all()
