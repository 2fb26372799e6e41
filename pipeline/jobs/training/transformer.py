"""Training a transformer: from an encoder to weights in the model folder, fold by fold, resumable."""

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.classifier import DomainClassifier
from pipeline.config import TrainConfig
from pipeline.decision import BoolArray, FloatArray, combine_windows
from pipeline.inference import choose_precision
from pipeline.jobs.results.names import portable_name
from pipeline.jobs.training.continued import check_base_model, choose_checks
from pipeline.jobs.training.material import TrainingMaterial
from pipeline.jobs.training.outcome import Fit, TrainingOutcome
from pipeline.jobs.training.rehearsal import choose_rows
from pipeline.jobs.training.respelling import respell
from pipeline.jobs.training.run import hold_run, precision_of
from pipeline.model_folder import content_of, model_version, write_decision
from pipeline.splits import fold_of
from pipeline.tokenizer import ParagraphTokenizer, load_tokenizer
from pipeline.training import (
    EncodedRows,
    Fitted,
    Fitting,
    Report,
    choose_training_device,
    fit_soup,
    part_of,
    read_head_labels,
    save_model,
    tell_how_to_go_on,
)


@dataclass(frozen=True, slots=True)
class _Start:
    """All that fitting starts from.

    Attributes:
        config: The settings.
        base: Folder of the encoder, or of the classifier to go on with.
        material: Rows and taxonomy.
        trains: Which rows are trained on, shape (rows used,).
        checks: Which are checked on; the same shape.
        encoded: The rows as windows.
        learned: The same, those trained on as they are learned: some in another spelling.
        resume: Go on with what is there.
    """

    config: TrainConfig
    base: Path
    material: TrainingMaterial
    trains: BoolArray
    checks: BoolArray
    encoded: EncodedRows
    learned: EncodedRows
    resume: bool


def start_transformer(config: TrainConfig, material: TrainingMaterial, *, resume: bool) -> Fit:
    """Check device and encoder, open the run's folder, and give the function that fits.

    Raises:
        ConfigError: The run's folder or the device cannot be used, or a classifier was trained with other settings.
        InputError: A classifier was trained on all rows that are held out.
        ModelError: The encoder or classifier is missing, damaged or of an unsupported kind.
    """
    base = check_base_model(config, material.decision)
    config = _settle_precision(config, resume=resume)
    trains, checks = choose_rows(material, config.rehearsal, config.training.seed), choose_checks(material, base)
    tokenizer = ParagraphTokenizer.load(base, material.decision)
    encoded = EncodedRows(tuple(tokenizer.windows(material.texts)), material.gold, known=material.known)
    learned = encoded
    if config.respelled:
        respelled = respell(material.texts, trains, config.respelled, config.training.seed)
        learned = replace(encoded, windows=tuple(tokenizer.windows(respelled)))
    content = {
        "files": material.files,
        "encoder": content_of(model_version(base)),
        "taxonomy": material.decision.taxonomy.model_dump(mode="json"),
        "choice of rows": _name_choice(material.texts, trains, checks),
    }
    start = _Start(config, base, material, trains, checks, encoded, learned, resume)
    lock = hold_run(config, content, resume=resume)

    def fit_into(partial: Path, report: Report) -> TrainingOutcome:
        try:
            logits, fitted = _fit_all(start, partial, report)
        finally:
            lock.release()
        return TrainingOutcome(
            logits=logits,
            trained=trains,
            training={
                "epochs": fitted.epochs,
                "steps": fitted.steps,
                "rows_trained_on": int(trains.sum()),
                "checked_mean_average_precision": fitted.checked,
                "seed": config.training.seed,
                "fittings": config.training.soup,
                "respelled": config.respelled,
            },
            started_from={
                "base_model": {
                    "name": portable_name(config.base_model),
                    "content": content["encoder"],
                    "is_classifier": read_head_labels(base, material.decision.taxonomy) is not None,
                }
            },
            libraries=("torch", "transformers", "tokenizers", "datasets", "numpy"),
            base=base,
        )

    return fit_into


def _settle_precision(config: TrainConfig, *, resume: bool) -> TrainConfig:
    """Decide on the precision where that is left to the machine: a run that goes on keeps its own.

    The probe is a race, which a busy moment may decide otherwise than before.
    """
    if config.training.precision != "auto":
        return config
    begun = precision_of(config.run_folder) if resume else None
    chosen = begun or choose_precision("auto", choose_training_device(config.training.device))
    return config.model_copy(update={"training": config.training.model_copy(update={"precision": chosen})})


def _name_choice(texts: Sequence[str], trains: BoolArray, checks: BoolArray) -> str:
    """Name which texts are trained on and held out: the same name, the same choice."""
    sides = zip(texts, trains.tolist(), checks.tolist(), strict=True)
    return hashlib.sha256(json.dumps([*sides]).encode()).hexdigest()


def _fit_all(start: _Start, partial: Path, report: Report) -> tuple[FloatArray, Fitted]:
    """Fit the model into `partial`; give out-of-sample logits, NaN for the rows that are not scored."""
    config, encoded, used = start.config, start.encoded, start.material.used
    trains, held = start.trains, start.checks
    logits = np.full(encoded.gold.shape, np.nan)
    folds = config.calibration.folds
    for fold in range(folds):
        inside = fold_of(used, folds) == fold
        folder = config.run_folder / f"fold-{fold}"
        if not (folder / "logits.npy").exists():
            told = part_of(report, fold, folds + 1)
            _fit_one(start, (~inside & trains, ~inside & held), folder, folder / "model", told)
            _save_logits(_score(folder / "model", encoded.select(inside), config), folder / "logits.npy")
        logits[inside] = np.load(folder / "logits.npy", allow_pickle=False)
    fitted = _fit_one(start, (trains, held), config.run_folder / "final", partial, part_of(report, folds, folds + 1))
    if not folds:
        logits[held] = _score(partial, encoded.select(held), config)
    return logits, fitted


def _fit_one(
    start: _Start, sides: tuple[NDArray[np.bool_], NDArray[np.bool_]], run: Path, folder: Path, report: Report
) -> Fitted:
    rows, held_out = start.learned.select(sides[0]), start.encoded.select(sides[1])
    decision, settings = start.material.decision, start.config.training
    fitting = Fitting(start.base, decision, settings, run, report)
    fitted = fit_soup(fitting, rows, held_out if len(held_out) else None, resume=start.resume)
    save_model(fitted.model, folder, settings.save_precision)
    load_tokenizer(start.base).save_pretrained(folder)
    write_decision(decision, folder)
    return fitted


def _save_logits(logits: FloatArray, path: Path) -> None:
    """Write logits, whole or not at all: those that are there are taken for done."""
    part, content = path.with_suffix(".part"), io.BytesIO()
    np.save(content, logits)
    with tell_how_to_go_on(part):
        part.write_bytes(content.getvalue())
    part.replace(path)


def _score(folder: Path, rows: EncodedRows, config: TrainConfig) -> FloatArray:
    classifier = DomainClassifier.load(str(folder), device=config.training.device, precision=config.training.precision)
    logits = classifier.logits(rows.all_windows)
    return combine_windows(logits, rows.counts, config.window.combine)
