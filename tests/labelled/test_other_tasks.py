from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.labelled import collect_labelled
from tests.labelled.samples import read, taxonomy, write_lines

TEXT = "وقعت الصين وروسيا اتفاقا"


@pytest.mark.parametrize(
    ("fields", "task"),
    [
        ({"text": TEXT, "entities": [[0, 4, "ORG"]]}, "spans in texts (entities) and no labels"),
        ({"tokens": ["وقعت"], "tags": [0]}, "spans in texts (tags, tokens) and no labels"),
        ({"text": TEXT, "label": [[0, 4, "ORG"]]}, "spans in texts where labels are expected"),
        ({"context": TEXT, "answers": {"text": ["الصين"]}}, "questions and answers (answers) and no labels"),
        ({"sentence1": TEXT, "sentence2": TEXT}, "pairs of texts (sentence1, sentence2) and no labels"),
        ({"text": TEXT, "stars": 4}, "ratings (stars) and no labels"),
        ({"text": TEXT, "labels": 4}, "ratings where labels are expected"),
        ({"text": TEXT, "labels": "3.5"}, "ratings where labels are expected"),
    ],
)
def test_rows_of_another_task_are_refused_once_and_by_its_name(
    tmp_path: Path, fields: dict[str, object], task: str
) -> None:
    path = write_lines(tmp_path / "a.jsonl", *[fields] * 3)

    with pytest.raises(InputError) as caught:
        read(path)

    first, message = str(caught.value).splitlines()
    assert first == "1 mistake(s) in labelled rows"
    assert message.startswith(f"{path}: holds {task}: another task; give paragraphs")
    assert message.endswith("energy, finance, diplomacy")


def test_labels_of_another_taxonomy_are_refused_in_one_message(tmp_path: Path) -> None:
    names = ["sport", "weather", "chess", "opera", "cooking", "gardens", "energy"]
    path = write_lines(tmp_path / "a.jsonl", *({"text": f"{TEXT} {name}", "labels": [name]} for name in names))

    with pytest.raises(InputError) as caught:
        read(path)

    (_, message) = str(caught.value).splitlines()
    assert message == (
        f"{path}: its labels belong to another taxonomy: sport, weather, chess, opera, cooking, …; "
        "known in t: energy, finance, diplomacy; give its taxonomy: taxonomy=FILE"
    )


def test_misspelt_labels_and_a_few_unknown_ones_are_told_row_by_row(tmp_path: Path) -> None:
    misspelt = write_lines(
        tmp_path / "a.jsonl", {"text": TEXT, "labels": ["enrgy", "finanse"]}, {"text": "نص", "labels": ["diplomcy"]}
    )
    few = write_lines(
        tmp_path / "b.jsonl",
        {"text": TEXT, "labels": ["sport", "opera"]},
        {"text": "نص", "labels": ["energy", "finance"]},
    )

    _, wrong = collect_labelled([misspelt, few], taxonomy())

    assert [each.rpartition("/")[2].split(" ")[0] for each in wrong] == [
        "a.jsonl:1:",
        "a.jsonl:1:",
        "a.jsonl:2:",
        "b.jsonl:1:",
        "b.jsonl:1:",
    ]


def test_further_columns_beside_labels_are_no_other_task(tmp_path: Path) -> None:
    row = {"text": TEXT, "labels": ["energy"], "entities": [], "score": 3, "question": "?"}

    assert read(write_lines(tmp_path / "a.jsonl", row))[0].labels == ("energy",)


def test_one_broken_row_hides_neither_the_others_nor_its_own_mistake(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": TEXT, "labels": ["energy"]}, {"text": TEXT, "labels": 3})

    rows, wrong = collect_labelled([path], taxonomy())

    assert [row.place for row in rows] == [f"{path}:1"]
    assert wrong == [f"{path}:2: labels: a list of domain ids is required, [] for none"]
