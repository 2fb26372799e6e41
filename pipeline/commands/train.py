"""`taawun train`: its options, and what it tells."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.base import Commands, add_command, fail, leave_out_unset, part_settings, say
from pipeline.errors import ConfigError
from pipeline.shipped import find_shipped

if TYPE_CHECKING:
    from pipeline.config import TrainConfig, TrainLinearConfig

_EXAMPLES = """\
examples:
  taawun train configs/train.yaml
  taawun train configs/train.yaml --extra new.jsonl out=models/mine
  taawun train configs/train_arabert.yaml base_model=aubmindlab/bert-base-arabertv02
  taawun train configs/train.yaml --extra new.jsonl --check
  taawun train configs/train.yaml --resume
  taawun train configs/train_linear.yaml --extra new.jsonl out=models/mine-linear

With a gate (see the file) the model becomes a version of a line of models, and the current one only if it does not lose
against the one before: taawun models models/mine. Exit code 1: it was kept aside.
`python train.py …` is the same. Any value of the configuration can be given as key=value."""


def add_train(commands: Commands) -> None:
    """Add the command to the command line."""
    train = add_command(commands, "train", "retrain a classifier", _EXAMPLES)
    train.add_argument("inputs", nargs="*", metavar="CONFIG", help="a file such as configs/train.yaml")
    train.add_argument("--extra", action="append", default=[], metavar="FILE", help="more labelled paragraphs")
    train.add_argument(
        "--resume",
        action="store_true",
        help="go on from the last checkpoint of an interrupted run (a linear model has none)",
    )
    train.add_argument("--check", action="store_true", help="tell what is wrong with the rows, and train nothing")
    train.add_argument("--overwrite", action="store_true", help="replace the model that is there")
    train.set_defaults(run=_run, has_checkpoints=False)


def _run(given: argparse.Namespace) -> int:
    from pipeline.config import ANY_TRAIN_CONFIG, TrainConfig, load_config

    configs, overrides = part_settings(given.inputs)
    if len(configs) != 1:
        message = "one configuration file expected, for example: taawun train configs/train.yaml"
        raise ConfigError(message)
    values = leave_out_unset(overwrite=given.overwrite)
    config = load_config(ANY_TRAIN_CONFIG, find_shipped(configs[0]), overrides, values, {"extra": given.extra})
    if given.check:
        return _check(config, quiet=given.quiet)
    from rich.console import Console

    from pipeline.jobs.results.model_card import summarize_training
    from pipeline.jobs.train import train

    given.has_checkpoints = isinstance(config, TrainConfig)
    folder = train(config, resume=given.resume, console=None if given.quiet else Console(stderr=True))
    if not given.quiet:
        measured = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["out_of_sample"]
        say(summarize_training(folder, measured))
    return _tell_gate(folder, quiet=given.quiet) if config.gate else 0


def _tell_gate(folder: Path, *, quiet: bool) -> int:
    """Tell whether a new version became the current one of its line; gives the exit code."""
    from pipeline.jobs.gating.report import read_gate, summarize_gate, what_to_do
    from pipeline.model_line import ModelLine

    line, gate = ModelLine(folder.parent.parent), read_gate(folder)
    if gate and not quiet:
        say(summarize_gate(gate))
    if line.current() == folder.name:
        if not quiet:
            say(f"{line.folder} is now {folder.name}\n")
        return 0
    stays = f"{line.folder} stays {line.current() or 'without a current version'}"
    return fail(f"{folder.name} is kept aside, {stays}; {what_to_do(line.folder, folder.name, gate or {})}", code=1)


def _check(config: "TrainConfig | TrainLinearConfig", *, quiet: bool) -> int:
    from rich.console import Console

    from pipeline.jobs.training.check import check_training
    from pipeline.jobs.training.check_summary import show_check

    check = check_training(config)
    if not quiet:
        show_check(check, Console())
    if check.mistakes:
        return fail("\n".join(["training cannot start", *check.mistakes]))
    if not quiet:
        say("training can start\n")
    return 0
