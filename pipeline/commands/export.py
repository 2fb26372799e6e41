"""`taawun export`: its options, and what it tells."""

import argparse
from pathlib import Path

from pipeline.commands.base import Commands, add_command, leave_out_unset, part_settings, say
from pipeline.errors import ConfigError

_EXAMPLES = """\
examples:
  taawun export labels --to label-studio --out tasks
  taawun export labels --to doccano --out review.jsonl --needs-review
  taawun export labels/labels.parquet --to jsonl --out labelled.jsonl limit=1000
  taawun export models/cooperation --to onnx --out cooperation-onnx
  taawun export models/mine --to hub --repo ORG/NAME --out upload

labels: what taawun label wrote, a folder or a file labels.*. For Label Studio a folder is written: tasks.json, to
import, and labelling_config.xml, the labeling interface of the project. What annotators made of them is read by
taawun train --extra FILE and taawun evaluate FILE as Label Studio or doccano exports it.
a model: to onnx for ONNX Runtime, its probabilities compared with torch's before it is done; to hub as the files of a
repository of the Hugging Face hub, which `hf upload` of huggingface_hub sends there. taawun itself sends nothing."""

_OF_MODELS = ("onnx", "hub")


def add_export(commands: Commands) -> None:
    """Add the command to the command line."""
    export = add_command(commands, "export", "hand labelled paragraphs to annotators, or a model to others", _EXAMPLES)
    export.add_argument(
        "inputs", nargs="*", metavar="LABELS", help="what taawun label wrote (default: labels); a model"
    )
    export.add_argument("--to", choices=("label-studio", "doccano", "jsonl", *_OF_MODELS), help="default: label-studio")
    export.add_argument("--out", type=Path, metavar="PLACE", help="a folder for Label Studio and models, else a file")
    export.add_argument("--model", metavar="FOLDER", help="the classifier that labelled (default: models/cooperation)")
    export.add_argument("--needs-review", action="store_true", help="only paragraphs worth a person's look")
    export.add_argument("--limit", type=int, metavar="N", help="only the first N")
    export.add_argument("--repo", metavar="ORG/NAME", help="the repository of the hub that the files are for")
    export.add_argument("--overwrite", action="store_true", help="replace an earlier export")
    export.set_defaults(run=_run)


def _run(given: argparse.Namespace) -> int:
    return _export_model(given) if given.to in _OF_MODELS else _export_labels(given)


def _export_labels(given: argparse.Namespace) -> int:
    from pipeline.config import ExportConfig, load_config

    labels, overrides = part_settings(given.inputs)
    values = leave_out_unset(labels=labels) | _given(given)
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


def _export_model(given: argparse.Namespace) -> int:
    from pipeline.config import ExportModelConfig, load_config

    models, overrides = part_settings(given.inputs)
    if len(models) > 1:
        message = f"one model expected, not {len(models)}: taawun export models/cooperation --to {given.to}"
        raise ConfigError(message)
    values = _given(given) | leave_out_unset(model="".join(models) or given.model)
    config = load_config(ExportModelConfig, None, overrides, values)
    from pipeline.jobs.export_model import export_model

    done = export_model(config)
    if not given.quiet:
        say(f"{done.model} in {done.place}\n")
        if done.difference is not None:
            say(f"its probabilities differ from torch's by {done.difference:.0e} at most; README.md there runs it\n")
        if config.repo:
            say(f"to send it to the hub: hf upload {config.repo} {done.place}\n")
    return 0


def _given(given: argparse.Namespace) -> dict[str, object]:
    flags = ("to", "out", "model", "needs_review", "overwrite", "repo")
    values = leave_out_unset(**{name: getattr(given, name) for name in flags})
    return values if given.limit is None else values | {"limit": given.limit}
