"""A run that was interrupted is gone on with, and its results are those of one that was not."""

import errno
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pipeline.config import LabelConfig
from pipeline.errors import ConfigError, PipelineError
from pipeline.jobs.label import LabelRun, label

NEWS = "وقعت الصين وروسيا اتفاقا رقم {} لتوريد الغاز.\nوقال الوزير إن البلدين يعملان معا في النقل والتعليم."
Label = Callable[..., LabelRun]


def read(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "run.json"}


def counts(folder: Path) -> dict[str, int]:
    told: dict[str, int] = json.loads((folder / "run.json").read_text(encoding="utf-8"))["counts"]
    return told


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """Four files of 3, 5, 1 and 2 articles and rejections."""
    folder = tmp_path / "in"
    folder.mkdir()
    lines = [json.dumps({"text": NEWS.format(number)}, ensure_ascii=False) for number in range(8)]
    (folder / "a.jsonl").write_text("\n".join([*lines[:2], "{"]), encoding="utf-8")
    (folder / "b.jsonl").write_text("\n".join(lines[2:7]), encoding="utf-8")
    (folder / "c.txt").write_text(NEWS.format("c"), encoding="utf-8")
    (folder / "d.jsonl").write_text("\n".join(["[]", lines[7]]), encoding="utf-8")
    return folder


@pytest.fixture
def run(linear_classifier: Path, inputs: Path, tmp_path: Path) -> Label:
    """Label the inputs in blocks of two with a linear classifier, all formats, into tmp_path / "out"."""

    def run(console: Console | None = None, **settings: Any) -> LabelRun:
        usual: dict[str, Any] = {
            "inputs": [str(inputs)],
            "out": tmp_path / "out",
            "model": str(linear_classifier),
            "blocks": {"articles": 2},
            "write": {"formats": ["jsonl", "csv", "parquet"]},
        }
        return label(LabelConfig.model_validate(usual | settings), console)

    return run


@pytest.fixture
def reference(run: Label, tmp_path: Path) -> Path:
    """The results of a run that was not interrupted."""
    run(out=tmp_path / "reference")
    return tmp_path / "reference"


@pytest.fixture
def interrupted(run: Label, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Label until so many blocks are on the disk and the system then raises an error; gives the error's text."""

    def interrupted(blocks: int, error: BaseException | None = None, **settings: Any) -> str:
        fsync = os.fsync

        def failing(number: int) -> None:
            fsync(number)
            path = Path(f"/proc/self/fd/{number}").readlink()
            if path.name == "journal.jsonl" and path.read_bytes().count(b"\n") == blocks:
                raise error or KeyboardInterrupt

        with monkeypatch.context() as patched, pytest.raises((PipelineError, KeyboardInterrupt)) as caught:
            patched.setattr(os, "fsync", failing)
            run(**settings)
        return str(caught.value)

    return interrupted


@pytest.mark.parametrize("blocks", range(1, 8))
def test_the_results_are_those_of_a_run_that_was_not_interrupted(
    run: Label, reference: Path, interrupted: Callable[..., str], tmp_path: Path, blocks: int
) -> None:
    interrupted(blocks)
    assert not (tmp_path / "out").exists()

    run()

    assert read(tmp_path / "out") == read(reference)
    assert counts(tmp_path / "out") == counts(reference)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out", "reference"]


def test_a_run_may_be_interrupted_again_and_again(
    run: Label, reference: Path, interrupted: Callable[..., str], tmp_path: Path
) -> None:
    for blocks in (1, 2, 3, 5):
        interrupted(blocks)
    run()
    assert read(tmp_path / "out") == read(reference)


@pytest.mark.parametrize("name", ["labels.jsonl", "labels.csv", "labels.arrows", "rejected.jsonl", "journal.jsonl"])
def test_what_was_written_of_a_block_that_is_not_complete_is_written_again(
    run: Label, reference: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    fsync, left = os.fsync, iter(range(1))

    def failing(number: int) -> None:
        if Path(f"/proc/self/fd/{number}").readlink().name == name and next(left, None) is None:
            with (tmp_path / ".out.partial" / "results" / "labels.csv").open("ab") as stream:
                stream.write(b'"half of a li')
            raise KeyboardInterrupt
        fsync(number)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(os, "fsync", failing)
        run()
    run()
    assert read(tmp_path / "out") == read(reference)


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "auto"])
def test_a_transformer_comes_to_the_same_scores_too(
    run: Label, interrupted: Callable[..., str], tmp_path: Path, tiny_classifier: Path, precision: str
) -> None:
    settings = {"model": str(tiny_classifier), "classify": {"precision": precision, "batch_tokens": 512}}
    run(out=tmp_path / "reference", **settings)
    run(out=tmp_path / "again", **settings)
    interrupted(2, **settings)
    run(**settings)
    assert read(tmp_path / "out") == read(tmp_path / "reference") == read(tmp_path / "again")
    assert counts(tmp_path / "out") == counts(tmp_path / "reference") == counts(tmp_path / "again")


def test_what_was_left_to_the_machine_stays_as_it_was_chosen(
    run: Label, interrupted: Callable[..., str], tmp_path: Path, tiny_classifier: Path
) -> None:
    interrupted(2, model=str(tiny_classifier))
    path = tmp_path / ".out.partial" / "plan.json"
    plan = json.loads(path.read_bytes())
    (classify,) = (stage for stage in plan["flow"] if stage["stage"] == "classify_paragraphs")
    chosen, other = classify["precision"], {"float32": "bfloat16", "bfloat16": "float32"}[classify["precision"]]
    classify["precision"] = other
    path.write_text(json.dumps(plan), encoding="utf-8")
    run(model=str(tiny_classifier))
    told = {key.split()[3] for key in counts(tmp_path / "out") if key.startswith("classify_paragraphs: windows in")}
    assert told == {chosen, other}


def test_it_says_how_to_go_on_and_from_where_it_does(run: Label, interrupted: Callable[..., str]) -> None:
    assert interrupted(2) == "3 articles are labelled and kept: the same command goes on from there"
    console = Console(file=io.StringIO())
    run(console)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "resuming after 3 articles\n"


def test_an_input_that_is_done_is_not_read_again(
    run: Label, reference: Path, interrupted: Callable[..., str], inputs: Path, tmp_path: Path
) -> None:
    interrupted(2)  # in the second input
    times = (inputs / "a.jsonl").stat()
    (inputs / "a.jsonl").write_bytes(b"\0" * times.st_size)
    os.utime(inputs / "a.jsonl", ns=(times.st_atime_ns, times.st_mtime_ns))
    run()
    assert read(tmp_path / "out") == read(reference)


def test_a_changed_input_is_named(run: Label, interrupted: Callable[..., str], inputs: Path) -> None:
    interrupted(2)
    with (inputs / "b.jsonl").open("a", encoding="utf-8") as stream:
        stream.write("\n{}")
    with pytest.raises(ConfigError, match=r"(?s)an interrupted run.*input b\.jsonl has changed.*--restart"):
        run()


def test_an_input_that_was_only_touched_is_no_other(
    run: Label, reference: Path, interrupted: Callable[..., str], inputs: Path, tmp_path: Path
) -> None:
    interrupted(2)
    os.utime(inputs / "a.jsonl")
    os.utime(inputs / "b.jsonl")
    run()
    assert read(tmp_path / "out") == read(reference)


def test_other_settings_are_named_and_the_work_is_kept(
    run: Label, reference: Path, interrupted: Callable[..., str], tmp_path: Path
) -> None:
    interrupted(3)
    with pytest.raises(ConfigError, match=r"(?s)interrupted run, 5 articles.*extract\.timeout_seconds was 20"):
        run(extract={"timeout_seconds": 30})
    run()
    assert read(tmp_path / "out") == read(reference)


def test_restart_begins_anew(
    run: Label, reference: Path, interrupted: Callable[..., str], tmp_path: Path, inputs: Path
) -> None:
    interrupted(3)
    (inputs / "b.jsonl").write_text("", encoding="utf-8")
    run(restart=True)
    (tmp_path / "reference").rename(tmp_path / "before")
    run(out=tmp_path / "reference")
    assert read(tmp_path / "out") == read(reference)
    assert read(tmp_path / "out") != read(tmp_path / "before")


def test_a_run_that_broke_off_before_its_first_block_is_in_nobodys_way(
    run: Label, interrupted: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]
    interrupted(1)
    (tmp_path / ".out.partial" / "journal.jsonl").write_bytes(b"")
    run(write={"formats": ["csv"]})
    assert "labels.jsonl" not in read(tmp_path / "out")


def test_standard_input_cannot_be_gone_on_with(
    run: Label, interrupted: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inputs: Path
) -> None:
    content = (inputs / "b.jsonl").read_bytes()

    def pipe_in() -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    pipe_in()
    assert "standard input cannot be gone on with" in interrupted(2, inputs=["-"])
    assert not (tmp_path / ".out.partial").exists()
    pipe_in()
    assert run(inputs=["-"]).articles == 5


def test_work_over_standard_input_that_was_killed_is_begun_anew_with_a_message(
    run: Label, interrupted: Callable[..., str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    interrupted(2)
    path = tmp_path / ".out.partial" / "plan.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"is_repeatable": False}), encoding="utf-8")
    run()
    assert "an earlier run over standard input broke off" in caplog.text


def test_a_full_disk_is_told_with_what_is_kept(
    run: Label, reference: Path, interrupted: Callable[..., str], tmp_path: Path
) -> None:
    said = interrupted(3, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert said.startswith(f"{tmp_path / 'out'}: cannot be written (No space left on device)")
    assert said.endswith("\n5 articles are labelled and kept: the same command goes on from there")
    run()
    assert read(tmp_path / "out") == read(reference)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(errno.ENOMEM, "x"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("can't start new thread"),
        ImportError("x.so: failed to map segment from shared object"),
        RuntimeError("Unknown error: Failed to launch worker thread: Resource temporarily unavailable"),
    ],
)
def test_a_lack_of_memory_is_told_with_what_helps(interrupted: Callable[..., str], error: Exception) -> None:
    said = interrupted(1, error)
    assert said.startswith("out of memory; lower blocks.chars or classify.batch_tokens")
    assert said.endswith("2 articles are labelled and kept: the same command goes on from there")


def test_a_bug_keeps_its_traceback_and_the_work(
    run: Label, reference: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched, pytest.raises(ZeroDivisionError):
        patched.setattr(
            os, "fsync", lambda number: Path(f"/proc/self/fd/{number}").readlink().suffix == ".csv" and 1 / 0
        )
        run()
    run()
    assert read(tmp_path / "out") == read(reference)


def test_files_that_lost_their_end_are_refused(run: Label, interrupted: Callable[..., str], tmp_path: Path) -> None:
    interrupted(2)
    os.truncate(tmp_path / ".out.partial" / "results" / "labels.csv", 10)
    with pytest.raises(ConfigError, match=r"out/labels\.csv: is damaged, the end is missing; start anew"):
        run()


def test_complete_results_are_moved_in_without_labelling_again(
    run: Label, reference: Path, interrupted: Callable[..., str], tmp_path: Path
) -> None:
    interrupted(7)  # the sixth block is the last, the seventh line says that the results are complete
    assert (tmp_path / ".out.partial" / "results" / "run.json").exists()
    finished = (tmp_path / ".out.partial" / "results" / "run.json").read_bytes()
    assert run().labelled == counts(reference)["write_predictions: labelled"]
    assert read(tmp_path / "out") == read(reference)
    assert (tmp_path / "out" / "run.json").read_bytes() == finished
    assert not (tmp_path / ".out.partial").exists()


def test_complete_results_of_other_settings_have_their_place_first(
    run: Label, reference: Path, interrupted: Callable[..., str], tmp_path: Path
) -> None:
    interrupted(7)
    with pytest.raises(ConfigError, match="earlier run; choose another --out"):
        run(write={"formats": ["csv"]})
    assert read(tmp_path / "out") == read(reference)
    assert not (tmp_path / ".out.partial").exists()


def test_earlier_results_stay_until_the_new_ones_are_complete(
    run: Label, reference: Path, interrupted: Callable[..., str], tmp_path: Path
) -> None:
    run(write={"formats": ["csv"]}, read={"max_article_chars": 5})
    before = read(tmp_path / "out")
    interrupted(3, overwrite=True)
    assert before == {name: (tmp_path / "out" / name).read_bytes() for name in before}
    run(overwrite=True)
    assert read(tmp_path / "out") == read(reference)


@pytest.mark.parametrize("moves", range(10))
def test_replacing_earlier_results_goes_on_where_it_was_killed(
    run: Label, reference: Path, interrupted: Callable[..., str], tmp_path: Path, moves: int
) -> None:
    run(write={"formats": ["csv"]}, read={"max_article_chars": 5})  # four files, then six
    interrupted(7, overwrite=True)
    child = os.fork()
    if not child:
        left = iter(range(moves))

        def kill(event: str, _: tuple[object, ...]) -> None:
            if event == "os.rename" and next(left, None) is None:
                os._exit(9)

        try:
            sys.addaudithook(kill)
            run(overwrite=True)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9

    run(overwrite=True)

    assert read(tmp_path / "out") == read(reference)


def test_no_folder_for_temporary_files_is_needed(
    run: Label, reference: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_get_default_tempdir", none)
    run()
    assert read(tmp_path / "out") == read(reference)
