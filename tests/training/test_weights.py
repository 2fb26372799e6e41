from pathlib import Path
from typing import Any

import pytest
import torch

from pipeline.config import TrainingSettings, load_config
from pipeline.decision import Decision
from pipeline.taxonomy import Taxonomy
from pipeline.training.base import load_base
from pipeline.training.weights import (
    RunningAverage,
    freeze_layers,
    freeze_word_embeddings,
    parameter_groups,
)

ROOT = Path(__file__).parents[2]
CPU = torch.device("cpu")


def _decision(max_tokens: int = 48) -> Decision:
    taxonomy = load_config(Taxonomy, ROOT / "configs" / "cooperation.yaml")
    return Decision(taxonomy=taxonomy, prepare=(), max_tokens=max_tokens, overlap=8)


@pytest.fixture
def model(tiny_encoder: Path) -> Any:
    return load_base(tiny_encoder, _decision(), TrainingSettings(), CPU).model


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


def test_frozen_layers_take_the_embeddings_below_with_them(model: Any) -> None:
    freeze_layers(model, 0)
    assert all(weights.requires_grad for weights in model.parameters())

    freeze_layers(model, 1)
    frozen = {name for name, weights in model.named_parameters() if not weights.requires_grad}
    below = ("bert.embeddings.", "bert.encoder.layer.0.")
    assert frozen == {name for name, _ in model.named_parameters() if name.startswith(below)}


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
