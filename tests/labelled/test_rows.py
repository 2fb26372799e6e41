import json
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.labelled import read_labelled

from .samples import labels_of, read, taxonomy, write_lines, write_text


@pytest.mark.parametrize("label", ["energy", "Energy", " ENERGY ", "الطاقة"])
def test_a_domain_may_be_called_by_its_id_or_either_name(tmp_path: Path, label: str) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": [label]})

    assert labels_of(read(path)) == [("energy",)]


@pytest.mark.parametrize("labels", [["none"], "none", ["None of them"], ["لا شيء منها"], [], ""])
def test_the_choice_of_none_means_no_domain(tmp_path: Path, labels: object) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": labels})

    assert labels_of(read(path)) == [()]


def test_none_beside_a_domain_is_a_mistake(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": ["none", "energy"]})

    with pytest.raises(InputError, match="labels: 'none' is given beside energy; give one or the other"):
        read(path)


def test_names_of_one_domain_count_as_one_label(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": ["energy", "الطاقة"]})

    with pytest.raises(InputError, match="labels: a label is given twice: energy, الطاقة"):
        read(path)


def test_annotated_tells_which_domains_were_looked_for(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "a.jsonl",
        {"text": "نص", "labels": ["energy"], "annotated": ["energy", "Finance and banking"]},
        {"text": "نص", "labels": [], "annotated": "energy|finance"},
        {"text": "نص", "labels": [], "annotated": ""},
        {"text": "نص", "labels": []},
    )

    both = frozenset({"energy", "finance"})
    assert [row.annotated for row in read(path)] == [both, both, None, None]


def test_a_label_or_a_coding_outside_annotated_is_a_mistake(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "a.jsonl",
        {"text": "نص", "labels": ["energy", "finance"], "annotated": ["energy"]},
        {"text": "نص", "labels": [], "codings": [["diplomacy"], None], "annotated": ["energy"]},
        {"text": "نص", "labels": [], "annotated": []},
        {"text": "نص", "labels": [], "annotated": ["enrgy"]},
        {"text": "نص", "labels": [], "annotated": 3},
    )

    with pytest.raises(InputError) as caught:
        read(path)

    lines = str(caught.value).splitlines()[1:]
    assert lines[0].endswith(":1: labels: finance is given but not in annotated; add it there, or remove the label")
    assert ":2: labels: diplomacy is given but not in annotated" in lines[1]
    assert ":3: annotated: no domain was looked for" in lines[2]
    assert lines[3].endswith(":4: annotated: 'enrgy' is not in the taxonomy t; did you mean energy?")
    assert ":5: annotated: a list of the domain ids" in lines[4]
    assert len(lines) == 5


def test_codings_may_use_names_and_none(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": [], "codings": [["الطاقة"], ["none"], None]})

    assert read(path)[0].codings == (frozenset({"energy"}), frozenset(), None)


@pytest.mark.parametrize(("given", "name"), [(12, "12"), (12.0, "12"), ("a", "a")])
def test_whole_numbers_may_be_names(tmp_path: Path, given: object, name: str) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": [], "article": given, "paragraph": 0})

    assert [(row.id, row.article) for row in read(path)] == [(f"{name}#0", name)]


@pytest.mark.parametrize("given", [True, 1.5, ["a"], {"a": 1}])
def test_anything_else_is_no_name(tmp_path: Path, given: object) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": [], "id": given})

    with pytest.raises(InputError, match="id: text expected, not "):
        read(path)


@pytest.mark.parametrize(
    ("fields", "is_own"),
    [
        ({"id": "a#7", "article": "a"}, False),
        ({"id": "a#1#7", "article": "a#1"}, False),
        ({"article": "a", "paragraph": 7}, False),
        ({"id": "a#7"}, True),
        ({"id": "a#7", "article": "b"}, True),
        ({"id": "a#p7", "article": "a"}, True),
        ({"id": "7", "article": "a"}, True),
    ],
)
def test_an_id_made_of_article_and_number_is_not_the_rows_own(
    tmp_path: Path, fields: dict[str, object], *, is_own: bool
) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": []} | fields)

    assert [row.has_own_id for row in read(path)] == [is_own]


def test_empty_cells_are_neither_names_nor_carried(tmp_path: Path) -> None:
    empty = {"id": "", "article": "", "paragraph": "", "source": "", "date": ""}
    path = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": []} | empty)

    (row,) = read(path)

    assert (row.id, row.article, row.source, row.carried) == (f"{path}:1", None, None, {})


def test_a_number_that_is_none_is_an_empty_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "نص", "labels": [], "article": float("nan"), "year": float("nan")}))

    (row,) = read(path)

    assert (row.article, row.carried) == (None, {})


def test_annotators_who_disagree_on_the_one_label_are_told_how_to_settle_it(tmp_path: Path) -> None:
    row = {"text": "نص", "labels": [], "codings": [["energy"], ["finance"]]}
    path = write_lines(tmp_path / "a.jsonl", row)

    with pytest.raises(InputError, match=r"exactly one label expected.*mark one annotation as the ground truth"):
        read_labelled([path], taxonomy("one"))


@pytest.mark.parametrize("given", ["[]", []])
def test_looking_for_no_domain_is_no_way_to_look_for_all(tmp_path: Path, given: object) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": [], "annotated": given})

    with pytest.raises(InputError, match="annotated: no domain was looked for; remove the row, or the field if all"):
        read(path)


def test_an_empty_cell_says_that_all_domains_were_looked_for(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.csv", "text,labels,annotated", "نص,energy, ")

    assert [row.annotated for row in read(path)] == [None]
