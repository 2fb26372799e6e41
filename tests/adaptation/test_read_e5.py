from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertModel

from pipeline.adaptation.read_e5 import PREFIX
from pipeline.adaptation.read_q4 import read_q4

from .tiny_e5 import HIDDEN


def test_every_weight_of_the_model_comes_from_the_file(teacher: tuple[BertModel, Tokenizer], e5_file: Path) -> None:
    model, stored = teacher[0], read_q4(e5_file)
    assert sum(weight.numel() for weight in model.parameters()) == sum(each.size for each in stored.tensors.values())
    query = model.encoder.layer[1].attention.self.query.weight
    assert torch.equal(query, torch.from_numpy(stored.tensors["l1.q.w"]).view(HIDDEN, HIDDEN))


def test_positions_count_from_zero(teacher: tuple[BertModel, Tokenizer]) -> None:
    model = teacher[0]
    ids = torch.tensor([[5, 6]])
    embedded = model.embeddings(ids)
    assert torch.equal(embedded, model.embeddings(ids, position_ids=torch.tensor([[0, 1]])))


def test_a_text_is_framed_and_split_into_its_likeliest_pieces(teacher: tuple[BertModel, Tokenizer]) -> None:
    assert teacher[1].encode("تعاون  الدولة").tokens == ["<s>", "▁تعاون", "▁ال", "دولة", "</s>"]


def test_compatibility_characters_are_folded(teacher: tuple[BertModel, Tokenizer]) -> None:
    tokenizer = teacher[1]
    assert tokenizer.encode("\ufe97عاون").ids == tokenizer.encode("تعاون").ids


def test_the_prefix_has_pieces_of_its_own(teacher: tuple[BertModel, Tokenizer]) -> None:
    tokenizer = teacher[1]
    before = tokenizer.encode(PREFIX.strip(), add_special_tokens=False).ids
    word = tokenizer.encode("وزير", add_special_tokens=False).ids
    assert tokenizer.encode(PREFIX + "وزير", add_special_tokens=False).ids == before + word
