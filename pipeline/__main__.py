"""The command line: `taawun label | train | evaluate`. Messages and exit codes live here, the work in `pipeline.jobs`.

Exit codes: 0 fine; 1 no article could be read, or some inputs were rejected and `--strict` was given; 2 a mistake that
the user can mend; 130 interrupted.
"""

import argparse
import io
import json
import logging
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, TextIO

from pipeline import __version__
from pipeline.errors import ConfigError, PipelineError
from pipeline.shipped import find_shipped

_WELCOME = """\
taawun (تعاون) labels paragraphs of Arabic news by domain of international cooperation.

  taawun label seeds/articles --out labels               label articles
  taawun train configs/train.yaml --extra new.jsonl      retrain on extra labelled paragraphs
  taawun evaluate gold.jsonl --out report                measure a classifier on labelled paragraphs

`taawun COMMAND --help` explains each.
"""

_LABEL = """\
examples:
  taawun label seeds/articles --out labels
  taawun label news/2024/*.jsonl.gz --out labels --format parquet read.fields.text=body
  zcat day.jsonl.gz | taawun label - --out labels --model models/cooperation

reads .txt .md .html .jsonl .json .csv .tsv .parquet, each also as .gz; folders with all below them; - is standard
input. Writes labels.* (a row per paragraph), dropped.jsonl (boilerplate, with reasons), rejected.jsonl (unreadable
inputs, with reasons) and run.json (settings, counts, versions) into the output folder.
settings: any value of configs/label.yaml can be given as key=value; `taawun label --show-config` prints them all."""

_TRAIN = """\
examples:
  taawun train configs/train.yaml
  taawun train configs/train.yaml --extra new.jsonl out=models/mine
  taawun train configs/train_arabert.yaml base_model=aubmindlab/bert-base-arabertv02
  taawun train configs/train.yaml --resume
  taawun train configs/train_linear.yaml --extra new.jsonl out=models/linear

`python train.py …` is the same. Any value of the configuration can be given as key=value."""

_EVALUATE = """\
examples:
  taawun evaluate gold.jsonl --model models/cooperation --out report
  taawun evaluate gold.jsonl --model models/mine --against models/cooperation --out report
  taawun evaluate gold.jsonl --robustness --out report
  taawun evaluate gold.jsonl --learning-curve configs/train_linear.yaml --extra new.jsonl --out report

gold: JSON Lines with `text` and `labels` (a list of domain ids, empty for none); `id`, `article`, `source`, `date` and
other plain fields make slices, `codings` (one list per annotator) a ceiling. Writes report.html to look at, report.json
with all numbers, and the rows behind them: mistakes.jsonl, suspected_labels.jsonl, copies.jsonl."""


_SETTING = re.compile(r"[a-z_]+(\.[a-z_]+)*=")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit code."""
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING, handlers=[_StandardError()])
    parser = _parser()
    given, rest = parser.parse_known_args(arguments)
    if unknown := [argument for argument in rest if argument.startswith("-") and argument != "-"]:
        parser.error(f"unknown option {', '.join(unknown)}; see taawun {given.command or ''} --help")
    if rest:  # arguments behind options, which argparse leaves over in subcommands
        given.inputs += rest
    if given.quiet or given.verbose:
        logging.getLogger().setLevel(logging.ERROR if given.quiet else logging.INFO)
    if not given.command:
        _say(_WELCOME)
        return 0
    try:
        code: int = given.run(given)
    except PipelineError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail(f"interrupted; {_how_to_go_on(given)}", code=130)
    return code


def _how_to_go_on(given: argparse.Namespace) -> str:
    if given.command == "train":
        return "go on with the same command and --resume"
    if given.command == "evaluate" and given.learning_curve:
        return "the same command goes on: what was trained for the learning curve is kept beside the report"
    return "nothing was written"


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what is the standard error at the time, so that a progress bar makes room for messages."""

    def emit(self, record: logging.LogRecord) -> None:
        self.setStream(sys.stderr)
        super().emit(record)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="taawun", description=_WELCOME, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"taawun {__version__}")
    parser.set_defaults(quiet=False, verbose=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    label = _command(commands, "label", "label articles", _LABEL)
    label.add_argument("inputs", nargs="*", metavar="INPUT", help="file, folder, glob, or - for standard input")
    label.add_argument("--out", type=Path, metavar="FOLDER", help="folder for the results (default: labels)")
    label.add_argument("--model", metavar="FOLDER", help="classifier (default: models/cooperation)")
    label.add_argument("--config", type=Path, metavar="FILE", help="settings, a file such as configs/label.yaml")
    label.add_argument("--format", action="append", choices=("jsonl", "csv", "parquet"), help="may be given repeatedly")
    label.add_argument("--overwrite", action="store_true", help="replace the results of an earlier run")
    label.add_argument("--strict", action="store_true", help="exit with 1 if any input was rejected")
    label.add_argument("--show-config", action="store_true", help="print all settings as YAML and stop")
    label.set_defaults(run=_label)

    train = _command(commands, "train", "retrain a classifier", _TRAIN)
    train.add_argument("inputs", nargs="*", metavar="CONFIG", help="a file such as configs/train.yaml")
    train.add_argument("--extra", action="append", default=[], metavar="FILE", help="more labelled paragraphs")
    train.add_argument(
        "--resume",
        action="store_true",
        help="go on from the last checkpoint of an interrupted run (a linear model has none)",
    )
    train.add_argument("--overwrite", action="store_true", help="replace the model that is there")
    train.set_defaults(run=_train)

    _add_evaluate(commands)
    return parser


def _add_evaluate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    evaluate = _command(commands, "evaluate", "measure a classifier", _EVALUATE)
    evaluate.add_argument("inputs", nargs="*", metavar="GOLD", help="labelled paragraphs, JSON Lines")
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
    evaluate.set_defaults(run=_evaluate)


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str, description: str
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=description,
        usage=f"taawun {name} [options] … [key=value …]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--quiet", action="store_true", help="no progress and no summary; errors only")
    command.add_argument("--verbose", action="store_true", help="tell what is done, step by step")
    return command


def _label(given: argparse.Namespace) -> int:
    from pipeline.config import LabelConfig, dump_yaml, load_config

    inputs, overrides = _part(given.inputs)
    values = _given(inputs=inputs, out=given.out, model=given.model, overwrite=given.overwrite)
    if given.format:
        overrides.append(f"write.formats=[{', '.join(given.format)}]")
    config = load_config(LabelConfig, given.config, overrides, values)
    if given.show_config:
        _say(dump_yaml(config))
        return 0
    from rich.console import Console

    from pipeline.jobs.label import label
    from pipeline.jobs.label_summary import first_reasons, show_summary

    run = label(config, None if given.quiet else Console(stderr=True))
    if not run.articles:
        return _fail(f"nothing was labelled: no article could be read; {first_reasons(run)}", code=1)
    if not given.quiet:
        show_summary(run, Console())
    return 1 if given.strict and run.rejected else 0


def _train(given: argparse.Namespace) -> int:
    from pipeline.config import ANY_TRAIN_CONFIG, load_config

    configs, overrides = _part(given.inputs)
    if len(configs) != 1:
        message = "one configuration file expected, for example: taawun train configs/train.yaml"
        raise ConfigError(message)
    values = _given(extra=given.extra, overwrite=given.overwrite)
    config = load_config(ANY_TRAIN_CONFIG, find_shipped(configs[0]), overrides, values)
    from rich.console import Console

    from pipeline.jobs.model_card import summarize_training
    from pipeline.jobs.train import train

    folder = train(config, resume=given.resume, console=None if given.quiet else Console(stderr=True))
    if not given.quiet:
        measured = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["out_of_sample"]
        _say(summarize_training(folder, measured))
    return 0


def _evaluate(given: argparse.Namespace) -> int:
    from pipeline.config import EvaluateConfig, load_config

    gold, overrides = _part(given.inputs)
    flags = ("out", "model", "against", "overwrite", "exclude_copies", "robustness", "add_to_card", "learning_curve")
    values = _given(gold=gold, extra=given.extra, **{name: getattr(given, name) for name in flags})
    if given.no_texts:
        values["texts"] = False
    config = load_config(EvaluateConfig, None, overrides, values)
    from rich.console import Console

    from pipeline.jobs.evaluate import evaluate
    from pipeline.jobs.evaluation_summary import summarize

    report = evaluate(config, None if given.quiet else Console(stderr=True))
    if not given.quiet:
        _say(summarize(report))
    return 0


def _given(**values: object) -> dict[str, object]:
    """Leave out what was not given on the command line."""
    return {name: value for name, value in values.items() if value}


def _part(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part `key=value` settings from files; a file whose name looks like a setting is a file if it exists."""
    is_setting = [bool(_SETTING.match(argument)) and not Path(argument).exists() for argument in arguments]
    files = [argument for argument, setting in zip(arguments, is_setting, strict=True) if not setting]
    return files, [argument for argument, setting in zip(arguments, is_setting, strict=True) if setting]


def _say(text: str) -> None:
    sys.stdout.write(text)


def _fail(message: str, code: int = 2) -> int:
    sys.stderr.write(f"taawun: {message}\n")
    return code


def run() -> NoReturn:
    """Run the command line as a program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal of another encoding shows ? where it has no letter
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended from outside, a run cleans up as for Ctrl-C
    sys.exit(main())


if __name__ == "__main__":
    run()
