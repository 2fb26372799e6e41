"""The command line: `taawun label | train | evaluate | …`; each command is a file of `pipeline.commands`.

Exit codes: 0 fine; 1 no article could be read, or some inputs were rejected and `--strict` was given; 2 a mistake that
the user can mend; 130 interrupted.
"""

import argparse
import io
import logging
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn, TextIO

from pipeline import __version__
from pipeline.commands import ALL
from pipeline.commands.base import fail, say
from pipeline.errors import PipelineError

_WELCOME = """\
taawun (تعاون) labels paragraphs of Arabic news by domain of international cooperation.

  taawun label seeds/articles --out labels               label articles
  taawun train configs/train.yaml --extra new.jsonl      retrain on extra labelled paragraphs
  taawun evaluate gold.jsonl --out report                measure a classifier on labelled paragraphs

`taawun COMMAND --help` explains each.
"""


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
        say(_WELCOME)
        return 0
    try:
        code: int = given.run(given)
    except PipelineError as error:
        return fail(str(error))
    except KeyboardInterrupt:
        return fail(f"interrupted; {_how_to_go_on(given)}", code=130)
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

    for add in ALL:
        add(commands)
    return parser


def run() -> NoReturn:
    """Run the command line as a program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal of another encoding shows ? where it has no letter
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended from outside, a run cleans up as for Ctrl-C
    sys.exit(main())


if __name__ == "__main__":
    run()
