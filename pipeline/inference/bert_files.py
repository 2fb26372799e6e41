"""Reading a plain BERT classifier from a model folder, without the libraries that read any architecture.

What is not exactly that (another architecture or activation, weights in several files or under other names) is left to
them, and so is telling what is wrong with a damaged folder.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file

CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"

Tensors = dict[str, torch.Tensor]


class BertShape(BaseModel):
    """What `config.json` says of a plain BERT sequence classifier: absolute positions, GELU, an encoder.

    Values that are not named there are those of transformers' `BertConfig`; a file that says anything else where only
    one value is possible here does not validate.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    model_type: Literal["bert"]
    architectures: tuple[Literal["BertForSequenceClassification"]]
    hidden_act: Literal["gelu"] = "gelu"
    position_embedding_type: Literal["absolute"] = "absolute"
    is_decoder: Literal[False] = False
    add_cross_attention: Literal[False] = False
    pruned_heads: dict[str, list[int]] = Field({}, max_length=0)
    vocab_size: int = 30522
    hidden_size: int = 768
    num_hidden_layers: int = Field(12, ge=1)
    num_attention_heads: int = Field(12, ge=1)
    intermediate_size: int = 3072
    max_position_embeddings: int = 512
    type_vocab_size: int = 2
    layer_norm_eps: float = 1e-12
    id2label: dict[int, str]

    @property
    def labels(self) -> tuple[str, ...]:
        """Ids of the labels in the order of the outputs."""
        return tuple(self.id2label[index] for index in sorted(self.id2label))

    def expected(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Yield name and shape of every tensor that scoring needs."""
        hidden, inner = self.hidden_size, self.intermediate_size
        rows = {"word": self.vocab_size, "position": self.max_position_embeddings, "token_type": self.type_vocab_size}
        for kind, count in rows.items():
            yield f"bert.embeddings.{kind}_embeddings.weight", (count, hidden)
        sizes = {"bert.embeddings.LayerNorm": (hidden,), "bert.pooler.dense": (hidden, hidden)}
        sizes["classifier"] = (len(self.id2label), hidden)
        for number in range(self.num_hidden_layers):
            layer = f"bert.encoder.layer.{number}"
            sizes |= {f"{layer}.attention.self.{part}": (hidden, hidden) for part in ("query", "key", "value")}
            sizes |= {f"{layer}.{part}.LayerNorm": (hidden,) for part in ("attention.output", "output")}
            sizes[f"{layer}.attention.output.dense"] = (hidden, hidden)
            sizes |= {f"{layer}.intermediate.dense": (inner, hidden), f"{layer}.output.dense": (hidden, inner)}
        for name, size in sizes.items():
            yield f"{name}.weight", size
            yield f"{name}.bias", size[:1]


def read_bert(folder: Path) -> tuple[BertShape, Tensors] | None:
    """Read shape and weights of a plain BERT classifier; `None` where the folder does not hold exactly that."""
    try:
        shape = BertShape.model_validate_json((folder / CONFIG_FILE).read_bytes())
        tensors = load_file(folder / WEIGHTS_FILE)
    except (OSError, ValidationError, SafetensorError):
        return None
    is_whole = all(name in tensors and tensors[name].shape == size for name, size in shape.expected())
    is_divisible = shape.hidden_size % shape.num_attention_heads == 0
    return (shape, tensors) if is_whole and is_divisible else None
