"""Training: labelled paragraphs and an encoder in, a model folder out, with its decision rule, metrics and card."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from pipeline import __version__
from pipeline.bootstrap import Resampling, intervals
from pipeline.calibration import cross_fitted, fit_decision, review_yield
from pipeline.classifier import DomainClassifier, choose_device
from pipeline.config import TrainConfig, dump_yaml
from pipeline.decision import Decision, FloatArray, combine_windows, sigmoid
from pipeline.jobs.model_card import model_card
from pipeline.jobs.portable_names import portable_name
from pipeline.jobs.results_folder import check_is_free, results_folder, write_json
from pipeline.jobs.training_material import TrainingMaterial, gather_material
from pipeline.jobs.training_run import open_run
from pipeline.metrics import expected_calibration_error, measure
from pipeline.model_folder import DECISION_FILE, model_version, write_decision
from pipeline.splits import fold_of, group_numbers, is_held_out
from pipeline.tokenizer import load_tokenizer
from pipeline.training import EncodedRows, Fitted, Fitting, Report, fit, save_model

_CALIBRATION_FOLDS = 5

_FILES = (
    DECISION_FILE,
    "README.md",
    "config.json",
    "metrics.json",
    "model*.safetensors*",
    "special_tokens_map.json",
    "tokenizer*.json",
    "train.yaml",
    "vocab.txt",
)
"""Everything that a model folder holds; `results_folder` replaces nothing else."""


def train(config: TrainConfig, *, resume: bool = False, console: Console | None = None) -> Path:
    """Train a classifier.

    Checkpoints and logs go to `config.run_folder`, which stays when training is interrupted.

    Args:
        config: What to train on, from which encoder, and where to put the model.
        resume: Go on from the last checkpoint of an interrupted run.
        console: Where progress is shown; nowhere without it.

    Returns:
        The model's folder.

    Raises:
        ConfigError: The model's place, the run's folder or the device cannot be used.
        InputError: The labelled rows are wrong or too few.
        ModelError: The encoder is missing, damaged or of an unsupported kind.
    """
    check_is_free(config.out, _FILES, overwrite=config.overwrite)
    choose_device(config.training.device)
    material = gather_material(config)
    content = {
        "files": material.files,
        "encoder": model_version(material.base).rpartition("@")[2],
        "taxonomy": material.decision.taxonomy.model_dump(mode="json"),
    }
    run = open_run(config, content, resume=resume)
    with results_folder(config.out, _FILES, overwrite=config.overwrite) as partial:
        with _shown_progress(console) as report:
            logits, is_scored, fitted = _fit_all(material, run, partial, report, resume=resume)
        decision, metrics = _calibrate(material, logits, is_scored)
        write_decision(decision, partial)
        metrics |= _lineage(material, fitted)
        write_json(metrics, partial / "metrics.json")
        (partial / "train.yaml").write_text(dump_yaml(_portable(config)), encoding="utf-8")
        card = model_card(config.out.name, decision.taxonomy, metrics)
        (partial / "README.md").write_text(card, encoding="utf-8")
    return config.out


def _fit_all(
    material: TrainingMaterial, run: Path, partial: Path, report: Report, *, resume: bool
) -> tuple[FloatArray, NDArray[np.bool_], Fitted]:
    """Fit the model into `partial`; give out-of-sample logits of the rows that are scored, and which these are."""
    config, encoded = material.config, material.encoded
    held = is_held_out(material.used, config.training.held_out)
    logits = np.full(encoded.gold.shape, np.nan)
    for fold in range(config.calibration.folds):
        inside = fold_of(material.used, config.calibration.folds) == fold
        folder = run / f"fold-{fold}"
        if not (folder / "logits.npy").exists():
            _fit_one(material, (~inside & ~held, ~inside & held), folder, folder / "model", report, resume=resume)
            np.save(folder / "logits.npy", _score(folder / "model", encoded.select(inside), config))
        logits[inside] = np.load(folder / "logits.npy", allow_pickle=False)
    fitted = _fit_one(material, (~held, held), run / "final", partial, report, resume=resume)
    if not config.calibration.folds:
        logits[held] = _score(partial, encoded.select(held), config)
    return logits, ~np.isnan(logits[:, 0]), fitted


def _fit_one(
    material: TrainingMaterial,
    sides: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    run: Path,
    folder: Path,
    report: Report,
    *,
    resume: bool,
) -> Fitted:
    rows, held_out = (material.encoded.select(side) for side in sides)
    fitting = Fitting(material.base, material.decision, material.config.training, run, report)
    fitted = fit(fitting, rows, held_out if len(held_out) else None, resume=resume)
    save_model(fitted.model, folder, material.config.training.save_precision)
    load_tokenizer(material.base).save_pretrained(folder)
    write_decision(material.decision, folder)
    return fitted


def _score(folder: Path, rows: EncodedRows, config: TrainConfig) -> FloatArray:
    classifier = DomainClassifier.load(str(folder), device=config.training.device, precision=config.training.precision)
    logits = classifier.logits(rows.all_windows)
    return combine_windows(logits, rows.counts, config.window.combine)


def _calibrate(
    material: TrainingMaterial, logits: FloatArray, is_scored: NDArray[np.bool_]
) -> tuple[Decision, dict[str, Any]]:
    settings, decision = material.config.calibration, material.decision
    rows = [row for row, scored in zip(material.used, is_scored, strict=True) if scored]
    gold, logits = material.encoded.gold[is_scored], logits[is_scored]
    fitted = fit_decision(decision, logits, gold, settings)
    folds = fold_of(rows, settings.folds or _CALIBRATION_FOLDS)
    probabilities, applies, flagged = cross_fitted(decision, logits, gold, folds, settings)
    resampling = Resampling(group_numbers(rows), settings.resamples, seed=material.config.training.seed)
    how = (
        f"{settings.folds}-fold cross-validation"
        if settings.folds
        else "rows held out of training, the best epoch being chosen on them"
    )
    ids = decision.taxonomy.ids
    out_of_sample = {
        "how": f"{how}; decision rule cross-fitted on them",
        **measure(gold, applies, probabilities, ids),
        "intervals": intervals(gold, applies, probabilities, ids, resampling),
        "review": review_yield(applies, gold, flagged),
    }
    if decision.taxonomy.labels_per_paragraph == "any":
        raw = [expected_calibration_error(gold[:, k], sigmoid(logits[:, k])) for k in range(len(ids))]
        out_of_sample["ece_before_calibration"] = float(np.mean(raw))
    return fitted, {"out_of_sample": out_of_sample}


def _lineage(material: TrainingMaterial, fitted: Fitted) -> dict[str, Any]:
    """Tell what the model was made of."""
    libraries = ("torch", "transformers", "tokenizers", "datasets", "numpy")
    return {
        "training": {
            "rows": material.count,
            "rows_dropped_by_prepare": material.count - len(material.used),
            "epochs": fitted.epochs,
            "checked_mean_average_precision": fitted.checked,
            "seed": material.config.training.seed,
        },
        "data": [
            each | {"license": material.config.licenses.get(each["file"], "not stated")} for each in material.files
        ],
        "base_model": {
            "name": portable_name(material.config.base_model),
            "content": model_version(material.base).rpartition("@")[2],
        },
        "versions": {"taawun": __version__} | {name: version(name) for name in libraries},
    }


def _portable(config: TrainConfig) -> TrainConfig:
    """Leave this machine's folders out of the settings that are stored with the model."""
    return config.model_copy(
        update={
            "taxonomy": Path(portable_name(str(config.taxonomy))),
            "labelled": tuple(map(portable_name, config.labelled)),
            "extra": tuple(map(portable_name, config.extra)),
            "base_model": portable_name(config.base_model),
            "out": Path(portable_name(str(config.out))),
            "run": None,
        }
    )


@contextmanager
def _shown_progress(console: Console | None) -> Iterator[Report]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("steps · {task.fields[measured]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    shown = console is not None and console.is_terminal
    with Progress(*columns, console=console, disable=not shown) as progress:
        task = progress.add_task("Training", total=None, measured="")

        def report(step: int, steps: int, measured: dict[str, float]) -> None:
            known = {"mean_average_precision": "AP", "loss": "loss"}
            if told := " ".join(f"{short} {measured[name]:.3f}" for name, short in known.items() if name in measured):
                progress.update(task, measured=told)
            progress.update(task, completed=step, total=steps)

        yield report
