"""`taawun train`: its options, and what it tells."""

import argparse
import json

from pipeline.commands.base import Commands, add_command, leave_out_unset, part_settings, say
from pipeline.errors import ConfigError
from pipeline.shipped import find_shipped

_EXAMPLES = """\
examples:
  taawun train configs/train.yaml
  taawun train configs/train.yaml --extra new.jsonl out=models/mine
  taawun train configs/train_arabert.yaml base_model=aubmindlab/bert-base-arabertv02
  taawun train configs/train.yaml --resume
  taawun train configs/train_linear.yaml --extra new.jsonl out=models/linear

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
    train.add_argument("--overwrite", action="store_true", help="replace the model that is there")
    train.set_defaults(run=_run)


def _run(given: argparse.Namespace) -> int:
    from pipeline.config import ANY_TRAIN_CONFIG, load_config

    configs, overrides = part_settings(given.inputs)
    if len(configs) != 1:
        message = "one configuration file expected, for example: taawun train configs/train.yaml"
        raise ConfigError(message)
    values = leave_out_unset(extra=given.extra, overwrite=given.overwrite)
    config = load_config(ANY_TRAIN_CONFIG, find_shipped(configs[0]), overrides, values)
    from rich.console import Console

    from pipeline.jobs.model_card import summarize_training
    from pipeline.jobs.train import train

    folder = train(config, resume=given.resume, console=None if given.quiet else Console(stderr=True))
    if not given.quiet:
        measured = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["out_of_sample"]
        say(summarize_training(folder, measured))
    return 0
