"""Answering Label Studio, which asks a machine-learning backend how it would label tasks."""

from collections.abc import Mapping
from typing import Any

from pipeline.annotation.label_studio import tasks_of
from pipeline.errors import InputError
from pipeline.labeller import Labeller
from pipeline.model_folder import find_model, read_decision
from pipeline.writers.rows import row_of


def answer_tasks(request: Mapping[str, Any], labeller: Labeller) -> dict[str, list[dict[str, Any]]]:
    """Give what Label Studio expects of `POST /predict`.

    Args:
        request: What it sends: `tasks`, each with `data`, whose `text` is one paragraph, as `taawun export` and
            `taawun suggest` write them.
        labeller: What labels them.

    Returns:
        `results`, one for each task in its order: `result`, `score` and `model_version` as in the tasks of
        `taawun export`; an empty `result` for a paragraph that labelling drops, such as a caption.

    Raises:
        InputError: The request has another shape.
    """
    try:
        texts = [" ".join(str(task["data"]["text"]).splitlines()) for task in request["tasks"]]
    except (KeyError, TypeError) as error:
        message = "request: not one of Label Studio; tasks with data.text expected, as taawun export writes them"
        raise InputError(message) from error
    decision = read_decision(find_model(labeller.model))
    results: list[dict[str, Any]] = []
    for labelled in labeller.label(texts):
        made = tasks_of([row_of(paragraph) for paragraph in labelled.paragraphs[:1]], decision)
        results.append(made[0]["predictions"][0] if made else {"result": []})
    return {"results": results}
