"""A tiny encoder of AraBERT's shape, a tiny classifier trained on it, a linear one; made on the spot, no network."""

import logging
import os
from collections import Counter

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "1")  # threads wait longer for each other than tiny models take
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from pathlib import Path

import pytest
from hypothesis import settings

from pipeline.config import TrainConfig, TrainLinearConfig
from pipeline.text import clean, preprocess_arabert
from tests.line_samples import scramble, write_rows

settings.register_profile("untimed", deadline=None)  # beside other work, any example may take long
settings.load_profile("untimed")

ROOT = Path(__file__).parents[1]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[رابط]", "[بريد]", "[مستخدم]"]


@pytest.fixture(autouse=True)
def _usual_log_level() -> None:
    """Undo what commands that were run with --quiet or --verbose left behind."""
    logging.getLogger().setLevel(logging.WARNING)


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A masked language model of two layers with random weights and a WordPiece vocabulary of the seed articles."""
    import torch
    from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("models") / "tiny-encoder"
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=_word_pieces(),
        model_max_length=64,
        **{f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")},
    )
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        pad_token_id=0,
        initializer_range=0.2,
    )
    BertForMaskedLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_settings(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainConfig:
    """Settings of the train job that take seconds."""
    folder = tmp_path_factory.mktemp("trained")
    return TrainConfig.model_validate(
        {
            "taxonomy": ROOT / "configs" / "cooperation.yaml",
            "labelled": [str(ROOT / "seeds" / "labelled" / "seeds.jsonl")],
            "base_model": str(tiny_encoder),
            "out": folder / "tiny-classifier",
            "run": folder / "run",
            "window": {"max_tokens": 48, "overlap": 8},
            "training": {
                "epochs": 3,
                "held_out": 0.25,
                "learning_rate": 3e-3,
                "batch_rows": 8,
                "threads": 1,
                "precision": "float32",
                "device": "cpu",
            },
            "calibration": {"resamples": 100},
        }
    )


@pytest.fixture(scope="session")
def tiny_classifier(tiny_settings: TrainConfig) -> Path:
    """A classifier that the train job made of the tiny encoder and the labelled seeds. Leave it as it is."""
    from pipeline.jobs.train import train

    return train(tiny_settings)


@pytest.fixture(scope="session")
def linear_settings(tmp_path_factory: pytest.TempPathFactory) -> TrainLinearConfig:
    """Settings that train a linear model on the labelled seeds."""
    return TrainLinearConfig.model_validate(
        {
            "taxonomy": ROOT / "configs" / "cooperation.yaml",
            "labelled": [str(ROOT / "seeds" / "labelled" / "seeds.jsonl")],
            "out": tmp_path_factory.mktemp("trained") / "linear-classifier",
            "calibration": {"folds": 2, "resamples": 100},
        }
    )


@pytest.fixture(scope="session")
def linear_classifier(linear_settings: TrainLinearConfig) -> Path:
    """A linear classifier that the train job made of the labelled seeds. Leave it as it is."""
    from pipeline.jobs.train import train

    return train(linear_settings)


@pytest.fixture(scope="session")
def gated_settings(tmp_path_factory: pytest.TempPathFactory) -> TrainLinearConfig:
    """Settings that add a version to a line; the first one is compared with nothing."""
    folder = tmp_path_factory.mktemp("gated")
    return TrainLinearConfig.model_validate(
        {
            "taxonomy": ROOT / "configs" / "cooperation.yaml",
            "labelled": [str(write_rows(500, folder / "rows.jsonl"))],
            "out": folder / "mine",
            "ngrams": {"max_words": 2000, "max_characters": 3000},
            "training": {"held_out": 0.3},
            "calibration": {"folds": 2, "resamples": 100, "threshold_strength": 40},
            "gate": {"incumbent": None, "resamples": 200},
        }
    )


@pytest.fixture(scope="session")
def first_version(gated_settings: TrainLinearConfig) -> Path:
    """The first version of a line, its current one. Leave the line as it is, and add to copies of it."""
    from pipeline.jobs.train import train

    return train(gated_settings)


@pytest.fixture(scope="session")
def scrambled_rows(gated_settings: TrainLinearConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same rows, of which nothing can be learned; those held out are as they were."""
    rows = Path(gated_settings.labelled[0])
    return scramble(rows, gated_settings.training.held_out, tmp_path_factory.mktemp("scrambled") / "rows.jsonl")


def _word_pieces() -> object:
    """Make a vocabulary of all letters, and of the commonest words and endings; a trained one differs every time."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import TemplateProcessing

    split = BertPreTokenizer().pre_tokenize_str
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds" / "articles").glob("*.txt"))]
    words = [word for text in texts for word, _ in split(preprocess_arabert(clean(text).text))]
    counts = Counter(words) + Counter(f"##{word[-size:]}" for word in words for size in (2, 3) if len(word) > size)
    letters = sorted({letter for word in words for letter in word})
    alphabet = [*SPECIAL, *letters, *(f"##{letter}" for letter in letters)]
    common = sorted(counts.keys() - {*alphabet}, key=lambda piece: (-counts[piece], piece))
    vocabulary = {piece: number for number, piece in enumerate([*alphabet, *common][:1000])}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token=SPECIAL[1]))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.add_special_tokens(SPECIAL)
    return tokenizer
