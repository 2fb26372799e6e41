"""What a worker does with orders and shards; here it is called as Ray calls it."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pipeline.config import LabelConfig
from pipeline.jobs.label import label
from pipeline.jobs.labelling.plan import make_plan
from pipeline.jobs.labelling.work import begin
from pipeline.jobs.scaling.attempts import Attempts
from pipeline.jobs.scaling.parts import PartsWork
from pipeline.jobs.scaling.shards import Shard, cut_shards
from pipeline.jobs.scaling.worker import Order, PartLabeller, settle
from pipeline.model_folder import model_version
from pipeline.readers import list_sources
from pipeline.shipped import code_version

NEWS = "وقعت الصين وروسيا اتفاقا رقم {} لتوريد الغاز.\nوقال الوزير إن البلدين يعملان معا في النقل والتعليم."
FILES = ("labels.jsonl", "labels.parquet", "dropped.jsonl", "rejected.jsonl")


class Run:
    """A run of which the parts are made here: two files of a JSON line each and one of no articles, a shard each."""

    def __init__(self, model: Path, folder: Path, **order: Any) -> None:
        """Begin the run, with an order that may be another than it should be."""
        (folder / "in").mkdir()
        for name in "ab":
            text = json.dumps({"text": NEWS.format(name)}, ensure_ascii=False)
            (folder / "in" / f"{name}.jsonl").write_text(text, encoding="utf-8")
        (folder / "in" / "c.txt").touch()
        self.config = LabelConfig.model_validate(
            {
                "inputs": [str(folder / "in")],
                "model": str(model),
                "out": folder / "out",
                "engine": {"name": "ray", "shards": {"inputs": 1}},
                "write": {"formats": ["jsonl", "parquet"]},
            }
        )
        sources = list_sources(self.config.inputs)
        self.shards = cut_shards(sources, self.config.engine.shards)
        self.folder = folder / ".out.partial"
        self.folder.mkdir()
        version = model_version(model)
        told = {
            "config": self.config.model_dump_json(),
            "model": str(model),
            "version": version,
            "code": code_version(),
            "folder": str(self.folder),
            "environment": {},
        }
        self.order = Order(**told | order).to_json()
        plan = make_plan(self.config, version, sources)
        plan.flow.extend(json.loads(settle(self.order))["flow"])
        self.work = PartsWork(self.folder, begin(self.folder, plan, sources).plan)

    def label(self, *shards: Shard) -> list[dict[str, Any]]:
        """Have a worker label shards; gives its outcomes."""
        batch = {"shard": np.array([each.to_json() for each in shards])}
        return [json.loads(outcome) for outcome in PartLabeller(self.order)(batch)["outcome"]]

    def part(self, number: int) -> Path:
        """Give the folder of a part."""
        return self.work.results / f"part-{number:05d}"


@pytest.fixture
def run(linear_classifier: Path, tmp_path: Path) -> Run:
    """A run with the linear classifier."""
    return Run(linear_classifier, tmp_path)


def test_a_shard_becomes_a_part_with_the_files_of_one_process(run: Run, tmp_path: Path) -> None:
    for shard, outcome in zip(run.shards, run.label(*run.shards), strict=True):
        usual = tmp_path / f"usual-{shard.number}"
        settings = {"inputs": [str(shard.sources[0].path)], "out": usual, "model": run.config.model}
        label(LabelConfig.model_validate(settings | {"write": run.config.write.model_dump()}))

        assert sorted(path.name for path in run.part(shard.number).iterdir()) == sorted([*FILES, "run.json"])
        for name in FILES:
            assert (run.part(shard.number) / name).read_bytes() == (usual / name).read_bytes()
        counts = json.loads((usual / "run.json").read_text(encoding="utf-8"))["counts"]
        assert outcome == {"part": shard.number, "counts": counts, "inputs": 1, "attempted": 0}
    assert list((run.folder / "partial").iterdir()) == []


def test_the_parts_add_up_and_tell_which_shards_are_left(run: Run) -> None:
    first, second, third = run.shards
    run.label(first, third)

    assert run.work.left(run.shards) == [second]
    run.label(second)

    assert run.work.left(run.shards) == []
    assert [told["sources"] for told in run.work.take_stock(run.shards)] == [1, 1, 1]
    assert run.work.tally["write_predictions: articles"] == 2
    assert run.work.tally["write_predictions: rejected"] == 1


def test_a_part_that_is_there_is_not_made_again(run: Run) -> None:
    (before,) = run.label(run.shards[0])
    written = (run.part(0) / "labels.jsonl").stat()

    (again,) = run.label(run.shards[0])

    assert again == before
    assert (run.part(0) / "labels.jsonl").stat() == written
    assert (run.folder / "attempts" / "00000").read_text(encoding="ascii") == "begun\n"


def test_what_an_attempt_left_is_no_part_and_is_thrown_away_when_the_run_goes_on(run: Run) -> None:
    (run.folder / "partial" / "part-00000.dead").mkdir(parents=True)
    Attempts(run.folder / "attempts" / "00000").begin()
    assert run.work.left(run.shards) == run.shards

    run.work.tidy_up()

    assert sorted(path.name for path in run.folder.iterdir()) == ["inputs.jsonl", "plan.json", "results"]


def test_a_part_tells_how_often_it_was_attempted(run: Run) -> None:
    Attempts(run.folder / "attempts" / "00000").begin()

    (outcome,) = run.label(run.shards[0])

    assert outcome["attempted"] == 1
    assert json.loads((run.part(0) / "run.json").read_text(encoding="utf-8"))["attempted"] == 1


def test_a_third_attempt_gives_the_same_part(run: Run) -> None:
    run.label(run.shards[0])  # the first
    usual = {name: (run.part(0) / name).read_bytes() for name in FILES}
    shutil.rmtree(run.part(0))
    for _ in range(2):  # and two that ended
        Attempts(run.folder / "attempts" / "00000").begin()

    run.label(run.shards[0])

    assert {name: (run.part(0) / name).read_bytes() for name in FILES} == usual
    assert (run.folder / "attempts" / "00000").read_text(encoding="ascii") == "begun\n" * 4 + "1\n"


def test_a_shard_that_ends_every_worker_is_given_up_with_advice(run: Run) -> None:
    for _ in range(6):
        Attempts(run.folder / "attempts" / "00000").begin()

    (outcome,) = run.label(run.shards[0])

    assert outcome["error"] == "PipelineError"
    assert "part 0: 6 workers ended" in outcome["message"]
    assert "classify.batch_tokens" in outcome["message"]
    assert not run.part(0).exists()


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ({"code": "0.0.0+0"}, "taawun is 0.0.0+0 where the run began"),
        ({"version": "linear@0"}, "model is linear@0 where the run began"),
    ],
)
def test_a_machine_with_another_version_is_refused(
    linear_classifier: Path, tmp_path: Path, order: dict[str, str], message: str
) -> None:
    run = Run(linear_classifier, tmp_path, **order)

    (outcome,) = run.label(run.shards[0])

    assert outcome["error"] == "ConfigError"
    assert message in outcome["message"]


def test_a_worker_that_does_not_see_the_results_says_so(run: Run) -> None:
    shutil.rmtree(run.folder)

    (outcome,) = run.label(run.shards[0])

    assert outcome["error"] == "ConfigError"
    assert "put the results where all machines see them" in outcome["message"]


def test_a_worker_that_does_not_see_an_input_says_so_and_makes_no_part(run: Run) -> None:
    path = run.shards[1].sources[0].path
    assert path
    path.unlink()

    (outcome,) = run.label(run.shards[1])

    assert outcome["error"] == "InputError"
    assert "b.jsonl: is not there on" in outcome["message"]
    assert not run.part(1).exists()


def test_a_damaged_model_is_told_and_not_laid_on_the_articles(linear_classifier: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(linear_classifier, model)
    run = Run(model, tmp_path)
    (model / "decision.json").write_text("{}", encoding="utf-8")

    (outcome,) = run.label(run.shards[0])

    assert outcome["error"] == "ModelError"
    assert not run.part(0).exists()


def test_the_stages_are_settled_as_the_settings_and_the_machine_say(run: Run, tiny_classifier: Path) -> None:
    told = {"engine": {"name": "ray", "cpus": 2}, "classify": {"precision": "float32"}}
    config = LabelConfig.model_validate(told)
    order = json.loads(run.order) | {"config": config.model_dump_json(), "model": str(tiny_classifier)}

    flow = json.loads(settle(json.dumps(order)))["flow"]

    classify = next(stage for stage in flow if stage["stage"] == "classify_paragraphs")
    assert (classify["device"], classify["precision"]) == ("cpu", "float32")
    assert [stage["stage"] for stage in flow][-1] == "write_predictions"


@pytest.mark.parametrize("threads", [None, 3])
def test_what_is_settled_for_the_whole_run_leaves_threads_as_the_settings_say(
    run: Run, tiny_classifier: Path, threads: int | None
) -> None:
    told = {"engine": {"name": "ray", "cpus": 2}, "classify": {"precision": "float32", "threads": threads}}
    config = LabelConfig.model_validate(told)
    order = json.loads(run.order) | {"config": config.model_dump_json(), "model": str(tiny_classifier)}

    flow = json.loads(settle(json.dumps(order)))["flow"]

    assert [stage["threads"] for stage in flow if "threads" in stage] == [threads]


def test_a_run_that_is_gone_on_with_has_the_threads_of_its_new_number_of_processors(
    tiny_classifier: Path, tmp_path: Path
) -> None:
    before = torch.get_num_threads()
    run = Run(tiny_classifier, tmp_path)
    try:
        for cpus, shard in zip((1, 3), run.shards[:2], strict=True):
            engine = run.config.engine.model_copy(update={"cpus": cpus})
            config = run.config.model_copy(update={"engine": engine}).model_dump_json()
            run.order = json.dumps(json.loads(run.order) | {"config": config})
            (outcome,) = run.label(shard)
            assert outcome.get("part") == shard.number
            assert torch.get_num_threads() == cpus
    finally:
        torch.set_num_threads(before)
