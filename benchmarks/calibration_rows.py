"""Which held-out rows a classifier should be calibrated on, and how far its thresholds should be drawn together.

    python benchmarks/calibration_rows.py MODEL CONFIG [--extra FILE ...] [--leave-out FILE[,FILE] ...] [key=value ...]

MODEL is a trained transformer, CONFIG, the extra files and the settings what it was trained with, so that the same rows
are held out; rows that it remembers to be trained on are left out and told. The others are halved at random, many
times, articles whole: calibration and thresholds are fitted on one half, once on all of its rows and once without those
of the files left out; log loss, expected calibration error and macro-F1 are measured on the other half, file by file.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from resuming import run
from spread import spread

from pipeline.calibration import CalibrationSettings, fit_decision
from pipeline.config import TrainConfig, load_config
from pipeline.decision import BoolArray, Decision, FloatArray
from pipeline.errors import ConfigError
from pipeline.jobs.training.continued import choose_checks
from pipeline.jobs.training.material import gather_material
from pipeline.kinds import load_classifier
from pipeline.metrics import measure
from pipeline.model_folder import find_model
from pipeline.splits import group_numbers

_HALVINGS = 20
_STRENGTHS = (10.0, 40.0, 200.0, 1000.0)
_FEWEST_ROWS = 500
"""Rows that a file must have among those held out to be measured on."""


def main() -> None:
    """Compare calibrations and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("config", type=Path)
    parser.add_argument("settings", nargs="*", metavar="key=value")
    parser.add_argument("--extra", action="append", default=[])
    parser.add_argument("--leave-out", action="append", default=[], metavar="FILE[,FILE]")
    given = parser.parse_intermixed_args()
    settings = ["gate=null", "evaluation=[]", *given.settings]
    config = load_config(TrainConfig, given.config, settings, {}, {"extra": given.extra})
    material, folder = gather_material(config), find_model(given.model)
    rows = np.flatnonzero(choose_checks(material, folder))
    names = np.array([Path(material.used[row].file).name for row in rows])
    left_out = [frozenset[str](), *(frozenset(each.split(",")) for each in given.leave_out)]
    measured = [str(name) for name in np.unique(names) if (names == name).sum() >= _FEWEST_ROWS]
    _check(left_out, names, measured)
    classifier = load_classifier(given.model)
    if classifier.decision.taxonomy != material.decision.taxonomy:
        message = f"{given.model}: has another taxonomy than {given.config}; give the configuration of its training"
        raise ConfigError(message)
    logits = classifier.text_logits([material.texts[row] for row in rows])
    halves = _halves(group_numbers([material.used[row] for row in rows]))
    print(f"{given.model}: {len(rows)} rows held out; " + ", ".join(f"{(names == n).sum()} of {n}" for n in measured))
    print("| calibrated without | strength | " + " | ".join(f"{n}: log loss | ECE | macro-F1" for n in measured) + " |")
    print("|---" * (2 + 3 * len(measured)) + "|")
    for without in left_out:
        files = (~np.isin(names, sorted(without)), names, measured)
        for strength in _STRENGTHS:
            told = _measure(classifier.decision, logits, material.gold[rows], files, halves, strength)
            shown = " | ".join(spread(told[name, each]) for name in measured for each in ("loss", "ece", "macro_f1"))
            print(f"| {', '.join(sorted(without)) or 'nothing'} | {strength:g} | {shown} |", flush=True)


def _check(left_out: list[frozenset[str]], names: NDArray[np.str_], measured: list[str]) -> None:
    """Check that there is something to fit on and to measure on.

    Raises:
        ConfigError: A file to leave out has no row held out, or none or all have enough of them.
    """
    there = {str(name) for name in names}
    for files in left_out:
        if unknown := files - there:
            message = f"--leave-out: no row of {', '.join(sorted(unknown))} is held out; there are {', '.join(there)}"
            raise ConfigError(message)
        if files == there:
            message = "--leave-out: leaves no row to calibrate on; leave out fewer files at once"
            raise ConfigError(message)
    if not measured:
        message = f"no file has {_FEWEST_ROWS} rows held out, too few to measure on; give more files with --extra"
        raise ConfigError(message)


def _halves(groups: NDArray[np.intp]) -> list[BoolArray]:
    """Give random halves of the rows that keep each group's together."""
    random = np.random.default_rng(0)
    return [(random.random(groups.max() + 1) < 0.5)[groups] for _ in range(_HALVINGS)]  # noqa: PLR2004


def _measure(
    decision: Decision,
    logits: FloatArray,
    gold: BoolArray,
    files: tuple[BoolArray, NDArray[np.str_], list[str]],
    halves: list[BoolArray],
    strength: float,
) -> dict[tuple[str, str], list[float]]:
    """Fit on one half and measure on the other, for each of the halvings."""
    fits, names, measured = files
    settings = CalibrationSettings(threshold_strength=strength)
    told: dict[tuple[str, str], list[float]] = defaultdict(list)
    for half in halves:
        rule = fit_decision(decision, logits[half & fits], gold[half & fits], settings)
        for name in measured:
            other = ~half & (names == name)
            probabilities = rule.probabilities(logits[other], np.ones(int(other.sum()), dtype=np.int64))
            numbers = measure(gold[other], rule.applies(probabilities), probabilities, decision.taxonomy.ids)
            sure = np.clip(np.where(gold[other], probabilities, 1 - probabilities), 1e-6, 1)
            told[name, "loss"].append(float(-np.log(sure).mean()))
            told[name, "ece"].append(numbers["ece"] or 0.0)
            told[name, "macro_f1"].append(numbers["macro_f1"] or 0.0)
    return told


if __name__ == "__main__":
    run(main)
