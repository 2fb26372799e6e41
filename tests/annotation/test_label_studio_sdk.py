"""What Label Studio's own parser says, where the package label-studio-sdk is installed.

It is no dependency of the tests: it brings OpenCV and holds NumPy back to an old version. Run it in a place of its own.
"""

from typing import Any

import pytest

from pipeline.annotation.label_studio import labelling_config, tasks_of
from pipeline.config import load_config
from pipeline.shipped import find_shipped
from pipeline.taxonomy import Taxonomy
from tests.annotation_samples import ROW, UNLABELLED, decision, taxonomy

label_interface = pytest.importorskip("label_studio_sdk.label_interface")


def _problems(interface: Any, prediction: dict[str, Any]) -> list[str]:
    problems: list[str] = interface.validate_prediction(prediction, return_errors=True)
    return problems


@pytest.mark.parametrize("labels_per_paragraph", ["any", "one"])
def test_tasks_fit_the_configuration(labels_per_paragraph: str) -> None:
    interface = label_interface.LabelInterface(labelling_config(taxonomy(labels_per_paragraph)))
    interface.validate()

    rows = [ROW, UNLABELLED] if labels_per_paragraph == "any" else [ROW]
    for task in tasks_of(rows, decision(labels_per_paragraph)):
        assert interface.validate_task({"data": task["data"]})
        assert _problems(interface, task["predictions"][0]) == []


def test_an_answer_that_is_no_choice_does_not_fit() -> None:
    interface = label_interface.LabelInterface(labelling_config(taxonomy()))
    (task,) = tasks_of([ROW], decision())
    task["predictions"][0]["result"][0]["value"]["choices"] = ["الطاقة"]

    assert _problems(interface, task["predictions"][0])


def test_the_released_taxonomy_makes_a_valid_configuration() -> None:
    released = load_config(Taxonomy, find_shipped("configs/cooperation.yaml"))
    interface = label_interface.LabelInterface(labelling_config(released))

    interface.validate()
    assert set(interface.get_control("labels").labels) == {*released.ids, "none"}
