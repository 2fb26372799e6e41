"""`taawun models`, `taawun promote`, `taawun rollback`: the versions of a line of models, and which one is current."""

import argparse

from pipeline.commands.base import Commands, add_command, say
from pipeline.errors import ConfigError

_MODELS = """\
examples:
  taawun models models/mine

Shows the versions of a line of models as training with a gate makes them: what each was compared with, on how many
rows, and what the gate said. → marks the current one, which models/mine stands for wherever a model is named."""

_PROMOTE = """\
examples:
  taawun promote models/mine 0002
  taawun promote models/mine 0003 --despite-gate

Makes a version of a line current. One that the gate did not let pass needs --despite-gate; history.jsonl keeps that."""

_ROLLBACK = """\
examples:
  taawun rollback models/mine

Makes current what was so before the current version; repeated, what was so before that."""


def add_models(commands: Commands) -> None:
    """Add the command that shows versions to the command line."""
    models = add_command(commands, "models", "show the versions of a line of models", _MODELS)
    models.usage = "taawun models LINE"
    models.add_argument("inputs", nargs="*", metavar="LINE", help="folder of the line, such as models/mine")
    models.set_defaults(run=_show)


def add_promote(commands: Commands) -> None:
    """Add the command that makes a version current to the command line."""
    promote = add_command(commands, "promote", "make a version of a line current", _PROMOTE)
    promote.usage = "taawun promote [options] LINE VERSION"
    promote.add_argument("inputs", nargs="*", metavar="LINE VERSION", help="such as models/mine 0002")
    promote.add_argument("--despite-gate", action="store_true", help="even if the gate did not let it pass")
    promote.set_defaults(run=_promote)


def add_rollback(commands: Commands) -> None:
    """Add the command that goes back to the version before to the command line."""
    rollback = add_command(commands, "rollback", "make the version before current again", _ROLLBACK)
    rollback.usage = "taawun rollback LINE"
    rollback.add_argument("inputs", nargs="*", metavar="LINE", help="folder of the line, such as models/mine")
    rollback.set_defaults(run=_roll_back)


def _show(given: argparse.Namespace) -> int:
    (line,) = _take(given, "the folder of one line")
    from rich.console import Console

    from pipeline.jobs.gating.model_lines import show_versions
    from pipeline.model_line import ModelLine
    from pipeline.shipped import find_shipped

    show_versions(ModelLine.find(find_shipped(line)), Console())
    return 0


def _promote(given: argparse.Namespace) -> int:
    folder, version = _take(given, "the folder of a line and a version", 2)
    from pipeline.jobs.gating.model_lines import promote_version
    from pipeline.model_line import ModelLine
    from pipeline.shipped import find_shipped

    line = ModelLine.find(find_shipped(folder))
    promote_version(line, version, despite_gate=given.despite_gate)
    if not given.quiet:
        say(f"{folder} is now {version}\n")
    return 0


def _roll_back(given: argparse.Namespace) -> int:
    (folder,) = _take(given, "the folder of one line")
    from pipeline.model_line import ModelLine
    from pipeline.shipped import find_shipped

    version = ModelLine.find(find_shipped(folder)).roll_back("by hand")
    if not given.quiet:
        say(f"{folder} is now {version} again\n")
    return 0


def _take(given: argparse.Namespace, what: str, count: int = 1) -> list[str]:
    names: list[str] = given.inputs
    if len(names) != count:
        message = f"{what} expected, for example: taawun {given.command} models/mine{' 0002' if count > 1 else ''}"
        raise ConfigError(message)
    return names
