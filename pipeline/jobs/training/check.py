"""Checking what a classifier shall be trained on, and training nothing."""

from dataclasses import dataclass

from pipeline.config import TrainConfig, TrainLinearConfig
from pipeline.errors import ConfigError, InputError, ModelError
from pipeline.jobs.gating.incumbent import meet_incumbent
from pipeline.jobs.results.folder import check_is_free
from pipeline.jobs.results.model_files import MODEL_FILES
from pipeline.jobs.training.material import TrainingMaterial, examine_material
from pipeline.material.findings import Findings
from pipeline.model_folder import find_model
from pipeline.model_line import check_line_place
from pipeline.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class TrainingCheck:
    """What was found; nothing of it was written.

    Attributes:
        taxonomy: The labels.
        findings: What was found in the rows.
        mistakes: What stops training, whether in the rows or elsewhere: all of it, each with what to do.
        trained: Number of rows that would be trained on.
        held_out: Number of rows that would be held out.
        long: Number of rows that are longer than one window; `None` where there are no windows.
    """

    taxonomy: Taxonomy
    findings: Findings
    mistakes: list[str]
    trained: int
    held_out: int
    long: int | None


def check_training(config: TrainConfig | TrainLinearConfig) -> TrainingCheck:
    """Check all that training starts from.

    Raises:
        ConfigError: The taxonomy is wrong.
    """
    material, findings = examine_material(config)
    taxonomy, mistakes, long = material.decision.taxonomy, list(findings.mistakes), None
    try:
        _check_place(config, taxonomy)
    except (ConfigError, ModelError) as error:
        mistakes.append(str(error))
    if isinstance(config, TrainConfig):
        try:
            long = _count_long(config, material)
            if not findings.mistakes:
                _choose_checks(config, material)
        except (ConfigError, InputError, ModelError) as error:
            mistakes.append(str(error))
    trained, held_out = int(material.trains.sum()), int(material.checks.sum())
    return TrainingCheck(taxonomy, findings, mistakes, trained, held_out, long)


def _check_place(config: TrainConfig | TrainLinearConfig, taxonomy: Taxonomy) -> None:
    """Check that the model may be put where it shall be and, with a gate, what it would be compared with."""
    if config.gate:
        check_line_place(config.out)
        meet_incumbent(config, config.gate, taxonomy)
    else:
        check_is_free(config.out, MODEL_FILES, overwrite=config.overwrite)


def _count_long(config: TrainConfig, material: TrainingMaterial) -> int:
    """Count the rows of several windows, and check device and encoder on the way."""
    from pipeline.jobs.training.continued import check_base_model
    from pipeline.tokenizer import ParagraphTokenizer

    base = check_base_model(config, material.decision)
    windows = ParagraphTokenizer.load(base, material.decision).windows(material.texts)
    return sum(len(each) > 1 for each in windows)


def _choose_checks(config: TrainConfig, material: TrainingMaterial) -> None:
    """Check that the base model can be checked on rows that it was not trained on."""
    from pipeline.jobs.training.continued import choose_checks

    choose_checks(material, find_model(config.base_model))
