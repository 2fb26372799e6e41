"""Which paragraphs to annotate next: those on which a classifier is least certain, rare domains first, no two alike.

Pure: probabilities and texts in, numbers of rows out; the same rows give the same choice on every machine.

Three steps:

1. A decision is the less certain the nearer the log-odds of a domain are to its threshold's (margin sampling: Settles,
   "Active learning literature survey", 2009). It counts the more the rarer the domain is among the predictions, so
   that common domains do not take all places.
2. Of the most pressing rows, some ten for each one asked for (Zhdanov, "Diverse mini-batch active learning", 2019), one
   of each cluster of copies remains, and none that is a copy of a text known before.
3. One after the other is chosen: the most pressing one that is unlike those chosen before (after maximal marginal
   relevance: Carbonell and Goldstein, SIGIR 1998), by the cosine of weighted words on few dimensions (latent semantic
   analysis: Deerwester et al., 1990), for which no classifier is needed.

What it is worth is measured by `benchmarks/suggestion_worth.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from pipeline.decision import BoolArray, Decision, FloatArray, log_odds
from pipeline.evaluation.leakage import Fingerprint, are_copies, fingerprint, first_copies

_LARGEST_WEIGHT: Final = 4.0
"""A decision on the rarest domain counts at most so many times as much as one on a usual domain."""

_FEATURES: Final = 2**16
"""Numbers that words are hashed to."""

_DIMENSIONS: Final = 64
"""Dimensions on which texts are compared: texts of one subject are alike there, even if they share few words."""

TextsOf = Callable[[Sequence[int]], Sequence[str]]
"""Gives the texts of rows, in the order asked for."""


class SuggestionSettings(BaseModel):
    """How rows are chosen.

    Attributes:
        candidates: Rows among which each suggested one is chosen: more make them less alike, fewer less certain.
        rarity: How much more an uncertain decision counts where its domain is rare: 0 not at all, 1 in inverse
            proportion to the rows that the predictions give the domain.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    candidates: int = Field(10, ge=1, le=1000)
    rarity: float = Field(0.75, ge=0, le=2)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A row to annotate, and why.

    Attributes:
        row: Its number.
        domain: Id of the domain on which the decision is the reason.
        uncertainty: Of that decision, from 0, certain, to 1, on the threshold.
        weight: How much the domain counts.
        novelty: 1 less the likeness to the most alike row suggested before, from 0, the same words, to 1.
    """

    row: int
    domain: str
    uncertainty: float
    weight: float
    novelty: float

    @property
    def priority(self) -> float:
        """How pressing the row was when it was chosen."""
        return self.uncertainty * self.weight * self.novelty


def uncertainties(decision: Decision, probabilities: FloatArray) -> FloatArray:
    """Tell how uncertain each decision is, from 0, certain, to 1, about to tip over.

    Where labels are decided on one by one, the log-odds of probability and threshold are `m` apart and the uncertainty
    is `1 - tanh(m / 2)`, which of a threshold of .5 is twice the probability of being wrong. Where one label applies,
    it is 1 less the difference between the best two probabilities, for both of them, and 0 for the others.

    Args:
        decision: Taxonomy and thresholds.
        probabilities: Shape (rows, labels).

    Returns:
        The same shape; the largest of a row belongs to the decision that `Decision.margins` measures.
    """
    if decision.taxonomy.labels_per_paragraph == "any":
        apart = np.abs(log_odds(probabilities) - log_odds(decision.threshold_row))
        return np.asarray(1 - np.tanh(apart / 2))
    best_two = np.argsort(probabilities, axis=1, kind="stable")[:, -2:]
    uncertain = np.zeros(probabilities.shape)
    np.put_along_axis(uncertain, best_two, 1 - decision.margins(probabilities)[:, None], axis=1)
    return uncertain


def domain_weights(probabilities: FloatArray, rarity: float) -> FloatArray:
    """Tell how much an uncertain decision on each domain counts: 1 for a domain as frequent as the median one.

    Args:
        probabilities: Of all rows, shape (rows, labels); their sums are the rows expected of each domain.
        rarity: See `SuggestionSettings`.

    Returns:
        Shape (labels,), between one over the largest weight and the largest weight.
    """
    expected = np.maximum(probabilities.sum(axis=0), np.finfo(np.float64).tiny)
    exponents = rarity * (np.log(np.median(expected)) - np.log(expected))
    bound = np.log(_LARGEST_WEIGHT)
    return np.asarray(np.exp(np.clip(exponents, -bound, bound)))


def suggest_rows(
    probabilities: FloatArray,
    texts_of: TextsOf,
    decision: Decision,
    count: int,
    known: Fingerprint | None = None,
    settings: SuggestionSettings = SuggestionSettings(),  # noqa: B008  (it is frozen)
) -> list[Suggestion]:
    """Choose the rows that are most worth annotating.

    Args:
        probabilities: Calibrated probabilities of all rows, shape (rows, labels).
        texts_of: Gives the texts of rows; asked for some of them only, those of higher priority first.
        decision: Of the classifier that gave the probabilities.
        count: Rows to choose.
        known: Texts that are annotated already; neither they nor near copies are suggested.
        settings: How.

    Returns:
        The rows in the order in which they should be annotated; fewer than asked for where there are no more.
    """
    uncertain = uncertainties(decision, probabilities)
    weights = domain_weights(probabilities, settings.rarity)
    reasons = (uncertain * weights).argmax(axis=1)
    priorities = (uncertain * weights).max(axis=1)
    wanted = (count, count * settings.candidates)
    rows, texts = _candidates(np.argsort(-priorities, kind="stable"), texts_of, wanted, known)
    chosen = _choose_unlike(texts, priorities[rows], count)
    return [
        Suggestion(
            row=int(rows[place]),
            domain=decision.taxonomy.ids[reasons[rows[place]]],
            uncertainty=float(uncertain[rows[place], reasons[rows[place]]]),
            weight=float(weights[reasons[rows[place]]]),
            novelty=novelty,
        )
        for place, novelty in chosen
    ]


def _candidates(
    order: NDArray[np.intp], texts_of: TextsOf, wanted: tuple[int, int], known: Fingerprint | None
) -> tuple[NDArray[np.intp], list[str]]:
    """Go down the rows until enough are found that are new, one of each cluster of copies.

    Looking at ever more rows, and at no more than needed, keeps the work small where the rows are a million.

    Args:
        order: The rows, the most pressing first.
        texts_of: Gives their texts.
        wanted: The least, and as many as are looked at first; half of these are enough.
        known: Texts that are annotated already.
    """
    least, first = wanted
    texts: list[str] = []
    found = fingerprint(texts)
    is_new = np.zeros(0, dtype=np.bool_)
    is_chosen = is_new
    while len(texts) < len(order) and is_chosen.sum() < max(least, first // 2):
        block = order[len(texts) : max(first, 2 * len(texts))]
        more = texts_of(block.tolist())
        texts += more
        found = found.join(fingerprint(more))
        is_new = np.concatenate([is_new, _are_new(more, known)])
        is_chosen = is_new & (first_copies(found) == np.arange(len(texts)))
    places = np.flatnonzero(is_chosen)
    return order[places], [texts[place] for place in places]


def _are_new(texts: Sequence[str], known: Fingerprint | None) -> BoolArray:
    return np.ones(len(texts), dtype=np.bool_) if known is None else ~are_copies(known, texts)


def _choose_unlike(texts: Sequence[str], priorities: FloatArray, count: int) -> list[tuple[int, float]]:
    """Choose texts one by one, each with its novelty: the place of the largest product of priority and novelty.

    Args:
        texts: The candidates.
        priorities: How pressing each is, shape (candidates,).
        count: Texts to choose.
    """
    if not texts:
        return []
    vectors = _vectors(texts)
    novelty = np.ones(len(texts))
    is_left = np.ones(len(texts), dtype=np.bool_)
    chosen: list[tuple[int, float]] = []
    for _ in range(min(count, len(texts))):
        best = int(np.where(is_left, priorities * novelty, -1.0).argmax())
        chosen.append((best, float(novelty[best])))
        is_left[best] = False
        novelty = np.minimum(novelty, np.clip(1 - vectors @ vectors[best], 0.0, 1.0))
    return chosen


def _vectors(texts: Sequence[str]) -> FloatArray:
    """Give texts of one subject directions near to each other, none to texts without words; (texts, dimensions)."""
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
    from sklearn.preprocessing import normalize
    from sklearn.utils.extmath import randomized_svd

    words = HashingVectorizer(n_features=_FEATURES, norm=None, alternate_sign=False, strip_accents="unicode")
    weighted = TfidfTransformer(sublinear_tf=True).fit_transform(words.transform(texts))
    left, sizes, _ = randomized_svd(weighted, min(_DIMENSIONS, len(texts)), random_state=0)
    return np.asarray(normalize(left * sizes))
