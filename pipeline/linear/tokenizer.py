"""From a paragraph to the bag of n-grams that a linear classifier sees."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from pipeline.decision import Decision
from pipeline.linear.ngrams import NGrams, character_ngrams, fold_marks, read_ngrams, word_ngrams
from pipeline.records import Window
from pipeline.text import preprocess_arabert

_WORDS_REMEMBERED = 1 << 16
_LONGEST_REMEMBERED = 64
"""Longer words are no words, and each would keep its n-grams in memory."""


class BagTokenizer:
    """Preprocessing, folding and n-grams, as the model was trained with.

    A paragraph, however long, becomes one window: the ids of the known n-grams in it, with repetition.
    """

    def __init__(self, ngrams: NGrams, decision: Decision) -> None:
        """Look up these n-grams under a decision file's settings."""
        self._preprocess = decision.preprocess
        self._lengths = ngrams.words.lengths
        self._words = {ngram: index for index, ngram in enumerate(ngrams.words.ngrams)}
        characters = {ngram: index for index, ngram in enumerate(ngrams.characters.ngrams, start=len(self._words))}
        lengths = ngrams.characters.lengths

        def look_up(word: str) -> Window:
            return tuple(characters[ngram] for ngram in character_ngrams(word, lengths) if ngram in characters)

        self._look_up = look_up
        self._remembered = lru_cache(_WORDS_REMEMBERED)(look_up)

    @classmethod
    def load(cls, folder: Path, decision: Decision) -> "BagTokenizer":
        """Load the tokenizer of a model folder.

        Raises:
            ModelError: The folder has no n-grams that can be read.
        """
        return cls(read_ngrams(folder), decision)

    def windows(self, texts: Sequence[str]) -> list[tuple[Window, ...]]:
        """Turn cleaned paragraphs into windows, one for each; empty where it has no known n-gram."""
        return [(self._bag(text),) for text in normalize(texts, self._preprocess)]

    def _bag(self, text: str) -> Window:
        ids = [self._words[ngram] for ngram in word_ngrams(text, self._lengths) if ngram in self._words]
        for word in text.split():
            ids.extend(self._remembered(word) if len(word) <= _LONGEST_REMEMBERED else self._look_up(word))
        return tuple(ids)


def normalize(texts: Sequence[str], preprocess: str) -> list[str]:
    """Preprocess and fold cleaned paragraphs, ready to be taken apart."""
    return [fold_marks(preprocess_arabert(text) if preprocess == "arabert-v02" else text) for text in texts]
