"""Benchmarks that train read back what the same settings and data made, and nothing else."""

import json
import logging
import runpy
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from pipeline.config import TrainConfig

ROOT = Path(__file__).parents[2]
ARTICLES = ("000_2a950c9ad171286f", "001_8f9aa99e65f36d18")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def clone(tmp_path: Path, tiny_settings: TrainConfig, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like a clone, with the labelled rows of two articles and settings that take seconds."""
    shutil.copytree(ROOT / "seeds" / "articles", tmp_path / "seeds" / "articles")
    labelled = tmp_path / "seeds" / "labelled"
    labelled.mkdir()
    rows = (ROOT / "seeds" / "labelled" / "seeds.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (labelled / "seeds.jsonl").write_text("".join(row for row in rows if json.loads(row)["article"] in ARTICLES))
    composed = (ROOT / "seeds" / "labelled" / "authored.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (labelled / "authored.jsonl").write_text("".join(composed[:40]), encoding="utf-8")
    (tmp_path / "gold.jsonl").write_text("".join(composed[40:80]), encoding="utf-8")
    (tmp_path / "configs").mkdir()
    for name in ("cooperation.yaml", "train_linear.yaml"):
        shutil.copy(ROOT / "configs" / name, tmp_path / "configs")
    settings = yaml.safe_load((ROOT / "configs" / "train.yaml").read_text(encoding="utf-8"))
    told = tiny_settings.model_dump(mode="json")
    settings |= {name: told[name] for name in ("window", "calibration", "base_model")}
    settings["training"] = told["training"] | {"epochs": 1}
    (tmp_path / "configs" / "train.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    shutil.copy(tmp_path / "configs" / "train.yaml", tmp_path / "configs" / "retrain.yaml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Run a benchmark; gives its exit code and what it said."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")

    def run(name: str, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", [name, *arguments])
        capsys.readouterr()
        try:
            runpy.run_path(str(ROOT / "benchmarks" / name), run_name="__main__")
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        return code, *capsys.readouterr()

    yield run
    logging.getLogger("pipeline").setLevel(logging.NOTSET)  # suggestion_worth.py wants no warnings


def test_a_step_that_was_measured_is_read_back_unless_settings_data_or_encoder_changed(
    clone: Path, run: Run, tiny_settings: TrainConfig
) -> None:
    encoder = shutil.copytree(tiny_settings.base_model, clone / "encoder")
    command = ("ablation.py", "gold.jsonl", "out", "--seeds", "1", "--steps", "healed-seeds", "--encoder", "encoder")
    code, table, _ = run(*command)
    assert code == 0
    assert "| encoder before distillation; seeds and authored | 1 |" in table

    report = clone / "out" / "healed-seeds-1" / "report" / "report.json"
    measured = json.loads(report.read_text(encoding="utf-8"))
    measured["metrics"]["macro_f1"] = 0.123
    report.write_text(json.dumps(measured), encoding="utf-8")
    code, table, _ = run(*command)
    assert (code, "| 0.123 |" in table) == (0, True)

    refused = "out/healed-seeds-1: holds results of other {}; remove it or name another\n"
    assert run(*command, "--settings", "training.epochs=2") == (2, "", refused.format("settings"))
    with (clone / "gold.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"text": "خبر", "labels": []}\n')
    assert run(*command) == (2, "", refused.format("files"))
    config = json.loads((encoder / "config.json").read_text(encoding="utf-8"))
    (encoder / "config.json").write_text(json.dumps(config | {"changed": True}), encoding="utf-8")
    assert run(*command) == (2, "", refused.format("encoder, files"))


def test_a_classifier_without_an_article_is_read_back_unless_the_files_changed(clone: Path, run: Run) -> None:
    command = ("leave_one_article_out.py", "out")
    code, table, _ = run(*command)
    assert code == 0
    assert table.count('<div dir="rtl">') == 2

    made = {path: path.stat().st_mtime_ns for path in (clone / "out").glob("*/model/*")}
    assert run(*command)[:2] == (0, table)
    assert made == {path: path.stat().st_mtime_ns for path in (clone / "out").glob("*/model/*")}

    refused = f"out/{ARTICLES[0]}: holds results of other {{}}; remove it or name another\n"
    assert run(*command, "respelled=0.5") == (2, "", refused.format("settings"))
    assert run(*command, "--extra", "gold.jsonl") == (2, "", refused.format("files"))
    others = clone / "out" / ARTICLES[0] / "others.jsonl"
    before = others.read_bytes()
    with (clone / "seeds" / "labelled" / "seeds.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"article": ARTICLES[1], "text": "خبر", "labels": []}) + "\n")
    assert run(*command) == (2, "", refused.format("files"))
    assert others.read_bytes() == before


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("ablation.py", "gold.jsonl", "out", "--encoder", "nowhere"), "nowhere: no such model folder"),
        (("ablation.py", "none.jsonl", "out", "--steps", "taught-seeds"), "none.jsonl: no such file"),
        (
            ("ablation.py", "gold.jsonl", "gold.jsonl", "--steps", "taught-seeds"),
            "taught-seeds-1: cannot be used",
        ),
        (("leave_one_article_out.py", "out", "training.epoch=1"), "training.epoch: no such setting"),
        (("leave_one_article_out.py", "out", "--extra", "none.jsonl"), "none.jsonl: no such file"),
        (("continue_or_restart.py", "none.jsonl", "gold.jsonl", "work"), "none.jsonl: no such file"),
        (("suggestion_worth.py", "none.jsonl", "gold.jsonl", "out"), "none.jsonl: no such file"),
    ],
)
def test_a_mistake_ends_in_its_message(
    command: tuple[str, ...], told: str, run: Run, clone: Path, tiny_encoder: Path
) -> None:
    shutil.copytree(tiny_encoder, clone / "models" / "encoder")
    code, _, message = run(*command)
    assert code == 2
    assert told in message


@pytest.mark.thorough
@pytest.mark.parametrize(
    "command",
    [
        ("continue_or_restart.py", "pool.jsonl", "gold.jsonl", "out", "--sizes", "8", "--seeds", "1"),
        (
            "suggestion_worth.py",
            "pool.jsonl",
            "gold.jsonl",
            "out",
            "--rounds",
            "0",
            "--start",
            "seeds/labelled/*.jsonl",
        ),
    ],
)
def test_numbers_of_other_rows_are_not_read_back(
    command: tuple[str, ...], run: Run, clone: Path, tiny_encoder: Path
) -> None:
    shutil.copytree(tiny_encoder, clone / "models" / "encoder")
    shutil.copy(clone / "seeds" / "labelled" / "authored.jsonl", clone / "pool.jsonl")
    code, table, message = run(*command)
    assert code == 0, message
    assert run(*command)[:2] == (0, table)

    with (clone / "pool.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"text": "خبر", "labels": []}\n')
    code, _, message = run(*command)
    assert code == 2
    assert message.startswith("out: holds results of other ")


def test_results_that_do_not_tell_what_made_them_are_refused(clone: Path, run: Run) -> None:
    report = clone / "out" / "healed-seeds-1" / "report" / "report.json"
    report.parent.mkdir(parents=True)
    report.write_text('{"metrics": {"macro_f1": 1}}', encoding="utf-8")
    encoder = yaml.safe_load((clone / "configs" / "train.yaml").read_text(encoding="utf-8"))["base_model"]
    code, _, message = run("ablation.py", "gold.jsonl", "out", "--steps", "healed-seeds", "--encoder", encoder)
    assert code == 2
    assert message.startswith("out/healed-seeds-1: holds files, but no made_by.json")


def test_a_run_that_cannot_be_resumed_ends_in_its_message(clone: Path, run: Run) -> None:
    encoder = yaml.safe_load((clone / "configs" / "train.yaml").read_text(encoding="utf-8"))["base_model"]
    own = clone / "mine"
    own.mkdir()
    (own / "notes.txt").write_text("…", encoding="utf-8")
    command = ("ablation.py", "gold.jsonl", "out", "--steps", "healed-seeds", "--encoder", encoder)
    code, _, message = run(*command, "--settings", "run=mine")
    assert (code, message) == (
        2,
        "mine: is not empty and holds no training run; name another folder: run=runs/another\n",
    )
