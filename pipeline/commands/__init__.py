"""The commands of the command line, one file each: options in, messages and exit codes out; the work is in `jobs`."""

from pipeline.commands.doctor import add_doctor
from pipeline.commands.evaluate import add_evaluate
from pipeline.commands.export import add_export
from pipeline.commands.label import add_label
from pipeline.commands.models import add_models, add_promote, add_rollback
from pipeline.commands.suggest import add_suggest
from pipeline.commands.train import add_train
from pipeline.commands.view import add_view

ALL = (
    add_label,
    add_train,
    add_evaluate,
    add_view,
    add_export,
    add_suggest,
    add_models,
    add_promote,
    add_rollback,
    add_doctor,
)
"""What adds each command, in the order of `taawun --help`."""

__all__ = ["ALL"]
