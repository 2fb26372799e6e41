"""`taawun --completion`: what a shell needs to complete commands, options and names of files."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pipeline.commands.base import say

SHELLS: Final = ("bash", "zsh", "tcsh")


class PrintCompletion(argparse.Action):
    """Prints the completion of the whole command line for a shell, and ends the program."""

    def __call__(
        self, parser: argparse.ArgumentParser, _: argparse.Namespace, values: str | Sequence[Any] | None, *__: object
    ) -> None:
        """Print it; exit code 2 where the library that makes it is missing."""
        try:
            import shtab
        except ModuleNotFoundError:
            parser.error("--completion: needs shtab, which taawun can do without; pip install shtab")
        for argument in _arguments(parser):
            if argument.metavar and not argument.choices and argument.type is not int:
                argument.complete = shtab.FILE  # type: ignore[attr-defined]
        say(shtab.complete(parser, str(values)) + "\n")
        parser.exit(0)


def _arguments(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the arguments of all commands."""
    for argument in parser._actions:  # noqa: SLF001  (argparse has no public list of them)
        if isinstance(argument, argparse._SubParsersAction):  # noqa: SLF001
            for command in argument.choices.values():
                yield from _arguments(command)
        else:
            yield argument
