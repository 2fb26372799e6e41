"""Which held-out rows a classifier should be calibrated on, and how far its thresholds should be drawn together.

    python benchmarks/calibration_rows.py MODEL CONFIG [--extra FILE ...] [--leave-out FILE[,FILE] ...]

MODEL is a trained transformer, CONFIG and the extra files what it was trained with, so that the same rows are held out.
They are halved at random, many times: calibration and thresholds are fitted on one half, once on all of its rows and
once without those of the files left out; log loss, expected calibration error and macro-F1 are measured on the other
half's rows, file by file.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spread import spread

from pipeline.calibration import CalibrationSettings, fit_decision
from pipeline.config import TrainConfig, load_config
from pipeline.decision import BoolArray, Decision, FloatArray, combine_windows
from pipeline.jobs.training.material import gather_material
from pipeline.kinds import load_classifier
from pipeline.metrics import measure

_HALVINGS = 20
_STRENGTHS = (10.0, 40.0, 200.0)
_FEWEST_ROWS = 500
"""Rows that a file must have among those held out to be measured on."""


def main() -> None:
    """Compare calibrations and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("config", type=Path)
    parser.add_argument("--extra", action="append", default=[])
    parser.add_argument("--leave-out", action="append", default=[], metavar="FILE[,FILE]")
    given = parser.parse_args()
    config = load_config(TrainConfig, given.config, ["gate=null", "evaluation=[]"], {}, {"extra": given.extra})
    material = gather_material(config)
    rows = np.flatnonzero(material.checks)
    names = np.array([Path(material.used[row].place.rpartition(":")[0]).name for row in rows])
    classifier = load_classifier(given.model)
    windows = classifier.tokenizer.windows([material.texts[row] for row in rows])
    counts = np.array([len(each) for each in windows], dtype=np.int64)
    scores = classifier.logits([window for each in windows for window in each])
    logits = combine_windows(scores, counts, config.window.combine)
    left_out = [frozenset[str](), *(frozenset(each.split(",")) for each in given.leave_out)]
    measured = [name for name in np.unique(names) if (names == name).sum() >= _FEWEST_ROWS]
    print(f"{given.model}: {len(rows)} rows held out; " + ", ".join(f"{(names == n).sum()} of {n}" for n in measured))
    print("| calibrated without | strength | " + " | ".join(f"{n}: log loss | ECE | macro-F1" for n in measured) + " |")
    print("|---" * (2 + 3 * len(measured)) + "|")
    for without in left_out:
        fits = ~np.isin(names, sorted(without))
        for strength in _STRENGTHS:
            told = _measure(classifier.decision, logits, material.gold[rows], (fits, names, measured), strength)
            shown = " | ".join(spread(told[name, each]) for name in measured for each in ("loss", "ece", "macro_f1"))
            print(f"| {', '.join(sorted(without)) or 'nothing'} | {strength:g} | {shown} |", flush=True)


def _measure(
    decision: Decision,
    logits: FloatArray,
    gold: BoolArray,
    files: tuple[BoolArray, NDArray[np.str_], list[str]],
    strength: float,
) -> dict[tuple[str, str], list[float]]:
    """Fit on one half and measure on the other, for each of the halvings."""
    fits, names, measured = files
    random = np.random.default_rng(0)
    told: dict[tuple[str, str], list[float]] = defaultdict(list)
    for _ in range(_HALVINGS):
        half = random.random(len(logits)) < 0.5  # noqa: PLR2004
        rule = fit_decision(
            decision, logits[half & fits], gold[half & fits], CalibrationSettings(threshold_strength=strength)
        )
        for name in measured:
            other = ~half & (names == name)
            probabilities = rule.probabilities(logits[other], np.ones(int(other.sum()), dtype=np.int64))
            numbers = measure(gold[other], rule.applies(probabilities), probabilities, decision.taxonomy.ids)
            sure = np.clip(np.where(gold[other], probabilities, 1 - probabilities), 1e-6, 1)
            told[name, "loss"].append(float(-np.log(sure).mean()))
            told[name, "ece"].append(numbers["ece"])
            told[name, "macro_f1"].append(numbers["macro_f1"])
    return told


if __name__ == "__main__":
    main()
