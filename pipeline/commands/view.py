"""`taawun view`: its options, and what it tells."""

import argparse
from pathlib import Path

from pipeline.commands.base import Commands, add_command, leave_out_unset, part_settings, say
from pipeline.errors import ConfigError

_EXAMPLES = """\
examples:
  taawun view labels
  taawun view labels --serve
  taawun view labels/labels.parquet --out page title="May 2024"

writes a folder with index.html: articles as articles, right to left, each paragraph with its domains; filters by
domain, source, date and certainty, search, and an overview. It needs no network; open it in any browser."""


def add_view(commands: Commands) -> None:
    """Add the command to the command line."""
    view = add_command(commands, "view", "read labelled articles in a browser", _EXAMPLES)
    view.add_argument("inputs", nargs="*", metavar="LABELS", help="what taawun label wrote (default: labels)")
    view.add_argument("--out", type=Path, metavar="FOLDER", help="folder for the page (default: view)")
    view.add_argument("--model", metavar="FOLDER", help="the classifier that labelled (default: models/cooperation)")
    view.add_argument("--overwrite", action="store_true", help="replace an earlier page")
    view.add_argument("--serve", action="store_true", help="show it at an address of this machine until Ctrl-C")
    view.set_defaults(run=_run)


def _run(given: argparse.Namespace) -> int:
    from pipeline.config import ViewConfig, load_config

    labels, overrides = part_settings(given.inputs)
    if len(labels) > 1:
        message = f"one folder of results expected, not {len(labels)}: taawun view labels"
        raise ConfigError(message)
    values = leave_out_unset(labels="".join(labels), out=given.out, model=given.model, overwrite=given.overwrite)
    config = load_config(ViewConfig, None, overrides, values)
    from pipeline.jobs.view import view

    page = view(config)
    if given.serve:
        from pipeline.jobs.serve import serve

        serve(page.parent, say)
    elif not given.quiet:
        say(f"open {page} in a browser\n")
    return 0
