"""`taawun label`: its options, and what it tells."""

import argparse
import json
from pathlib import Path

from pipeline.commands.base import Commands, add_command, fail, leave_out_unset, part_settings, say
from pipeline.errors import ConfigError
from pipeline.shipped import find_shipped

_EXAMPLES = """\
examples:
  taawun label --sample --out labels                  (three articles that come with taawun)
  taawun label seeds/articles --out labels
  taawun label news/2024/*.jsonl.gz --out labels --format parquet read.fields.text=body
  zcat day.jsonl.gz | taawun label - --out labels --model models/cooperation

reads .txt .md .html .jsonl .json .csv .tsv .parquet, each also as .gz; folders with all below them; - is standard
input. Writes labels.* (a row per paragraph), dropped.jsonl (boilerplate, with reasons), rejected.jsonl (unreadable
inputs, with reasons) and run.json (settings, counts, versions) into the output folder.
--engine ray labels with several workers and writes a part-* folder of these files per shard of the inputs.
A run that was interrupted, by whatever, goes on when the same command is given again.
settings: any value of configs/label.yaml can be given as key=value; `taawun label --show-config` prints them all."""

_SAMPLE = "seeds/sample"


def add_label(commands: Commands) -> None:
    """Add the command to the command line."""
    label = add_command(commands, "label", "label articles", _EXAMPLES)
    label.add_argument("inputs", nargs="*", metavar="INPUT", help="file, folder, glob, or - for standard input")
    label.add_argument("--sample", action="store_true", help="label three articles that come with taawun")
    label.add_argument("--out", type=Path, metavar="FOLDER", help="folder for the results (default: labels)")
    label.add_argument("--model", metavar="FOLDER", help="classifier (default: models/cooperation)")
    label.add_argument("--config", type=Path, metavar="FILE", help="settings, a file such as configs/label.yaml")
    label.add_argument("--format", action="append", choices=("jsonl", "csv", "parquet"), help="may be given repeatedly")
    label.add_argument(
        "--explain", action="store_true", help="tell which words speak for each label; ten times slower and more"
    )
    label.add_argument("--engine", choices=("process", "ray"), help="who labels: this process, or workers run by Ray")
    label.add_argument("--address", metavar="HOST:PORT", help="of a Ray cluster; without it, workers on this machine")
    label.add_argument("--overwrite", action="store_true", help="replace the results of an earlier run")
    label.add_argument("--restart", action="store_true", help="throw away the work of an interrupted run, start anew")
    label.add_argument("--strict", action="store_true", help="exit with 1 if any input was rejected")
    label.add_argument("--show-config", action="store_true", help="print all settings as YAML and stop")
    label.set_defaults(run=_run)


def _run(given: argparse.Namespace) -> int:
    from pipeline.config import LabelConfig, dump_yaml, load_config

    inputs, overrides = part_settings(given.inputs)
    if given.sample:
        if inputs:
            message = f"--sample: labels three articles that come with taawun; leave it out to label {inputs[0]}"
            raise ConfigError(message)
        inputs.append(str(find_shipped(_SAMPLE)))
    values = leave_out_unset(
        inputs=inputs,
        out=given.out,
        model=given.model,
        explain=given.explain,
        overwrite=given.overwrite,
        restart=given.restart,
    )
    if given.format:
        overrides.append(f"write.formats=[{', '.join(given.format)}]")
    for name, value in (("name", given.engine), ("address", given.address)):
        if value:
            overrides.append(f"engine.{name}={json.dumps(value)}")
    config = load_config(LabelConfig, given.config, overrides, values)
    if given.show_config:
        say(dump_yaml(config))
        return 0
    from rich.console import Console

    from pipeline.jobs.label import label
    from pipeline.jobs.labelling.summary import first_reasons, show_summary

    run = label(config, None if given.quiet else Console(stderr=True))
    if not run.articles:
        reasons = f"nothing was labelled: no article could be read; {first_reasons(run)}"
        return fail(f"{reasons}\nto try again, add --overwrite: {run.out} holds what was rejected", code=1)
    if not given.quiet:
        show_summary(run, Console())
    return 1 if given.strict and run.rejected else 0
