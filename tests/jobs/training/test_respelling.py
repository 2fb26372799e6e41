import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.config import TrainConfig
from pipeline.decision import FloatArray
from pipeline.jobs.train import train
from pipeline.jobs.training import transformer
from pipeline.jobs.training.material import gather_material
from pipeline.jobs.training.respelling import RESPELLINGS, respell
from pipeline.records import Window
from pipeline.text import clean, preprocess_arabert
from pipeline.tokenizer import ParagraphTokenizer
from pipeline.training import EncodedRows, Fitted, Fitting, fit_soup

ROOT = Path(__file__).parents[3]
LINES = (ROOT / "seeds" / "labelled" / "authored.jsonl").read_text(encoding="utf-8").splitlines()
TEXTS = [clean(json.loads(line)["text"]).text for line in LINES[:400]]
ALL = np.ones(len(TEXTS), dtype=np.bool_)


def test_about_the_share_asked_for_is_respelled_and_no_more_than_a_little() -> None:
    after = respell(TEXTS, ALL, 0.3, 1)

    changed = [(old, new) for old, new in zip(TEXTS, after, strict=True) if old != new]
    assert 90 < len(changed) < 150
    for old, new in changed:
        assert abs(len(new) - len(old)) < 0.2 * len(old)


@pytest.mark.parametrize(("share", "fewest", "most"), [(0, 0, 0), (1, 380, 400)])
def test_none_and_all_that_have_a_place_for_the_edits(share: float, fewest: int, most: int) -> None:
    after = respell(TEXTS, ALL, share, 1)

    seen = ((preprocess_arabert(old), preprocess_arabert(new)) for old, new in zip(TEXTS, after, strict=True))
    assert fewest <= sum(old != new for old, new in seen) <= most


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


def test_rows_are_scored_as_they_were_written_whatever_was_learned(
    tiny_settings: TrainConfig, tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored: list[tuple[Window, ...]] = []
    learned: list[tuple[Window, ...]] = []
    score = transformer._score

    def spy_on_score(folder: Path, rows: EncodedRows, config: TrainConfig) -> FloatArray:
        scored.extend(rows.windows)
        return score(folder, rows, config)

    def spy_on_fit(fitting: Fitting, rows: EncodedRows, *others: Any, **more: Any) -> Fitted:
        learned.extend(rows.windows)
        return fit_soup(fitting, rows, *others, **more)

    monkeypatch.setattr(transformer, "_score", spy_on_score)
    monkeypatch.setattr(f"{transformer.__name__}.fit_soup", spy_on_fit)
    given = tiny_settings.model_dump() | {"out": tmp_path / "model", "run": tmp_path / "run", "respelled": 1}
    given["training"] |= {"epochs": 1, "held_out": 0}
    given["calibration"] |= {"folds": 2}
    config = TrainConfig.model_validate(given)
    train(config)

    material = gather_material(config)
    plain = set(ParagraphTokenizer.load(tiny_encoder, material.decision).windows(material.texts))
    assert len(scored) == len(material.texts)
    assert set(scored) <= plain
    assert len(set(learned) - plain) > len(set(learned)) / 2
