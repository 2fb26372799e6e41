import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.material.sides import choose_sides
from pipeline.records import LabelledParagraph
from pipeline.splits import is_held_out
from tests.material.labelled_rows import WORDS, make_row


def _rows(count: int) -> list[LabelledParagraph]:
    return [make_row(f"{k} " * 12, "energy", place=f"base.jsonl:{k}", article=f"a{k % 20}") for k in range(count)]


def _known(rows: list[LabelledParagraph]) -> np.ndarray:
    return np.ones((len(rows), 3), dtype=np.bool_)


def _article(*, held: bool) -> str:
    """Name an article that is, or is not, held out at a share of .3."""
    names = (f"n{k}" for k in range(100))
    return next(name for name in names if is_held_out([make_row("", article=name)], 0.3)[0] == held)


def test_rows_are_trained_on_or_held_out_and_never_both() -> None:
    rows = _rows(60)

    sides = choose_sides(rows, _known(rows), 0.3)

    assert not (sides.trains & sides.checks).any()
    assert (sides.trains | sides.checks).all()
    assert sides.checks.tolist() == is_held_out(rows, 0.3).tolist()


def test_without_a_share_all_rows_are_trained_on() -> None:
    rows = _rows(20)

    sides = choose_sides(rows, _known(rows), 0.0)

    assert sides.trains.all()
    assert not sides.checks.any()


@given(st.permutations(range(30)), st.integers(10, 30))
def test_no_row_changes_its_side_whatever_other_rows_there_are(order: list[int], count: int) -> None:
    rows = _rows(30)
    held = dict(zip((row.id for row in rows), is_held_out(rows, 0.3), strict=True))
    chosen = [rows[k] for k in order[:count]]

    sides = choose_sides(chosen, _known(chosen), 0.3)

    assert not any(held[row.id] for row, trains in zip(chosen, sides.trains, strict=True) if trains)
    assert all(held[row.id] for row, checks in zip(chosen, sides.checks, strict=True) if checks)


def test_near_copies_of_held_out_rows_are_not_trained_on() -> None:
    copy = WORDS.replace("مارس", "أبريل")
    rows = [
        make_row(WORDS, article=_article(held=True)),
        make_row(copy, article=_article(held=False)),
        make_row("خبر عن أمر آخر لا صلة له بما سبق", article=_article(held=False)),
    ]

    sides = choose_sides(rows, _known(rows), 0.3)

    assert sides.checks.tolist() == [True, False, False]
    assert sides.trains.tolist() == [False, False, True]
    assert sides.copies.sum() == 1


def test_copies_of_a_row_on_the_same_side_are_used() -> None:
    rows = [make_row(WORDS, article=_article(held=False)) for _ in range(2)]

    assert choose_sides(rows, _known(rows), 0.3).trains.all()


def test_rows_with_open_labels_are_trained_on_but_never_checked_on() -> None:
    rows = [make_row("خبر", article=_article(held=held)) for held in (False, True)]
    rows = [rows[0], make_row("نبأ عن أمر آخر", article=rows[1].article)]
    known = _known(rows)
    known[:, 1] = False

    sides = choose_sides(rows, known, 0.3)

    assert sides.trains.tolist() == [True, False]
    assert not sides.checks.any()
    assert sides.partial == 1
