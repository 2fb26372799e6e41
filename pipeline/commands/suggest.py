"""`taawun suggest`: its options, and what it tells."""

import argparse
from pathlib import Path

from pipeline.commands.base import Commands, add_command, leave_out_unset, part_settings, say

_EXAMPLES = """\
examples:
  taawun suggest labels --count 100 --out suggested
  taawun suggest labels --count 200 --exclude annotated.json --exclude suggested --out more
  taawun suggest labels method.rarity=0 method.candidates=20

labels: what taawun label wrote, a folder or a file labels.*. Suggests the paragraphs whose labels would teach the
classifier most: uncertain ones, rare domains first, no two alike. Writes tasks.json and labelling_config.xml for Label
Studio, in the order in which they should be annotated, and suggested.jsonl, the reasons."""


def add_suggest(commands: Commands) -> None:
    """Add the command to the command line."""
    suggest = add_command(commands, "suggest", "choose the paragraphs that are worth annotating next", _EXAMPLES)
    suggest.add_argument("inputs", nargs="*", metavar="LABELS", help="what taawun label wrote (default: labels)")
    suggest.add_argument("--count", type=int, metavar="N", help="paragraphs to suggest (default: 100)")
    suggest.add_argument("--out", type=Path, metavar="FOLDER", help="folder for the tasks (default: suggested)")
    suggest.add_argument("--model", metavar="FOLDER", help="the classifier that labelled (default: models/cooperation)")
    suggest.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="FILE",
        help="annotated paragraphs, or a folder of earlier suggestions; may be given repeatedly",
    )
    suggest.add_argument("--overwrite", action="store_true", help="replace earlier suggestions")
    suggest.set_defaults(run=_run)


def _run(given: argparse.Namespace) -> int:
    from pipeline.config import SuggestConfig, load_config

    labels, overrides = part_settings(given.inputs)
    flags = ("out", "model", "exclude", "overwrite")
    values = leave_out_unset(labels=labels, **{name: getattr(given, name) for name in flags})
    if given.count is not None:
        values["count"] = given.count
    config = load_config(SuggestConfig, None, overrides, values)
    from pipeline.jobs.suggest import suggest

    done = suggest(config)
    if not given.quiet:
        because = ", ".join(f"{domain} {count}" for domain, count in done.domains.most_common())
        say(f"{len(done.suggestions):,} of {done.rows:,} paragraphs suggested in {done.out}; because of: {because}\n")
    return 0
