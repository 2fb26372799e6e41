"""The student's tokenizer: WordPiece by AraBERT's recipe, so that it runs through the same code as AraBERT v0.2.

Source of the recipe: `aubmindlab/bert-base-arabertv02` (its tokenizer.json and tokenizer_config.json).
"""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Tokenizer
from tokenizers.decoders import WordPiece as WordPieceDecoder
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import WordPieceTrainer

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
"""Ids 0 to 4."""

NEVER_SPLIT = ("[رابط]", "[بريد]", "[مستخدم]")
"""Ids 5 to 7: what AraBERT's preprocessing puts for a link, an e-mail address and a user's name."""

MAX_TOKENS = 512

_ALPHABET = 1000
_MIN_COUNT = 2


def build_vocabulary(lines: Iterable[str], size: int) -> Tokenizer:
    """Train WordPiece on preprocessed text, case kept.

    Args:
        lines: Paragraphs as `prepare_text` gives them.
        size: Entries, the eight special ones included; fewer where the text has not so many.
    """
    tokenizer = _empty(WordPiece(unk_token="[UNK]"))  # noqa: S106  (a token of text)
    counts = Counter(word for line in lines for word in line.split())
    trainer = WordPieceTrainer(
        vocab_size=size,
        min_frequency=_MIN_COUNT,
        limit_alphabet=_ALPHABET,
        special_tokens=[*SPECIAL, *NEVER_SPLIT, *_continuing_letters(counts)],
        show_progress=False,
    )
    tokenizer.train_from_iterator((" ".join([word] * count) for word, count in counts.items()), trainer)
    return _finish(tokenizer.get_vocab())


def _continuing_letters(words: Iterable[str]) -> list[str]:
    """Find the one-letter pieces that continue words.

    Named beforehand they get the same ids in each run; left to the trainer they are numbered in the order of a random
    hash, on which the choice between equally frequent pieces would then depend.
    """
    splitter = BertPreTokenizer()
    return sorted(
        {f"##{letter}" for word in words for part, _ in splitter.pre_tokenize_str(word) for letter in part[1:]}
    )


def save_vocabulary(tokenizer: Tokenizer, folder: Path) -> None:
    """Save the tokenizer the way AraBERT's is published: tokenizer.json, tokenizer_config.json, vocab.txt."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece, _ in pieces), encoding="utf-8")
    settings = {
        "cls_token": "[CLS]",
        "do_basic_tokenize": True,
        "do_lower_case": False,
        "mask_token": "[MASK]",
        "max_len": MAX_TOKENS,
        "model_max_length": MAX_TOKENS,
        "never_split": list(NEVER_SPLIT),
        "pad_token": "[PAD]",
        "sep_token": "[SEP]",
        "strip_accents": None,
        "tokenize_chinese_chars": True,
        "tokenizer_class": "BertTokenizer",
        "unk_token": "[UNK]",
    }
    text = json.dumps(settings, ensure_ascii=False, indent=2)
    (folder / "tokenizer_config.json").write_text(text + "\n", encoding="utf-8")
    tokenizer.save(str(folder / "tokenizer.json"))


def load_vocabulary(folder: Path) -> Tokenizer:
    """Load what `save_vocabulary` saved."""
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


def _empty(model: WordPiece) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=False
    )
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.decoder = WordPieceDecoder(prefix="##", cleanup=True)
    return tokenizer


def _finish(vocabulary: dict[str, int]) -> Tokenizer:
    """Put the trained pieces into a tokenizer of AraBERT's settings, special tokens marked as in its file."""
    tokenizer = _empty(WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))  # noqa: S106
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True, normalized=True, single_word=True) for token in NEVER_SPLIT]
    )
    frame = [("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])]
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=frame
    )
    return tokenizer
