"""The command line when it is interrupted, and when nobody takes what it says."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.__main__ import main
from pipeline.config import TrainConfig, TrainLinearConfig, dump_yaml

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds" / "articles"
COMMAND = [sys.executable, "-m", "pipeline"]


def label_in_small_blocks(model: Path, out: Path) -> list[str]:
    settings = ["--model", str(model), "--out", str(out), "blocks.articles=1"]
    return [*COMMAND, "label", *map(str, sorted(SEEDS.glob("*.txt"))), *settings]


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_how_to_go_on_and_does(linear_classifier: Path, tmp_path: Path, number: int) -> None:
    arguments = label_in_small_blocks(linear_classifier, tmp_path / "out")
    journal = tmp_path / ".out.partial" / "journal.jsonl"
    with subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as run:
        while run.poll() is None and not journal.exists():
            time.sleep(0.001)
        run.send_signal(number)
        said = run.communicate()[1]
    if run.returncode == 0:
        pytest.skip("it was done before the signal came")

    assert run.returncode == 130
    assert said.startswith("taawun: interrupted; ")
    assert said.endswith(" articles are labelled and kept: the same command goes on from there\n")
    assert said.count("\n") == 1

    ended = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stderr.startswith("resuming after ")
    assert "5 articles labelled" in ended.stdout


def test_a_run_that_is_interrupted_before_its_first_block_has_written_nothing(
    linear_classifier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupting(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupting)
    assert main(["label", str(SEEDS), "--model", str(linear_classifier), "--out", str(tmp_path / "out")]) == 130
    assert capsys.readouterr().err == "taawun: interrupted; nothing was written\n"
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_training_is_gone_on_with_where_it_has_checkpoints(
    linear_settings: TrainLinearConfig,
    tiny_settings: TrainConfig,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupting(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupting)
    for settings, told in (
        (linear_settings, "nothing was written"),
        (tiny_settings.model_copy(update={"run": tmp_path / "run"}), "go on with the same command and --resume"),
    ):
        config = settings.model_copy(update={"out": tmp_path / "model"})
        (tmp_path / "train.yaml").write_text(dump_yaml(config), encoding="utf-8")

        assert main(["train", str(tmp_path / "train.yaml"), "--quiet"]) == 130
        assert capsys.readouterr().err.splitlines()[-1] == f"taawun: interrupted; {told}"
        assert not (tmp_path / "model").exists()


def test_an_output_that_nobody_reads_any_more_is_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(COMMAND, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_output_on_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(COMMAND, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, "taawun: the standard output: No space left on device\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
def test_outputs_that_are_closed_are_in_nobodys_way(linear_classifier: Path, tmp_path: Path) -> None:
    arguments = label_in_small_blocks(linear_classifier, tmp_path / "out")
    closing = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
    assert subprocess.run([*closing, *arguments], cwd=ROOT, check=False).returncode == 0
    assert subprocess.run([*closing, *arguments], cwd=ROOT, check=False).returncode == 2  # the results are there
    assert len((tmp_path / "out" / "labels.jsonl").read_bytes().splitlines()) > 50
