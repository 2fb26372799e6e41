from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.evaluation.agreement import Coding, krippendorff_alpha, masi_distance, measure_agreement

from .scored_samples import IDS

E, F, D = IDS

NINE_ROWS: list[list[Coding]] = [
    [{E}, {E}, {E}],
    [{E, F}, {E}, {E, F}],
    [set(), set(), {D}],
    [{D}, {D}, None],
    [{F}, {E}, {F}],
    [{F, D}, {F, D}, {D}],
    [set(), set(), set()],
    [{E}, None, None],
    [{D, E}, {D, F}, {D}],
]


def test_alpha_of_two_annotators_worked_by_hand() -> None:
    # Krippendorff 2011, section A: ten rows, 4 of them told apart, 14 zeros and 6 ones: 1 - 19 · 8 / (2 · 14 · 6).
    first, second = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    ones = np.add(first, second)

    assert krippendorff_alpha(np.column_stack([2 - ones, ones]), 1 - np.eye(2)) == pytest.approx(1 - 152 / 168)


def test_alpha_with_missing_codings_agrees_with_the_package_krippendorff() -> None:
    # Three annotators of fifteen rows, values 1 to 4, 0 for missing.
    codings = np.array(
        [
            [0, 0, 0, 0, 0, 3, 4, 1, 2, 1, 1, 3, 3, 0, 3],
            [1, 0, 2, 1, 3, 3, 4, 3, 0, 0, 0, 0, 0, 0, 0],
            [0, 0, 2, 1, 3, 4, 4, 0, 2, 1, 1, 3, 3, 0, 4],
        ]
    )
    values = np.arange(1, 5)
    counts = (codings[:, :, None] == values).sum(axis=0)

    # krippendorff 0.9.0: alpha(..., level_of_measurement="nominal") and "interval".
    assert krippendorff_alpha(counts, 1 - np.eye(4)) == pytest.approx(0.691358024691358, abs=1e-12)
    squares = np.square(values[:, None] - values).astype(float)
    assert krippendorff_alpha(counts, squares) == pytest.approx(0.8108448928121059, abs=1e-12)


def test_each_label_and_the_sets_agree_with_krippendorff_and_nltk() -> None:
    found = measure_agreement(NINE_ROWS, IDS)

    # krippendorff 0.9.0, each label given or not; nltk 3.10.4, AnnotationTask(distance=masi_distance).alpha().
    assert found.alpha == pytest.approx(
        {E: 0.6333333333333333, F: 0.2142857142857143, D: 0.8253968253968254}, abs=1e-12
    )
    assert found.set_alpha == pytest.approx(0.5154185022026431, abs=1e-12)
    assert (found.rows, found.annotators) == (8, 3)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({E}, {E}, 0),
        (set(), set(), 0),
        ({E}, {E, F}, 1 - 1 / 2 * 2 / 3),
        ({E, F}, {E, D}, 1 - 1 / 3 * 1 / 3),
        ({E, F, D}, {E}, 1 - 1 / 3 * 2 / 3),
        ({E}, {F}, 1),
        (set(), {E}, 1),
    ],
)
def test_masi_distance_worked_by_hand_as_nltk_gives_it(one: set[str], other: set[str], expected: float) -> None:
    assert masi_distance(one, other) == pytest.approx(expected)
    assert masi_distance(other, one) == pytest.approx(expected)


def test_f1_between_annotators_worked_by_hand() -> None:
    # First against second: energy 2·1/3, finance 2·1/3; as gold the second has energy once, the first twice.
    # The third shares one row with each: alike with the first, apart from the second.
    found = measure_agreement([[{E}, {E}, None], [{E, F}, {F}, {E, F}], [set(), {F}, None]], (E, F))

    # Pairs, each counted twice: (1, 2) hits 2 of 3 + 3; (1, 3) all; (2, 3) hits 1 of 1 + 2.
    assert found.micro_f1 == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    # Energy: 2/3 twice, 1 twice; against the third it is 0 as gold and, where the second is gold, undefined.
    assert found.f1[E] == pytest.approx((2 / 3 * 2 + 1 * 2 + 0) / 5)
    assert found.f1[F] == pytest.approx((2 / 3 * 2 + 1 * 2 + 1 * 2) / 6)
    # Macro: (2/3 + 2/3) / 2 twice; 1 twice; (1) with the second as gold; (0 + 1) / 2 with the third as gold.
    assert found.macro_f1 == pytest.approx((2 / 3 * 2 + 1 * 2 + 1 + 1 / 2) / 6)


CODINGS = st.lists(
    st.lists(st.none() | st.frozensets(st.sampled_from(IDS)), min_size=3, max_size=3), min_size=1, max_size=12
)


@settings(deadline=None)
@given(CODINGS, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_that_of_annotators_matters(codings: list[list[Coding]], random: Random) -> None:
    annotators = random.sample(range(3), 3)
    shuffled = random.sample([[row[k] for k in annotators] for row in codings], len(codings))

    found, again = measure_agreement(codings, IDS), measure_agreement(shuffled, IDS)

    assert found.alpha == pytest.approx(again.alpha, abs=1e-9)
    for name in ("rows", "annotators", "set_alpha", "micro_f1", "macro_f1"):
        assert getattr(found, name) == pytest.approx(getattr(again, name), abs=1e-9)


@settings(deadline=None)
@given(CODINGS)
def test_annotators_who_say_the_same_agree_wholly_or_cannot_be_measured(codings: list[list[Coding]]) -> None:
    found = measure_agreement([[row[0], row[0]] for row in codings], IDS)

    assert {found.set_alpha, *found.alpha.values(), found.macro_f1} <= {1.0, None}


def test_annotators_by_chance_have_an_alpha_near_zero() -> None:
    random = np.random.default_rng(0)
    given_labels = random.random((4000, 3, 3)) < 0.3
    codings: Sequence[Sequence[Coding]] = [
        [{name for name, is_in in zip(IDS, labels, strict=True) if is_in} for labels in row] for row in given_labels
    ]

    found = measure_agreement(codings, IDS)

    assert found.set_alpha == pytest.approx(0, abs=0.03)
    assert list(found.alpha.values()) == pytest.approx([0, 0, 0], abs=0.03)


def test_what_cannot_be_known_is_none() -> None:
    alone = measure_agreement([[{E}, None], [None, {F}]], (E, F))
    assert (alone.rows, alone.annotators, alone.set_alpha, alone.micro_f1, alone.macro_f1) == (0, 0, None, None, None)
    assert (alone.alpha, alone.f1) == ({E: None, F: None}, {E: None, F: None})

    never_given = measure_agreement([[{E}, set()], [{E}, {E}]], (E, F))
    assert never_given.alpha[F] is None
    assert never_given.f1[F] is None
    assert never_given.alpha[E] == pytest.approx(0)  # 1 - (2 · 1 · 1 / 4) / (2 · 3 · 1 / (4 · 3))


@pytest.mark.parametrize(
    ("codings", "message"),
    [
        ([], "no row"),
        ([[{E}, {E}], [{E}]], "rows have 1 to 2 codings; give None"),
        ([[{E}, {"trade"}]], "not in the taxonomy: trade"),
    ],
)
def test_codings_that_cannot_be_compared_are_refused(codings: list[list[Coding]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        measure_agreement(codings, IDS)
