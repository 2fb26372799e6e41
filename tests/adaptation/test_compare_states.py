import pytest
import torch

from pipeline.adaptation.assess import compare_vectors
from pipeline.adaptation.compare_states import sentence_vectors, unexplained, word_vectors
from pipeline.adaptation.make_batch import View

# Two passages: [first, a, a, last] and [first, b, last, filling].
SEEN = View(
    ids=torch.zeros(2, 4, dtype=torch.long),
    real=torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]]).bool(),
    inner=torch.tensor([[0, 1, 1, 0], [0, 1, 0, 0]]).bool(),
    counts=torch.tensor([2, 1]),
)
STATES = torch.tensor([[[9.0], [1.0], [3.0], [7.0]], [[6.0], [4.0], [2.0], [100.0]]])


def test_a_words_vector_is_the_mean_of_its_pieces() -> None:
    assert word_vectors(STATES, SEEN).tolist() == [[2.0], [4.0]]


def test_a_sentences_vector_is_the_mean_of_all_real_tokens() -> None:
    assert sentence_vectors(STATES, SEEN).tolist() == [[5.0], [4.0]]


def test_nothing_is_unexplained_of_equal_vectors_and_all_of_their_mean() -> None:
    truth = torch.tensor([[1.0, 0.0], [3.0, 2.0]])
    assert unexplained(truth, truth) == 0
    assert unexplained(truth.mean(dim=0).expand(2, 2), truth) == pytest.approx(1.0)


def test_one_passage_alone_gives_a_finite_number() -> None:
    assert unexplained(torch.ones(1, 2), torch.zeros(1, 2)).isfinite()


def test_equal_vectors_are_found_and_shuffled_ones_are_not() -> None:
    vectors = torch.randn(8, 4, generator=torch.Generator().manual_seed(0))
    assert compare_vectors(vectors, vectors) == pytest.approx({"cosine": 1.0, "centered": 1.0, "found": 1.0})
    assert compare_vectors(vectors, vectors.roll(1, 0))["found"] == 0
