import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import EvaluateConfig, LabelConfig, load_config
from pipeline.errors import ConfigError, InputError
from pipeline.jobs.evaluate import evaluate
from pipeline.jobs.evaluating.contrast_pairs import read_pairs
from pipeline.jobs.evaluating.summary import summarize
from pipeline.jobs.label import label
from pipeline.taxonomy import Taxonomy

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
        "against": None,
        "exclude_copies": False,
        "robustness": False,
        "pairs": "seeds/contrast/pairs.jsonl",
        "learning_curve": None,
        "extra": [],
        "texts": True,
        "mistakes": 20,
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
            "classify": {"device": "cpu", "precision": "float32", "threads": 1},
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


def test_gold_that_was_trained_on_is_told_and_left_out_on_demand(tiny_classifier: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    own = {"id": "own", "text": "نص لم يره أي مصنف من قبل عن زيارة وزير الزراعة إلى بلد آخر", "labels": ["energy"]}
    gold.write_text(SEEDS.read_text(encoding="utf-8") + json.dumps(own) + "\n", encoding="utf-8")

    report = evaluate(_config(tiny_classifier, tmp_path / "report", gold=[str(gold)]))
    without = evaluate(_config(tiny_classifier, tmp_path / "without", gold=[str(gold)], exclude_copies=True))

    copies = (tmp_path / "report" / "copies.jsonl").read_text(encoding="utf-8").splitlines()
    assert report["leakage"]["exact"] > 100
    assert len(copies) == report["leakage"]["exact"] + report["leakage"]["near"]
    assert "trained or calibrated on" in summarize(report)
    assert without["metrics"]["rows"] == 116 - len(copies)
    with pytest.raises(InputError, match="all gold rows are copies"):
        evaluate(_config(tiny_classifier, tmp_path / "none", gold=[_only_trained_on(tmp_path)], exclude_copies=True))


def _only_trained_on(folder: Path) -> str:
    path = folder / "seen.jsonl"
    lines = SEEDS.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[10:14]), encoding="utf-8")
    return str(path)


def test_a_classifier_is_compared_with_another_and_with_predictions(
    tiny_classifier: Path, linear_classifier: Path, tmp_path: Path
) -> None:
    report = evaluate(_config(tiny_classifier, tmp_path / "report", against=str(linear_classifier)))
    assert report["comparison"]["rows"] == 115
    assert report["comparison"]["verdict"] in summarize(report)

    gold = [json.loads(line) for line in SEEDS.read_text(encoding="utf-8").splitlines()]
    perfect = tmp_path / "perfect.jsonl"
    perfect.write_text(
        "".join(
            json.dumps({"id": f"{row['article']}#{row['paragraph']}", "labels": row["labels"]}) + "\n" for row in gold
        ),
        encoding="utf-8",
    )
    report = evaluate(_config(tiny_classifier, tmp_path / "other", against=str(perfect)))
    assert report["comparison"]["averages"]["micro_f1"]["b"] == 1.0
    assert report["comparison"]["averages"]["micro_f1"]["share_better"] == 0.0


def test_the_rows_behind_the_numbers_are_named_and_the_report_has_no_text(
    tiny_classifier: Path, tmp_path: Path
) -> None:
    report = evaluate(_config(tiny_classifier, tmp_path / "report", mistakes=2))

    lines = (tmp_path / "report" / "mistakes.jsonl").read_text(encoding="utf-8").splitlines()
    mistakes = [json.loads(line) for line in lines]
    counted = report["mistakes"]
    assert len(mistakes) == sum(min(2, count) for each in counted.values() for count in each.values()) > 0
    assert all(each["text"] for each in mistakes)
    written = (tmp_path / "report" / "report.json").read_text(encoding="utf-8")
    assert not any(each["text"] in written for each in mistakes)

    numbers = evaluate(_config(tiny_classifier, tmp_path / "numbers", mistakes=2, texts=False))
    assert numbers["mistakes"] == counted
    assert not (tmp_path / "numbers" / "mistakes.jsonl").read_text(encoding="utf-8")


def test_annotators_codings_are_the_ceiling(tiny_classifier: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    rows = [
        {"text": f"خبر {k} عن اتفاق بين بلدين", "labels": ["energy"], "codings": [["energy"], ["energy"] if k else []]}
        for k in range(4)
    ]
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    report = evaluate(_config(tiny_classifier, tmp_path / "report", gold=[str(gold)]))

    assert report["agreement"]["annotators"] == 2
    assert report["agreement"]["f1"]["energy"] == pytest.approx(6 / 7)
    assert "annotators among themselves" in summarize(report)


def test_robustness_is_measured_on_demand(tiny_classifier: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(SEEDS.read_text(encoding="utf-8").splitlines(keepends=True)[:12]), encoding="utf-8")

    report = evaluate(_config(tiny_classifier, tmp_path / "report", gold=[str(gold)], robustness=True))

    by_name = {each["name"]: each for each in report["robustness"]["edits"]}
    assert by_name["tatweel"]["invariance"] == 1.0
    assert report["robustness"]["pairs"]["all"]["pairs"] == 62
    assert "contrast pairs right on both sides" in summarize(report)


def test_pairs_that_are_none_are_told(tmp_path: Path) -> None:
    taxonomy = load_config(Taxonomy, ROOT / "configs" / "cooperation.yaml")
    with pytest.raises(InputError, match="cannot be read"):
        read_pairs(tmp_path / "nowhere.jsonl", taxonomy)
    (tmp_path / "pairs.jsonl").write_text('{"id": "a"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"pairs\.jsonl:1: no contrast pair"):
        read_pairs(tmp_path / "pairs.jsonl", taxonomy)


def test_rows_may_have_fewer_codings_than_others(tiny_classifier: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    codings: list[dict[str, Any]] = [{"codings": [["energy"], []]}, {"codings": [["energy"], ["energy"], []]}, {}]
    rows = [{"text": f"خبر {k} عن اتفاق", "labels": []} | each for k, each in enumerate(codings)]
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    assert evaluate(_config(tiny_classifier, tmp_path / "report", gold=[str(gold)]))["agreement"]["rows"] == 2


def test_fields_of_rows_are_slices_but_no_texts(tiny_classifier: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    rows = [
        {
            "text": f"خبر {k} عن اتفاق بين بلدين",
            "labels": ["energy"],
            "date": f"0{1 + k % 2}/05/202{k % 2}",
            "desk": f"d{k % 3}",
            "title": f"عنوان طويل لا يجوز أن يظهر في الأرقام التي تنشر {k % 2}",
        }
        for k in range(12)
    ]
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    named = evaluate(_config(tiny_classifier, tmp_path / "report", gold=[str(gold)]))["slices"]["slices"]
    fields = {each["field"] for each in named}
    assert {"year", "desk"} <= fields
    assert "title" not in fields
    assert {each["value"] for each in named if each["field"] == "year"} == {"2020", "2021"}
    bare = evaluate(_config(tiny_classifier, tmp_path / "bare", gold=[str(gold)], texts=False))["slices"]["slices"]
    assert "desk" not in {each["field"] for each in bare}


def test_a_model_that_does_not_tell_its_training_texts_is_not_trusted_blindly(
    tiny_classifier: Path, tmp_path: Path
) -> None:
    model = tmp_path / "model"
    shutil.copytree(tiny_classifier, model)
    (model / "training_texts.npz").unlink()

    report = evaluate(_config(model, tmp_path / "report"))
    assert report["leakage"] is None
    assert "not known" in summarize(report)
    with pytest.raises(ConfigError, match="exclude_copies"):
        evaluate(_config(model, tmp_path / "other", exclude_copies=True))


def test_numbers_on_training_rows_do_not_get_into_the_card(tiny_classifier: Path, tmp_path: Path) -> None:
    model = tmp_path / "mine"
    shutil.copytree(tiny_classifier, model)
    with pytest.raises(ConfigError, match="add_to_card: the model was trained on"):
        evaluate(_config(model, tmp_path / "report", add_to_card=True))

    gold = tmp_path / "new.jsonl"
    gold.write_text(
        '{"text": "وقعت وزارتان اتفاقا جديدا لم يره المصنف من قبل", "labels": ["energy"]}\n', encoding="utf-8"
    )
    evaluate(_config(model, tmp_path / "report", gold=[str(gold)], add_to_card=True))
    assert "## How good it is on new.jsonl" in (model / "README.md").read_text(encoding="utf-8")


def test_gold_of_other_column_names_is_measured_alike(tiny_classifier: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.csv"
    gold.write_text("body,labels\nوقعت مصر اتفاقا للغاز,energy\nصباح الخير,\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"columns\.text=\[text, body\]"):
        evaluate(_config(tiny_classifier, tmp_path / "report", gold=[str(gold)]))
    report = evaluate(_config(tiny_classifier, tmp_path / "report", gold=[str(gold)], columns={"text": "body"}))

    assert report["metrics"]["rows"] == 2
    assert report["settings"]["columns"] == {"text": ["body"]}
