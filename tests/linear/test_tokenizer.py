import tracemalloc

from pipeline.decision import Decision
from pipeline.linear.ngrams import NGramList, NGrams
from pipeline.linear.tokenizer import BagTokenizer
from pipeline.taxonomy import Domain, Taxonomy

TAXONOMY = Taxonomy(name="t", domains=(Domain(id="energy", arabic="الطاقة", english="Energy"),))
NGRAMS = NGrams(
    words=NGramList(lengths=(1, 2), ngrams=("غاز", "غاز روسي")),
    characters=NGramList(lengths=(2, 3), ngrams=(" غ", "از ", "وس")),
)


def _tokenizer() -> BagTokenizer:
    return BagTokenizer(NGRAMS, Decision(taxonomy=TAXONOMY, kind="linear", prepare=()))


def test_a_paragraph_is_one_bag_of_its_known_ngrams_with_repetition() -> None:
    ((bag,),) = _tokenizer().windows(["غاز روسي، غاز"])

    assert sorted(bag) == [0, 0, 1, 2, 2, 3, 3, 4]


def test_the_careful_and_the_careless_spelling_are_the_same_bag() -> None:
    first, second = _tokenizer().windows(["غَازٌ رُوسيّ", "غـاز روسي"])

    assert first == second != ((),)


def test_a_paragraph_without_known_ngrams_is_an_empty_bag_and_no_paragraph_none() -> None:
    assert _tokenizer().windows(["صباح", ""]) == [((),), ((),)]
    assert _tokenizer().windows([]) == []


def test_endless_words_are_not_remembered() -> None:
    tokenizer = _tokenizer()
    tokenizer.windows(["غاز"])
    tracemalloc.start()
    for number in range(9):
        ((bag,),) = tokenizer.windows(["وس" * 20_000 + str(number)])
        assert len(bag) == 20_000
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 800_000  # remembered, they would hold 1.4 MB
