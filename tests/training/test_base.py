import shutil
from pathlib import Path

import pytest
import torch
from transformers import AutoConfig

from pipeline.config import TrainingSettings, load_config
from pipeline.decision import Decision
from pipeline.errors import ModelError
from pipeline.taxonomy import Taxonomy
from pipeline.training.base import load_base, refuse_other_kinds, start_pooler

ROOT = Path(__file__).parents[2]
CPU = torch.device("cpu")


def _decision(max_tokens: int = 48) -> Decision:
    taxonomy = load_config(Taxonomy, ROOT / "configs" / "cooperation.yaml")
    return Decision(taxonomy=taxonomy, prepare=(), max_tokens=max_tokens, overlap=8)


def test_an_encoder_gets_a_head_that_names_the_domains(tiny_encoder: Path) -> None:
    base = load_base(tiny_encoder, _decision(), TrainingSettings(dropout=0.3), CPU)

    assert base.has_new_pooler
    assert not base.is_kept.any()
    config = base.model.config
    assert tuple(config.id2label.values()) == _decision().taxonomy.ids
    assert config.problem_type == "multi_label_classification"
    assert (config.hidden_dropout_prob, config.attention_probs_dropout_prob) == (0.3, 0.1)


def test_a_window_longer_than_the_encoder_reads_is_refused(tiny_encoder: Path) -> None:
    with pytest.raises(ModelError, match=r"at most 64 tokens; lower window\.max_tokens from 128"):
        load_base(tiny_encoder, _decision(128), TrainingSettings(), CPU)


def test_a_folder_without_safetensors_cannot_be_trained_on(tiny_encoder: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes((tiny_encoder / "config.json").read_bytes())

    with pytest.raises(ModelError, match="cannot be trained on"):
        load_base(tmp_path, _decision(), TrainingSettings(), CPU)


@pytest.mark.parametrize("kind", ["electra", "roberta", "xlm-roberta", "distilbert"])
def test_an_encoder_that_is_no_bert_is_refused(tmp_path: Path, kind: str) -> None:
    AutoConfig.for_model(kind).save_pretrained(tmp_path)

    with pytest.raises(ModelError, match=rf"its model_type is {kind}, and only BERT can be trained"):
        load_base(tmp_path, _decision(), TrainingSettings(), CPU)


@pytest.mark.parametrize("config", [None, "{", "[]", "{}", '{"model_type": "bert"}'])
def test_a_folder_that_does_not_tell_its_kind_is_not_refused_for_it(tmp_path: Path, config: str | None) -> None:
    if config:
        (tmp_path / "config.json").write_text(config, encoding="utf-8")

    refuse_other_kinds(tmp_path)


def test_an_encoder_that_lacks_layers_is_refused(tiny_encoder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(tiny_encoder / "model.safetensors")
    (tmp_path / "config.json").write_bytes((tiny_encoder / "config.json").read_bytes())
    kept = {name: each for name, each in weights.items() if "layer.1." not in name}
    save_file(kept, tmp_path / "model.safetensors", metadata={"format": "pt"})

    with pytest.raises(ModelError, match="weights of the encoder are missing"):
        load_base(tmp_path, _decision(), TrainingSettings(), CPU)


def test_a_new_pooler_starts_centered_and_in_the_middle_of_its_tanh(tiny_encoder: Path) -> None:
    model = load_base(tiny_encoder, _decision(), TrainingSettings(), CPU).model
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
    model = load_base(tiny_encoder, _decision(), TrainingSettings(), CPU).model
    shutil.copytree(tiny_encoder, tmp_path / "trained")
    model.base_model.save_pretrained(tmp_path / "trained")
    shutil.copytree(tiny_encoder, tmp_path / "identity")
    torch.nn.init.eye_(model.base_model.pooler.dense.weight)
    model.base_model.save_pretrained(tmp_path / "identity")

    assert load_base(tmp_path / "identity", _decision(), TrainingSettings(), CPU).has_new_pooler
    assert not load_base(tmp_path / "trained", _decision(), TrainingSettings(), CPU).has_new_pooler
