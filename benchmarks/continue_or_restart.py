"""Go on with a classifier or train anew when rows come in? python benchmarks/continue_or_restart.py POOL GOLD WORK.

A base classifier is trained on seeds/labelled alone (configs/train.yaml). For each number of `--sizes`, so many rows
drawn from POOL (JSON Lines) come in: once its training goes on with them (configs/retrain.yaml), once a classifier is
trained anew from the encoder on all rows (configs/train.yaml). All are measured on GOLD, copies of which are trained on
nowhere. Each seed has its own base, draw and trainings. Prints means and standard deviations over the seeds; what was
measured before is read back from WORK, so that a stopped run goes on.

`--settings` change both ways (training.device=cuda), `--retrain FILE` names other settings for going on.
"""

import argparse
import json
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from resuming import claim, run, tell
from spread import spread

from pipeline.config import EvaluateConfig, TrainConfig, load_config
from pipeline.jobs.evaluate import evaluate
from pipeline.jobs.train import train
from pipeline.labelled import read_labelled
from pipeline.shipped import find_shipped
from pipeline.splits import positions_of
from pipeline.taxonomy import Taxonomy

TRAIN = Path("configs/train.yaml")
WAYS = {"base": "without them", "continue": "training goes on", "restart": "trained anew"}
NUMBERS = ("macro_f1", "mean_average_precision")


def tie(given: argparse.Namespace) -> None:
    """Tie the work folder to all settings and data, so that no numbers of others are read back."""
    settings = [*given.settings, f"base_model={given.encoder}"]
    configs = {path: load_config(TrainConfig, Path(path), settings) for path in (str(TRAIN), given.retrain)}
    claim(
        given.work,
        {path: tell(each, [*each.labelled, str(given.pool), str(given.gold)]) for path, each in configs.items()},
    )


def draw(size: int, seed: int, given: argparse.Namespace) -> Path:
    """Draw rows from the pool, whole articles as far as it goes; a larger draw of a seed has all rows of a smaller."""
    config = load_config(TrainConfig, TRAIN)
    rows = read_labelled([given.pool], load_config(Taxonomy, find_shipped(config.taxonomy)))
    if size > len(rows):
        message = f"{given.pool}: has {len(rows)} rows, fewer than {size}"
        raise SystemExit(message)
    lines = given.pool.read_text(encoding="utf-8").splitlines(keepends=True)
    first = np.argsort(positions_of(rows, f"pool {seed}"), kind="stable")[:size]
    numbers = sorted(int(rows[k].place.rpartition(":")[2]) for k in first)
    path: Path = given.work / f"seed-{seed}" / f"{size}.jsonl"
    path.write_text("".join(lines[number - 1] for number in numbers), encoding="utf-8")
    return path


def measure(way: str, size: int, seed: int, given: argparse.Namespace) -> dict[str, Any]:
    """Train and measure one classifier, or read back what was measured."""
    own: Path = given.work / f"seed-{seed}"
    base = own / "base" / "model"
    place = own / (way if way == "base" else f"{way}-{size}")
    outcome = place / "outcome.json"
    if outcome.exists():
        read: dict[str, Any] = json.loads(outcome.read_text(encoding="utf-8"))
        return read
    place.mkdir(parents=True, exist_ok=True)
    settings = [f"training.seed={seed}", *given.settings, "gate=null", "overwrite=true"]
    settings += [f"base_model={base if way == 'continue' else given.encoder}"]
    settings += [f"out={place / 'model'}", f"run={place / 'run'}", f"evaluation=[{given.gold}]"]
    extra = {"extra": [str(draw(size, seed, given))] if size else []}
    config = load_config(TrainConfig, Path(given.retrain) if way == "continue" else TRAIN, settings, extra)
    train(config, resume=config.run_folder.exists())
    report, gold = place / "report", (str(given.gold),)
    evaluate(EvaluateConfig(gold=gold, model=str(place / "model"), out=report, overwrite=True, texts=False))
    numbers = json.loads((report / "report.json").read_text(encoding="utf-8"))["metrics"]
    training = json.loads((place / "model" / "metrics.json").read_text(encoding="utf-8"))["training"]
    measured = {name: numbers[name] for name in NUMBERS} | {"steps": training["steps"]}
    part = outcome.with_suffix(".part")
    part.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    part.replace(outcome)
    return measured


def table(measured: dict[tuple[int, str], list[dict[str, Any]]]) -> str:
    """Write the table in Markdown: mean ± standard deviation over the seeds."""
    lines = ["| new rows | | seeds | macro-F1 | average precision | steps |", "|---|---|---|---|---|---|"]
    for (size, way), runs in sorted(measured.items()):
        cells = [spread([run[name] for run in runs]) for name in NUMBERS]
        steps = f"{fmean(run['steps'] for run in runs):,.0f}"
        lines.append(f"| {size:,} | {WAYS[way]} | {len(runs)} | {' | '.join(cells)} | {steps} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure all, and write the table after each classifier."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pool", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 300, 1000, 3000])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--encoder", default="models/encoder")
    parser.add_argument("--retrain", default="configs/retrain.yaml")
    parser.add_argument("--settings", nargs="*", default=[], help="settings of both ways, key=value")
    given = parser.parse_args()
    tie(given)
    measured: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for seed in range(1, given.seeds + 1):
        for size, way in ((0, "base"), *((size, way) for size in given.sizes for way in ("continue", "restart"))):
            measured.setdefault((size, way), []).append(measure(way, size, seed, given))
            (given.work / "table.md").write_text(table(measured), encoding="utf-8")
    print(table(measured))


if __name__ == "__main__":
    run(main)
