"""The tiny teacher, some text and a vocabulary trained on it."""

from pathlib import Path

import pytest
from tokenizers import Tokenizer
from transformers import BertModel

from pipeline.adaptation.build_vocabulary import build_vocabulary
from pipeline.adaptation.read_e5 import read_e5

from .tiny_e5 import write_e5

TEXT = "تعاون وزير الدولة التعاون اتفاق التجارة بين البلدين ( 2019 ) . قال الوزير ان دولة [رابط] ، زيارة"
WORDS = TEXT.split()


@pytest.fixture(scope="session")
def lines() -> list[str]:
    return [" ".join(WORDS[(start * step) % len(WORDS)] for step in range(3 + start % 9)) for start in range(1, 80)]


@pytest.fixture(scope="session")
def e5_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_e5(tmp_path_factory.mktemp("e5") / "e5-small-q4.bin")


@pytest.fixture(scope="session")
def teacher(e5_file: Path) -> tuple[BertModel, Tokenizer]:
    return read_e5(e5_file)


@pytest.fixture(scope="session")
def vocabulary(lines: list[str]) -> Tokenizer:
    return build_vocabulary(lines, 120)
