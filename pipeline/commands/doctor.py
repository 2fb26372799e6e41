"""`taawun doctor`: its options, and what it tells."""

import argparse

from pipeline.commands.base import Commands, add_command, say

_EXAMPLES = """\
examples:
  taawun doctor
  taawun doctor --model models/mine
  taawun doctor --seal models/cooperation models/linear     (for a release: writes models/checksums.json anew)

Tells the versions, tries whether web pages are read and which precision is faster here, compares the model's files with
those that were released, or a version with what its gate has seen, and asks the model about a few texts whose answers
are known. Exits with 1 if anything is wrong."""


def add_doctor(commands: Commands) -> None:
    """Add the command to the command line."""
    doctor = add_command(commands, "doctor", "find out whether the installation and a model are sound", _EXAMPLES)
    doctor.usage = "taawun doctor [options]"
    doctor.add_argument("inputs", nargs="*", metavar="MODEL", help="models to seal")
    doctor.add_argument("--model", metavar="FOLDER", default="models/cooperation", help="classifier to look at")
    doctor.add_argument("--seal", action="store_true", help="note hashes and answers of models for a release")
    doctor.set_defaults(run=_run)


def _run(given: argparse.Namespace) -> int:
    from pipeline.errors import ConfigError
    from pipeline.release import CHECKSUMS_FILE
    from pipeline.shipped import find_shipped

    if given.inputs and not given.seal:
        message = f"{given.inputs[0]}: say taawun doctor --model {given.inputs[0]} to look at it"
        raise ConfigError(message)
    from pipeline.jobs.doctor import examine, seal

    if given.seal:
        seal(given.inputs, find_shipped(CHECKSUMS_FILE))
        return 0
    is_wrong = False
    for finding in examine(given.model):
        is_wrong |= finding.is_wrong
        if finding.is_wrong or not given.quiet:
            say(f"{'WRONG' if finding.is_wrong else 'ok   '}  {finding.what}: {finding.told}\n")
    return 1 if is_wrong else 0
