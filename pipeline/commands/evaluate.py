"""`taawun evaluate`: its options, and what it tells."""

import argparse
from pathlib import Path

from pipeline.commands.base import Commands, add_command, leave_out_unset, part_settings, say

_EXAMPLES = """\
examples:
  taawun evaluate gold.jsonl --model models/cooperation --out report
  taawun evaluate gold.jsonl --model models/mine --against models/cooperation --out report
  taawun evaluate gold.jsonl --robustness --out report
  taawun evaluate gold.jsonl --learning-curve configs/train_linear.yaml --extra new.jsonl --out report

gold: JSON Lines, JSON, CSV, Parquet or exports of Label Studio or doccano, with `text` and `labels` (a list of domain
ids, empty for none), or with other names: columns.text=body. `id`, `article`, `source`, `date` and other plain fields
make slices, `codings` (one list per annotator) a ceiling. Writes report.html to look at, report.json with all numbers,
and the rows behind them: mistakes.jsonl, suspected_labels.jsonl, copies.jsonl."""


def add_evaluate(commands: Commands) -> None:
    """Add the command to the command line."""
    evaluate = add_command(commands, "evaluate", "measure a classifier", _EXAMPLES)
    evaluate.add_argument("inputs", nargs="*", metavar="GOLD", help="labelled paragraphs (formats: see below)")
    evaluate.add_argument("--out", type=Path, metavar="FOLDER", help="folder for the report (default: report)")
    evaluate.add_argument("--model", metavar="FOLDER", help="classifier (default: models/cooperation)")
    evaluate.add_argument("--overwrite", action="store_true", help="replace an earlier report")
    evaluate.add_argument("--against", metavar="OTHER", help="compare with another classifier or file of predictions")
    evaluate.add_argument("--exclude-copies", action="store_true", help="leave out rows that the model was trained on")
    evaluate.add_argument("--robustness", action="store_true", help="measure how labels bear edited texts as well")
    evaluate.add_argument("--no-texts", action="store_true", help="only numbers, none of the texts behind them")
    evaluate.add_argument(
        "--learning-curve",
        metavar="CONFIG",
        help="train on growing shares by a file such as configs/train_linear.yaml, and fit the trend of the scores",
    )
    evaluate.add_argument(
        "--extra", action="append", default=[], metavar="FILE", help="more labelled paragraphs for --learning-curve"
    )
    evaluate.add_argument("--add-to-card", action="store_true", help="put the numbers into the model's card as well")
    evaluate.set_defaults(run=_run)


def _run(given: argparse.Namespace) -> int:
    from pipeline.config import EvaluateConfig, load_config

    gold, overrides = part_settings(given.inputs)
    flags = ("out", "model", "against", "overwrite", "exclude_copies", "robustness", "add_to_card", "learning_curve")
    values = leave_out_unset(gold=gold, **{name: getattr(given, name) for name in flags})
    if given.no_texts:
        values["texts"] = False
    config = load_config(EvaluateConfig, None, overrides, values, {"extra": given.extra})
    from rich.console import Console

    from pipeline.jobs.evaluate import evaluate
    from pipeline.jobs.evaluating.summary import summarize

    report = evaluate(config, None if given.quiet else Console(stderr=True))
    if not given.quiet:
        say(summarize(report))
    return 0
