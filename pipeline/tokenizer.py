"""From a paragraph to the windows of token ids that a BERT model sees."""

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tokenizers import Tokenizer

from pipeline.decision import Decision
from pipeline.errors import ModelError
from pipeline.model_folder import DECISION_FILE
from pipeline.records import Window
from pipeline.text import preprocess_arabert

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_SEGMENTED_NAME = re.compile(r"(?:^|/)bert-(?:base|large)-arabert(?:v[12])?/?$", re.IGNORECASE)
_SEGMENTED_PIECE = "ال+"
_TOKENIZER_FILE = "tokenizer.json"


def refuse_segmented(name: str, vocabulary: Collection[str] = ()) -> None:
    """Refuse AraBERT v1 and v2 checkpoints, whose text must be segmented with Farasa.

    Args:
        name: Hub id or folder of the checkpoint.
        vocabulary: Its word pieces, if known: those of segmented text show under any name.

    Raises:
        ModelError: It is one of them.
    """
    if _SEGMENTED_NAME.search(name) or _SEGMENTED_PIECE in vocabulary:
        message = (
            f"{name}: AraBERT v1 and v2 read text segmented by Farasa, which needs Java and is not supported; "
            "take the v0.2 checkpoint of the same size, for example aubmindlab/bert-base-arabertv02"
        )
        raise ModelError(message)


class ParagraphTokenizer:
    """Preprocessing, WordPiece and windows, as the model was trained with.

    A paragraph of more than `max_tokens` tokens becomes several windows that overlap by `overlap` tokens; each is
    framed by `[CLS]` and `[SEP]`. Nothing is truncated.
    """

    def __init__(self, tokenizer: Tokenizer, decision: Decision) -> None:
        """Use a tokenizer under a decision file's settings."""
        self._tokenizer = tokenizer
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        frame = self._tokenizer.encode("").ids
        self._before, self._behind = tuple(frame[:-1]), tuple(frame[-1:])
        self._preprocess = decision.preprocess
        self._window = decision.max_tokens - len(frame)
        self._step = self._window - decision.overlap

    @classmethod
    def load(cls, folder: Path, decision: Decision) -> "ParagraphTokenizer":
        """Load the tokenizer of a model folder.

        A classifier's folder holds it as it was trained with; that of an encoder may leave some of it to transformers.

        Raises:
            ModelError: The folder has no tokenizer that can be read.
        """
        path = folder / _TOKENIZER_FILE
        if not (folder / DECISION_FILE).exists() or not path.exists():
            return cls(load_tokenizer(folder).backend_tokenizer, decision)
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises nothing more precise
            message = f"{path}: cannot be read ({error}); take an undamaged copy of the model"
            raise ModelError(message) from error
        refuse_segmented("", () if tokenizer.token_to_id(_SEGMENTED_PIECE) is None else (_SEGMENTED_PIECE,))
        return cls(tokenizer, decision)

    def windows(self, texts: Sequence[str]) -> list[tuple[Window, ...]]:
        """Turn cleaned paragraphs into windows.

        Args:
            texts: Cleaned paragraphs.

        Returns:
            For each paragraph at least one window of at most `max_tokens` token ids.
        """
        if self._preprocess == "arabert-v02":
            texts = [preprocess_arabert(text) for text in texts]
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [self._cut(tuple(each.ids)) for each in encoded]

    def _cut(self, ids: tuple[int, ...]) -> tuple[Window, ...]:
        starts = range(0, max(1, len(ids) - self._window + self._step), self._step)
        return tuple(self._before + ids[start : start + self._window] + self._behind for start in starts)


def load_tokenizer(folder: Path) -> "PreTrainedTokenizerFast":
    """Load the fast tokenizer of a folder without running code from it.

    Raises:
        ModelError: The folder has no tokenizer that can be read.
    """
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, use_fast=True, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        message = f"{folder}: no tokenizer that can be read ({error}); a model folder needs tokenizer.json"
        raise ModelError(message) from error
    if not tokenizer.is_fast:
        message = f"{folder}: the tokenizer has no fast form; a model folder needs tokenizer.json"
        raise ModelError(message)
    refuse_segmented("", tokenizer.get_vocab())
    return tokenizer
