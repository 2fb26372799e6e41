"""Which words of a paragraph speak for a label. Pure; the classifier is a function here, from texts to probabilities.

A word is weighed by both things that evidence is asked for (J. DeYoung et al., "ERASER: A Benchmark to Evaluate
Rationalized NLP Models", 2020): what it says alone, and what the paragraph loses with it. The latter is leave-one-out
(J. Li, W. Monroe and D. Jurafsky, "Understanding Neural Networks through Representation Erasure", 2016) and takes a
forward pass over the paragraph for each word, so it is asked only of those that say most. What the evidence is worth:
`benchmarks/explain_faithfulness.py`.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np

from pipeline.decision import FloatArray, log_odds
from pipeline.records import Span

Score = Callable[[Iterable[str]], FloatArray]
"""Gives the probabilities of cleaned texts, shape (texts, labels)."""

MOST_WORDS: Final = 5
"""Words that are evidence of one label, at most; a word counts once, however often it stands in the paragraph."""

_CANDIDATES: Final = 12
"""Words that are left out in turn for one label: those that say most for it alone."""

_SHARE: Final = 0.3
"""Of the greatest weight in the paragraph; a word of less is no evidence."""

_LEAST: Final = 0.05
"""Log-odds; where no word says or takes away more, none does."""

# A number or a web address is one word; Arabic words are two where whoever wrote them forgot the space.
_WORD: Final = re.compile(r"\w+(?:(?<=[0-9A-Za-z])[-.,:/@&?=%+'’]+(?=[0-9A-Za-z])\w+)*")


@dataclass(frozen=True, slots=True)
class Question:
    """A paragraph, and the labels whose evidence is wanted.

    Attributes:
        text: The cleaned paragraph.
        labels: Their places in the taxonomy.
    """

    text: str
    labels: Sequence[int]


def find_evidence(questions: Sequence[Question], score: Score) -> list[dict[int, tuple[Span, ...]]]:
    """Find where the words are that speak for labels of paragraphs.

    Args:
        questions: The paragraphs.
        score: The classifier.

    Returns:
        For each paragraph, by label, stretches of its text in order; words next to each other are one stretch.
    """
    return [
        {label: locate(question.text, choose_words(weights)) for label, weights in weighed.items()}
        for question, weighed in zip(questions, weigh_words(questions, score), strict=True)
    ]


def weigh_words(questions: Sequence[Question], score: Score) -> list[dict[int, dict[str, float]]]:
    """Weigh words of paragraphs: those that alone say most for one of the labels.

    Args:
        questions: The paragraphs.
        score: The classifier.

    Returns:
        For each paragraph, by label, the weights of words, the greatest first: the mean of what a word says and what is
        lost with it, in log-odds, each as a share of the most that any word says or takes away.
    """
    found = [find_words(question.text) if question.labels else [] for question in questions]
    said = _said_alone(found, score)
    chosen = [_candidates(words, question.labels, said) for question, words in zip(questions, found, strict=True)]
    lost = _lost(questions, chosen, score)
    return [
        {label: _weigh(label, words, said, losses) for label in question.labels}
        for question, words, losses in zip(questions, chosen, lost, strict=True)
    ]


def choose_words(weights: Mapping[str, float]) -> list[str]:
    """Choose the words that are evidence, given weights, the greatest first."""
    least = _SHARE * max(weights.values(), default=0)
    return [word for word, weight in weights.items() if weight > 0 and weight >= least][:MOST_WORDS]


def find_words(text: str) -> list[str]:
    """Give the different words of a cleaned text, without the signs around them."""
    return list(dict.fromkeys(_WORD.findall(text)))


def leave_out(text: str, words: Collection[str]) -> str:
    """Give a text without words, wherever they stand in it."""
    return _WORD.sub(lambda match: "" if match[0] in words else match[0], text)


def locate(text: str, words: Collection[str]) -> tuple[Span, ...]:
    """Give the stretches of a text where words stand, in order; words with only spaces between them are one stretch."""
    spans: list[Span] = []
    for match in _WORD.finditer(text):
        if match[0] in words:
            start, end = match.span()
            if spans and text[spans[-1][1] : start].isspace():
                start = spans.pop()[0]
            spans.append((start, end))
    return tuple(spans)


def _said_alone(found: Sequence[Sequence[str]], score: Score) -> dict[str, FloatArray]:
    """Give the log-odds that each word adds to those of an empty text, shape (labels,); each is scored once."""
    words = list(dict.fromkeys(chain.from_iterable(found)))
    if not words:
        return {}
    scores = log_odds(score(["", *words]))
    return dict(zip(words, scores[1:] - scores[0], strict=True))


def _candidates(words: Sequence[str], labels: Sequence[int], said: Mapping[str, FloatArray]) -> list[str]:
    """Give the words, in their order, that say most for one of the labels."""
    chosen: set[str] = set()
    for label in labels:
        values = np.array([said[word][label] for word in words])
        chosen.update(words[k] for k in np.argsort(-values, kind="stable")[:_CANDIDATES])
    return [word for word in words if word in chosen]


def _lost(questions: Sequence[Question], chosen: Sequence[Sequence[str]], score: Score) -> list[dict[str, FloatArray]]:
    """Give the log-odds that each paragraph loses with each of its chosen words, shape (labels,)."""
    if not any(chosen):
        return [{} for _ in questions]
    scores = iter(log_odds(score(_texts(questions, chosen))))
    lost: list[dict[str, FloatArray]] = []
    for words in chosen:
        whole = next(scores) if words else None
        lost.append({word: whole - next(scores) for word in words} if whole is not None else {})
    return lost


def _texts(questions: Sequence[Question], chosen: Sequence[Sequence[str]]) -> Iterator[str]:
    for question, words in zip(questions, chosen, strict=True):
        if words:
            yield question.text
            yield from (leave_out(question.text, {word}) for word in words)


def _weigh(
    label: int, words: Sequence[str], said: Mapping[str, FloatArray], lost: Mapping[str, FloatArray]
) -> dict[str, float]:
    shares = [_shares(np.array([effects[word][label] for word in words])) for effects in (said, lost)]
    weights = np.mean(shares, axis=0)
    return {words[k]: float(weights[k]) for k in np.argsort(-weights, kind="stable")}


def _shares(effects: FloatArray) -> FloatArray:
    """Give effects as shares of the greatest; what is below the negative of that counts no less."""
    greatest = effects.max(initial=0)
    return np.maximum(effects / greatest, -1) if greatest >= _LEAST else np.zeros(len(effects))
