"""`taawun export`: its options, and what it tells."""

import argparse
from pathlib import Path

from pipeline.commands.base import Commands, add_command, leave_out_unset, part_settings, say

_EXAMPLES = """\
examples:
  taawun export labels --to label-studio --out tasks
  taawun export labels --to doccano --out review.jsonl --needs-review
  taawun export labels/labels.parquet --to jsonl --out labelled.jsonl limit=1000

labels: what taawun label wrote, a folder or a file labels.*. For Label Studio a folder is written: tasks.json, to
import, and labelling_config.xml, the labeling interface of the project. What annotators made of them is read by
taawun train --extra FILE and taawun evaluate FILE as Label Studio or doccano exports it."""


def add_export(commands: Commands) -> None:
    """Add the command to the command line."""
    export = add_command(commands, "export", "hand labelled paragraphs to annotators", _EXAMPLES)
    export.add_argument("inputs", nargs="*", metavar="LABELS", help="what taawun label wrote (default: labels)")
    export.add_argument("--to", choices=("label-studio", "doccano", "jsonl"), help="default: label-studio")
    export.add_argument("--out", type=Path, metavar="PLACE", help="a folder for Label Studio, else a file")
    export.add_argument("--model", metavar="FOLDER", help="the classifier that labelled (default: models/cooperation)")
    export.add_argument("--needs-review", action="store_true", help="only paragraphs worth a person's look")
    export.add_argument("--limit", type=int, metavar="N", help="only the first N")
    export.add_argument("--overwrite", action="store_true", help="replace an earlier export")
    export.set_defaults(run=_run)


def _run(given: argparse.Namespace) -> int:
    from pipeline.config import ExportConfig, load_config

    labels, overrides = part_settings(given.inputs)
    flags = ("to", "out", "model", "needs_review", "overwrite")
    values = leave_out_unset(labels=labels, **{name: getattr(given, name) for name in flags})
    if given.limit is not None:
        values["limit"] = given.limit
    config = load_config(ExportConfig, None, overrides, values)
    from pipeline.jobs.export import CONFIG_FILE, TASKS_FILE, export

    done = export(config)
    if not given.quiet:
        say(f"{done.rows:,} paragraphs in {done.place}\n")
        if config.to == "label-studio":
            say(
                f"make a project in Label Studio, paste {done.place / CONFIG_FILE} as the code of its labeling "
                f"interface, and import {done.place / TASKS_FILE}\n"
            )
    return 0
