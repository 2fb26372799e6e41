"""Fitting a linear classifier with scikit-learn: n-grams, their weights, a logistic regression."""

import logging
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from pipeline.decision import BoolArray, Decision, FloatArray
from pipeline.errors import InputError
from pipeline.known_labels import prior_log_odds, refuse_partial
from pipeline.linear.ngrams import NGramList, NGrams, character_ngrams, word_ngrams
from pipeline.linear.settings import LinearSettings, NGramSettings
from pipeline.linear.tokenizer import BagTokenizer, normalize
from pipeline.linear.weights import LinearWeights, TermWeights
from pipeline.records import Window

_MOST_STEPS = 1000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FittedLinear:
    """A fitted model.

    Attributes:
        ngrams: What it knows.
        weights: Its numbers, rounded as they are saved.
        decision: Taxonomy and preprocessing.
    """

    ngrams: NGrams
    weights: LinearWeights
    decision: Decision

    def logits(self, texts: Sequence[str]) -> FloatArray:
        """Score cleaned paragraphs, shape (texts, labels)."""
        return self.weights.logits([bag for (bag,) in BagTokenizer(self.ngrams, self.decision).windows(texts)])


def fit_linear(
    texts: Sequence[str],
    gold: BoolArray,
    decision: Decision,
    ngrams: NGramSettings,
    settings: LinearSettings,
    known: BoolArray | None = None,
) -> FittedLinear:
    """Fit a linear classifier.

    One regression per label where paragraphs have any number of them, else one over all labels.

    Args:
        texts: Cleaned paragraphs.
        gold: Which labels apply, shape (texts, labels).
        decision: Taxonomy and preprocessing.
        ngrams: Which n-grams are used.
        settings: How coefficients are fitted.
        known: On which labels the annotators decided, shape (texts, labels); `None` for all. Each label is fitted on
            its own known rows.

    Raises:
        InputError: No n-gram occurs in as many rows as it has to; or each paragraph has one label, and some rows were
            not annotated for all of them.
    """
    is_known = np.ones_like(gold) if known is None else known
    is_single = decision.taxonomy.labels_per_paragraph == "one"
    if is_single:
        refuse_partial(is_known)
    chosen, terms = _choose_ngrams(normalize(texts, decision.preprocess), ngrams)
    bags = [bag for (bag,) in BagTokenizer(chosen, decision).windows(texts)]
    rows = _weighted_rows(bags, terms)
    fitted = _fit_together(rows, gold, settings.c) if is_single else _fit_each(rows, gold, is_known, settings.c)
    coefficients, intercepts = fitted
    rounded = coefficients.astype(settings.save_precision).astype(np.float32)
    return FittedLinear(chosen, LinearWeights(terms, rounded, intercepts.astype(np.float32)), decision)


def _choose_ngrams(texts: Sequence[str], settings: NGramSettings) -> tuple[NGrams, TermWeights]:
    """Choose the n-grams of the most rows, and weigh them by ln((1 + rows) / (1 + rows with it)) + 1."""

    def of_words(text: str) -> Iterable[str]:
        return word_ngrams(text, settings.words)

    def of_characters(text: str) -> Iterable[str]:
        return (ngram for word in set(text.split()) for ngram in character_ngrams(word, settings.characters))

    words, word_weights = _most_frequent(texts, of_words, settings.min_rows, settings.max_words)
    characters, character_weights = _most_frequent(texts, of_characters, settings.min_rows, settings.max_characters)
    if not words and not characters:
        message = (
            f"no n-gram occurs in {settings.min_rows} of {len(texts)} rows; give more rows, or lower ngrams.min_rows"
        )
        raise InputError(message)
    known = NGrams(
        words=NGramList(lengths=settings.words, ngrams=words),
        characters=NGramList(lengths=settings.characters, ngrams=characters),
    )
    return known, TermWeights(word_weights, character_weights)


def _most_frequent(
    texts: Sequence[str], take_apart: Callable[[str], Iterable[str]], least: int, most: int
) -> tuple[tuple[str, ...], np.ndarray]:
    counts = Counter(ngram for text in texts for ngram in set(take_apart(text)))
    frequent = sorted(
        (ngram for ngram, count in counts.items() if count >= least), key=lambda each: (-counts[each], each)
    )
    chosen = tuple(sorted(frequent[:most]))
    weights = np.log([(1 + len(texts)) / (1 + counts[ngram]) for ngram in chosen]) + 1
    return chosen, weights.astype(np.float32)


def _weighted_rows(bags: Sequence[Window], terms: TermWeights) -> csr_matrix:
    weighed = [terms.weigh(bag) for bag in bags]
    ends = np.cumsum([0, *(len(ids) for ids, _ in weighed)])
    ids = np.concatenate([ids for ids, _ in weighed])
    values = np.concatenate([values for _, values in weighed])
    return csr_matrix((values, ids, ends), shape=(len(bags), len(terms.words) + len(terms.characters)))


def _fit_each(rows: csr_matrix, gold: BoolArray, known: BoolArray, c: float) -> tuple[FloatArray, FloatArray]:
    """Fit a yes-or-no regression per label: coefficients, shape (n-grams, labels), and intercepts, shape (labels,)."""
    coefficients, intercepts = np.zeros((rows.shape[1], gold.shape[1])), prior_log_odds(gold, known)
    for k in range(gold.shape[1]):
        applies = gold[known[:, k], k]
        if applies.any() and not applies.all():
            regression = _regress(rows[known[:, k]], applies, c)
            coefficients[:, k], intercepts[k] = regression.coef_[0], regression.intercept_[0]
    return coefficients, intercepts


def _fit_together(rows: csr_matrix, gold: BoolArray, c: float) -> tuple[FloatArray, FloatArray]:
    """Fit one regression over all labels, of which each row has one; shapes as for `_fit_each`."""
    coefficients, intercepts = np.zeros((rows.shape[1], gold.shape[1])), prior_log_odds(gold, np.ones_like(gold))
    present = np.flatnonzero(gold.any(axis=0))
    if len(present) > 1:
        regression = _regress(rows, gold.argmax(axis=1), c)
        # Of two labels, scikit-learn gives the log-odds of the second alone.
        fitted = present if len(present) > 2 else present[1:]  # noqa: PLR2004
        intercepts[present] = 0
        coefficients[:, fitted], intercepts[fitted] = regression.coef_.T, regression.intercept_
    return coefficients, intercepts


def _regress(rows: csr_matrix, target: np.ndarray, c: float) -> LogisticRegression:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        regression = LogisticRegression(C=c, max_iter=_MOST_STEPS).fit(rows, target)
    if any(issubclass(each.category, ConvergenceWarning) for each in caught):
        _log.warning("a regression did not settle within %d steps; lower training.c", _MOST_STEPS)
    return regression
