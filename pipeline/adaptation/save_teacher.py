"""The teacher itself as a folder that classifiers are fine-tuned from: `python -m pipeline.adaptation.save_teacher`.

Usage: `python -m pipeline.adaptation.save_teacher TEXT OUT [E5FILE]`. Of its 250,000 pieces, those are kept that the
text uses, that hold an Arabic letter, or that are one character: the vectors of the others would hardly be looked up.
"""

import json
import logging
import sys
import unicodedata
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertModel, PreTrainedTokenizerFast

from pipeline.adaptation.read_e5 import find_e5, read_e5
from pipeline.adaptation.read_text import read_lines
from pipeline.errors import ConfigError, PipelineError

_SPECIAL = 4
_WORD_START = "▁"
_BATCH = 5000


def save_teacher(text: Path, out: Path, source: Path) -> int:
    """Write the teacher's encoder and its tokenizer, cut to the pieces that Arabic news needs.

    Args:
        text: Running text, one paragraph a line; `.xz` is read too.
        out: The folder to be made.
        source: The 4-bit file `e5-small-q4.bin`.

    Returns:
        The number of pieces kept.

    Raises:
        ConfigError: The folder exists.
        InputError: The text or the teacher cannot be read.
    """
    if out.exists():
        message = f"{out}: exists; remove it or choose another folder"
        raise ConfigError(message)
    model, tokenizer = read_e5(source)
    kept = _needed_pieces(tokenizer, read_lines(text))
    _keep_vectors(model, kept)
    _keep_pieces(tokenizer, kept).save_pretrained(out)
    model.save_pretrained(out)
    return len(kept)


def _needed_pieces(tokenizer: Tokenizer, lines: Iterable[str]) -> list[int]:
    used, stream = set(range(_SPECIAL)), iter(lines)
    while batch := list(islice(stream, _BATCH)):
        for encoded in tokenizer.encode_batch_fast(batch):
            used.update(encoded.ids)
    names = ((number, name.strip(_WORD_START)) for name, number in tokenizer.get_vocab().items())
    return sorted(used | {number for number, name in names if len(name) <= 1 or any(map(_is_arabic, name))})


def _is_arabic(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("ARABIC")


def _keep_vectors(model: BertModel, kept: list[int]) -> None:
    vectors = model.embeddings.word_embeddings.weight.data[kept].clone()
    model.config.vocab_size = len(kept)
    model.config.pad_token_id = kept.index(model.config.pad_token_id)
    model.embeddings.word_embeddings = torch.nn.Embedding(len(kept), vectors.shape[1], _weight=vectors)


def _keep_pieces(tokenizer: Tokenizer, kept: list[int]) -> PreTrainedTokenizerFast:
    spec = json.loads(tokenizer.to_str())
    renumbered = {old: new for new, old in enumerate(kept)}
    spec["model"]["vocab"] = [spec["model"]["vocab"][old] for old in kept]
    spec["model"]["unk_id"] = renumbered[spec["model"]["unk_id"]]
    for special in spec["post_processor"]["special_tokens"].values():
        special["ids"] = [renumbered[old] for old in special["ids"]]
    names = {"bos": "<s>", "eos": "</s>", "unk": "<unk>", "pad": "<pad>", "cls": "<s>", "sep": "</s>"}
    tokens = {f"{role}_token": name for role, name in names.items()}
    return PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(json.dumps(spec)), **tokens)


def main(arguments: list[str]) -> int:
    """Run `save_teacher` and give the exit code: 0, or 2 for a mistake that the user can mend."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if len(arguments) not in {2, 3}:
        sys.stderr.write("usage: python -m pipeline.adaptation.save_teacher TEXT OUT [E5FILE]\n")
        return 2
    try:
        text, out, *source = map(Path, arguments)
        kept = save_teacher(text, out, source[0] if source else find_e5())
    except PipelineError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{kept} pieces\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
