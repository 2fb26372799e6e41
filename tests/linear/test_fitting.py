import logging

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, make_pipeline

from pipeline.decision import BoolArray, Decision
from pipeline.errors import InputError
from pipeline.linear import fitting
from pipeline.linear.fitting import fit_linear
from pipeline.linear.settings import LinearSettings, NGramSettings
from pipeline.linear.tokenizer import normalize
from pipeline.taxonomy import Taxonomy

WORDS = ["الغاز", "النفط", "بنك", "قرض", "مناورات", "الجيش", "زار", "الوزير", "بكين", "موسكو", "وأكد", "إلى"]
EXACT = LinearSettings(save_precision="float32")


def _decision(labels: int, labels_per_paragraph: str = "any") -> Decision:
    domains = [{"id": f"d{k}", "arabic": "أ", "english": "a"} for k in range(labels)]
    taxonomy = Taxonomy.model_validate({"name": "t", "labels_per_paragraph": labels_per_paragraph, "domains": domains})
    return Decision(taxonomy=taxonomy, kind="linear", prepare=())


def _rows(count: int = 80) -> tuple[list[str], BoolArray]:
    """Texts whose first three pairs of words tell three labels, any number of them."""
    random = np.random.default_rng(0)
    drawn = random.integers(0, len(WORDS), (count, 7))
    texts = [" ".join(WORDS[k] for k in row) for row in drawn]
    return texts, np.array([[bool({2 * k, 2 * k + 1} & set(row.tolist())) for k in range(3)] for row in drawn])


def _reference(texts: list[str], gold: np.ndarray, unseen: list[str]) -> np.ndarray:
    """Score with scikit-learn's own pipeline."""
    features = FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)),
            ("characters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)),
        ]
    )
    pipeline = make_pipeline(features, LogisticRegression(C=EXACT.c, max_iter=1000))
    scores = pipeline.fit(normalize(texts, "arabert-v02"), gold).decision_function(normalize(unseen, "arabert-v02"))
    return np.asarray(scores)


def test_logits_are_those_of_scikit_learns_own_pipeline() -> None:
    texts, gold = _rows()
    unseen = [*texts[:5], "زار الوزير بكين، وأكَّد أن الغاز الغاز", "صباح", ""]

    logits = fit_linear(texts, gold, _decision(3), NGramSettings(), EXACT).logits(unseen)

    for k in range(3):
        assert logits[:, k] == pytest.approx(_reference(texts, gold[:, k], unseen), abs=1e-5)


def test_of_one_label_each_the_logits_are_those_of_one_regression_over_all() -> None:
    texts, gold = _rows()
    number = np.where(gold[:, 0], 0, np.where(gold[:, 1], 1, 2))

    one_of_three = fit_linear(texts, number[:, None] == range(3), _decision(3, "one"), NGramSettings(), EXACT)
    one_of_two = fit_linear(
        texts, np.minimum(number, 1)[:, None] == range(2), _decision(2, "one"), NGramSettings(), EXACT
    )

    assert one_of_three.logits(texts) == pytest.approx(_reference(texts, number, texts), abs=1e-5)
    logits = one_of_two.logits(texts)
    assert logits[:, 1] - logits[:, 0] == pytest.approx(_reference(texts, np.minimum(number, 1), texts), abs=1e-5)


@pytest.mark.parametrize("labels_per_paragraph", ["any", "one"])
def test_a_label_of_no_row_is_never_probable(labels_per_paragraph: str) -> None:
    texts, gold = _rows()
    first = gold[:, :1]
    with_empty = np.hstack([first, ~first, np.zeros_like(first)])

    logits = fit_linear(texts, with_empty, _decision(3, labels_per_paragraph), NGramSettings(), EXACT).logits(texts)

    assert np.isfinite(logits).all()
    assert (logits[:, 2] == logits[0, 2]).all()
    assert (logits[:, 2] < logits[:, :2].max(axis=1)).all()


@pytest.mark.parametrize("labels_per_paragraph", ["any", "one"])
def test_where_every_row_has_the_same_label_no_ngram_counts(labels_per_paragraph: str) -> None:
    texts, gold = _rows()
    same = np.zeros_like(gold)
    same[:, 1] = True

    logits = fit_linear(texts, same, _decision(3, labels_per_paragraph), NGramSettings(), EXACT).logits(texts)

    assert (logits[:, 1] > 0).all()
    assert (logits[:, [0, 2]] < 0).all()


def test_the_most_frequent_ngrams_are_kept() -> None:
    texts = ["غاز نفط", "غاز بنك", "غاز نفط قرض"]
    gold = np.array([[True], [False], [True]])

    known = fit_linear(texts, gold, _decision(1), NGramSettings(max_words=2, max_characters=3), EXACT).ngrams

    assert known.words.ngrams == ("غاز", "غاز نفط")
    assert len(known.characters.ngrams) == 3


def test_rounded_weights_score_nearly_the_same() -> None:
    texts, gold = _rows()
    exact, rounded = (
        fit_linear(texts, gold, _decision(3), NGramSettings(), LinearSettings(save_precision=precision)).logits(texts)
        for precision in ("float32", "float16")
    )

    assert 0 < np.abs(exact - rounded).max() < 0.01


def test_too_few_rows_for_any_ngram_are_told() -> None:
    with pytest.raises(InputError, match=r"no n-gram occurs in 2 of 1 rows; .* lower ngrams\.min_rows"):
        fit_linear(["غاز"], np.array([[True]]), _decision(1), NGramSettings(), EXACT)


def test_a_regression_that_does_not_settle_is_told(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "_MOST_STEPS", 1)
    texts, gold = _rows()

    with caplog.at_level(logging.WARNING):
        fit_linear(texts, gold, _decision(3), NGramSettings(), EXACT)

    assert "did not settle within 1 steps" in caplog.text


def test_each_label_is_fitted_on_the_rows_alone_that_are_annotated_for_it() -> None:
    texts, gold = _rows()
    known = np.random.default_rng(1).random(gold.shape) < 0.7
    known[:, 1] = True

    fitted = fit_linear(texts, gold, _decision(3), NGramSettings(), EXACT, known)

    lied = fit_linear(texts, gold ^ ~known, _decision(3), NGramSettings(), EXACT, known)
    assert (fitted.weights.coefficients == lied.weights.coefficients).all()
    whole = fit_linear(texts, gold, _decision(3), NGramSettings(), EXACT)
    same = (fitted.weights.coefficients == whole.weights.coefficients).all(axis=0)
    assert same.tolist() == [False, True, False]


def test_a_label_that_no_row_is_annotated_for_applies_to_none() -> None:
    texts, gold = _rows()
    known = np.ones_like(gold)
    known[:, 2] = False

    logits = fit_linear(texts, gold, _decision(3), NGramSettings(), EXACT, known).logits(texts)

    assert (logits[:, 2] < -4).all()
    assert np.ptp(logits[:, 2]) == 0


def test_of_one_label_each_rows_must_be_annotated_for_all() -> None:
    texts, gold = _rows()
    known = np.ones_like(gold)
    known[:5, 1] = False

    with pytest.raises(InputError, match="5 of 80 rows are annotated for some labels only"):
        fit_linear(texts, gold, _decision(3, "one"), NGramSettings(), EXACT, known)
