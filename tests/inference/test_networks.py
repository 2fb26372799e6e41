import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import RobertaConfig, RobertaForSequenceClassification

from pipeline.errors import ModelError
from pipeline.inference import open_network, settle_precision
from pipeline.inference.packed_bert import PackedBert

CPU = torch.device("cpu")


@pytest.fixture
def roberta(tmp_path: Path) -> Path:
    config = RobertaConfig(
        vocab_size=60,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        max_position_embeddings=40,
        num_labels=3,
        pad_token_id=1,
    )
    RobertaForSequenceClassification(config).save_pretrained(tmp_path / "roberta")
    return tmp_path / "roberta"


def test_the_classifiers_of_this_product_are_packed(tiny_classifier: Path) -> None:
    network = open_network(tiny_classifier, CPU, "bfloat16")

    assert isinstance(network, PackedBert)
    assert (network.dtype, network.positions, len(network.labels)) == (torch.bfloat16, 64, 10)


def test_another_architecture_is_scored_by_transformers_with_padding(roberta: Path) -> None:
    network = open_network(roberta, CPU, "float32")
    windows = [(0, 9, 8, 7, 2), (0, 5, 2)]

    assert network.is_padded
    alone = np.concatenate([network.logits([window]) for window in windows])
    assert np.allclose(network.logits(windows), alone, atol=1e-5)


def test_weights_in_several_files_are_scored_by_transformers(tiny_classifier: Path, tmp_path: Path) -> None:
    from transformers import BertForSequenceClassification

    parts = tmp_path / "parts"
    BertForSequenceClassification.from_pretrained(tiny_classifier).save_pretrained(parts, max_shard_size="50KB")
    window = (2, 40, 41, 42, 3)

    split, whole = open_network(parts, CPU, "float32"), open_network(tiny_classifier, CPU, "float32")

    assert (split.is_padded, whole.is_padded) == (True, False)
    assert np.allclose(split.logits([window]), whole.logits([window]), atol=1e-4)


def test_a_precision_that_is_asked_for_stays(tiny_classifier: Path) -> None:
    assert settle_precision(tiny_classifier, CPU, "float32") == "float32"
    assert settle_precision(tiny_classifier, CPU, "bfloat16") == "bfloat16"


def test_without_a_config_the_weights_are_what_is_missing(tiny_classifier: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_classifier, folder)
    (folder / "config.json").unlink()

    with pytest.raises(ModelError, match="the weights cannot be loaded"):
        open_network(folder, CPU, "auto")
