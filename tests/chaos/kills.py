"""Labelling that is killed at random moments and started again until it is done."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from .comparing import Comparison, compare

FORMATS = ("jsonl", "csv", "parquet")
_POLL_SECONDS = 0.005


@dataclass(slots=True)
class Kills:
    """What came of it.

    Attributes:
        kills: Processes killed while they worked.
        starts: Processes started.
        resumed: How many of them said that they went on where another had ended.
        comparisons: Of the results of each run that came to its end.
    """

    kills: int = 0
    starts: int = 0
    resumed: int = 0
    comparisons: list[Comparison] = field(default_factory=list)


def label_command(inputs: Path, model: Path, out: Path, *settings: str) -> list[str]:
    """The command that labels all inputs in all formats."""
    formats = [part for name in FORMATS for part in ("--format", name)]
    return ["label", str(inputs), "--model", str(model), "--out", str(out), *formats, *settings]


def run_undisturbed(arguments: list[str]) -> float:
    """Label without disturbance; gives the seconds of processor time that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "pipeline", *arguments], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def kill_at_random(arguments: list[str], out: Path, reference: Path, number: int, seconds: float) -> Kills:
    """Label again and again, killed at random moments, until there were so many kills; each run is brought to its end.

    Args:
        arguments: The command.
        out: Where it writes.
        reference: Results of the same command that was not disturbed.
        number: Kills.
        seconds: Processor time that it takes without disturbance.
    """
    moments = random.Random(number)  # noqa: S311
    done = Kills()
    while done.kills < number:
        shutil.rmtree(out, ignore_errors=True)
        while not (out / "run.json").exists():
            is_last = done.kills >= number
            _run_and_kill(arguments, None if is_last else moments.uniform(0.1, 1) * seconds, done)
        done.comparisons.append(compare(out, reference))
    return done


def left_behind(out: Path) -> list[str]:
    """Names beside and in a folder of results that a run which came to its end should have taken away."""
    return sorted(path.name for folder in (out, out.parent) for path in folder.glob(".*"))


def summarize(done: Kills) -> Counter[str]:
    """Count lost and doubled rows and runs with other results."""
    return Counter(
        faults=done.kills,
        starts=done.starts,
        resumed=done.resumed,
        runs=len(done.comparisons),
        lost=sum(each.lost for each in done.comparisons),
        doubled=sum(each.doubled for each in done.comparisons),
        identical=sum(each.is_identical for each in done.comparisons),
    )


def _run_and_kill(arguments: list[str], seconds: float | None, done: Kills) -> None:
    """Start the command and kill it when it has used so much processor time, if it has not ended before."""
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen([sys.executable, "-m", "pipeline", *arguments], stdout=said, stderr=said) as run,
    ):
        done.starts += 1
        while run.poll() is None and (seconds is None or _processor_time(run.pid) < seconds):
            time.sleep(_POLL_SECONDS)
        if run.returncode is None:
            run.kill()
            done.kills += 1
        run.wait()
        said.seek(0)
        told = said.read().decode()
    done.resumed += "resuming after" in told
    if run.returncode not in {0, -signal.SIGKILL}:
        message = f"labelling failed with {run.returncode}: {told}"
        raise RuntimeError(message)


def _processor_time(process: int) -> float:
    """Seconds of processor time that a process has used."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
