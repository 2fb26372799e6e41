import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.linear.ngrams import character_ngrams, fold_marks, word_ngrams

TEXTS = st.text(st.sampled_from("اأبةتد .،1aB"), max_size=60)


@given(TEXTS, st.sampled_from([(1, 1), (1, 2), (2, 3)]))
def test_runs_of_words_are_those_of_scikit_learn(text: str, lengths: tuple[int, int]) -> None:
    reference = TfidfVectorizer(ngram_range=lengths, lowercase=False).build_analyzer()

    assert sorted(word_ngrams(text, lengths)) == sorted(reference(text))


@given(TEXTS, st.sampled_from([(1, 1), (2, 5), (3, 4), (9, 10)]))
def test_runs_of_characters_are_those_of_scikit_learn(text: str, lengths: tuple[int, int]) -> None:
    reference = TfidfVectorizer(analyzer="char_wb", ngram_range=lengths, lowercase=False).build_analyzer()

    found = [ngram for word in text.split() for ngram in character_ngrams(word, lengths)]
    assert sorted(found) == sorted(reference(text))


@pytest.mark.parametrize(
    ("text", "folded"),
    [("أإآا", "اااا"), ("مؤتمر هيئة", "موتمر هيية"), ("وقّعَتْ", "وقعت"), ("Café NATO", "cafe nato"), ("", "")],
)
def test_letters_are_written_without_their_marks_in_lower_case(text: str, folded: str) -> None:
    assert fold_marks(text) == folded
    assert fold_marks(folded) == folded
