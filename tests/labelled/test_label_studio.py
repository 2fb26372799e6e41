"""Label Studio's exports; those in `exports/` were made by Label Studio 1.23.2 itself, of eight tasks, two annotators.

`label_studio.json` is its JSON export of all tasks, `label_studio_snapshot.json` a snapshot that has annotators and
predictions written out, `label_studio_min.json` its JSON_MIN, `label_studio.csv` its CSV.
"""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InputError
from pipeline.labelled import Columns, read_labelled

from .samples import EXPORTS, labels_of, read, taxonomy, write_json, write_text

NONE: frozenset[str] = frozenset()
ENERGY, FINANCE, DIPLOMACY = frozenset({"energy"}), frozenset({"finance"}), frozenset({"diplomacy"})
CODINGS = [(ENERGY, None), (ENERGY | FINANCE, FINANCE), (NONE, NONE), (NONE, None), (ENERGY, DIPLOMACY)]


def _answer(*choices: str, name: str = "labels", kind: str = "choices") -> dict[str, Any]:
    return {"type": kind, "from_name": name, "to_name": "text", "value": {kind: list(choices)}}


def _annotation(*answers: dict[str, Any], by: object = 1, **more: object) -> dict[str, Any]:
    return {"result": list(answers), "completed_by": by, "was_cancelled": False, "ground_truth": False} | more


def _task(number: int, *annotations: dict[str, Any], **data: object) -> dict[str, Any]:
    return {"id": number, "data": {"text": f"نص {number}"} | data, "annotations": list(annotations), "predictions": []}


@pytest.mark.parametrize("name", ["label_studio.json", "label_studio_snapshot.json"])
def test_an_export_gives_labels_codings_and_what_the_tasks_say(name: str, caplog: pytest.LogCaptureFixture) -> None:
    path = EXPORTS / name

    rows = read(path)

    assert [row.id for row in rows] == ["news-0#p0", "news-0#p1", "news-1#p0", "news-1#p1", "news-3#p0"]
    assert labels_of(rows) == [("energy",), ("finance",), (), (), ("diplomacy",)]
    assert [row.codings for row in rows] == CODINGS
    assert [row.annotated for row in rows] == [None] * 4 + [ENERGY | DIPLOMACY]
    assert {(row.source, row.carried["date"]) for row in rows} == {("wire", "2024-05-01")}
    assert rows[1].text == "افتتح البلدان مصرفا مشتركا لتمويل محطات الكهرباء"
    assert (rows[1].article, rows[1].place) == ("news-0", f"{path}:task 2")
    assert caplog.messages == [
        f"{path}: 1 tasks are left out: their annotators skipped them",
        f"{path}: 2 tasks are left out: they have no annotation",
    ]


@pytest.mark.parametrize(("name", "place"), [("label_studio_min.json", "task 2"), ("label_studio.csv", "3")])
def test_flat_exports_give_the_same_but_for_what_they_leave_out(
    name: str, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = EXPORTS / name

    rows = read(path)

    assert labels_of(rows) == [("energy",), ("finance",), (), (), ()]  # the ground truth of the last is not in it
    assert [row.codings for row in rows] == CODINGS
    assert [row.article for row in rows] == ["news-0", "news-0", "news-1", "news-1", "news-3"]
    assert rows[1].place == f"{path}:{place}"
    assert rows[1].carried == {"date": "2024-05-01"}  # the note is one annotator's
    assert caplog.messages == [f"{path}: 2 tasks are left out: they have no annotation"]


def test_rows_of_json_min_are_not_called_by_the_numbers_of_tasks() -> None:
    csv, least = (read(EXPORTS / name) for name in ("label_studio.csv", "label_studio_min.json"))

    assert [row.id for row in csv][:2] == ["news-0#p0", "news-0#p1"]
    assert [row.id for row in least] == [row.place for row in least]


def test_exports_of_both_kinds_may_be_packed(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "export.json.gz"
    path.write_bytes(gzip.compress((EXPORTS / "label_studio.json").read_bytes()))

    assert len(read(path)) == 5


def test_one_annotator_makes_no_codings(tmp_path: Path) -> None:
    path = write_json(tmp_path / "e.json", [_task(1, _annotation(_answer("finance", "energy")))])

    assert [(row.labels, row.codings) for row in read(path)] == [(("finance", "energy"), ())]


def test_choices_may_be_names_of_domains_or_none(tmp_path: Path) -> None:
    both = _task(1, _annotation(_answer("الطاقة")), _annotation(_answer("لا شيء منها"), by=2))
    path = write_json(tmp_path / "e.json", [both, _task(2, _annotation(_answer("Politics, diplomacy")))])

    assert [(row.labels, row.codings) for row in read(path)] == [
        ((), (ENERGY, NONE)),
        (("diplomacy",), (DIPLOMACY, None)),
    ]


def test_the_choices_that_are_called_labels_count_where_there_are_several(tmp_path: Path) -> None:
    answers = (_answer("yes", name="clear"), _answer("energy"))
    path = write_json(tmp_path / "e.json", [_task(1, _annotation(*answers))])

    assert labels_of(read(path)) == [("energy",)]


def test_choices_of_another_name_are_found_alone_or_by_name(tmp_path: Path) -> None:
    alone = write_json(tmp_path / "a.json", [_task(1, _annotation(_answer("energy", name="topic")))])
    answers = (_answer("yes", name="clear"), _answer("energy", name="topic"))
    several = write_json(tmp_path / "b.json", [_task(1, _annotation(*answers))])

    assert labels_of(read(alone)) == [("energy",)]
    with pytest.raises(
        InputError, match=r"b\.json: no choices are called labels but clear, topic; give columns\.labels"
    ):
        read(several)
    assert labels_of(read(several, Columns(labels="topic"))) == [("energy",)]
    with pytest.raises(InputError, match="no choices are called topics but topic"):
        read(alone, Columns(labels="topics"))


def test_an_export_of_another_task_is_not_taken_for_no_domain(tmp_path: Path) -> None:
    path = write_json(tmp_path / "e.json", [_task(1, _annotation(_answer("PER", name="label", kind="labels")))])

    with pytest.raises(InputError, match=r"e\.json: no choices in it but labels; export a project"):
        read(path)


def test_other_answers_beside_the_choices_do_not_matter(tmp_path: Path) -> None:
    note = {"type": "textarea", "from_name": "note", "value": {"text": ["x"]}}
    path = write_json(
        tmp_path / "e.json", [_task(1, _annotation(note, _answer("energy"))), _task(2, _annotation(note))]
    )

    assert labels_of(read(path)) == [("energy",), ()]


def test_tasks_that_wait_for_annotation_are_counted_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    guess = {"model_version": "m", "result": [_answer("energy")]}
    path = write_json(tmp_path / "e.json", [{"data": {"text": "نص"}, "predictions": [guess]}])

    with pytest.raises(InputError, match="no labelled row"):
        read(path)
    assert caplog.messages[0] == f"{path}: 1 tasks are left out: they have no annotation"


def test_a_second_annotation_of_one_annotator_replaces_the_first(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    late = _annotation(_answer("energy"), updated_at="2024-02-01T00:00:00Z")
    early = _annotation(_answer("finance"), updated_at="2024-01-01T00:00:00Z")
    path = write_json(tmp_path / "e.json", [_task(1, late, early)])

    assert labels_of(read(path)) == [("energy",)]
    assert caplog.messages == [f"{path}: 1 annotations are left out: the same annotator made another one later"]


def test_the_data_of_a_task_goes_before_its_meta_and_its_own_labels_do_not_count(tmp_path: Path) -> None:
    data = {"id": "x", "labels": ["finance"], "codings": [["finance"]], "meta": {"date": "2024", "year": 2024}}
    task = _task(1, _annotation(_answer("energy")), **data)
    path = write_json(tmp_path / "e.json", [task | {"meta": {"id": "y", "annotated": "energy, finance", "date": "1"}}])

    (row,) = read(path)

    assert (row.id, row.labels, row.codings, row.annotated) == ("x", ("energy",), (), ENERGY | FINANCE)
    assert row.carried == {"date": "2024", "year": "2024"}


def test_texts_may_stand_under_another_name(tmp_path: Path) -> None:
    path = write_json(tmp_path / "e.json", [_task(1, _annotation(_answer("energy")), body="خبر")])

    assert read(path, Columns(text="body"))[0].text == "خبر"


def test_mistakes_are_told_with_the_task(tmp_path: Path) -> None:
    good = _task(1, _annotation(_answer("energy")))
    wrong = deepcopy(good) | {"id": 2, "annotations": [{"result": "x"}]}
    path = write_json(
        tmp_path / "e.json",
        [3, good, wrong, _task(4, _annotation(_answer("enrgy"))), _task(5, _annotation(_answer("none", "energy")))],
    )

    with pytest.raises(InputError) as caught:
        read(path)

    lines = str(caught.value).splitlines()[1:]
    assert lines[0].startswith(f"{path}:1: not an object but int")
    assert lines[1].startswith(f"{path}:3: not a task of Label Studio: annotations.0.result: ")
    assert lines[2] == f"{path}:task 4: labels: 'enrgy' is not in the taxonomy t; did you mean energy?"
    assert lines[3].startswith(f"{path}:task 5: labels: 'none' is given beside energy")


def test_a_minority_choice_that_is_no_domain_is_a_mistake_too(tmp_path: Path) -> None:
    path = write_json(tmp_path / "e.json", [_task(1, _annotation(_answer("energy")), _annotation(_answer("x"), by=2))])

    with pytest.raises(InputError, match="task 1: codings: 'x' is not in the taxonomy"):
        read(path)


def _flat(number: int, annotator: object, **fields: object) -> dict[str, object]:
    return {"id": number, "text": f"نص {number}", "annotator": annotator, "annotation_id": number * 10} | fields


def test_json_min_writes_one_several_and_no_choice_in_four_ways(tmp_path: Path) -> None:
    rows = [
        _flat(1, 1, labels="energy"),
        _flat(2, 1, labels={"choices": ["finance", "energy"]}),
        _flat(3, 1, labels=""),
        _flat(4, 1),
        _flat(5, 1, labels={"choices": []}),
    ]

    path = write_json(tmp_path / "e.json", rows)

    assert labels_of(read(path)) == [("energy",), ("finance", "energy"), (), (), ()]


def test_json_min_without_any_choice_is_not_taken_for_no_domain(tmp_path: Path) -> None:
    path = write_json(tmp_path / "e.json", [_flat(1, 1, topic="energy")])

    with pytest.raises(InputError, match=r"no row has labels; the columns are: text, topic;"):
        read(path)
    assert labels_of(read(path, Columns(labels="topic"))) == [("energy",)]


def test_json_min_of_another_task_is_not_taken_for_no_domain(tmp_path: Path) -> None:
    path = write_json(tmp_path / "e.json", [_flat(1, 1, labels=[{"start": 0, "end": 2, "labels": ["PER"]}])])

    with pytest.raises(InputError, match=r"task 1: labels: .*start.* is not in the taxonomy"):
        read(path)


def test_codings_stand_in_the_order_of_the_numbers_of_annotators_even_where_they_are_written_out(
    tmp_path: Path,
) -> None:
    later, earlier = {"id": 10, "email": "a"}, {"id": 9, "email": "b"}
    task = _task(1, _annotation(_answer("energy"), by=later), _annotation(_answer("none"), by=earlier))
    rows = [_flat(1, later, labels="energy"), _flat(1, earlier, labels="none", annotation_id=11)]

    for path in (write_json(tmp_path / "e.json", [task]), write_json(tmp_path / "min.json", rows)):
        assert [row.codings for row in read(path)] == [(NONE, ENERGY)]


def test_what_the_annotators_of_a_task_do_not_share_is_not_carried(tmp_path: Path) -> None:
    rows = [_flat(1, 1, labels="energy", note="x", year=2024), _flat(1, 2, labels="energy", year=2024)]

    assert read(write_json(tmp_path / "e.json", rows))[0].carried == {"year": "2024"}


def test_a_row_of_json_min_that_is_no_annotation_is_a_mistake(tmp_path: Path) -> None:
    path = write_json(tmp_path / "e.json", [_flat(1, 1, labels="energy"), {"id": 2, "text": "نص"}, 3])

    with pytest.raises(InputError, match=r"(?s):2: not an annotation: annotation_id is required.*:3: not an object"):
        read(path)


def test_one_domain_each_is_read_from_single_choices(tmp_path: Path) -> None:
    path = write_json(tmp_path / "e.json", [_flat(1, 1, labels="energy")])

    assert labels_of(read_labelled([path], taxonomy("one"))) == [("energy",)]


def test_csv_with_a_broken_list_of_choices_is_a_mistake(tmp_path: Path) -> None:
    path = write_text(tmp_path / "e.csv", "annotation_id,annotator,id,text,labels", '1,1,a,نص,"{""choices"": ["')

    with pytest.raises(InputError, match=r"e\.csv:2: labels: .* is not in the taxonomy"):
        read(path)


def test_the_exports_were_made_by_label_studio() -> None:
    (first, *_) = json.loads((EXPORTS / "label_studio.json").read_text(encoding="utf-8"))

    assert {"annotations", "data", "drafts", "inner_id", "meta", "predictions", "total_annotations"} <= first.keys()
