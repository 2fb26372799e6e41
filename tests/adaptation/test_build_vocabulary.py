import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from pipeline.adaptation.build_vocabulary import (
    NEVER_SPLIT,
    SPECIAL,
    build_vocabulary,
    load_vocabulary,
    save_vocabulary,
)
from pipeline.tokenizer import load_tokenizer


def test_the_first_eight_ids_are_those_of_arabert(vocabulary: Tokenizer) -> None:
    assert [vocabulary.id_to_token(number) for number in range(8)] == [*SPECIAL, *NEVER_SPLIT]


def test_case_is_kept() -> None:
    trained = build_vocabulary(["Boeing boeing"] * 9, 100)
    assert trained.encode("Boeing boeing", add_special_tokens=False).tokens == ["Boeing", "boeing"]


@pytest.mark.parametrize("token", NEVER_SPLIT)
def test_what_stands_for_links_and_names_is_one_token(vocabulary: Tokenizer, token: str) -> None:
    tokens = vocabulary.encode(f"قال {token} ان").tokens
    assert token in tokens
    assert (tokens[0], tokens[-1]) == ("[CLS]", "[SEP]")


def test_the_same_text_gives_the_same_vocabulary(lines: list[str], vocabulary: Tokenizer) -> None:
    assert build_vocabulary(lines, 120).to_str() == vocabulary.to_str()


def test_the_folder_is_read_by_transformers_to_the_same_ids(
    tmp_path: Path, vocabulary: Tokenizer, lines: list[str]
) -> None:
    save_vocabulary(vocabulary, tmp_path)
    read = load_tokenizer(tmp_path)
    for line in lines[:20]:
        assert read(line)["input_ids"] == vocabulary.encode(line).ids == load_vocabulary(tmp_path).encode(line).ids
    settings = json.loads((tmp_path / "tokenizer_config.json").read_text(encoding="utf-8"))
    assert sorted(settings["never_split"]) == sorted(NEVER_SPLIT)
    pieces = (tmp_path / "vocab.txt").read_text(encoding="utf-8").splitlines()
    assert {piece: number for number, piece in enumerate(pieces)} == vocabulary.get_vocab()
