"""The commands and Python examples of the README and of docs/, on tiny models and a handful of articles.

Every Python example runs, and every command `taawun` in a block; of those for a cluster only the settings are read.
Of commands within sentences, and of scripts, it is tried that they are there and have the options they are given.
"""

import gzip
import json
import re
import runpy
import shlex
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.__main__ import main
from pipeline.config import TrainConfig

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMANDS, EXAMPLES = ("sh", "console"), ("python",)
"""What blocks of commands are marked with, and those of Python."""

INLINE = re.compile(r"`((?:taawun|python) [^`]+)`")
PROGRAM = re.compile(r"(?:python (?!train\.py)([\w/]+\.py)|(taawun [a-z]+))\b")

_SHELL = ("source ", "taawun --completion")
ELSEWHERE = ("pip install", "pytest", "docker ", "mkdocs ", "ray ", "hf ", "bash docs/story/run.sh", *_SHELL)
"""Commands of other programs: `.ci/run` installs and builds; the story has a test of its own."""

NEW_TEXTS = (
    "وقعت مصر والصين اتفاقا لبناء محطة كهرباء قرب الساحل",
    "بحث وزيرا خارجية البلدين في عمان سبل تعزيز العلاقات الثنائية",
    "ارتفع التبادل التجاري بين المغرب وإسبانيا إلى مستوى جديد هذا العام",
    "اختتمت القوات البحرية للدولتين تمرينا مشتركا في الخليج",
)
"""Paragraphs that no model has seen."""

SMALL_TRAINING = {"epochs": 1, "held_out": 0.25, "batch_rows": 8, "threads": 1, "precision": "float32"}


def _blocks(page: Path, kinds: tuple[str, ...]) -> list[str]:
    return [match[2] for match in FENCE.finditer(page.read_text(encoding="utf-8")) if match[1] in kinds]


def _examples(kinds: tuple[str, ...]) -> list[Any]:
    found = [(blocks, page) for page in PAGES if (blocks := _blocks(page, kinds))]
    return [pytest.param(blocks, id=page.relative_to(ROOT).as_posix()) for blocks, page in found]


def _commands(blocks: list[str]) -> Iterator[str]:
    for line in "".join(blocks).replace("\\\n", " ").splitlines():
        for command in line.partition(" #")[0].split("&&"):
            if command.strip() and not command.strip().startswith("#"):
                yield command.strip()


def _programs() -> list[Any]:
    """Give the scripts and the commands of taawun that are named anywhere, each with all options it is given."""
    named: dict[str, set[str]] = defaultdict(set)
    for page in PAGES:
        sentences = FENCE.sub("", page.read_text(encoding="utf-8"))
        for command in (*_commands(_blocks(page, COMMANDS)), *INLINE.findall(sentences)):
            if program := PROGRAM.match(command):
                named[program[1] or program[2]].update(re.findall(r"--[a-z][a-z-]+", command))
    return [pytest.param(program, options, id=program) for program, options in sorted(named.items())]


@pytest.fixture
def sandbox(
    tmp_path: Path,
    tiny_classifier: Path,
    tiny_settings: TrainConfig,
    linear_classifier: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A folder that looks like a clone, with tiny models in place of the released ones, and a reader's files."""
    for name, model in (("cooperation", tiny_classifier), ("linear", linear_classifier)):
        shutil.copytree(model, tmp_path / "models" / name)
    shutil.copytree(tiny_settings.base_model, tmp_path / "models" / "encoder")
    shutil.copytree(ROOT / "seeds" / "articles", tmp_path / "seeds" / "articles")
    (tmp_path / "seeds" / "labelled").mkdir()
    shutil.copy(ROOT / "seeds" / "labelled" / "seeds.jsonl", tmp_path / "seeds" / "labelled")
    _write_configs(tmp_path / "configs")
    _write_inputs(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _write_configs(folder: Path) -> None:
    folder.mkdir()
    for path in sorted((ROOT / "configs").glob("*.yaml")):
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
        if path.stem.startswith(("train", "retrain")):
            settings.setdefault("calibration", {})["resamples"] = 100
            if settings.get("gate"):
                settings["gate"]["incumbent"] = None
            if settings.get("kind") == "linear":
                settings["calibration"]["folds"] = 2
            else:
                settings["training"] = settings.get("training", {}) | SMALL_TRAINING
                settings["window"] = {"max_tokens": 48, "overlap": 8}
        (folder / path.name).write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")


def _write_inputs(folder: Path) -> None:
    rows = (ROOT / "seeds" / "labelled" / "seeds.jsonl").read_text(encoding="utf-8").splitlines()
    (folder / "build" / "data").mkdir(parents=True)
    for name in ("new", "newer", "gold", "build/data/news_train", "build/data/open"):
        told = [json.loads(row) | {"id": f"{name}-{k}", "article": f"{name}-{k % 9}"} for k, row in enumerate(rows)]
        told = [each | {"text": f"{each['text']} {name} {k}"} for k, each in enumerate(told)]
        lines = [json.dumps({key: each[key] for key in ("id", "article", "text", "labels")}) + "\n" for each in told]
        (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / "news").mkdir()
    article = min((folder / "seeds" / "articles").iterdir()).read_text("utf-8")
    paragraphs = "".join(f"<p>{line}</p>" for line in article.splitlines() if line)
    (folder / "news" / "page.html").write_text(f"<html><body><article>{paragraphs}</article></body></html>", "utf-8")
    with gzip.open(folder / "day.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.write(json.dumps({"body": article, "date": "2024-05-17"}) + "\n")
    cells = "".join(f'{k},"{text}"\n' for k, text in enumerate(NEW_TEXTS))
    (folder / "million.csv").write_text(f"number,body\n{cells}", encoding="utf-8")
    (folder / "topics").mkdir()
    topics = yaml.safe_load((ROOT / "configs" / "topics.yaml").read_text(encoding="utf-8"))["domains"]
    turns = [topics[k % len(topics)] for k in range(120)]
    own = [{"text": f"خبر رقم {k} عن {each['arabic']}", "labels": [each["id"]]} for k, each in enumerate(turns)]
    lines = [json.dumps(each) for each in own]
    (folder / "topics" / "own.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("blocks", _examples(COMMANDS))
def test_every_command_runs(blocks: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    ran = 0
    for command in _commands(blocks):
        if command.startswith(ELSEWHERE):
            continue
        words = shlex.split(command)
        if words[:2] == ["python", "train.py"]:
            words = ["taawun", "train", *words[2:]]
        if words[0] == "python":
            assert PROGRAM.match(command), command  # tried below
            continue
        assert words[0] == "taawun", command
        words = [word.replace("aubmindlab/bert-base-arabertv02", "models/encoder") for word in words]
        words = [word.replace("../shared/data/news_dev.jsonl", "gold.jsonl") for word in words]
        overwrites = ["--overwrite"] if words[1] in {"label", "evaluate", "view"} else []
        for_cluster = ["--show-config"] if "--engine ray" in command else []
        code = main([*words[1:], *overwrites, *for_cluster, "--quiet"])
        told = capsys.readouterr()
        assert code == 0 or (words[1] == "train" and code == 1), f"{command}: {told.err}"
        ran += 1
    assert ran or not any("taawun" in block for block in blocks)


@pytest.mark.parametrize("blocks", _examples(EXAMPLES))
def test_every_python_example_runs(blocks: list[str], sandbox: Path) -> None:
    for block in blocks:
        exec(compile(block, str(sandbox), "exec"), {})  # noqa: S102  (our own examples)


@pytest.mark.parametrize(("program", "options"), _programs())
def test_every_program_that_is_named_is_there_and_has_the_options_it_is_given(
    program: str, options: set[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = ROOT / program
    if program.startswith("taawun "):
        with pytest.raises(SystemExit, match=r"^0$"):
            main([program.removeprefix("taawun "), "--help"])
    elif "ArgumentParser" in script.read_text(encoding="utf-8"):
        monkeypatch.setattr(sys, "argv", [program, "--help"])
        monkeypatch.syspath_prepend(script.parent)
        with pytest.raises(SystemExit, match=r"^0$"):
            runpy.run_path(str(script), run_name="__main__")
    else:
        runpy.run_path(str(script))  # without options: that all it imports is there
    assert options <= {"--help", *re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out)}


def test_blocks_and_sentences_of_all_pages_are_looked_through() -> None:
    named = {program.id: program.values[1] for program in _programs()}
    assert "--out" in named["taawun label"]
    assert "--engine" in named["taawun label"]
    assert "--robustness" in named["taawun evaluate"]
    assert {"benchmarks/scale.py", "benchmarks/screenshot_report.py", "seeds/open/join.py"} <= set(named)
