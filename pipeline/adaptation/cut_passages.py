"""From lines to passages of a length that trains well, and from passages to batches of one length."""

from collections.abc import Iterator, Sequence

import numpy as np
from tokenizers import Tokenizer

from pipeline.adaptation.align_words import Ids, Passages, WordPieces, number_words, spell_words
from pipeline.adaptation.read_e5 import PREFIX

FRAME = 2
"""Tokens around a passage: `[CLS]` and `[SEP]`, `<s>` and `</s>`."""


def cut_passages(
    lines: Sequence[str], new: Tokenizer, old: Tokenizer, max_tokens: int, teacher_tokens: int
) -> Passages:
    """Turn prepared lines into passages; a line too long for a passage becomes several.

    Args:
        lines: Prepared paragraphs.
        new: The student's tokenizer.
        old: The teacher's tokenizer.
        max_tokens: Most tokens of a passage for the student, `[CLS]` and `[SEP]` included.
        teacher_tokens: The same for the teacher, its prefix included.
    """
    distinct, words, bounds = number_words(lines)
    student = spell_words(distinct, new, ("[CLS]", "[SEP]", "[PAD]"))
    teacher = spell_words(distinct, old, ("<s>", "</s>", "<pad>"), PREFIX)
    short = max_tokens - FRAME
    room = teacher_tokens - FRAME - len(teacher.prefix)
    fits = (_counts(student) <= short) & (_counts(teacher) <= room) & (_counts(student) > 0) & (_counts(teacher) > 0)
    kept = fits[words]  # a word that neither model could see in one piece is left out
    words, bounds = words[kept], np.concatenate([[0], np.cumsum(kept)])[bounds]
    cuts = _cuts(bounds, student.counts(words), short, teacher.counts(words), room)
    return Passages(words, cuts, student, teacher)


def _counts(pieces: WordPieces) -> Ids:
    return np.diff(pieces.starts)


def _cuts(bounds: Ids, short: Ids, most_short: int, long: Ids, most_long: int) -> Ids:
    """Cut lines so that no passage has more than so many pieces under either tokenizer."""
    cuts = [0]
    lengths = zip(short.tolist(), long.tolist(), strict=True)
    ends = iter(np.unique(bounds[bounds > 0]).tolist())
    end, ours, theirs = next(ends, 0), 0, 0
    for place, (more_ours, more_theirs) in enumerate(lengths):
        if place == end:
            end = next(ends)
        elif ours + more_ours <= most_short and theirs + more_theirs <= most_long:
            ours, theirs = ours + more_ours, theirs + more_theirs
            continue
        if place:
            cuts.append(place)
        ours, theirs = more_ours, more_theirs
    return np.asarray([*cuts, len(short)], np.int64)


def epoch_batches(lengths: Ids, batch_tokens: int, seed: int, epoch: int) -> list[Ids]:
    """Group passages of like length into batches, in an order that seed and epoch decide.

    Args:
        lengths: Tokens of each passage.
        batch_tokens: Most tokens of a batch, padding included.
        seed: Of the run.
        epoch: Counted from 0.

    Returns:
        The passage numbers of each batch; each passage occurs once.
    """
    random = np.random.default_rng((seed, epoch))
    shuffled = random.permutation(len(lengths))
    ordered = shuffled[np.argsort(lengths[shuffled], kind="stable")]
    batches = list(_fill(ordered, lengths, batch_tokens))
    return [batches[place] for place in random.permutation(len(batches))]


def _fill(ordered: Ids, lengths: Ids, batch_tokens: int) -> Iterator[Ids]:
    start = 0
    for place, passage in enumerate(ordered):
        if place > start and (place - start + 1) * lengths[passage] > batch_tokens:
            yield ordered[start:place]
            start = place
    if start < len(ordered):
        yield ordered[start:]
