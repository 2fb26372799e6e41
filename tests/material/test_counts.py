import numpy as np
import pytest

from pipeline.material.counts import LabelCounts, count_labels
from pipeline.material.sides import Sides

NONE = np.zeros(0, dtype=np.bool_)


def _sides(trains: list[int], checks: list[int]) -> Sides:
    return Sides(np.array(trains, dtype=np.bool_), np.array(checks, dtype=np.bool_), copies=NONE, partial=0)


def test_rows_are_counted_by_side_and_by_where_they_are_from() -> None:
    gold = np.array([[1, 0], [1, 1], [1, 0], [1, 0], [0, 0]], dtype=np.bool_)
    known = np.ones_like(gold)
    known[4, 1] = False
    sides = _sides([1, 1, 0, 0, 1], [0, 0, 1, 0, 0])
    is_extra = np.array([0, 1, 1, 0, 0], dtype=np.bool_)

    first, second = count_labels(gold, known, sides, is_extra, np.arange(5), 0.2)

    assert first == LabelCounts(base=1, extra=1, base_held_out=0, extra_held_out=1, decided=4, is_far=False)
    assert second == LabelCounts(base=0, extra=1, base_held_out=0, extra_held_out=0, decided=3, is_far=False)
    assert (first.trained, first.held_out) == (2, 1)
    assert first.held_out_share == pytest.approx(1 / 3)
    assert second.held_out_share == 0


@pytest.mark.parametrize(
    ("held_out", "share", "is_far"),
    [(0, 0.05, True), (0, 0.03, False), (5, 0.1, False), (3, 0.1, True), (18, 0.1, False), (19, 0.1, True)],
)
def test_a_share_is_far_where_chance_would_rarely_give_it(held_out: int, share: float, is_far: bool) -> None:  # noqa: FBT001
    checks = np.arange(100) < held_out
    everywhere = np.ones((100, 1), dtype=np.bool_)
    sides = Sides(~checks, checks, copies=NONE, partial=0)

    (counts,) = count_labels(everywhere, everywhere, sides, ~checks, np.arange(100), share)

    assert counts.is_far == is_far


def test_many_rows_of_one_article_say_nothing_of_chance() -> None:
    checks = np.arange(100) < 40
    everywhere = np.ones((100, 1), dtype=np.bool_)
    sides = Sides(~checks, checks, copies=NONE, partial=0)

    (counts,) = count_labels(everywhere, everywhere, sides, ~checks, np.where(checks, 0, np.arange(100)), 0.1)

    assert not counts.is_far


def test_without_held_out_rows_no_share_is_far() -> None:
    everywhere = np.ones((50, 1), dtype=np.bool_)
    sides = Sides(everywhere[:, 0], ~everywhere[:, 0], copies=NONE, partial=0)

    (counts,) = count_labels(everywhere, everywhere, sides, everywhere[:, 0], np.arange(50), 0.0)

    assert not counts.is_far
