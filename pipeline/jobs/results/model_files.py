"""The files of a model's folder, by name."""

from pipeline.jobs.gating.report import GATE_FILE
from pipeline.jobs.results.model_card import EVALUATIONS_FILE
from pipeline.jobs.training.texts import TEXTS_FILE
from pipeline.model_folder import DECISION_FILE

MODEL_FILES = (
    DECISION_FILE,
    "README.md",
    EVALUATIONS_FILE,
    GATE_FILE,
    "config.json",
    "metrics.json",
    "model*.safetensors*",
    "ngrams.json",
    "special_tokens_map.json",
    "tokenizer*.json",
    "train.yaml",
    TEXTS_FILE,
    "vocab.txt",
)
"""Everything that training puts into a model's folder; `results_folder` replaces nothing else. The first marks it."""
