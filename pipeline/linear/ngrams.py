"""From text to n-grams: what counts as one, and the list of those that a model knows, `ngrams.json`."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import ModelError

NGRAMS_FILE = "ngrams.json"

_WORD = re.compile(r"\b\w\w+\b")


class NGramList(BaseModel):
    """The n-grams of one kind that a model knows.

    Attributes:
        lengths: Shortest and longest.
        ngrams: Each once; their places in this list are their ids.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    lengths: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]]
    ngrams: tuple[str, ...]

    @model_validator(mode="after")
    def _check_each_is_there_once(self) -> Self:
        if len(set(self.ngrams)) < len(self.ngrams):
            message = "ngrams: some stand there twice"
            raise ValueError(message)
        return self


class NGrams(BaseModel):
    """All n-grams that a model knows; ids of characters' n-grams follow those of words'.

    Attributes:
        format: Version of the shape of `ngrams.json`.
        words: Runs of words, joined by a space.
        characters: Runs of characters of one word, which is framed by spaces.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    words: NGramList
    characters: NGramList


def fold_marks(text: str) -> str:
    """Write letters without their marks, in lower case: words match however carefully their hamzas are set.

    Unicode takes hamza and madda for marks: the alefs become one, and the carriers of hamza plain waw and yeh.
    """
    parts = unicodedata.normalize("NFD", text.lower())
    return "".join(character for character in parts if not unicodedata.combining(character))


def word_ngrams(text: str, lengths: tuple[int, int]) -> list[str]:
    """Give the runs of words of a folded text, with repetition; words of one character do not count."""
    words = _WORD.findall(text)
    return [
        " ".join(words[start : start + length])
        for length in range(lengths[0], lengths[1] + 1)
        for start in range(len(words) - length + 1)
    ]


def character_ngrams(word: str, lengths: tuple[int, int]) -> list[str]:
    """Give the runs of characters of a folded word, with repetition; a word that is shorter counts as one, whole."""
    framed = f" {word} "
    found: list[str] = []
    for length in range(lengths[0], lengths[1] + 1):
        found += [framed[start : start + length] for start in range(max(1, len(framed) - length + 1))]
        if length >= len(framed):
            break
    return found


def read_ngrams(folder: Path) -> NGrams:
    """Read the n-grams of a model folder.

    Raises:
        ModelError: The file is missing, no JSON, or not of the shape of `NGrams`.
    """
    path = folder / NGRAMS_FILE
    try:
        return NGrams.model_validate_json(path.read_bytes())
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); take an undamaged copy of the model"
        raise ModelError(message) from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'file'}: {each['msg']}" for each in error.errors()[:3])
        message = f"{path}: {wrong}; take an undamaged copy of the model"
        raise ModelError(message) from error


def write_ngrams(ngrams: NGrams, folder: Path) -> None:
    """Write the n-grams of a model into its folder."""
    text = json.dumps(ngrams.model_dump(mode="json"), ensure_ascii=False, indent=0)
    (folder / NGRAMS_FILE).write_text(text + "\n", encoding="utf-8")
