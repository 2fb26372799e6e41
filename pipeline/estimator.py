"""A taawun classifier as an estimator of scikit-learn: `fit`, `predict`, `predict_proba` on lists of paragraphs."""

import json
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import NotFittedError

from pipeline.config import ANY_TRAIN_CONFIG, load_config, prepare_stages
from pipeline.errors import InputError
from pipeline.gold import prepare_rows
from pipeline.jobs.train import train
from pipeline.kinds import Classifier, load_classifier
from pipeline.records import LabelledParagraph, Tally
from pipeline.shipped import find_shipped
from pipeline.taxonomy import Taxonomy


class CooperationEstimator(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Labels paragraphs; usable in pipelines, grids and cross-validation of scikit-learn.

    What was fitted is in memory only and cannot be pickled; a classifier that is to be kept is trained by
    `taawun train`, and its folder loaded.

    Examples:
        >>> from pipeline.estimator import CooperationEstimator
        >>> estimator = CooperationEstimator.load("models/cooperation")
        >>> bool(estimator.predict(["وقعت مصر والصين اتفاقا لبناء محطة كهرباء"])[0, 2])  # the third domain is energy
        True

    Attributes:
        config: Settings of training, a file such as `configs/train_linear.yaml`.
        settings: Settings that differ from it, such as `{"training": {"epochs": 2}}`.
        classes_: Ids of the domains in the order of all columns; there after `fit` or `load`.
    """

    def __init__(self, config: str = "configs/train_linear.yaml", settings: dict[str, Any] | None = None) -> None:
        """Keep the settings, as scikit-learn expects it."""
        self.config = config
        self.settings = settings

    @classmethod
    def load(cls, model: str = "models/cooperation") -> Self:
        """Give an estimator that is fitted already: a classifier from its folder or hub id.

        Raises:
            ModelError: There is no such classifier, or it is damaged.
        """
        estimator = cls()
        estimator._take(load_classifier(model))
        return estimator

    def fit(self, X: Sequence[str], y: ArrayLike, groups: Sequence[str] | None = None) -> Self:  # noqa: N803  (its names)
        """Train a classifier.

        Args:
            X: Paragraphs.
            y: Which domains apply, an indicator matrix of shape (paragraphs, domains) in the taxonomy's order; for
                taxonomies of one label per paragraph also the ids, shape (paragraphs,).
            groups: The article of each paragraph: those of one are never parted.

        Raises:
            ConfigError: Settings are wrong.
            InputError: The two do not fit together, or are too few.
        """
        texts, changed = _texts(X), self.settings or {}
        articles = None if groups is None else [str(group) for group in groups]
        configured = load_config(ANY_TRAIN_CONFIG, find_shipped(self.config), (), changed)
        taxonomy = load_config(Taxonomy, find_shipped(configured.taxonomy))
        labels = _label_lists(np.asarray(y), taxonomy)
        for name, given in (("y", labels), ("groups", articles)):
            if given is not None and len(given) != len(texts):
                message = f"{name}: {len(given)} rows for {len(texts)} paragraphs; give one each"
                raise InputError(message)
        with tempfile.TemporaryDirectory() as folder:
            rows = Path(folder) / "rows.jsonl"
            with rows.open("w", encoding="utf-8") as stream:
                for k, (text, names) in enumerate(zip(texts, labels, strict=True)):
                    group = {} if articles is None else {"article": articles[k]}
                    stream.write(json.dumps({"id": str(k), "text": text, "labels": names} | group) + "\n")
            here = {"labelled": [str(rows)], "extra": [], "out": Path(folder) / "model", "gate": None}
            runs = {"run": Path(folder) / "run"} if configured.kind == "transformer" else {}
            self._take(load_classifier(str(train(configured.model_copy(update=here | runs)))))
        return self

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:  # noqa: N803
        """Give calibrated probabilities, shape (paragraphs, domains); 0 for what the prepare stages drop."""
        classifier = self._fitted()
        rows = [LabelledParagraph(str(k), text, (), f"X[{k}]") for k, text in enumerate(_texts(X))]
        prepared = prepare_rows(rows, prepare_stages(classifier.decision), Tally())
        is_used = np.array([text is not None for text in prepared], dtype=np.bool_)
        found = np.zeros((len(rows), len(self.classes_)))
        if is_used.any():
            found[is_used] = classifier.probabilities([text for text in prepared if text is not None])
        return found

    def predict(self, X: Sequence[str]) -> NDArray[Any]:  # noqa: N803
        """Decide by the classifier's thresholds: an indicator matrix, shape (paragraphs, domains).

        With one label per paragraph: the ids, shape (paragraphs,). What the prepare stages drop has no domain; where
        each paragraph has to have one it gets the first, and a warning tells how many such paragraphs there are.
        """
        decision, probabilities = self._fitted().decision, self.predict_proba(X)
        if decision.taxonomy.labels_per_paragraph == "one":
            if dropped := int((~probabilities.any(axis=1)).sum()):
                message = (
                    f"X: {dropped} of {len(probabilities)} paragraphs are boilerplate or of another language and get "
                    f"the first class, {self.classes_[0]}; predict_proba gives zeros for them"
                )
                warnings.warn(message, UserWarning, stacklevel=2)
            return np.asarray(self.classes_[probabilities.argmax(axis=1)])
        return np.asarray(decision.applies(probabilities))

    def _take(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self.classes_ = np.array(classifier.decision.taxonomy.ids)

    def _fitted(self) -> Classifier:
        if not hasattr(self, "classes_"):
            message = "this estimator is not fitted; call fit(paragraphs, labels), or CooperationEstimator.load(folder)"
            raise NotFittedError(message)
        return self._classifier

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = True, False
        tags.classifier_tags.multi_label = True
        return tags


def _texts(paragraphs: Sequence[str]) -> list[str]:
    if isinstance(paragraphs, Mapping) or hasattr(type(paragraphs), "columns"):
        message = f"X: a list of paragraphs expected, not {type(paragraphs).__name__}; give the column of texts"
        raise InputError(message)
    if isinstance(paragraphs, str) or not all(isinstance(each, str) for each in paragraphs):
        message = "X: a list of paragraphs expected, each a text"
        raise InputError(message)
    return list(paragraphs)


def _label_lists(y: NDArray[Any], taxonomy: Taxonomy) -> list[list[str]]:
    if y.ndim == 1:
        return [[str(name)] for name in y]
    if y.shape[1:] != (len(taxonomy.ids),):
        message = f"y: shape (paragraphs, {len(taxonomy.ids)}) expected, a column for each domain, not {y.shape}"
        raise InputError(message)
    return [[name for name, applies in zip(taxonomy.ids, row, strict=True) if applies] for row in y]
