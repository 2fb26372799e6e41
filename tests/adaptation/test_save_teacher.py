from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from transformers import AutoModel, AutoTokenizer, BertModel

from pipeline.adaptation.save_teacher import main

TEXT = "تعاون الدولة\nوزير"


@pytest.fixture
def saved(tmp_path: Path, e5_file: Path) -> Path:
    (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
    assert main([str(tmp_path / "text.txt"), str(tmp_path / "e5"), str(e5_file)]) == 0
    return tmp_path / "e5"


def test_the_cut_teacher_says_the_same(saved: Path, teacher: tuple[BertModel, Tokenizer]) -> None:
    model, tokenizer = (
        AutoModel.from_pretrained(saved, add_pooling_layer=False).eval(),
        AutoTokenizer.from_pretrained(saved),
    )
    text = "تعاون الدولة وزير"
    ids = tokenizer(text)["input_ids"]

    assert tokenizer.convert_ids_to_tokens(ids) == teacher[1].encode(text).tokens
    with torch.inference_mode():
        ours = model(torch.tensor([ids])).last_hidden_state
        whole = teacher[0](torch.tensor([teacher[1].encode(text).ids])).last_hidden_state
    assert torch.allclose(ours, whole, atol=1e-5)


def test_pieces_that_arabic_does_not_need_are_left_out(saved: Path, teacher: tuple[BertModel, Tokenizer]) -> None:
    tokenizer = AutoTokenizer.from_pretrained(saved)
    pieces = set(tokenizer.get_vocab())
    assert pieces < set(teacher[1].get_vocab())
    assert "▁تعاون" in pieces
    assert "<mask>" not in pieces
    assert AutoModel.from_pretrained(saved).config.vocab_size == len(pieces)


def test_a_folder_that_exists_is_left_alone(saved: Path, e5_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(saved.parent / "text.txt"), str(saved), str(e5_file)]) == 2
    assert "exists" in capsys.readouterr().err
