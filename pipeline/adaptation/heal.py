"""The student learns to read its new vocabulary: it follows the teacher word by word and guesses masked words.

An own loop, not transformers' Trainer: two models read two tokenizations of one batch, batches are a budget of tokens,
and the weights are kept twice, as float32 masters and as the bfloat16 copy that runs.
"""

import logging
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional
from transformers import BertForMaskedLM, BertModel

from pipeline.adaptation.align_words import Ids, Passages
from pipeline.adaptation.build_vocabulary import NEVER_SPLIT, SPECIAL
from pipeline.adaptation.compare_states import sentence_vectors, unexplained, word_vectors
from pipeline.adaptation.cut_passages import epoch_batches
from pipeline.adaptation.make_batch import Batch, Masking, View, make_batch
from pipeline.adaptation.master_weights import MasterWeights
from pipeline.adaptation.settings import HealConfig

_log = logging.getLogger(__name__)

States = tuple[torch.Tensor, ...]


@dataclass(frozen=True, slots=True)
class Healer:
    """The two models of a run and what they have in common.

    Attributes:
        student: In training.
        teacher: Fixed.
        layers: Which of the teacher's layers the student has.
        settings: How to train.
    """

    student: BertForMaskedLM
    teacher: BertModel
    layers: tuple[int, ...]
    settings: HealConfig

    @property
    def middle(self) -> int:
        """Give the student's layer in the middle, counted from 0, whose output is compared as well."""
        return len(self.layers) // 2 - 1

    def losses(self, batch: Batch) -> dict[str, torch.Tensor]:
        """Compare student and teacher on a batch.

        Returns:
            `words`, `middle`, `sentence`: unexplained shares; `mask`: nats per masked token.
        """
        with torch.no_grad():
            theirs = states_of(self.teacher, batch.teacher)
        ours = states_of(self.student.bert, batch.student)
        return self.distances(batch, ours, theirs) | {"mask": self.mask_loss(batch, ours)}

    def distances(self, batch: Batch, ours: States, theirs: States) -> dict[str, torch.Tensor]:
        """Give the shares of the teacher's states that the student's do not explain."""
        # What the student's next layer was trained to read is the output of the teacher's layer before that one.
        between = self.layers[self.middle + 1] if self.middle >= 0 else 0
        goal = sentence_vectors(theirs[-1], batch.teacher)
        pooled = unexplained(sentence_vectors(ours[-1], batch.student), goal)
        first = unexplained(ours[-1][:, 0].float(), goal)  # so that a classifier on [CLS] starts with a sentence vector
        return {
            "words": unexplained(word_vectors(ours[-1], batch.student), word_vectors(theirs[-1], batch.teacher)),
            "middle": unexplained(
                word_vectors(ours[self.middle + 1], batch.student), word_vectors(theirs[between], batch.teacher)
            ),
            "sentence": (pooled + first) / 2,
        }

    def mask_loss(self, batch: Batch, ours: States) -> torch.Tensor:
        """Give the mean nats per masked token; 0 where nothing is masked."""
        if not len(batch.targets):
            return torch.zeros(())
        return functional.cross_entropy(self.student.cls(ours[-1][batch.masked]).float(), batch.targets)

    def total(self, losses: dict[str, torch.Tensor]) -> torch.Tensor:
        """Weigh the losses into the one that is trained on."""
        chosen = self.settings
        return (
            chosen.word_weight * losses["words"]
            + chosen.middle_weight * losses["middle"]
            + chosen.sentence_weight * losses["sentence"]
            + chosen.mask_weight * losses["mask"]
        )


def states_of(model: BertModel, seen: View) -> States:
    """Give a model's hidden states on a batch: the embeddings' and each layer's, shape (passages, longest, hidden)."""
    output = model(seen.ids, attention_mask=seen.real.long(), output_hidden_states=True)
    states: States = output.hidden_states
    return states


def schedule(step: int, steps: int, warmup: float) -> float:
    """Give a step's share of the peak learning rate: a linear rise, then half a cosine to 0.

    Args:
        step: Counted from 0.
        steps: Of the whole run.
        warmup: Share of the steps that rise.
    """
    rising = max(1, round(steps * warmup))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising)))


def run_length(passages: Passages, settings: HealConfig, seed: int) -> int:
    """Count the steps of a run: those that are set, or one epoch's."""
    return settings.steps or len(epoch_batches(passages.lengths(), settings.batch_tokens, seed, 0))


def heal(healer: Healer, passages: Passages, checkpoint: Path, seed: int, portion: int | None = None) -> None:
    """Train the student in place, from its last checkpoint if there is one.

    A run that was stopped and resumed gives the same weights as one that was not: the batches and masks of a step
    follow from the seed and the step alone, and there is no dropout.

    Args:
        healer: The models, both bfloat16.
        passages: The text.
        checkpoint: File for the state of the run; written every so many minutes and at the end.
        seed: Of batches and masks.
        portion: Take at most so many steps now; the next call goes on from there.
    """
    settings = healer.settings
    steps = run_length(passages, settings, seed)
    weights = MasterWeights(healer.student, settings.learning_rate, settings.weight_decay)
    done = weights.load(checkpoint) if checkpoint.exists() else 0
    end = steps if portion is None else min(steps, done + portion)
    healer.student.eval()  # no dropout: the teacher's states are the noise-free goal
    masking = masking_of(healer)
    report = _Report(steps, settings.report_steps)
    saved = time.monotonic()
    for step, chosen in _steps(passages, settings.batch_tokens, seed, (done, end)):
        batch = make_batch(passages, chosen, masking, np.random.default_rng((seed, step, 1)))
        losses = healer.losses(batch)
        torch.autograd.backward(healer.total(losses))
        norm = weights.step(schedule(step, steps, settings.warmup), settings.clip_norm)
        report.add(step, losses, norm, int(batch.student.real.sum()))
        if time.monotonic() - saved > settings.checkpoint_minutes * 60:
            weights.save(checkpoint, step + 1)
            saved = time.monotonic()
    weights.save(checkpoint, max(done, end))


def masking_of(healer: Healer) -> Masking:
    """Give the way words are masked under the settings of a run."""
    settings = healer.settings
    ordinary = len(SPECIAL) + len(NEVER_SPLIT)
    vocabulary = healer.student.config.vocab_size
    return Masking(settings.masked_passages, settings.masked_words, SPECIAL.index("[MASK]"), ordinary, vocabulary)


def _steps(passages: Passages, batch_tokens: int, seed: int, span: tuple[int, int]) -> Iterator[tuple[int, Ids]]:
    """Give the passages of each step of a span, epoch after epoch."""
    lengths, step, epoch = passages.lengths(), 0, 0
    while step < span[1]:
        for chosen in epoch_batches(lengths, batch_tokens, seed, epoch):
            if span[0] <= step < span[1]:
                yield step, chosen
            step += 1
        epoch += 1


class _Report:
    """Means of the losses over some steps, for the log."""

    def __init__(self, steps: int, every: int) -> None:
        self._steps, self._every = steps, every
        self._clear()

    def _clear(self) -> None:
        self._sums: dict[str, float] = {}
        self._count, self._tokens, self._since = 0, 0, time.monotonic()

    def add(self, step: int, losses: dict[str, torch.Tensor], norm: float, tokens: int) -> None:
        """Take a step's losses; log every so many steps."""
        for name, value in ({name: float(loss.detach()) for name, loss in losses.items()} | {"norm": norm}).items():
            self._sums[name] = self._sums.get(name, 0.0) + value
        self._count += 1
        self._tokens += tokens
        if (step + 1) % self._every and step + 1 != self._steps:
            return
        seconds = time.monotonic() - self._since
        means = " ".join(f"{name}={value / self._count:.4f}" for name, value in self._sums.items())
        left = (self._steps - step - 1) * seconds / self._count / 60
        speed = self._tokens / seconds
        _log.info("step %d/%d %s tokens/s=%.0f minutes left=%.0f", step + 1, self._steps, means, speed, left)
        self._clear()
