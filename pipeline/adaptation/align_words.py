"""The same words in two tokenizations: passages as word numbers, words as pieces of the student and of the teacher.

Neither tokenizer ever joins pieces across a space, so each distinct word is tokenized once and a passage is the pieces
of its words in a row. Alignment is then a matter of counting.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WordPieces:
    """The pieces of each distinct word under one tokenizer.

    Attributes:
        ids: Pieces of all words in a row.
        starts: Where each word's pieces begin in `ids`; one entry more than there are words.
        first: Id that opens a sequence.
        last: Id that closes it.
        pad: Id that fills it up.
        prefix: Pieces put between `first` and the text.
    """

    ids: Ids
    starts: Ids
    first: int
    last: int
    pad: int
    prefix: tuple[int, ...] = ()

    def counts(self, words: Ids) -> Ids:
        """Count the pieces of words."""
        return np.asarray(self.starts[words + 1] - self.starts[words])

    def spell(self, words: Ids) -> Ids:
        """Give the pieces of words in a row."""
        counts = self.counts(words)
        shift = np.repeat(self.starts[words] - (np.cumsum(counts) - counts), counts)
        return np.asarray(self.ids[np.arange(counts.sum()) + shift])


@dataclass(frozen=True, slots=True)
class Passages:
    """Text as word numbers.

    Attributes:
        words: The word numbers of all passages in a row.
        bounds: Where each passage begins in `words`; one entry more than there are passages.
        student: The words' pieces under the student's tokenizer.
        teacher: The words' pieces under the teacher's.
    """

    words: Ids
    bounds: Ids
    student: WordPieces
    teacher: WordPieces

    def __len__(self) -> int:
        """Count the passages."""
        return len(self.bounds) - 1

    def __getitem__(self, place: int) -> Ids:
        """Give the word numbers of a passage."""
        return self.words[self.bounds[place] : self.bounds[place + 1]]

    def lengths(self) -> Ids:
        """Count the student's tokens of each passage, `[CLS]` and `[SEP]` included."""
        totals = np.concatenate([[0], np.cumsum(self.student.counts(self.words))])
        return np.diff(totals[self.bounds]) + 2


def spell_words(
    words: Sequence[str], tokenizer: Tokenizer, frame: tuple[str, str, str], prefix: str = ""
) -> WordPieces:
    """Tokenize distinct words.

    Args:
        words: Words without spaces.
        tokenizer: A tokenizer that never joins pieces across a space.
        frame: The tokens that open, close and pad a sequence.
        prefix: Text that this model wants before each passage.
    """
    pieces = [encoding.ids for encoding in tokenizer.encode_batch(list(words), add_special_tokens=False)]
    counts = [len(each) for each in pieces]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    numbers = tokenizer.get_vocab()
    first, last, pad = (numbers[token] for token in frame)
    before = tuple(tokenizer.encode(prefix.strip(), add_special_tokens=False).ids) if prefix else ()
    return WordPieces(np.concatenate([np.asarray(each, np.int64) for each in pieces]), starts, first, last, pad, before)


def number_words(lines: Sequence[str]) -> tuple[list[str], Ids, Ids]:
    """Number the distinct words of lines.

    Returns:
        The distinct words by number; the word numbers of all lines in a row; where each line begins among them, one
        entry more than there are lines.
    """
    numbers: dict[str, int] = {}
    bounds, words = [0], array("q")
    for line in lines:
        words.extend(numbers.setdefault(word, len(numbers)) for word in line.split())
        bounds.append(len(words))
    return list(numbers), np.frombuffer(words, np.int64), np.asarray(bounds, np.int64)
