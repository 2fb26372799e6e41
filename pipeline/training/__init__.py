"""Fine-tuning a BERT sequence classifier with transformers' Trainer."""

from pipeline.training.fitting import Fitted, Fitting, fit
from pipeline.training.rows import EncodedRows
from pipeline.training.trainer import Report, last_checkpoint
from pipeline.training.weights import save_model

__all__ = ["EncodedRows", "Fitted", "Fitting", "Report", "fit", "last_checkpoint", "save_model"]
