"""Labelling on a disk where one step goes wrong, for every step and every way; then started again until it is done.

    python -m tests.chaos.faults INPUTS MODEL FOLDER [EVERY]

Each run is a fork of this process, which has imported all that labelling needs, so that thousands of them take minutes.
"""

import json
import os
import shutil
import signal
import sys
import traceback
from collections import Counter
from pathlib import Path

from pipeline.__main__ import main

from .comparing import compare
from .disk import FAULTS, Disk, Fault
from .kills import label_command

_MENDED = 2
_MOST_STARTS = 3


def inject_all(inputs: Path, model: Path, folder: Path, every: int = 1) -> dict[str, dict[str, int]]:
    """Let each step go wrong in each way, or each of so many; gives what came of it, by way.

    Args:
        inputs: What is labelled.
        model: By which classifier.
        folder: Where; made here.
        every: Try only every so many of the steps.
    """
    folder.mkdir(parents=True)
    reference = folder / "reference"
    if _label(inputs, model, reference) != 0:
        message = f"labelling {inputs} fails without a fault"
        raise RuntimeError(message)
    outcomes: dict[str, dict[str, int]] = {}
    for place in ("new", "empty"):
        steps = _count_steps(inputs, model, _place(folder, place))
        for number, fault in enumerate(FAULTS):
            outcome: Counter[str] = Counter()
            for at in range(number % every, steps, every):
                outcome.update(_inject(inputs, model, _place(folder, place), reference, fault, at))
            outcomes[f"{fault}, {place} folder"] = dict(outcome)
    return outcomes


def _inject(inputs: Path, model: Path, out: Path, reference: Path, fault: Fault, at: int) -> Counter[str]:
    codes = [_label(inputs, model, out, fault, at)]
    while codes[-1] != 0 and len(codes) < _MOST_STARTS and not (out / "run.json").exists():
        codes.append(_label(inputs, model, out))
    expected = {0, _MENDED} if fault == "refuse" else {0, -signal.SIGKILL}
    is_done = (out / "run.json").exists() and codes[0] in expected and set(codes[1:]) <= {0}
    comparison = compare(out, reference) if is_done else None
    if comparison is None or not comparison.is_identical:
        sys.stderr.write(f"{fault} at step {at}, {out}: exit codes {codes}, {comparison}\n")
    return Counter(
        faults=1,
        runs=1,
        lost=comparison.lost if comparison else 0,
        doubled=comparison.doubled if comparison else 0,
        identical=comparison is not None and comparison.is_identical,
    )


def _place(folder: Path, kind: str) -> Path:
    """Make the place of results: none yet, or an empty folder, which is filled file by file."""
    out = folder / "place" / "out"
    shutil.rmtree(out.parent, ignore_errors=True)
    (out if kind == "empty" else out.parent).mkdir(parents=True)
    return out


def _count_steps(inputs: Path, model: Path, out: Path) -> int:
    counted = out.parent.parent / "steps"
    _label(inputs, model, out, counted=counted)
    return int(counted.read_text(encoding="utf-8"))


def _label(
    inputs: Path, model: Path, out: Path, fault: Fault | None = None, at: int = -1, counted: Path | None = None
) -> int:
    """Label in a fork of this process; gives its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 70
    try:
        with (out.parent.parent / "said").open("a", encoding="utf-8") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
        disk = Disk(out.parent, fault, at)
        if fault or counted:
            disk.install()
        code = main(label_command(inputs, model, out, "blocks.articles=3", "--quiet"))
        if counted:
            counted.write_text(str(disk.steps), encoding="utf-8")
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        sys.stderr.write(traceback.format_exc())
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    given_inputs, given_model, given_folder = map(Path, sys.argv[1:4])
    outcomes_told = inject_all(given_inputs, given_model, given_folder, int(sys.argv[4]) if sys.argv[4:] else 1)
    sys.stdout.write(json.dumps(outcomes_told) + "\n")
