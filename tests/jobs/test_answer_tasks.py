"""Label Studio's questions and our answers; the server of docs/ as well."""

import json
import runpy
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from pipeline.annotation.label_studio import tasks_of
from pipeline.errors import InputError
from pipeline.jobs.answer_tasks import answer_tasks
from pipeline.labeller import Labeller
from pipeline.model_folder import read_decision
from pipeline.writers.rows import row_of

ROOT = Path(__file__).parents[2]
ENERGY = "وقعت مصر والصين اتفاقا لبناء محطة كهرباء قرب الساحل"
SPORT = "فاز الفريق بالمباراة بهدفين مقابل هدف"


def _request(*texts: str) -> dict[str, Any]:
    return {"tasks": [{"id": k, "data": {"text": text}} for k, text in enumerate(texts, 1)], "project": "1.2"}


def test_each_task_gets_the_prediction_that_export_writes(linear_classifier: Path) -> None:
    labeller = Labeller(str(linear_classifier))

    answer = answer_tasks(_request(ENERGY, SPORT), labeller)

    rows = [row_of(each.paragraphs[0]) for each in labeller.label([ENERGY, SPORT])]
    exported = [task["predictions"][0] for task in tasks_of(rows, read_decision(linear_classifier))]
    assert answer == {"results": exported}
    assert exported[0]["result"][0]["value"]["choices"]


def test_a_text_is_one_paragraph_and_one_that_is_dropped_has_no_prediction(linear_classifier: Path) -> None:
    labeller = Labeller(str(linear_classifier))

    first, second = answer_tasks(_request("اقرأ أيضا: موجة حر", ENERGY.replace(" قرب", "\nقرب")), labeller)["results"]

    assert first == {"result": []}
    assert second == answer_tasks(_request(ENERGY), labeller)["results"][0]


@pytest.mark.parametrize("request_", [{}, {"tasks": [{"id": 1}]}, {"tasks": 3}, {"tasks": [{"data": {"text_": ""}}]}])
def test_another_request_is_refused(request_: dict[str, Any], linear_classifier: Path) -> None:
    with pytest.raises(InputError, match="not one of Label Studio"):
        answer_tasks(request_, Labeller(str(linear_classifier)))


def test_the_backend_of_the_docs_answers(linear_classifier: Path) -> None:
    make_server = runpy.run_path(str(ROOT / "docs" / "label_studio_backend.py"))["make_server"]
    with make_server(str(linear_classifier), 0) as server:
        server.RequestHandlerClass.log_message = lambda *_: None
        Thread(target=server.serve_forever, daemon=True).start()
        answers = []
        for method, path, body in (
            ("GET", "/health", None),
            ("POST", "/setup", "{}"),
            ("POST", "/predict", json.dumps(_request(ENERGY))),
            ("POST", "/predict", "[]"),
        ):
            connection = HTTPConnection("127.0.0.1", server.server_port, timeout=60)
            connection.request(method, path, body)
            response = connection.getresponse()
            answers.append((response.status, json.loads(response.read())))
            connection.close()
        server.shutdown()
    assert answers[0] == (200, {"status": "UP", "model_class": "taawun"})
    assert answers[1] == (200, {"model_version": str(linear_classifier)})
    assert answers[2] == (200, answer_tasks(_request(ENERGY), Labeller(str(linear_classifier))))
    assert answers[3][0] == 400
