"""A run goes on only with what is its own."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import LabelConfig
from pipeline.jobs.labelling.plan import (
    changed_inputs,
    changes,
    digest_of,
    make_plan,
    read_plan,
    remove_work,
    write_plan,
)
from pipeline.readers import list_sources
from pipeline.records import Source


@pytest.fixture
def sources(tmp_path: Path) -> list[Source]:
    (tmp_path / "in").mkdir()
    for name in ("a", "b", "c", "d", "e"):
        (tmp_path / "in" / f"{name}.txt").write_text(f"نص {name}", encoding="utf-8")
    return list_sources([str(tmp_path / "in")])


@pytest.fixture
def work(tmp_path: Path, sources: list[Source]) -> Path:
    (tmp_path / "work").mkdir()
    write_plan(make_plan(LabelConfig(), "m@1", sources), sources, tmp_path / "work")
    return tmp_path / "work"


def test_a_plan_is_read_back(work: Path, sources: list[Source]) -> None:
    plan = make_plan(LabelConfig(), "m@1", sources)
    read = read_plan(work)
    assert read is not None
    assert read == replace(plan, started=read.started)
    assert list(changes(read, plan)) == []


def test_a_folder_without_a_plan_has_none(tmp_path: Path) -> None:
    (tmp_path / "plan.json.partial").write_text("{", encoding="utf-8")
    assert read_plan(tmp_path) is None


def test_what_decides_and_has_changed_is_named(sources: list[Source]) -> None:
    then = make_plan(LabelConfig(), "m@1", sources)
    now = make_plan(LabelConfig.model_validate({"write": {"formats": ["csv"]}, "blocks": {"chars": 9}}), "m@2", sources)
    assert list(changes(then, now)) == [
        "blocks.chars was 500000, is 9",
        "model was m@1, is m@2",
        "write.formats was ['jsonl'], is ['csv']",
    ]


def test_where_results_go_and_how_inputs_are_named_decides_nothing(sources: list[Source]) -> None:
    other = LabelConfig(inputs=("x",), out=Path("elsewhere"), overwrite=True, restart=True, model="./m")
    assert list(changes(make_plan(LabelConfig(), "m@1", sources), make_plan(other, "m@1", sources))) == []


def test_standard_input_is_not_repeatable(sources: list[Source]) -> None:
    assert make_plan(LabelConfig(), "m@1", sources).is_repeatable
    assert not make_plan(LabelConfig(), "m@1", [*sources, *list_sources(["-"])]).is_repeatable


def test_inputs_that_are_as_they_were_have_not_changed(work: Path, sources: list[Source]) -> None:
    assert changed_inputs(sources, work, []) == []


def test_an_input_of_another_size_or_time_has_changed(work: Path, sources: list[Source], tmp_path: Path) -> None:
    (tmp_path / "in" / "b.txt").write_text("أطول من ذي قبل", encoding="utf-8")
    os.utime(tmp_path / "in" / "d.txt", (0, 0))
    assert changed_inputs(sources, work, []) == ["input b.txt has changed", "input d.txt has changed"]


def test_an_input_that_was_opened_is_the_same_if_its_content_is(
    work: Path, sources: list[Source], tmp_path: Path
) -> None:
    digests = [digest_of(source) for source in sources[:3]]
    for name in ("a", "b", "d"):
        os.utime(tmp_path / "in" / f"{name}.txt", (0, 0))
    (tmp_path / "in" / "b.txt").write_text("نص x", encoding="utf-8")
    assert changed_inputs(sources, work, digests) == ["input b.txt has changed", "input d.txt has changed"]


def test_of_many_changed_inputs_a_few_are_named(work: Path, sources: list[Source], tmp_path: Path) -> None:
    for path in (tmp_path / "in").iterdir():
        os.utime(path, (0, 0))
    assert changed_inputs(sources, work, []) == [
        *(f"input {name}.txt has changed" for name in ("a", "b", "c")),
        "and more inputs",
    ]


@pytest.mark.parametrize(
    ("kept", "added", "name"), [(5, ["f.txt"], "f.txt"), (3, [], "d.txt"), (1, ["aa.txt"], "aa.txt"), (0, [], "a.txt")]
)
def test_another_list_of_inputs_is_told(
    work: Path, sources: list[Source], kept: int, added: list[str], name: str
) -> None:
    now = [*sources[:kept], *(Source(None, name) for name in added)]
    assert changed_inputs(now, work, []) == [f"the list of inputs is another, from {name} on"]


def test_what_is_no_file_has_no_digest(tmp_path: Path) -> None:
    assert digest_of(Source(None, "stdin")) is None
    assert digest_of(Source(tmp_path, "folder")) is None
    assert digest_of(Source(tmp_path / "gone", "gone")) is None
    os.mkfifo(tmp_path / "pipe")
    assert digest_of(Source(tmp_path / "pipe", "pipe")) is None


def test_work_is_removed_with_all_that_is_in_it(work: Path) -> None:
    (work / "results").mkdir()
    (work / "results" / "labels.jsonl").touch()
    remove_work(work)
    assert not work.exists()
