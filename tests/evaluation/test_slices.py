from time import process_time

import numpy as np
import pytest
from sklearn.metrics import f1_score

from pipeline.bootstrap import Resampling, intervals
from pipeline.evaluation.scored import Scored
from pipeline.evaluation.slices import OTHER, measure_slices, row_fields

from .scored_samples import IDS, make_scored


def _draw(rows: int = 400, seed: int = 0) -> Scored:
    random = np.random.default_rng(seed)
    gold = random.random((rows, 3)) < 0.3
    applies = gold ^ (random.random((rows, 3)) < 0.1)
    return make_scored(gold, applies, groups=np.arange(rows) // 4)


def _resampling(scored: Scored, resamples: int = 200) -> Resampling:
    return Resampling(scored.groups, resamples)


def test_slices_worked_by_hand() -> None:
    gold = [[1, 0], [1, 0], [0, 1], [1, 0], [0, 0]]
    applies = [[1, 0], [0, 0], [0, 1], [0, 1], [0, 0]]
    scored = make_scored(gold, applies, groups=[0, 1, 1, 2, 2])

    found = measure_slices(scored, {"source": ["a", "a", "a", "b", "b"]}, _resampling(scored))

    by_value = {each["value"]: each for each in found["slices"]}
    assert found["left_out"] == {}
    assert by_value["a"] == {
        "field": "source",
        "value": "a",
        "rows": 3,
        "groups": 2,
        "micro_f1": pytest.approx(2 * 2 / (3 + 2)),
        "interval": by_value["a"]["interval"],
        "macro_f1": pytest.approx((2 / 3 + 1) / 2),
        "exact_match": pytest.approx(2 / 3),
        "none_f1": None,
        "is_small": True,
    }
    assert by_value["a"]["interval"] is not None
    assert (by_value["b"]["groups"], by_value["b"]["interval"]) == (1, None)
    assert by_value["b"]["micro_f1"] == by_value["b"]["macro_f1"] == 0.0
    assert by_value["b"]["none_f1"] == 1.0


def test_the_interval_of_a_slice_is_that_of_its_rows_where_groups_are_not_shared() -> None:
    scored = _draw(2000)
    half = np.arange(2000) < 1000

    found = measure_slices(scored, {"half": ["a" if is_in else "b" for is_in in half]}, _resampling(scored, 1000))
    part = scored.select(half)
    alone = intervals(part.gold, part.applies, None, IDS, Resampling(part.groups, 1000, seed=1))["micro_f1"]

    (slice_a,) = [each for each in found["slices"] if each["value"] == "a"]
    assert slice_a["micro_f1"] == pytest.approx(f1_score(part.gold, part.applies, average="micro"))
    # drawn from all groups, their number in the slice varies too: hardly wider
    assert slice_a["interval"] == pytest.approx(alone, abs=0.004)
    assert (slice_a["rows"], slice_a["groups"], slice_a["is_small"]) == (1000, 250, False)


def test_worst_slices_come_first_then_unmeasured_then_small_ones() -> None:
    gold = np.zeros((250, 1), dtype=bool)
    applies = np.zeros((250, 1), dtype=bool)
    gold[:200], applies[:90], applies[100:150], applies[200:205] = True, True, True, True
    kinds = ["good"] * 100 + ["bad"] * 95 + ["tiny"] * 5 + ["none"] * 50
    scored = make_scored(gold, applies)

    found = measure_slices(scored, {"kind": kinds}, _resampling(scored))["slices"]

    assert [(each["value"], each["is_small"]) for each in found] == [
        ("bad", False),
        ("good", False),
        ("none", False),
        ("tiny", True),
    ]
    unmeasured = found[2]
    assert (unmeasured["micro_f1"], unmeasured["interval"], unmeasured["macro_f1"]) == (None, None, None)
    assert unmeasured["exact_match"] == 0.9
    assert unmeasured["none_f1"] == pytest.approx(2 * 45 / 95)


def test_many_rows_of_few_articles_are_too_small_to_judge() -> None:
    scored = make_scored(np.ones((100, 1)), np.ones((100, 1)), groups=[k % 9 for k in range(50)] + list(range(9, 59)))

    found = measure_slices(scored, {"half": ["a"] * 50 + ["b"] * 50}, _resampling(scored))["slices"]

    assert {each["value"]: (each["groups"], each["is_small"]) for each in found} == {"a": (9, True), "b": (50, False)}


def test_fields_that_part_nothing_are_left_out_with_the_reason() -> None:
    scored = _draw(40)
    fields: dict[str, list[str | None]] = {
        "same": ["x"] * 40,
        "empty": [None] * 40,
        "id": [str(k) for k in range(40)],
        "near": [str(k // 2) if k < 38 else str(k) for k in range(40)],
        "some": ["x"] * 20 + [None] * 20,
    }

    found = measure_slices(scored, fields, _resampling(scored))

    assert found["left_out"] == {
        "same": "all rows have the same value",
        "empty": "no row has a value",
        "id": "nearly every row has a value of its own",
        "near": "nearly every row has a value of its own",
    }
    assert {(each["field"], each["value"], each["rows"]) for each in found["slices"]} == {
        ("some", "x", 20),
        ("some", None, 20),
    }


def test_rarer_values_are_pooled() -> None:
    scored = _draw(60)
    values = ["a"] * 20 + ["b"] * 15 + ["c"] * 10 + ["d"] * 10 + ["e"] * 5

    found = measure_slices(scored, {"source": values}, _resampling(scored), most=3)["slices"]

    assert {each["value"]: each["rows"] for each in found} == {"a": 20, "b": 15, "c": 10, OTHER: 15}


def test_slices_of_a_field_account_for_every_row_and_depend_on_no_other_field() -> None:
    scored = _draw(300)
    fields = {**row_fields(scored), "half": ["a", "b"] * 150}

    together = measure_slices(scored, fields, _resampling(scored))
    alone = measure_slices(scored, {"half": fields["half"]}, _resampling(scored))

    assert [each for each in together["slices"] if each["field"] == "half"] == alone["slices"]
    for name in {each["field"] for each in together["slices"]}:
        assert sum(each["rows"] for each in together["slices"] if each["field"] == name) == 300


def test_no_field_gives_no_slice() -> None:
    scored = _draw(8)

    assert measure_slices(scored, {}, _resampling(scored)) == {"slices": [], "left_out": {}}


def test_fields_that_do_not_align_are_refused() -> None:
    scored = _draw(8)

    with pytest.raises(ValueError, match="source: one value for each of the 8 rows"):
        measure_slices(scored, {"source": ["a"]}, _resampling(scored))
    with pytest.raises(ValueError, match="groups"):
        measure_slices(scored, {}, Resampling(np.arange(3)))


def _lengths(*words: int) -> list[str | None]:
    gold = np.ones((len(words), 1))
    return list(row_fields(make_scored(gold, gold, texts=["w " * count for count in words]))["length"])


def test_lengths_are_named_by_quarter_in_words() -> None:
    assert _lengths(5, 1, 9, 2, 3, 4, 6, 8) == [
        "5 to 6 words" if count in {5, 6} else name
        for count, name in zip(
            (5, 1, 9, 2, 3, 4, 6, 8),
            [
                "",
                "up to 2 words",
                "over 6 words",
                "up to 2 words",
                "3 to 4 words",
                "3 to 4 words",
                "",
                "over 6 words",
            ],
            strict=True,
        )
    ]
    assert _lengths(7, 7, 7) == ["up to 7 words"] * 3
    assert _lengths(1, 1, 2, 3) == ["up to 1 word", "up to 1 word", "2 words", "over 2 words"]
    assert _lengths(4) == ["up to 4 words"]


def test_positions_are_read_off_ids_or_taken_as_given() -> None:
    gold = np.ones((6, 1))
    names = ["a#p1", "a#p2", "b#3", "a#p8", "plain", "c#p-1"]
    expected = ("paragraph 1", "paragraphs 2 to 3", "paragraphs 2 to 3", "paragraph 8 and later", None, None)

    assert row_fields(make_scored(gold, gold, names=names))["position"] == expected
    from_zero = ["a#p0", "a#p1", "b#2", "a#p7", "plain", "#1"]
    assert row_fields(make_scored(gold, gold, names=from_zero))["position"] == expected
    given = row_fields(make_scored(gold, gold, names=names), [0, None, 3, 6, 7, 1])["position"]
    assert given == (
        "paragraph 1",
        None,
        "paragraphs 4 to 7",
        "paragraphs 4 to 7",
        "paragraph 8 and later",
        "paragraphs 2 to 3",
    )


def test_rows_are_told_apart_by_their_number_of_labels() -> None:
    gold = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]]

    assert row_fields(make_scored(gold, gold))["labels"] == ("no label", "1 label", "2 labels", "3 or more labels")


def test_where_one_label_applies_their_number_parts_nothing() -> None:
    gold = np.eye(3)[np.arange(60) % 3]
    scored = make_scored(gold, gold[::-1], is_single=True)

    found = measure_slices(scored, row_fields(scored), _resampling(scored))

    assert found["left_out"]["labels"] == "all rows have the same value"


def test_a_thousand_resamples_of_thousands_of_rows_take_seconds() -> None:
    scored = _draw(4000)
    random = np.random.default_rng(0)
    fields = {f"field {k}": random.choice(list("abcdefghijkl"), 4000).tolist() for k in range(5)}

    start = process_time()
    found = measure_slices(scored, fields, _resampling(scored, 1000))

    assert process_time() - start < 20
    assert len(found["slices"]) == 5 * 11
