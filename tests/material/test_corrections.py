import numpy as np
import pytest

from pipeline.material.corrections import clashing_ids, correct_rows, find_contradictions, is_repeat
from pipeline.records import LabelledParagraph
from tests.material.labelled_rows import IDS, make_row


def _none(rows: list[LabelledParagraph]) -> np.ndarray:
    return np.zeros(len(rows), dtype=np.bool_)


def test_an_extra_row_gives_its_labels_to_the_base_row_of_the_same_words() -> None:
    base = [make_row("اتفاق النفط", "finance", article="a7"), make_row("خبر آخر", "energy", place="base.jsonl:2")]

    corrected = correct_rows(base, [make_row("«إتفاق» النّفط!", "energy", place="new.jsonl:1", article="b1")])

    assert [(row.text, row.labels, row.article) for row in corrected.rows] == [
        ("اتفاق النفط", ("energy",), "a7"),
        ("خبر آخر", ("energy",), None),
    ]
    assert corrected.is_extra.tolist() == [True, False]
    assert (corrected.superseded, corrected.changed) == (1, 1)


def test_all_base_rows_of_the_words_are_corrected_and_other_extra_rows_come_behind() -> None:
    base = [make_row("خبر", "finance", article=name, place=f"base.jsonl:{name}") for name in "12"]
    extra = [make_row("جديد", "energy", place="new.jsonl:1"), make_row("خبر", "finance", place="new.jsonl:2")]

    corrected = correct_rows(base, extra)

    assert [row.place for row in corrected.rows] == ["base.jsonl:1", "base.jsonl:2", "new.jsonl:1"]
    assert corrected.is_extra.tolist() == [True, True, True]
    assert (corrected.superseded, corrected.changed) == (2, 0)


def test_where_an_extra_row_decides_on_some_labels_only_the_others_stay_as_they_were() -> None:
    base = [make_row("خبر", "finance energy")]
    extra = [
        make_row("خبر", "diplomacy", annotated=["diplomacy"], place="new.jsonl:1"),
        make_row("خبر", "", annotated=["energy"], place="new.jsonl:2"),
    ]

    (row,) = correct_rows(base, extra).rows

    assert (set(row.labels), row.annotated) == ({"finance", "diplomacy"}, None)


def test_decisions_of_several_rows_add_up_where_the_base_row_left_labels_open() -> None:
    base = [make_row("خبر", "energy", annotated=["energy"])]

    (row,) = correct_rows(base, [make_row("خبر", "", annotated=["finance"], place="new.jsonl:1")]).rows

    assert (row.labels, row.annotated) == (("energy",), frozenset({"energy", "finance"}))


def test_texts_without_words_are_no_copies_of_each_other() -> None:
    rows = [make_row("؟!", "energy"), make_row("...", "finance", place="base.jsonl:2")]

    assert len(correct_rows(rows[:1], rows[1:]).rows) == 2
    assert not find_contradictions(rows, IDS)
    assert not is_repeat(rows, _none(rows)).any()


@pytest.mark.parametrize(
    ("other", "contradicts"),
    [
        (make_row("خبر", "energy finance"), False),
        (make_row("خبر", "energy"), True),
        (make_row("خبر", "finance", annotated=["finance", "diplomacy"]), False),
        (make_row("خبر", "", annotated=["energy"]), True),
        (make_row("خبر", "", annotated=["diplomacy"]), False),
        (make_row("نبأ", "diplomacy"), False),
    ],
)
def test_rows_contradict_each_other_where_both_decided_and_differ(other: LabelledParagraph, contradicts: bool) -> None:  # noqa: FBT001
    row = make_row("خبر", "finance energy")

    assert find_contradictions([row, other], IDS) == ([(row, other)] if contradicts else [])


def test_a_contradiction_with_any_earlier_row_is_found_and_names_the_first() -> None:
    rows = [make_row("خبر", labels, place=f"f:{labels}") for labels in ("energy", "energy", "finance")]

    ((first, contradicting),) = find_contradictions(rows, IDS)

    assert (first, contradicting) == (rows[0], rows[2])


def test_a_row_is_a_repeat_if_words_labels_and_decisions_are_those_of_another() -> None:
    rows = [
        make_row("خبر", "energy finance"),
        make_row("خَبر.", "finance energy"),
        make_row("خبر", "energy"),
        make_row("خبر", "energy", annotated=["energy"]),
    ]

    assert is_repeat(rows, _none(rows)).tolist() == [False, True, False, False]


def test_of_repeats_the_preferred_one_is_kept() -> None:
    rows = [make_row("خبر", "energy") for _ in range(3)]

    assert is_repeat(rows, np.array([False, True, False])).tolist() == [True, False, True]


def test_an_id_given_to_other_words_clashes_and_one_given_to_the_same_words_corrects() -> None:
    base = [make_row("خبر", "energy", id="7"), make_row("نبأ", "energy", id="8")]
    extra = [make_row("خبر", "finance", id="7"), make_row("غيره", "finance", id="8"), make_row("جديد", id="9")]

    assert list(clashing_ids(base, extra)) == [(base[1], extra[1])]


@pytest.mark.parametrize(("own", "others"), [(False, False), (False, True), (True, False)])
def test_ids_that_rows_did_not_give_themselves_do_not_clash(own: bool, others: bool) -> None:  # noqa: FBT001
    base = [make_row("خبر", "energy", id="a#7", has_own_id=own)]
    extra = [make_row("غيره", "finance", id="a#7", has_own_id=others)]

    assert list(clashing_ids(base, extra)) == []
