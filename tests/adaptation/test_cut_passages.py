import numpy as np
import pytest
from tokenizers import Tokenizer
from transformers import BertModel

from pipeline.adaptation.align_words import Passages
from pipeline.adaptation.cut_passages import cut_passages, epoch_batches
from pipeline.adaptation.make_batch import Masking, make_batch, view
from pipeline.adaptation.read_e5 import PREFIX

Teacher = tuple[BertModel, Tokenizer]
UNMASKED = Masking(0.0, 0.0, 4, 8, 100)


@pytest.fixture(scope="module")
def passages(lines: list[str], vocabulary: Tokenizer, teacher: Teacher) -> Passages:
    return cut_passages(lines, vocabulary, teacher[1], 128, 256)


def test_word_by_word_gives_the_ids_of_the_whole_line(
    passages: Passages, lines: list[str], vocabulary: Tokenizer, teacher: Teacher
) -> None:
    assert len(passages) == len(lines)
    for place, line in enumerate(lines):
        ours, theirs = (view([passages[place]], pieces) for pieces in (passages.student, passages.teacher))
        assert ours.ids[0].tolist() == vocabulary.encode(line).ids
        assert theirs.ids[0].tolist() == teacher[1].encode(PREFIX + line).ids
        assert len(ours.counts) == len(theirs.counts) == len(line.split())
        assert int(ours.inner.sum()) == int(ours.counts.sum()) == len(ours.ids[0]) - 2


def test_lengths_count_the_frame(passages: Passages, lines: list[str], vocabulary: Tokenizer) -> None:
    assert passages.lengths().tolist() == [len(vocabulary.encode(line).ids) for line in lines]


def test_a_long_line_is_cut_between_words_and_no_word_is_lost(
    passages: Passages, lines: list[str], vocabulary: Tokenizer, teacher: Teacher
) -> None:
    short = cut_passages(lines, vocabulary, teacher[1], 8, 64)
    assert short.lengths().max() <= 8
    assert len(short) > len(passages)
    assert short.words.tolist() == passages.words.tolist()
    assert set(passages.bounds) <= set(short.bounds)


def test_the_teachers_room_cuts_as_well(lines: list[str], vocabulary: Tokenizer, teacher: Teacher) -> None:
    short = cut_passages(lines, vocabulary, teacher[1], 128, 30)
    spelled = [view([short[place]], short.teacher).ids.shape[1] for place in range(len(short))]
    assert max(spelled) <= 30


def test_each_passage_occurs_once_an_epoch_in_batches_that_fit(passages: Passages) -> None:
    lengths = passages.lengths()
    batches = epoch_batches(lengths, 40, seed=1, epoch=0)
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(passages)))
    assert all(len(batch) * lengths[batch].max() <= 40 for batch in batches)


def test_seed_and_epoch_decide_the_order(passages: Passages) -> None:
    def order(seed: int, epoch: int) -> list[int]:
        return list(np.concatenate(epoch_batches(passages.lengths(), 40, seed, epoch)))

    assert order(1, 0) == order(1, 0)
    assert order(1, 0) != order(1, 1)
    assert order(1, 0) != order(2, 0)


def test_whole_words_are_masked_for_the_student_alone(passages: Passages) -> None:
    chosen = np.arange(40)
    masking = Masking(1.0, 0.5, 4, 8, 100)
    batch = make_batch(passages, chosen, masking, np.random.default_rng(0))
    plain = make_batch(passages, chosen, UNMASKED, np.random.default_rng(0))
    assert not plain.masked.any()
    assert (batch.teacher.ids == plain.teacher.ids).all()
    assert (batch.student.ids[~batch.masked] == plain.student.ids[~batch.masked]).all()
    assert batch.targets.tolist() == plain.student.ids[batch.masked].tolist()
    assert not batch.masked[~batch.student.inner].any()
    flags = batch.masked[batch.student.inner].tolist()
    for count in batch.student.counts.tolist():
        word, flags = flags[:count], flags[count:]
        assert len(set(word)) == 1
    hidden = (batch.student.ids[batch.masked] == 4).float().mean()
    assert 0.7 < hidden < 0.9
