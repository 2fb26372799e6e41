import json
import logging
from pathlib import Path
from typing import Any

import pytest

from pipeline.__main__ import main
from pipeline.config import EvaluateConfig, TrainLinearConfig, dump_yaml, load_config
from pipeline.errors import ConfigError, InputError
from pipeline.evaluation.learning_curve import fit_trends
from pipeline.jobs.evaluate import evaluate
from pipeline.jobs.evaluating.summary import summarize
from pipeline.jobs.learning_curve import CurvePlan, _line, close_curve, plan_curve, trace_curve
from pipeline.jobs.train import train
from pipeline.labelled import list_labelled, read_labelled
from pipeline.records import LabelledParagraph
from pipeline.taxonomy import Taxonomy

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds" / "labelled" / "seeds.jsonl"
AUTHORED = ROOT / "seeds" / "labelled" / "authored.jsonl"
ROWS = 240
TAXONOMY = load_config(Taxonomy, ROOT / "configs" / "cooperation.yaml")


def _settings(folder: Path, settings: TrainLinearConfig, **changes: Any) -> Path:
    """Write settings that train on a few authored paragraphs, none of which is an article's."""
    rows = folder / "rows.jsonl"
    rows.write_text("".join(AUTHORED.read_text(encoding="utf-8").splitlines(keepends=True)[:ROWS]), encoding="utf-8")
    path = folder / "train.yaml"
    path.write_text(dump_yaml(settings.model_copy(update={"labelled": (str(rows),)} | changes)), encoding="utf-8")
    return path


def _config(settings: Path, out: Path, **changes: Any) -> EvaluateConfig:
    values = {"gold": [str(SEEDS)], "learning_curve": settings, "out": out, "resamples": 100}
    return EvaluateConfig.model_validate(values | changes)


def _plan(config: EvaluateConfig) -> CurvePlan:
    return plan_curve(config, TAXONOMY, read_labelled(list_labelled(config.gold), TAXONOMY))


@pytest.mark.thorough
def test_the_command_trains_on_growing_shares_and_its_last_point_is_the_model_of_all_rows(
    linear_settings: TrainLinearConfig, linear_classifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = _settings(tmp_path, linear_settings)
    command = ["evaluate", str(SEEDS), "--model", str(linear_classifier), "--out", str(tmp_path / "report")]

    assert main([*command, "--learning-curve", str(settings), "resamples=100"]) == 0

    shown = capsys.readouterr().out
    written = (tmp_path / "report" / "report.json").read_text(encoding="utf-8")
    report = json.loads(written)
    curve = report["learning_curve"]
    assert curve["shares"] == [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0]
    assert [(each["share"], each["draw"]) for each in curve["points"]] == [
        *((share, draw) for share in curve["shares"][:-1] for draw in range(3)),
        (1.0, None),
    ]
    for draw in range(3):
        sizes = [each["rows"] for each in curve["points"] if each["draw"] in {draw, None}]
        assert sizes == sorted(sizes)
        assert sizes[-1] == ROWS
    assert f"from {ROWS} rows; trend: 0." in shown
    assert shown == summarize(report)
    assert curve["fits"] == json.loads(json.dumps(fit_trends(curve["points"], 100)))
    assert report["settings"]["learning_curve"] == "train.yaml"
    assert str(tmp_path) not in written
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report", "rows.jsonl", "train.yaml"]

    rows = (str(tmp_path / "rows.jsonl"),)
    model = train(linear_settings.model_copy(update={"labelled": rows, "out": tmp_path / "model"}))
    metrics = evaluate(EvaluateConfig(gold=(str(SEEDS),), model=str(model), out=tmp_path / "whole"))["metrics"]
    assert {key: metrics[key] for key in curve["fits"]} == {key: curve["points"][-1][key] for key in curve["fits"]}


@pytest.mark.thorough
def test_an_interrupted_curve_goes_on_where_it_stopped(linear_settings: TrainLinearConfig, tmp_path: Path) -> None:
    config = _config(_settings(tmp_path, linear_settings), tmp_path / "report")
    plan = _plan(config)
    whole = trace_curve(plan, config)
    finished = plan.folder / "share 0.5, draw 1.json"
    missing = plan.folder / "share 0.25, draw 2.json"
    finished.write_text(json.dumps(json.loads(finished.read_text(encoding="utf-8")) | {"macro_f1": 0.125}))
    missing.unlink()
    (missing.with_suffix("")).mkdir()  # what an interrupted training leaves

    again = trace_curve(_plan(config), config)

    scores = {(each["share"], each["draw"]): each for each in again["points"]}
    assert scores[0.5, 1]["macro_f1"] == 0.125
    scores[0.5, 1]["macro_f1"] = next(
        each["macro_f1"] for each in whole["points"] if (each["share"], each["draw"]) == (0.5, 1)
    )
    assert again["points"] == whole["points"]
    close_curve(plan)
    assert not plan.folder.exists()


def test_what_is_left_of_other_settings_is_replaced_on_demand_only(
    linear_settings: TrainLinearConfig, tmp_path: Path
) -> None:
    out = tmp_path / "report"
    plan = _plan(_config(_settings(tmp_path, linear_settings), out))
    (plan.folder / "all.json").write_text("{}", encoding="utf-8")
    other = _settings(tmp_path, linear_settings, training=linear_settings.training.model_copy(update={"c": 2.0}))

    with pytest.raises(ConfigError, match="unfinished learning curve of other settings, rows or gold"):
        _plan(_config(other, out))
    _plan(_config(other, out, overwrite=True))

    assert [path.name for path in plan.folder.iterdir()] == ["run.json"]


def test_a_folder_of_something_else_is_left_alone(linear_settings: TrainLinearConfig, tmp_path: Path) -> None:
    (tmp_path / "report.learning-curve").mkdir()

    with pytest.raises(ConfigError, match="holds no learning curve"):
        _plan(_config(_settings(tmp_path, linear_settings), tmp_path / "report", overwrite=True))


def test_shares_too_small_to_train_on_are_undefined_and_told(
    linear_settings: TrainLinearConfig, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = _settings(tmp_path, linear_settings, labelled=(str(SEEDS),))  # five articles
    config = _config(settings, tmp_path / "report")

    with caplog.at_level(logging.WARNING):
        curve = trace_curve(_plan(config), config)

    assert "115 of 115 gold rows are trained on" in caplog.text
    undefined = [each for each in curve["points"] if each["macro_f1"] is None]
    assert 0 < len(undefined) < len(curve["points"])
    assert all(each["mean_average_precision"] is None for each in undefined)
    assert caplog.text.count("have no score") == len(undefined)
    assert curve["copies"] == 115


def test_all_rows_being_too_few_is_a_mistake(linear_settings: TrainLinearConfig, tmp_path: Path) -> None:
    settings = _settings(tmp_path, linear_settings)
    first = (tmp_path / "rows.jsonl").read_text(encoding="utf-8").partition("\n")[0]
    (tmp_path / "rows.jsonl").write_text(first, encoding="utf-8")
    config = _config(settings, tmp_path / "report")

    with pytest.raises(InputError, match="too few"):
        trace_curve(_plan(config), config)


def test_extra_rows_are_trained_on_and_are_refused_without_a_curve(
    linear_settings: TrainLinearConfig, tmp_path: Path
) -> None:
    settings = _settings(tmp_path, linear_settings)

    plan = _plan(_config(settings, tmp_path / "report", extra=[str(SEEDS)]))

    assert len(plan.rows) == ROWS + 114  # one of the 115 extra rows repeats another
    assert plan.config.extra == (str(SEEDS),)
    listed = _settings(tmp_path, linear_settings, extra=(str(SEEDS.with_name("authored.jsonl")),))
    both = _plan(_config(listed, tmp_path / "another", extra=[str(SEEDS)])).config.extra
    assert [Path(each).name for each in both] == ["authored.jsonl", "seeds.jsonl"]
    with pytest.raises(ConfigError, match="only a learning curve trains"):
        load_config(EvaluateConfig, values={"extra": ["more.jsonl"]})


def test_settings_of_another_taxonomy_are_refused(linear_settings: TrainLinearConfig, tmp_path: Path) -> None:
    taxonomy = tmp_path / "topics.yaml"
    taxonomy.write_text(
        "name: topics\ndomains:\n  - {id: trade, arabic: تجارة, english: Trade}\n"
        "  - {id: sport, arabic: رياضة, english: Sport}\n",
        encoding="utf-8",
    )

    with pytest.raises(ConfigError, match="trains for another taxonomy"):
        _plan(_config(_settings(tmp_path, linear_settings, taxonomy=taxonomy), tmp_path / "report"))


@pytest.mark.parametrize("annotated", [None, frozenset({"energy", "finance"})])
def test_training_reads_a_share_as_it_was_labelled(tmp_path: Path, annotated: frozenset[str] | None) -> None:
    path = tmp_path / "rows.jsonl"
    row = LabelledParagraph("r1", "نص", ("energy",), f"{path}:1", "n1", "s", annotated=annotated)
    path.write_text(_line(row), encoding="utf-8")

    assert read_labelled([path], TAXONOMY) == [row]
