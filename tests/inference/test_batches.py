from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.inference import length_batches

LENGTHS = st.lists(st.integers(1, 300), max_size=200)


@settings(deadline=None)
@given(LENGTHS, st.integers(1, 2000), st.booleans())
def test_batches_hold_every_window_once_within_the_budget(lengths: list[int], budget: int, is_padded: bool) -> None:  # noqa: FBT001
    batches = list(length_batches(lengths, budget, is_padded=is_padded))

    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    for batch in batches:
        own = [lengths[index] for index in batch]
        assert len(batch) == 1 or (max(own) * len(own) if is_padded else sum(own)) <= budget


@settings(deadline=None)
@given(LENGTHS)
def test_padding_is_less_than_a_twentieth_of_every_batch(lengths: list[int]) -> None:
    for batch in length_batches(lengths, 8192, is_padded=True):
        held = max(lengths[index] for index in batch) * len(batch)
        assert held - sum(lengths[index] for index in batch) <= 0.05 * held


@settings(deadline=None)
@given(LENGTHS)
def test_without_padding_a_batch_ends_only_where_its_budget_does(lengths: list[int]) -> None:
    batches = list(length_batches(lengths, 1000, is_padded=False))

    for batch, following in pairwise(batches):
        assert sum(lengths[index] for index in [*batch, following[0]]) > 1000


@settings(deadline=None)
@given(LENGTHS)
def test_the_longest_come_first(lengths: list[int]) -> None:
    order = [lengths[index] for batch in length_batches(lengths, 500, is_padded=True) for index in batch]

    assert order == sorted(lengths, reverse=True)
