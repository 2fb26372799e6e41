"""From passages to the arrays of one training step: both tokenizations, the words behind the tokens, and the masks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.adaptation.align_words import Ids, Passages, WordPieces

_MASKED, _RANDOM = 0.8, 0.1


@dataclass(frozen=True, slots=True)
class View:
    """A batch as one of the two models sees it.

    Attributes:
        ids: Token ids, shape (passages, longest).
        real: Which of them are no filling, same shape.
        inner: Which of them are pieces of words (not framing, prefix or filling), same shape.
        counts: Pieces of each word of the batch, in reading order, shape (words,).
    """

    ids: torch.Tensor
    real: torch.Tensor
    inner: torch.Tensor
    counts: torch.Tensor


@dataclass(frozen=True, slots=True)
class Batch:
    """One training step's input.

    Attributes:
        student: With words masked.
        teacher: The same words, unmasked.
        masked: The student's tokens to be guessed, shape as `student.ids`.
        targets: What they were, in reading order, shape (masked tokens,).
    """

    student: View
    teacher: View
    masked: torch.Tensor
    targets: torch.Tensor


@dataclass(frozen=True, slots=True)
class Masking:
    """How whole words are hidden from the student (source: BERT, Devlin et al. 2019, and its whole-word masking).

    Attributes:
        passages: Share of the passages with masked words.
        words: Share of the words that are masked in them; of their pieces 80 % become `[MASK]`, 10 % a random piece.
        mask: Id of `[MASK]`.
        lowest: Least id of an ordinary piece.
        vocabulary: Number of ids.
    """

    passages: float
    words: float
    mask: int
    lowest: int
    vocabulary: int


def make_batch(passages: Passages, chosen: Ids, masking: Masking, random: np.random.Generator) -> Batch:
    """Build a batch from passages.

    Args:
        passages: The text.
        chosen: Numbers of the batch's passages.
        masking: How words are hidden.
        random: Where the masks come from.
    """
    rows = [passages[place] for place in chosen]
    student = view(rows, passages.student)
    words = _choose_words([len(row) for row in rows], masking, random)
    masked = torch.zeros_like(student.inner)
    masked[student.inner] = torch.from_numpy(words).repeat_interleave(student.counts)
    targets = student.ids[masked]
    hidden = student.ids.clone()
    hidden[masked] = torch.from_numpy(_corrupt(targets.numpy(), masking, random))
    corrupted = View(hidden, student.real, student.inner, student.counts)
    return Batch(corrupted, view(rows, passages.teacher), masked, targets)


def view(rows: Sequence[Ids], pieces: WordPieces) -> View:
    """Lay word numbers out as one model's padded token ids.

    Args:
        rows: Word numbers of each passage.
        pieces: The words' pieces for this model.
    """
    spelled = [pieces.spell(row) for row in rows]
    before = [pieces.first, *pieces.prefix]
    ids = np.full((len(rows), max(map(len, spelled)) + len(before) + 1), pieces.pad, np.int64)
    real, inner = np.zeros(ids.shape, np.bool_), np.zeros(ids.shape, np.bool_)
    ids[:, : len(before)] = before
    for place, row in enumerate(spelled):
        end = len(before) + len(row)
        ids[place, len(before) : end] = row
        ids[place, end] = pieces.last
        inner[place, len(before) : end] = True
        real[place, : end + 1] = True
    counts = pieces.counts(np.concatenate(rows))
    return View(*(torch.from_numpy(each) for each in (ids, real, inner, counts)))


def _choose_words(lengths: Sequence[int], masking: Masking, random: np.random.Generator) -> NDArray[np.bool_]:
    touched = np.repeat(random.random(len(lengths)) < masking.passages, lengths)
    return touched & (random.random(len(touched)) < masking.words)


def _corrupt(pieces: Ids, masking: Masking, random: np.random.Generator) -> Ids:
    dice = random.random(len(pieces))
    other = random.integers(masking.lowest, masking.vocabulary, len(pieces))
    return np.where(dice < _MASKED, masking.mask, np.where(dice < _MASKED + _RANDOM, other, pieces))
