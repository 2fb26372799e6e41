import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import TrainConfig
from pipeline.jobs.train import train
from pipeline.jobs.training.respelling import RESPELLINGS, respell
from pipeline.text import clean

ROOT = Path(__file__).parents[3]
LINES = (ROOT / "seeds" / "labelled" / "authored.jsonl").read_text(encoding="utf-8").splitlines()
TEXTS = [clean(json.loads(line)["text"]).text for line in LINES[:400]]
ALL = np.ones(len(TEXTS), dtype=np.bool_)


def test_about_the_share_asked_for_is_respelled_and_no_more_than_a_little() -> None:
    after = respell(TEXTS, ALL, 0.3, 1)

    changed = [(old, new) for old, new in zip(TEXTS, after, strict=True) if old != new]
    assert 80 < len(changed) < 140
    for old, new in changed:
        assert abs(len(new) - len(old)) < 0.2 * len(old)


@pytest.mark.parametrize(("share", "fewest", "most"), [(0, 0, 0), (1, 300, 400)])
def test_none_and_all_that_have_a_place_for_the_edits(share: float, fewest: int, most: int) -> None:
    after = respell(TEXTS, ALL, share, 1)

    assert fewest <= sum(old != new for old, new in zip(TEXTS, after, strict=True)) <= most


def test_rows_that_are_not_trained_on_stay_as_they_are() -> None:
    trains = np.arange(len(TEXTS)) % 2 == 0

    after = respell(TEXTS, trains, 1, 1)

    assert after[1::2] == TEXTS[1::2]
    assert after[::2] != TEXTS[::2]


def test_a_text_is_respelled_the_same_way_wherever_it_stands() -> None:
    backwards = respell(TEXTS[::-1], ALL, 0.5, 1)

    assert backwards[::-1] == respell(TEXTS, ALL, 0.5, 1)
    assert backwards[::-1] != respell(TEXTS, ALL, 0.5, 2)


def test_each_respelling_is_one_that_cleaning_leaves() -> None:
    for edit in RESPELLINGS:
        edited = [clean(edit.apply(text)).text for text in TEXTS]

        assert edited != TEXTS, edit.name


def test_a_model_learns_from_the_respelled_rows(
    tiny_settings: TrainConfig, tiny_classifier: Path, tmp_path: Path
) -> None:
    given = tiny_settings.model_dump() | {"out": tmp_path / "model", "run": tmp_path / "run", "respelled": 0.5}

    folder = train(TrainConfig.model_validate(given))

    told, plain = (
        json.loads((each / "metrics.json").read_text(encoding="utf-8")) for each in (folder, tiny_classifier)
    )
    assert told["training"]["rows_trained_on"] == plain["training"]["rows_trained_on"]
    assert told["out_of_sample"]["rows"] == plain["out_of_sample"]["rows"]
    assert (folder / "model.safetensors").read_bytes() != (tiny_classifier / "model.safetensors").read_bytes()
