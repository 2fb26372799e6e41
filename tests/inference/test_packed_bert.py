"""The packed network against transformers' own, on random weights of several shapes."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification

from pipeline.inference import length_batches
from pipeline.inference.bands import equal_bands, padded_band
from pipeline.inference.bert_files import read_bert
from pipeline.inference.packed_bert import PackedBert
from pipeline.inference.padded_network import PaddedNetwork
from pipeline.records import Window

CPU = torch.device("cpu")
SHAPE = {"vocab_size": 90, "hidden_size": 48, "num_attention_heads": 4, "intermediate_size": 96, "num_labels": 5}


def make_folder(folder: Path, **changes: Any) -> Path:
    """A model folder with random weights far from zero, so that no part of the network can be left out unseen."""
    torch.manual_seed(1)
    settings = {**SHAPE, "num_hidden_layers": 3, "max_position_embeddings": 64, "pad_token_id": 0, **changes}
    model = BertForSequenceClassification(BertConfig(**settings))
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * 0.3)
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("bert"))


def packed(folder: Path, dtype: torch.dtype = torch.float32) -> PackedBert:
    bert = read_bert(folder)
    assert bert
    return PackedBert(*bert, CPU, dtype)


def windows(*lengths: int) -> list[Window]:
    numbers = np.random.default_rng(0)
    return [tuple(numbers.integers(1, 90, length).tolist()) for length in lengths]


@pytest.mark.parametrize("changes", [{}, {"num_hidden_layers": 1}, {"layer_norm_eps": 0.5, "type_vocab_size": 1}])
@pytest.mark.parametrize("lengths", [(7,), (64, 9, 9, 9, 3, 2, 1), (5, 5, 5), (3, 40, 3)])
def test_logits_are_those_of_transformers(tmp_path: Path, changes: dict[str, Any], lengths: tuple[int, ...]) -> None:
    folder, given = make_folder(tmp_path, **changes), windows(*lengths)

    plain = PaddedNetwork(folder, CPU, torch.float32).logits(given)

    assert np.allclose(packed(folder).logits(given), plain, rtol=1e-4, atol=1e-4)
    assert np.ptp(plain) > 0.5


def test_a_window_scores_the_same_in_any_company(folder: Path) -> None:
    network, given = packed(folder), windows(30, 12, 12, 4)

    alone = np.concatenate([network.logits([window]) for window in given])

    assert np.allclose(network.logits(given), alone, rtol=1e-4, atol=1e-4)


def test_padded_bands_give_what_equal_ones_give(folder: Path) -> None:
    network, lengths = packed(folder), [9, 9, 5, 5, 2]
    projected = torch.randn(sum(lengths), 3 * SHAPE["hidden_size"], generator=torch.Generator().manual_seed(2))

    for is_last in (False, True):
        equal = [network._attend(projected, band, is_last=is_last) for band in equal_bands(lengths)]
        padded = network._attend(projected, padded_band(lengths, CPU), is_last=is_last)
        assert torch.allclose(torch.cat(equal), padded, atol=1e-5)


def test_windows_of_one_length_are_a_band_without_padding() -> None:
    assert equal_bands([4, 4]) == [padded_band([4, 4], CPU)]
    assert padded_band([4, 4], CPU).places is None


def test_windows_that_are_padded_on_a_gpu_are_batched_by_what_they_take_with_padding(folder: Path) -> None:
    bert = read_bert(folder)
    assert bert
    gpu = PackedBert(*bert, torch.device("meta"), torch.float32)  # any device but the processor
    lengths = [256] + [5] * 1500

    taken = {
        network.device.type: max(
            sum(band.windows * band.longest for band in bands([lengths[index] for index in batch]))
            for batch in length_batches(lengths, 8192, is_padded=network.is_padded)
        )
        for network, bands in ((packed(folder), equal_bands), (gpu, lambda each: [padded_band(each, CPU)]))
    }

    assert taken == {"cpu": sum(lengths), "meta": 7500}


def test_bfloat16_gives_nearly_the_same_probabilities(folder: Path) -> None:
    given = windows(30, 20, 20, 12)
    exact, rounded = (1 / (1 + np.exp(-packed(folder, kind).logits(given))) for kind in (torch.float32, torch.bfloat16))

    assert 0 < np.abs(exact - rounded).max() < 0.05


@pytest.mark.parametrize(
    "changes",
    [
        {"hidden_act": "relu"},
        {"position_embedding_type": "relative_key"},
        {"is_decoder": True},
        {"model_type": "roberta"},
        {"architectures": ["BertForMaskedLM"]},
        {"pruned_heads": {"0": [1]}},
        {"num_hidden_layers": 4},
        {"hidden_size": 49},
    ],
)
def test_what_is_no_plain_bert_is_left_to_transformers(folder: Path, tmp_path: Path, changes: dict[str, Any]) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (tmp_path / "config.json").write_text(json.dumps({**config, **changes}), encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes())

    assert read_bert(folder)
    assert read_bert(tmp_path) is None
