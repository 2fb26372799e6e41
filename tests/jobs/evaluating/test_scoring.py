import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.errors import InputError
from pipeline.jobs.evaluating.scoring import as_predict, first_labels, read_predictions, score_rows
from pipeline.kinds import load_classifier
from pipeline.records import LabelledParagraph, Tally
from pipeline.taxonomy import Taxonomy

TAXONOMY = load_config(Taxonomy, Path(__file__).parents[3] / "configs" / "cooperation.yaml")
ROWS = [
    LabelledParagraph("a", "وقعت الصين اتفاقا مع روسيا", ("energy",), "f:1"),
    LabelledParagraph("b", "Read also: all the news of today", (), "f:2"),
]
ENERGY = TAXONOMY.ids.index("energy")


def _write(path: Path, *lines: Any) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_a_dropped_row_has_no_label_and_is_sure_of_it(tiny_classifier: Path) -> None:
    tally = Tally()

    scored = score_rows(ROWS, load_classifier(str(tiny_classifier), device="cpu", precision="float32"), tally)

    assert scored.margins is not None
    assert scored.probabilities is not None
    assert np.isinf(scored.margins).tolist() == [False, True]
    assert not scored.applies[1].any()
    assert not scored.probabilities[1].any()
    assert sum(count for key, count in tally.items() if key.startswith("drop_")) == 1


def test_predict_gives_what_scoring_gives(tiny_classifier: Path) -> None:
    classifier = load_classifier(str(tiny_classifier), device="cpu", precision="float32")
    scored = score_rows(ROWS, classifier, Tally())

    applies, probabilities = as_predict(classifier)([row.text for row in ROWS])

    assert (applies == scored.applies).all()
    assert probabilities == pytest.approx(scored.probabilities)


NOTHING = dict.fromkeys(TAXONOMY.ids, 0.0)


def test_predictions_meet_their_rows_by_id(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "other.jsonl",
        {"id": "b", "labels": []},
        {"id": "a", "labels": ["energy", "finance"], "probabilities": NOTHING | {"energy": 0.7, "finance": 0.9}},
    )
    path.write_text(f"\ufeff{path.read_text(encoding='utf-8')}\n", encoding="utf-8")

    scored = read_predictions(path, ROWS, TAXONOMY)

    assert scored.applies.sum(axis=1).tolist() == [2, 0]
    assert scored.probabilities is None  # one row has none
    assert scored.model == "other.jsonl"


def test_probabilities_of_predictions_are_used_where_all_rows_have_them(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "other.jsonl",
        {"id": "a", "labels": ["energy", "finance"], "probabilities": NOTHING | {"energy": 0.7, "finance": 0.9}},
        {"id": "b", "labels": [], "probabilities": NOTHING | {"energy": 0.1}},
    )

    scored = read_predictions(path, ROWS, TAXONOMY)

    assert scored.probabilities is not None
    assert scored.probabilities[:, ENERGY].tolist() == [0.7, 0.1]
    assert first_labels(scored) == ["finance", None]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([{"id": "a", "labels": []}], "no prediction for b"),
        ([{"id": "a", "labels": []}, {"id": "b", "labels": []}, {"id": "c", "labels": []}], "no such row as c"),
        ([{"id": "a", "labels": ["enrgy"]}, {"id": "b", "labels": []}], ":1: not in the taxonomy cooperation: enrgy"),
        ([{"id": "a", "labels": []}, {"id": "a", "labels": []}], ":2: id a is given twice"),
        ([{"id": "a", "labels": "energy"}], ":1: an object with id and labels"),
        ([{"id": "a", "labels": [], "probabilities": {"energy": 3}}], ":1: probabilities: numbers from 0 to 1"),
        ([{"id": "a", "labels": [], "probabilities": {"energy": 0.3}}], ":1: probabilities: of all labels or of none"),
        ([{"id": "a", "labels": [], "probabilities": [0.3]}], ":1: probabilities: an object"),
    ],
)
def test_predictions_that_do_not_fit_are_refused(tmp_path: Path, lines: list[Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_predictions(_write(tmp_path / "other.jsonl", *lines), ROWS, TAXONOMY)


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.jsonl").write_text("energy\n", encoding="utf-8")
    with pytest.raises(InputError, match="not JSON"):
        read_predictions(tmp_path / "other.jsonl", ROWS, TAXONOMY)
