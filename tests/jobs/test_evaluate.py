import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import EvaluateConfig, LabelConfig
from pipeline.errors import ConfigError, InputError
from pipeline.jobs.evaluate import evaluate, summarize
from pipeline.jobs.label import label

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds" / "labelled" / "seeds.jsonl"


def _config(model: Path, out: Path, **changes: Any) -> EvaluateConfig:
    values = {"gold": [str(SEEDS)], "model": str(model), "out": out, "device": "cpu", "precision": "float32"}
    return EvaluateConfig.model_validate(values | {"resamples": 100, "threads": 1} | changes)


def test_a_report_has_the_numbers_their_intervals_and_what_they_were_measured_on(
    tiny_classifier: Path, tmp_path: Path
) -> None:
    report = evaluate(_config(tiny_classifier, tmp_path / "report"))

    assert json.loads((tmp_path / "report" / "report.json").read_text(encoding="utf-8")) == json.loads(
        json.dumps(report)
    )
    assert report["model"].startswith("tiny-classifier@")
    assert report["metrics"]["rows"] == report["gold"][0]["rows"] == 115
    low, high = report["intervals"]["micro_f1"]
    assert low <= report["metrics"]["micro_f1"] <= high


def test_a_report_tells_how_it_was_made_but_not_on_whose_machine(tiny_classifier: Path, tmp_path: Path) -> None:
    report = evaluate(_config(tiny_classifier, tmp_path / "report", precision="auto"))

    assert report["settings"] == {
        "gold": ["seeds.jsonl"],
        "model": "tiny-classifier",
        "device": "cpu",
        "precision": "auto",
        "threads": 1,
        "resamples": 100,
    }
    assert report["device"] == "cpu"
    assert report["precision"] in {"float32", "bfloat16"}
    written = (tmp_path / "report" / "report.json").read_text(encoding="utf-8")
    assert str(ROOT) not in written
    assert str(tiny_classifier.parent) not in written


def test_gold_rows_get_the_labels_that_labelling_gives_them(tiny_classifier: Path, tmp_path: Path) -> None:
    articles = LabelConfig.model_validate(
        {
            "inputs": [str(ROOT / "seeds" / "articles")],
            "out": tmp_path / "labels",
            "model": str(tiny_classifier),
            "classify": {"device": "cpu", "precision": "float32"},
        }
    )
    label(articles)
    lines = (tmp_path / "labels" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    labelled = [json.loads(line) for line in lines]
    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        "".join(
            json.dumps({"id": f"r{k}", "text": row["text"], "labels": row["labels"]}) + "\n"
            for k, row in enumerate(labelled)
        ),
        encoding="utf-8",
    )

    report = evaluate(_config(tiny_classifier, tmp_path / "report", gold=[str(gold)]))

    assert report["metrics"]["exact_match"] == 1.0


def test_a_dropped_gold_row_counts_as_given_no_label(tiny_classifier: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"text": "Read also: all the news of today", "labels": ["energy"]}\n', encoding="utf-8")

    report = evaluate(_config(tiny_classifier, tmp_path / "report", gold=[str(gold)]))

    assert sum(report["dropped"].values()) == 1
    assert report["metrics"]["domains"]["energy"]["recall"] == 0.0


def test_a_summary_names_every_domain_and_marks_what_is_undefined(tiny_classifier: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"text": "وقعت الصين اتفاقا مع روسيا", "labels": ["energy"]}\n', encoding="utf-8")

    told = summarize(evaluate(_config(tiny_classifier, tmp_path / "report", gold=[str(gold)])))

    assert "macro-F1" in told
    assert "culture_education            0  undefined" in told


def test_an_earlier_report_is_not_replaced_unasked(tiny_classifier: Path, tmp_path: Path) -> None:
    evaluate(_config(tiny_classifier, tmp_path / "report"))

    with pytest.raises(ConfigError, match="choose another"):
        evaluate(_config(tiny_classifier, tmp_path / "report"))
    evaluate(_config(tiny_classifier, tmp_path / "report", overwrite=True))


def test_missing_gold_is_told(tiny_classifier: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no gold rows"):
        evaluate(_config(tiny_classifier, tmp_path / "report", gold=[]))
    with pytest.raises(InputError, match="no such file"):
        evaluate(_config(tiny_classifier, tmp_path / "report", gold=["nowhere.jsonl"]))
