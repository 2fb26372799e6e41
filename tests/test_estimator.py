"""The estimator behaves as scikit-learn expects it."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import (
    check_estimator,
    check_get_params_invariance,
    check_no_attributes_set_in_init,
    check_parameters_default_constructible,
    check_set_params,
)

from pipeline.config import load_config
from pipeline.errors import InputError
from pipeline.estimator import CooperationEstimator
from pipeline.gold import gold_array
from pipeline.kinds import load_classifier
from pipeline.labelled import read_labelled
from pipeline.model_folder import read_decision, write_decision
from pipeline.records import LabelledParagraph
from pipeline.taxonomy import Taxonomy

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


def test_where_each_paragraph_has_one_domain_the_number_of_dropped_ones_is_told(
    linear_classifier: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(linear_classifier, tmp_path / "one"))
    decision = read_decision(folder)
    taxonomy = decision.taxonomy.model_copy(update={"labels_per_paragraph": "one"})
    write_decision(decision.model_copy(update={"taxonomy": taxonomy}), folder)
    estimator = CooperationEstimator.load(str(folder))
    energy = "وقعت مصر والصين اتفاقا لبناء محطة كهرباء"

    with pytest.warns(UserWarning, match="2 of 3 paragraphs .* get the first class, economy_trade") as told:
        predicted = estimator.predict(["An English paragraph of news", energy, "اقرأ أيضا: مباحثات في القاهرة"])

    assert len(told) == 1
    assert predicted.tolist() == ["economy_trade", *estimator.predict([energy]), "economy_trade"]


@pytest.mark.parametrize("table", [pd.DataFrame({"text": ["نص"]}), pl.DataFrame({"text": ["نص"]}), {"text": ["نص"]}])
def test_a_table_is_not_taken_for_the_names_of_its_columns(table: Any, linear_classifier: Path) -> None:
    estimator = CooperationEstimator.load(str(linear_classifier))
    for ask in (estimator.predict, estimator.predict_proba, lambda texts: estimator.fit(texts, [[0] * 10])):
        with pytest.raises(InputError, match=r"a list of paragraphs expected, not .*; give the column of texts"):
            ask(table)


def test_it_can_be_cloned_and_configured() -> None:
    estimator = CooperationEstimator("configs/train.yaml", {"training": {"epochs": 1}})
    assert clone(estimator).get_params() == estimator.get_params()
    assert estimator.set_params(settings=None).settings is None
    assert is_classifier(estimator)
    assert estimator.__sklearn_tags__().classifier_tags.multi_label


def test_it_passes_the_checks_of_scikit_learn_that_apply_to_texts() -> None:
    with pytest.warns(SkipTestWarning, match="requires input  of type"):  # most of its checks fit on numbers
        checked = check_estimator(CooperationEstimator(), on_skip=None)
    assert {each["status"] for each in checked} == {"passed"}
    for check in (
        check_parameters_default_constructible,
        check_no_attributes_set_in_init,
        check_get_params_invariance,
        check_set_params,
    ):
        check("CooperationEstimator", CooperationEstimator())


def test_paragraphs_get_the_same_probabilities_alone_together_and_in_any_order(
    rows: list[LabelledParagraph], linear_classifier: Path
) -> None:
    estimator = CooperationEstimator.load(str(linear_classifier))
    texts = [row.text for row in rows[:12]]
    together = estimator.predict_proba(texts)
    assert np.allclose(np.vstack([estimator.predict_proba([text]) for text in texts]), together)
    assert np.allclose(estimator.predict_proba(texts[::-1]), together[::-1])


def test_a_pipeline_with_it_is_searched_for_the_best_settings(rows: list[LabelledParagraph]) -> None:
    taxonomy = load_config(Taxonomy, ROOT / "configs" / "cooperation.yaml")
    texts, gold = np.array([row.text for row in rows]), gold_array(rows, taxonomy)
    chain = make_pipeline(FunctionTransformer(np.char.strip), CooperationEstimator())
    few, many = (SETTINGS | {"ngrams": {"max_words": most, "max_characters": most}} for most in (1, 2000))
    grid = {"cooperationestimator__settings": [few, many]}
    found = GridSearchCV(chain, grid, cv=2, scoring="f1_micro", error_score="raise").fit(texts, gold)
    assert found.best_params_ == {"cooperationestimator__settings": many}
    assert found.predict(texts[:3]).shape == (3, 10)


def test_columns_of_a_table_are_taken_in_their_order_whatever_its_index(rows: list[LabelledParagraph]) -> None:
    taxonomy = load_config(Taxonomy, ROOT / "configs" / "cooperation.yaml")
    table = pd.DataFrame({"text": [row.text for row in rows], "article": [row.article for row in rows]})
    gold = gold_array(rows, taxonomy)
    usual, other = (
        CooperationEstimator(settings=SETTINGS).fit(given.text, gold, groups=given.article).predict_proba(table.text)
        for given in (table, table.set_index(table.index + 1000))
    )
    assert np.array_equal(usual, other)


def test_groups_of_another_number_are_refused() -> None:
    with pytest.raises(InputError, match="groups: 1 rows for 2 paragraphs"):
        CooperationEstimator().fit(["نص", "خبر"], [[0] * 10, [0] * 10], groups=["a"])


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
