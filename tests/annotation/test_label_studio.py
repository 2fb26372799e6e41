"""Label Studio's configuration and tasks."""

import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from pipeline.annotation.label_studio import labelling_config, tasks_of
from pipeline.labelled import read_labelled
from tests.annotation_samples import ROW, UNLABELLED, decision, taxonomy


def _parse(config: str) -> Element:
    return fromstring(config)  # noqa: S314  (our own)


def _choices(config: str) -> list[dict[str, str]]:
    return [dict(choice.attrib) for choice in _parse(config).iter("Choice")]


def _only(view: Element, tag: str) -> dict[str, str]:
    (found,) = view.iter(tag)
    return found.attrib


def _result(task: dict[str, Any]) -> dict[str, Any]:
    (prediction,) = task["predictions"]
    (result,) = prediction["result"]
    assert isinstance(result, dict)
    return result


def test_annotators_see_arabic_names_and_exports_hold_ids() -> None:
    choices = _choices(labelling_config(taxonomy()))

    assert [(choice["alias"], choice["value"]) for choice in choices] == [
        ("energy", "الطاقة"),
        ("finance", "المال والمصارف"),
        ("diplomacy", "السياسة والدبلوماسية"),
        ("none", "لا شيء منها"),
    ]


def test_definitions_are_shown_whatever_signs_they_hold() -> None:
    choices = _choices(labelling_config(taxonomy()))

    assert choices[0]["hint"] == 'Oil & gas, "pipelines", <grids>.'
    assert "hint" not in choices[1]


def test_the_paragraph_is_set_from_right_to_left_and_an_answer_is_required() -> None:
    view = _parse(labelling_config(taxonomy()))

    assert "direction: rtl" in view.attrib["style"]
    assert _only(view, "Text") == {"name": "paragraph", "value": "$text"}
    assert _only(view, "Choices") == {
        "name": "labels",
        "toName": "paragraph",
        "choice": "multiple",
        "required": "true",
    }


def test_where_one_label_applies_one_is_chosen_and_none_is_no_choice() -> None:
    config = labelling_config(taxonomy("one"))

    assert _only(_parse(config), "Choices")["choice"] == "single"
    assert [choice["alias"] for choice in _choices(config)] == ["energy", "finance", "diplomacy"]


def test_a_task_holds_the_paragraph_and_where_it_stands() -> None:
    (task,) = tasks_of([ROW], decision())

    assert task["data"] == {
        "text": "وقعت الشركتان عقداً لتوريد الغاز.",
        "id": "a1#3",
        "article": "a1",
        "paragraph": 3,
        "title": "اتفاق جديد",
        "date": "2024-03-05",
        "source": "وكالة",
        "start": 12,
        "end": 45,
        "model": "three@0123456789ab",
    }


def test_data_that_the_configuration_names_is_always_there() -> None:
    view = _parse(labelling_config(taxonomy()))
    named = {value[1:] for each in view.iter() for value in each.attrib.values() if value.startswith("$")}

    for task in tasks_of([ROW, UNLABELLED], decision()):
        assert named
        assert all(isinstance(task["data"][name], str) for name in named)


def test_the_answer_of_the_model_names_the_question_and_the_text_of_the_configuration() -> None:
    question = _only(_parse(labelling_config(taxonomy())), "Choices")
    labelled, unlabelled = tasks_of([ROW, UNLABELLED], decision())

    for task in (labelled, unlabelled):
        result = _result(task)
        assert (result["from_name"], result["to_name"]) == (question["name"], question["toName"])
        assert result["type"] == "choices"
        assert task["predictions"][0]["model_version"] == "three@0123456789ab"
    assert _result(labelled)["value"] == {"choices": ["energy", "finance"]}
    assert _result(unlabelled)["value"] == {"choices": ["none"]}


def test_the_score_is_the_certainty_of_the_least_certain_decision() -> None:
    tasks = tasks_of([ROW, UNLABELLED], decision())

    scores = [task["predictions"][0]["score"] for task in tasks]
    assert scores == pytest.approx([1 - 2 * 0.4, 1 - 2 * 0.02])
    on_the_threshold = tasks_of([ROW], decision(thresholds={"energy": 0.9}))
    assert on_the_threshold[0]["predictions"][0]["score"] == pytest.approx(0, abs=1e-4)


def test_no_rows_make_no_tasks() -> None:
    assert tasks_of([], decision()) == []


def test_tasks_whose_answers_are_accepted_are_read_back_as_labelled_paragraphs(tmp_path: Path) -> None:
    tasks = tasks_of([ROW, UNLABELLED], decision())
    exported = [
        {"id": number, "data": task["data"], "annotations": [{"completed_by": 1, "result": [_result(task)]}]}
        for number, task in enumerate(tasks)
    ]
    (tmp_path / "export.json").write_text(json.dumps(exported), encoding="utf-8")

    read = read_labelled([tmp_path / "export.json"], taxonomy())

    assert [(row.id, row.article, row.text) for row in read] == [("a1#3", "a1", ROW.text), ("a1#4", "a1", ROW.text)]
    assert [set(row.labels) for row in read] == [{"energy", "finance"}, set()]
    assert read[0].source == "وكالة"
