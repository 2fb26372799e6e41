"""How far the student's hidden states are from the teacher's: pure functions on tensors."""

import torch

from pipeline.adaptation.make_batch import View


def word_vectors(states: torch.Tensor, seen: View) -> torch.Tensor:
    """Average the hidden states of each word's pieces.

    Args:
        states: Shape (passages, longest, hidden).
        seen: The batch that they belong to.

    Returns:
        float32, shape (words, hidden), in reading order: the same words for every tokenization of the same text.
    """
    words = torch.arange(len(seen.counts), device=states.device).repeat_interleave(seen.counts)
    total = torch.zeros(len(seen.counts), states.shape[-1], device=states.device)
    total = total.index_add(0, words, states[seen.inner].float())
    return total / seen.counts[:, None]


def sentence_vectors(states: torch.Tensor, seen: View) -> torch.Tensor:
    """Average the hidden states of all tokens, framing and prefix included (E5's pooling: Wang et al. 2024).

    Args:
        states: Shape (passages, longest, hidden).
        seen: The batch that they belong to.

    Returns:
        float32, shape (passages, hidden).
    """
    real = seen.real[:, :, None]
    return (states.float() * real).sum(dim=1) / real.sum(dim=1)


def unexplained(guess: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Share of the truth's variance that the guess does not explain: 0 when equal, 1 for the mean vector.

    E5's vectors all point nearly one way, so that a cosine says little: what counts is the rest around their mean.

    Args:
        guess: Shape (rows, hidden).
        truth: The same shape.

    Returns:
        A number, without unit.
    """
    spread = (truth - truth.mean(dim=0)).square().sum()
    return (guess - truth).square().sum() / spread.clamp_min(torch.finfo(spread.dtype).eps)
