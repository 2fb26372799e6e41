"""The command line: `taawun label | train | evaluate | …`; each command is a file of `pipeline.commands`.

Exit codes: 0 fine; 1 no article could be read, some inputs were rejected and `--strict` was given, a trained model did
not pass the gate and was kept aside, or the standard output was closed before all was said; 2 a mistake that the user
can mend; 130 interrupted.
"""

import argparse
import errno
import io
import logging
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn, TextIO

from pipeline import __version__
from pipeline.commands import ALL
from pipeline.commands.base import fail, say
from pipeline.commands.completion import SHELLS, PrintCompletion
from pipeline.errors import PipelineError, is_lack_of_memory
from pipeline.memory_limit import check_memory_limit
from pipeline.shipped import find_shipped

INTERRUPTED = 130
_STANDARD_ERROR = 2
OFFLINE = dict.fromkeys(("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"), "1")
"""Read by the libraries when they are imported, and by `model_folder`."""
_OUTPUT_LOST = {errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EIO}
"""What reads the output, such as `head`, has ended, or the disk that it goes to is full."""
_WELCOME = """\
taawun (تعاون) labels paragraphs of Arabic news by domain of international cooperation.

  taawun label --sample --out labels                     label three articles that come with it: try this first
  taawun label news --out labels                         label your own: a file, a folder, a pattern
  taawun view labels                                     read them in a browser
  taawun train configs/retrain.yaml --extra new.jsonl    retrain on extra labelled paragraphs, behind a gate
  taawun evaluate gold.jsonl --out report                measure a classifier on labelled paragraphs

`taawun COMMAND --help` explains each, `taawun doctor` looks at the installation; docs/quickstart.md leads on.
"""
_PAGES = {
    "label": "docs/quickstart.md",
    "view": "docs/view.md",
    "train": "docs/retrain.md",
    "models": "docs/retrain.md",
    "promote": "docs/retrain.md",
    "rollback": "docs/retrain.md",
    "evaluate": "docs/evaluation/README.md",
}
"""Where more is said of what a command needs; of the others in the cookbook."""


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
    if given.offline:
        os.environ.update(OFFLINE)
    if not given.command:
        say(_WELCOME)
        return 0
    try:
        check_memory_limit()
        code: int = given.run(given)
    except PipelineError as error:
        return fail(str(error) if given.quiet else f"{error}\n{_where_to_read(given.command)}")
    except KeyboardInterrupt as stop:
        return fail(f"interrupted; {str(stop) or _how_to_go_on(given)}", code=INTERRUPTED)
    except Exception as error:
        reason = _mendable(error, given)
        if reason is None:
            raise
        return fail(reason)
    return code


def _where_to_read(command: str) -> str:
    return f"more: taawun {command} --help, {find_shipped(_PAGES.get(command, 'docs/cookbook.md'))}"


def _mendable(error: Exception, given: argparse.Namespace) -> str | None:
    """Tell what can be done about an error that is none of ours; `None` where it is a bug."""
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return f"{error.filename}: longer than a name may be; give a shorter one"
    return f"out of memory; {_how_to_go_on(given)}" if is_lack_of_memory(error) else None


def _how_to_go_on(given: argparse.Namespace) -> str:
    if given.command == "train" and given.has_checkpoints:
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
    parser.add_argument(
        "--completion", choices=SHELLS, action=PrintCompletion, help="print what a shell needs to complete commands"
    )
    parser.set_defaults(quiet=False, verbose=False, offline=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    for add in ALL:
        add(commands)
    return parser


def run() -> NoReturn:
    """Run the command line as a program."""
    while (nowhere := os.open(os.devnull, os.O_RDWR)) <= _STANDARD_ERROR:
        pass  # The caller has closed it. No file that is written may get its number: others would write there, too.
    sys.stdout = sys.stdout or os.fdopen(nowhere, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(nowhere, "w", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal of another encoding shows ? where it has no letter
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended from outside, a run cleans up as for Ctrl-C
    try:
        code = main()
        sys.stdout.flush()
    except OSError as error:
        if error.errno not in _OUTPUT_LOST:
            raise
        os.dup2(nowhere, sys.stdout.fileno())
        code = 1 if error.errno == errno.EPIPE else fail(f"the standard output: {error.strerror}", code=1)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # a further one ends what is still going on, and says nothing
    sys.exit(code)


if __name__ == "__main__":
    run()
