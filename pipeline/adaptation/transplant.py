"""The student before healing: the teacher's layers under a new vocabulary."""

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForMaskedLM, BertModel

from pipeline.adaptation.build_vocabulary import NEVER_SPLIT
from pipeline.errors import ConfigError

CONTINUES = "##"
_SPACE = "▁"
_UNKNOWN = "<unk>"
_COUNTERPARTS = {"[PAD]": "<pad>", "[UNK]": "<unk>", "[CLS]": "<s>", "[SEP]": "</s>", "[MASK]": "<mask>"}


def old_pieces(piece: str, teacher: Tokenizer) -> list[int]:
    """Find what a WordPiece is in the teacher's vocabulary.

    A piece that begins a word stands behind `▁` there, a `##` piece does not; a special token has a special token for
    its counterpart, and `[رابط]` and its kind the word between the brackets.

    Returns:
        Ids of at least one piece.
    """
    if piece in _COUNTERPARTS:
        return [_number(_COUNTERPARTS[piece], teacher)]
    if piece in NEVER_SPLIT:
        piece = piece.strip("[]")
    begins = "" if piece.startswith(CONTINUES) else _SPACE  # put in later: the normalizer would make it a space
    normalized = begins + teacher.normalizer.normalize_str(piece.removeprefix(CONTINUES)).replace(" ", _SPACE)
    return [token.id for token in teacher.model.tokenize(normalized)] or [_number(_UNKNOWN, teacher)]


def _number(token: str, teacher: Tokenizer) -> int:
    """Give a token's id, that of `<unk>` where the teacher has it not."""
    numbers = (teacher.token_to_id(each) for each in (token, _UNKNOWN))
    return next(number for number in numbers if number is not None)


def mean_vectors(vocabulary: Tokenizer, teacher: Tokenizer, vectors: torch.Tensor) -> torch.Tensor:
    """Give each WordPiece the mean of its pieces' vectors in the teacher's vocabulary.

    Args:
        vocabulary: The new tokenizer of n pieces.
        teacher: The teacher's tokenizer.
        vectors: The teacher's word embeddings, shape (pieces, hidden).

    Returns:
        Shape (n, hidden).
    """
    ordered = sorted(vocabulary.get_vocab().items(), key=lambda entry: entry[1])
    return torch.stack([vectors[old_pieces(piece, teacher)].mean(dim=0) for piece, _ in ordered])


def transplant(teacher: BertModel, old: Tokenizer, new: Tokenizer, layers: Sequence[int]) -> BertForMaskedLM:
    """Build the student: new word vectors, the teacher's position vectors and some of its layers.

    The student's `bert` is the encoder to be released; the head for masked words on top of it is new but for its output
    vectors, which are the word vectors.

    Args:
        teacher: The model to start from.
        old: Its tokenizer.
        new: The student's tokenizer.
        layers: Which of the teacher's layers to keep, rising, counted from 0.

    Raises:
        ConfigError: The teacher has no such layer.
    """
    depth = teacher.config.num_hidden_layers
    if max(layers) >= depth:
        message = f"layers: there is no layer {max(layers)}; the teacher has {depth}, counted from 0"
        raise ConfigError(message)
    shape = teacher.config.to_dict() | {
        "vocab_size": new.get_vocab_size(),
        "num_hidden_layers": len(layers),
        "pad_token_id": new.token_to_id("[PAD]"),
        "tie_word_embeddings": True,
    }
    student = BertForMaskedLM(BertConfig.from_dict(shape)).eval()
    with torch.no_grad():
        taken, given = student.bert.embeddings, teacher.embeddings
        taken.word_embeddings.weight.copy_(mean_vectors(new, old, given.word_embeddings.weight))
        taken.position_embeddings.load_state_dict(given.position_embeddings.state_dict())
        taken.token_type_embeddings.load_state_dict(given.token_type_embeddings.state_dict())
        taken.LayerNorm.load_state_dict(given.LayerNorm.state_dict())
        for place, layer in enumerate(layers):
            student.bert.encoder.layer[place].load_state_dict(teacher.encoder.layer[layer].state_dict())
    return student
