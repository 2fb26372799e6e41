"""The estimator behaves as scikit-learn expects it."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import check_no_attributes_set_in_init, check_parameters_default_constructible

from pipeline.errors import InputError
from pipeline.estimator import CooperationEstimator
from pipeline.gold import gold_array
from pipeline.kinds import load_classifier
from pipeline.labelled import read_labelled
from pipeline.records import LabelledParagraph

ROOT = Path(__file__).parents[1]
SETTINGS = {"calibration": {"folds": 2, "resamples": 100}}


@pytest.fixture(scope="module")
def rows(linear_classifier: Path) -> list[LabelledParagraph]:
    """The labelled paragraphs of the seed articles."""
    taxonomy = load_classifier(str(linear_classifier)).decision.taxonomy
    return read_labelled([ROOT / "seeds" / "labelled" / "seeds.jsonl"], taxonomy)


def test_fitting_on_texts_and_an_indicator_matrix_gives_a_classifier(
    rows: list[LabelledParagraph], linear_classifier: Path
) -> None:
    taxonomy = load_classifier(str(linear_classifier)).decision.taxonomy
    texts, gold = [row.text for row in rows], gold_array(rows, taxonomy)
    groups = [str(row.article) for row in rows]
    estimator = CooperationEstimator(settings=SETTINGS).fit(texts, gold, groups=groups)
    probabilities, predicted = estimator.predict_proba(texts), estimator.predict(texts)
    assert probabilities.shape == predicted.shape == gold.shape
    assert list(estimator.classes_) == list(taxonomy.ids)
    assert (predicted == gold).mean() > 0.9
    same = CooperationEstimator.load(str(linear_classifier)).predict_proba(texts)
    assert np.abs(same - probabilities).max() < 0.05  # the same rows, trained by the command


def test_what_the_prepare_stages_drop_has_no_domain(linear_classifier: Path) -> None:
    estimator = CooperationEstimator.load(str(linear_classifier))
    assert not estimator.predict(["اقرأ أيضا: مباحثات في القاهرة"]).any()
    assert not estimator.predict_proba(["   "]).any()


def test_it_can_be_cloned_and_configured() -> None:
    estimator = CooperationEstimator("configs/train.yaml", {"training": {"epochs": 1}})
    assert clone(estimator).get_params() == estimator.get_params()
    assert estimator.set_params(settings=None).settings is None
    assert is_classifier(estimator)
    assert estimator.__sklearn_tags__().classifier_tags.multi_label


def test_it_passes_the_checks_of_scikit_learn_that_apply_to_texts() -> None:
    check_parameters_default_constructible("CooperationEstimator", CooperationEstimator())
    check_no_attributes_set_in_init("CooperationEstimator", CooperationEstimator())


def test_it_says_so_when_it_is_not_fitted() -> None:
    with pytest.raises(NotFittedError, match="call fit"):
        CooperationEstimator().predict(["نص"])


@pytest.mark.parametrize(
    ("texts", "labels", "told"),
    [
        ("نص", [[0] * 10], "a list of paragraphs expected"),
        (["نص"], [[0] * 9], r"shape \(paragraphs, 10\) expected"),
        (["نص"], [[0] * 10, [0] * 10], "2 rows for 1 paragraphs"),
    ],
)
def test_labels_of_another_shape_are_refused(texts: list[str], labels: list[list[int]], told: str) -> None:
    with pytest.raises(InputError, match=told):
        CooperationEstimator().fit(texts, labels)
