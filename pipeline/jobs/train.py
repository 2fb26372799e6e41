"""Training: labelled paragraphs in, a model folder out, with its decision rule, metrics and card."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from pipeline import __version__
from pipeline.bootstrap import Resampling, intervals
from pipeline.calibration import cross_fitted, fit_decision, review_yield
from pipeline.config import TrainConfig, TrainLinearConfig, dump_yaml
from pipeline.decision import Decision, sigmoid
from pipeline.jobs.model_card import EVALUATIONS_FILE, model_card
from pipeline.jobs.portable_names import portable_name
from pipeline.jobs.results_folder import check_is_free, results_folder, write_json
from pipeline.jobs.training_material import TrainingMaterial, gather_material
from pipeline.jobs.training_outcome import Fit, TrainingOutcome
from pipeline.jobs.training_texts import TEXTS_FILE, write_fingerprint
from pipeline.metrics import expected_calibration_error, measure
from pipeline.model_folder import DECISION_FILE, write_decision
from pipeline.splits import fold_of, group_numbers

if TYPE_CHECKING:
    from pipeline.training import Report

_CALIBRATION_FOLDS = 5

_FILES = (
    DECISION_FILE,
    "README.md",
    EVALUATIONS_FILE,
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
"""Everything that a model folder holds; `results_folder` replaces nothing else."""


def train(config: TrainConfig | TrainLinearConfig, *, resume: bool = False, console: Console | None = None) -> Path:
    """Train a classifier.

    Checkpoints and logs of a transformer go to `config.run_folder`, which stays when training is interrupted.

    Args:
        config: What to train on, which kind of classifier, and where to put it.
        resume: Go on from the last checkpoint of an interrupted run; a linear model has none.
        console: Where progress is shown; nowhere without it.

    Returns:
        The model's folder.

    Raises:
        ConfigError: The model's place, the run's folder or the device cannot be used.
        InputError: The labelled rows are wrong or too few.
        ModelError: The encoder is missing, damaged or of an unsupported kind.
    """
    check_is_free(config.out, _FILES, overwrite=config.overwrite)
    material = gather_material(config)
    fit = _start(config, material, resume=resume)
    with results_folder(config.out, _FILES, overwrite=config.overwrite) as partial:
        with _shown_progress(console) as report:
            outcome = fit(partial, report)
        decision, metrics = _calibrate(config, material, outcome)
        write_decision(decision, partial)
        write_fingerprint(partial, [row.text for row in material.used])
        metrics |= _lineage(config, material, outcome)
        write_json(metrics, partial / "metrics.json")
        (partial / "train.yaml").write_text(dump_yaml(_portable(config)), encoding="utf-8")
        card = model_card(config.out.name, decision.taxonomy, metrics)
        (partial / "README.md").write_text(card, encoding="utf-8")
    return config.out


def _start(config: TrainConfig | TrainLinearConfig, material: TrainingMaterial, *, resume: bool) -> Fit:
    if isinstance(config, TrainLinearConfig):
        from pipeline.jobs.train_linear import start_linear

        return start_linear(config, material, resume=resume)
    from pipeline.jobs.train_transformer import start_transformer

    return start_transformer(config, material, resume=resume)


def _calibrate(
    config: TrainConfig | TrainLinearConfig, material: TrainingMaterial, outcome: TrainingOutcome
) -> tuple[Decision, dict[str, Any]]:
    settings, decision = config.calibration, material.decision
    is_scored = ~np.isnan(outcome.logits[:, 0]) & material.is_calibrated_on
    rows = [row for row, scored in zip(material.used, is_scored, strict=True) if scored]
    gold, logits = material.gold[is_scored], outcome.logits[is_scored]
    fitted = fit_decision(decision, logits, gold, settings)
    folds = fold_of(rows, settings.folds or _CALIBRATION_FOLDS)
    probabilities, applies, flagged = cross_fitted(decision, logits, gold, folds, settings)
    seed = config.training.seed if isinstance(config, TrainConfig) else 0
    resampling = Resampling(group_numbers(rows), settings.resamples, seed=seed)
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


def _lineage(
    config: TrainConfig | TrainLinearConfig, material: TrainingMaterial, outcome: TrainingOutcome
) -> dict[str, Any]:
    """Tell what the model was made of."""
    return {
        "kind": config.kind,
        "license": config.license,
        "training": {
            "rows": material.count,
            "rows_dropped_by_prepare": material.count - len(material.used),
            **outcome.training,
        },
        "data": [each | {"license": config.licenses.get(each["file"], "not stated")} for each in material.files],
        **outcome.started_from,
        "versions": {"taawun": __version__} | {name: version(name) for name in outcome.libraries},
    }


def _portable(config: TrainConfig | TrainLinearConfig) -> TrainConfig | TrainLinearConfig:
    """Leave this machine's folders out of the settings that are stored with the model."""
    places: dict[str, Any] = {
        "taxonomy": Path(portable_name(str(config.taxonomy))),
        "labelled": tuple(map(portable_name, config.labelled)),
        "extra": tuple(map(portable_name, config.extra)),
        "out": Path(portable_name(str(config.out))),
    }
    if isinstance(config, TrainConfig):
        places |= {"base_model": portable_name(config.base_model), "run": None}
    return config.model_copy(update=places)


@contextmanager
def _shown_progress(console: Console | None) -> Iterator["Report"]:
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
