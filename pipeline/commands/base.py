"""What all commands have in common: how they are added, settings told from files, words on the two outputs."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  (it has no public name)
"""The command line that commands are added to."""

_SETTING = re.compile(r"[a-z_]+(\.[a-z_]+)*=")
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What drives a terminal or turns a line around; names of files and of fields may hold it."""


def add_command(commands: Commands, name: str, summary: str, description: str) -> argparse.ArgumentParser:
    """Add a command with the options that all have; its own options are the caller's."""
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=description,
        usage=f"taawun {name} [options] … [key=value …]",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--quiet", action="store_true", help="no progress and no summary; errors only")
    command.add_argument("--verbose", action="store_true", help="tell what is done, step by step")
    command.add_argument("--offline", action="store_true", help="fetch nothing: hub models must be on this machine")
    return command


def leave_out_unset(**values: object) -> dict[str, object]:
    """Leave out what was not given on the command line."""
    return {name: value for name, value in values.items() if value}


def part_settings(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part files from `key=value` settings; a file whose name looks like a setting is a file if it exists."""
    is_setting = [bool(_SETTING.match(each)) and not os.path.exists(each) for each in arguments]  # noqa: PTH110 - it bears every name
    files = [argument for argument, setting in zip(arguments, is_setting, strict=True) if not setting]
    return files, [argument for argument, setting in zip(arguments, is_setting, strict=True) if setting]


def say(text: str) -> None:
    """Write to the standard output."""
    sys.stdout.write(text)


def fail(message: str, code: int = 2) -> int:
    """Write a message to the standard error; gives the exit code."""
    sys.stderr.write(f"taawun: {_UNSHOWN.sub('?', message)}\n")
    return code
