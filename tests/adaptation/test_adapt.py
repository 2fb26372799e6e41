import lzma
from pathlib import Path

import pytest
import torch
from pydantic import ValidationError
from transformers import AutoModel, AutoModelForSequenceClassification

from pipeline.adaptation.__main__ import main
from pipeline.adaptation.adapt import adapt
from pipeline.adaptation.read_text import prepare_text
from pipeline.adaptation.settings import AdaptConfig, HealConfig
from pipeline.errors import ConfigError, InputError
from pipeline.tokenizer import load_tokenizer


@pytest.fixture
def settings(tmp_path: Path, lines: list[str], e5_file: Path) -> AdaptConfig:
    text = tmp_path / "text.txt.xz"
    text.write_bytes(lzma.compress("\n".join(lines).encode()))
    return AdaptConfig(
        text=text,
        teacher=e5_file,
        work=tmp_path / "work",
        out=tmp_path / "encoder",
        vocabulary_size=110,
        layers=(0, 2),
        held_out=8,
        heal=HealConfig(steps=2, batch_tokens=128, max_tokens=32),
    )


def test_the_encoder_is_an_ordinary_folder(settings: AdaptConfig) -> None:
    measured = adapt(settings)
    assert measured["after"]["cosine"] > 0
    encoder = AutoModel.from_pretrained(settings.out)
    assert encoder.dtype == torch.bfloat16
    ids = load_tokenizer(settings.out)("تعاون [رابط] وزير", return_tensors="pt")["input_ids"]
    assert encoder(ids).last_hidden_state.shape[-1] == 32
    assert {path.name for path in settings.out.iterdir()} == {
        *("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt")
    }


def test_a_classifier_on_top_begins_with_the_tanh_of_the_first_state(settings: AdaptConfig) -> None:
    adapt(settings)
    classifier = AutoModelForSequenceClassification.from_pretrained(settings.out, num_labels=10, dtype=torch.float32)
    output = classifier.bert(torch.tensor([[2, 9, 10, 3]]))
    assert torch.allclose(output.pooler_output, output.last_hidden_state[:, 0].tanh(), atol=1e-6)


def test_an_encoder_that_is_there_is_not_overwritten(settings: AdaptConfig) -> None:
    settings.out.mkdir()
    with pytest.raises(ConfigError, match="exists"):
        adapt(settings)


def test_a_work_folder_of_other_settings_is_refused(settings: AdaptConfig) -> None:
    adapt(settings)
    other = settings.model_copy(update={"seed": 1, "out": settings.out.with_name("other")})
    with pytest.raises(ConfigError, match="other settings"):
        adapt(other)


def test_a_text_that_changed_under_its_name_is_refused(settings: AdaptConfig) -> None:
    adapt(settings)
    with settings.text.open("a", encoding="utf-8") as stream:
        stream.write("وقعت مصر والصين اتفاقا لبناء محطة كهرباء\n")
    other = settings.model_copy(update={"out": settings.out.with_name("other")})
    with pytest.raises(ConfigError, match="other settings, models or texts"):
        adapt(other)


def test_prepared_text_is_kept_and_cleaned(tmp_path: Path) -> None:
    source, target = tmp_path / "source.txt", tmp_path / "target.txt"
    source.write_text("تَعَاوُن   (٢٠١٩)\n\n  \nhttps://example.com/a\n", encoding="utf-8")
    first = prepare_text(source, target)
    source.unlink()
    assert first == prepare_text(source, target) == ["تعاون ( 2019 )", "[رابط]"]


def test_a_text_without_text_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "empty.txt"
    source.write_text("\n", encoding="utf-8")
    with pytest.raises(InputError, match="no text"):
        prepare_text(source, tmp_path / "target.txt")


def test_a_text_that_is_all_held_out_is_refused(settings: AdaptConfig) -> None:
    settings.text.write_bytes(lzma.compress("تعاون وزير الدولة\n".encode() * settings.held_out))
    with pytest.raises(InputError, match=r"text\.txt\.xz: 8 usable paragraphs, too few to hold out 8; give more text"):
        adapt(settings)


@pytest.mark.parametrize("layers", [[], [2, 1], [0, 0], [-1, 2]])
def test_layers_must_rise(layers: list[int], tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="layers"):
        AdaptConfig(text=tmp_path, work=tmp_path, out=tmp_path, layers=tuple(layers))


def test_the_released_configuration_is_valid_and_a_mistake_in_it_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(Path(__file__).parents[2] / "configs" / "adapt.yaml")
    assert main([path, "heal.lr=1", "text=nowhere.txt"]) == 2
    assert "heal.lr" in capsys.readouterr().err
    assert main([]) == 2
