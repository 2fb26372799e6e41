"""Fine-tuning a BERT sequence classifier with transformers' Trainer."""

from pipeline.training.base import choose_training_device, refuse_other_kinds, refuse_to_freeze_all
from pipeline.training.disk import tell_how_to_go_on
from pipeline.training.fitting import Fitted, Fitting, fit
from pipeline.training.head import read_head_labels
from pipeline.training.rows import EncodedRows
from pipeline.training.soup import fit_soup
from pipeline.training.trainer import Report, last_checkpoint, part_of
from pipeline.training.weights import save_model

__all__ = [
    "EncodedRows",
    "Fitted",
    "Fitting",
    "Report",
    "choose_training_device",
    "fit",
    "fit_soup",
    "last_checkpoint",
    "part_of",
    "read_head_labels",
    "refuse_other_kinds",
    "refuse_to_freeze_all",
    "save_model",
    "tell_how_to_go_on",
]
