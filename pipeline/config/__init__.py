"""The shape of `configs/*.yaml`, one class per job, and the only reader of YAML."""

from pipeline.config.evaluate import EvaluateConfig
from pipeline.config.export import ExportConfig
from pipeline.config.export_model import ExportModelConfig
from pipeline.config.fitting import TrainingSettings, WindowSettings
from pipeline.config.gate import GateSettings
from pipeline.config.label import LabelConfig
from pipeline.config.loading import Config, dump_yaml, load_config
from pipeline.config.prepare import check_joints, prepare_stages
from pipeline.config.release_jobs import run_release_job
from pipeline.config.suggest import SuggestConfig
from pipeline.config.train import (
    ANY_TRAIN_CONFIG,
    TrainBasis,
    TrainConfig,
    TrainLinearConfig,
)
from pipeline.config.view import ViewConfig

__all__ = [
    "ANY_TRAIN_CONFIG",
    "Config",
    "EvaluateConfig",
    "ExportConfig",
    "ExportModelConfig",
    "GateSettings",
    "LabelConfig",
    "SuggestConfig",
    "TrainBasis",
    "TrainConfig",
    "TrainLinearConfig",
    "TrainingSettings",
    "ViewConfig",
    "WindowSettings",
    "check_joints",
    "dump_yaml",
    "load_config",
    "prepare_stages",
    "run_release_job",
]
