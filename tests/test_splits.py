from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import LabelledParagraph
from pipeline.splits import fold_of, group_numbers, is_drawn, is_held_out, positions_of


def _rows(count: int, articles: int = 40) -> list[LabelledParagraph]:
    return [LabelledParagraph(f"{k}", f"نص {k}", (), f"f:{k}", f"article {k % articles}") for k in range(count)]


@given(st.permutations(range(60)), st.floats(0, 0.9))
def test_a_paragraph_stays_on_its_side_whatever_comes_before_it(order: list[int], share: float) -> None:
    rows = _rows(60)
    sides = dict(zip((row.id for row in rows), is_held_out(rows, share), strict=True))

    again = is_held_out([rows[k] for k in order], share)

    assert [sides[rows[k].id] for k in order] == again.tolist()


def test_no_article_stands_on_two_sides_or_in_two_folds() -> None:
    rows = _rows(400)

    for sides in (is_held_out(rows, 0.3), fold_of(rows, 5)):
        for article in {row.article for row in rows}:
            assert len({side for row, side in zip(rows, sides.tolist(), strict=True) if row.article == article}) == 1


def test_the_share_and_the_folds_come_out_about_as_asked() -> None:
    rows = _rows(4000, articles=4000)

    assert abs(is_held_out(rows, 0.1).mean() - 0.1) < 0.02
    folds = fold_of(rows, 5)
    assert set(folds.tolist()) == {0, 1, 2, 3, 4}
    assert all(abs((folds == fold).mean() - 0.2) < 0.03 for fold in range(5))


def test_folds_and_sides_are_drawn_apart() -> None:
    rows = _rows(4000, articles=4000)
    held, folds = is_held_out(rows, 0.2), fold_of(rows, 5)

    assert all(0.1 < held[folds == fold].mean() < 0.3 for fold in range(5))


def test_who_is_held_out_stays_so_at_a_larger_share() -> None:
    rows = _rows(300, articles=300)

    assert not (is_held_out(rows, 0.1) & ~is_held_out(rows, 0.3)).any()


def test_a_smaller_share_of_a_draw_is_inside_the_larger_one_and_the_whole_is_all() -> None:
    rows = _rows(300, articles=300)

    assert not (is_drawn(rows, 1 / 4, 2) & ~is_drawn(rows, 1 / 2, 2)).any()
    assert is_drawn(rows, 1.0, 2).all()


def test_a_draw_takes_whole_articles_wherever_they_stand() -> None:
    rows = _rows(400)
    drawn = {row.article for row, is_in in zip(rows, is_drawn(rows, 0.5, 0), strict=True) if is_in}

    assert 0 < len(drawn) < 40
    assert is_drawn(rows[::-1], 0.5, 0).tolist() == [row.article in drawn for row in rows[::-1]]


def test_draws_are_of_the_share_asked_for_and_independent_of_each_other_and_of_the_sides() -> None:
    rows = _rows(4000, articles=4000)
    one, other, held = is_drawn(rows, 0.5, 0), is_drawn(rows, 0.5, 1), is_held_out(rows, 0.5)

    assert all(abs(each.mean() - 0.5) < 0.03 for each in (one, other, other[one], held[one]))


def test_rows_that_name_no_article_are_grouped_by_their_text_and_not_by_their_place() -> None:
    rows = [LabelledParagraph(f"f:{k}", text, (), f"f:{k}") for k, text in enumerate(["أ ب", "ج", "أ  ب\n"])]

    assert group_numbers(rows).tolist() == [0, 1, 0]


def test_rows_of_an_article_have_one_place_that_hangs_on_the_purpose_alone() -> None:
    rows = _rows(400)
    places = positions_of(rows, "a purpose")

    assert len(set(places.tolist())) == 40
    assert (places[:40] == places[40:80]).all()
    assert (positions_of(rows[::-1], "a purpose") == places[::-1]).all()
    assert (positions_of(rows, "another") != places).all()
    assert 0 <= places.min() < 0.2
    assert 0.8 < places.max() < 1
