"""The commands of the command line, one file each: options in, messages and exit codes out; the work is in `jobs`."""

from pipeline.commands.evaluate import add_evaluate
from pipeline.commands.label import add_label
from pipeline.commands.train import add_train

ALL = (add_label, add_train, add_evaluate)
"""What adds each command, in the order of `taawun --help`."""

__all__ = ["ALL"]
