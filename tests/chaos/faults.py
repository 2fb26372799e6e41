"""Labelling on a disk where one step goes wrong, for every step and every way; then started again until it is done.

    python -m tests.chaos.faults INPUTS MODEL FOLDER [--sample]

Each run is a fork of this process, which has imported all that labelling needs, so that thousands of them take minutes.
"""

import importlib
import json
import os
import shutil
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from pipeline.__main__ import main
from pipeline.shipped import code_version

from .comparing import compare
from .disk import FAULTS, Disk, Fault
from .kills import label_command, left_behind

PLACES = ("new", "empty")
_MENDED = 2


def inject_all(inputs: Path, model: Path, folder: Path, *, sampled: bool = False) -> dict[str, dict[str, int]]:
    """Let each step go wrong in each way, or a sample of them; gives what came of it, by way.

    Args:
        inputs: What is labelled.
        model: By which classifier.
        folder: Where; made here.
        sampled: Let each kind of step, such as the syncing of one of the files, go wrong once, in one of the places.
    """
    folder.mkdir(parents=True)
    reference = folder / "reference"
    if _label(inputs, model, reference, modules=folder / "modules") != 0:
        message = f"labelling {inputs} fails without a fault"
        raise RuntimeError(message)
    _import(folder / "modules")
    outcomes = {f"{fault}, {place} folder": Counter[str]() for place in PLACES for fault in FAULTS}
    sampled_kinds: set[str] = set()
    for number, place in enumerate(PLACES):
        steps = _steps(inputs, model, _place(folder, place))
        kinds = [kind for kind in dict.fromkeys(steps) if kind not in sampled_kinds][:: len(PLACES) - number]
        sampled_kinds.update(kinds)
        for at, fault in _sample(steps, kinds) if sampled else _all(steps):
            outcome = _inject(inputs, model, _place(folder, place), reference, fault, at)
            if not outcome["identical"]:
                sys.stderr.write(f"{fault} at step {at}, {steps[at]}, {place} folder\n")
            outcomes[f"{fault}, {place} folder"].update(outcome)
    return {name: dict(outcome) for name, outcome in outcomes.items()}


def _all(steps: Sequence[str]) -> Iterator[tuple[int, Fault]]:
    for fault in FAULTS:
        for at in range(len(steps)):
            yield at, fault


def _sample(steps: Sequence[str], kinds: Sequence[str]) -> Iterator[tuple[int, Fault]]:
    """Choose one step of each kind, the last or the first of them by turns, and the next fault for each."""
    for number, kind in enumerate(kinds):
        same = [at for at, step in enumerate(steps) if step == kind]
        yield same[-(number // len(FAULTS) % 2)], FAULTS[number % len(FAULTS)]


def _inject(inputs: Path, model: Path, out: Path, reference: Path, fault: Fault, at: int) -> Counter[str]:
    """Label with a fault, and once more without if that did not come to its end."""
    codes = [_label(inputs, model, out, (fault, at))]
    was_complete = (out / "run.json").exists()
    if codes[0] != 0:
        codes.append(_label(inputs, model, out))
    expected = {0, _MENDED} if fault == "refuse" else {0, -signal.SIGKILL}
    # Where all was in its place before the process ended, the same command may find the results of an earlier run.
    is_done = codes[0] in expected and codes[-1] in ({0, _MENDED} if was_complete else {0})
    is_clean = codes == [0] or not left_behind(out)
    comparison = compare(out, reference) if is_done and is_clean else None
    if comparison is None or not comparison.is_identical:
        sys.stderr.write(f"{fault} at step {at}: exit codes {codes}, {left_behind(out)} left, {comparison}\n")
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


def _steps(inputs: Path, model: Path, out: Path) -> list[str]:
    """Name the steps of a run without fault."""
    told = out.parent.parent / "steps"
    _label(inputs, model, out, steps=told)
    return told.read_text(encoding="utf-8").splitlines()


def _import(modules: Path) -> None:
    """Import what a fork imported, and look at the code, so that no other fork needs to."""
    for name in modules.read_text(encoding="utf-8").splitlines():
        with suppress(ImportError):
            importlib.import_module(name)
    code_version()


def _label(
    inputs: Path,
    model: Path,
    out: Path,
    fault: tuple[Fault, int] | None = None,
    *,
    steps: Path | None = None,
    modules: Path | None = None,
) -> int:
    """Label in a fork of this process, which may note its steps or what it imported; gives its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 70
    try:
        with (out.parent.parent / "said").open("a", encoding="utf-8") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
        disk = Disk(out.parent, *fault or ())
        if fault or steps:
            disk.install()
        code = main(label_command(inputs, model, out, "blocks.articles=3", "--quiet"))
        if steps:
            steps.write_text("\n".join(disk.steps), encoding="utf-8")
        if modules:
            modules.write_text("\n".join(sorted(sys.modules)), encoding="utf-8")
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        sys.stderr.write(traceback.format_exc())
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    given_inputs, given_model, given_folder = map(Path, sys.argv[1:4])
    outcomes_told = inject_all(given_inputs, given_model, given_folder, sampled="--sample" in sys.argv)
    sys.stdout.write(json.dumps(outcomes_told) + "\n")
