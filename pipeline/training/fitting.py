"""Fitting a classifier: from an encoder and labelled rows to trained weights."""

import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import EarlyStoppingCallback, PreTrainedModel, TrainerState, TrainingArguments, set_seed
from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_callback import PrinterCallback

from pipeline.config import TrainingSettings
from pipeline.decision import Decision, FloatArray
from pipeline.errors import ConfigError
from pipeline.inference import choose_precision, use_threads
from pipeline.metrics import measure
from pipeline.training.base import choose_training_device, load_base, start_pooler
from pipeline.training.head import start_biases
from pipeline.training.loss import make_loss, positive_weights
from pipeline.training.rows import EncodedRows, LengthGroupedOrder, PaddedBatch
from pipeline.training.trainer import (
    AVERAGE_FILE,
    AverageCallback,
    AveragingTrainer,
    ProgressCallback,
    Report,
    last_checkpoint,
    remove_incomplete,
)
from pipeline.training.weights import (
    RunningAverage,
    freeze_layers,
    freeze_word_embeddings,
    parameter_groups,
    quiet_transformers,
)

CHECKED = "mean_average_precision"
"""What tells which epoch is best: it needs no threshold."""

_POOLER_SAMPLE = 64


@dataclass(frozen=True, slots=True)
class Fitting:
    """What is fitted, how, and where it keeps its checkpoints.

    Attributes:
        base: Folder of the encoder, or of a classifier to be trained further.
        decision: Taxonomy and windows.
        settings: How weights are fitted.
        run: Folder for checkpoints and logs, this fitting's own.
        report: Is told about progress.
        member: Number of this fitting among those that differ only in the order of the rows and in dropout.
    """

    base: Path
    decision: Decision
    settings: TrainingSettings
    run: Path
    report: Report = lambda _step, _steps, _measured: None
    member: int = 0

    @property
    def row_seed(self) -> int:
        """Seed of the order of the rows and of dropout: for the first member that of the settings."""
        seed = self.settings.seed
        return int(np.random.SeedSequence((seed, self.member)).generate_state(1)[0]) if self.member else seed


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained model.

    Attributes:
        model: A sequence classifier of transformers.
        epochs: Passes over the rows that its weights have seen.
        steps: Changes of the weights that training took, those after the best epoch included.
        checked: Mean average precision on the rows held out, if any.
    """

    model: PreTrainedModel
    epochs: float
    steps: int
    checked: float | None


def fit(fitting: Fitting, rows: EncodedRows, held_out: EncodedRows | None = None, *, resume: bool = False) -> Fitted:
    """Fine-tune an encoder on labelled rows, or go on with the fine-tuning of a classifier.

    A classifier keeps its pooler and what it knows of each label of the taxonomy, by the label's id; labels that are
    new to it get an output of their own, and those that the taxonomy lacks lose theirs.

    With rows held out, the weights of the epoch that ranks those best are kept, else those of the last.

    Args:
        fitting: What and how.
        rows: To train on.
        held_out: To check after each epoch on.
        resume: Go on from the last checkpoint in the run's folder, if there is one; else what is there is removed.

    Raises:
        ConfigError: There is no such device, a checkpoint cannot be written, or the learning rate is so high that
            training diverges.
        InputError: Paragraphs have one label each, and some rows were not annotated for all of them.
        ModelError: The encoder or classifier cannot be loaded, or not for this taxonomy.
    """
    settings = fitting.settings
    use_threads(settings.threads)
    set_seed(settings.seed)
    checkpoint = last_checkpoint(fitting.run) if resume else None
    if checkpoint:
        remove_incomplete(fitting.run)
    else:
        shutil.rmtree(fitting.run, ignore_errors=True)
    with quiet_transformers():
        weight = positive_weights(rows.gold, rows.is_known, settings)
        model = _start(fitting, rows, weight)
        average = RunningAverage(model, settings.average_decay)
        if checkpoint:
            average.load(checkpoint / AVERAGE_FILE)
        trainer = _trainer(fitting, model, average, (rows, held_out.by_length() if held_out else None), weight)
        ended = _state_at_end(checkpoint) if checkpoint else None
        if ended:
            trainer.state = ended
        else:
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        return _finish(trainer, average, weight)


def _start(fitting: Fitting, rows: EncodedRows, weight: FloatArray) -> Any:
    """Load the model, ready to be trained."""
    device = choose_training_device(fitting.settings.device)
    base = load_base(fitting.base, fitting.decision, fitting.settings, device)
    model = base.model.to(device)
    if base.has_new_pooler:
        windows = rows.all_windows
        start_pooler(model, windows[:: max(1, len(windows) // _POOLER_SAMPLE)])
    if base.is_kept.any():
        start_biases(model, base.is_kept, weight, rows)
    if fitting.settings.freeze_word_embeddings:
        freeze_word_embeddings(model)
    freeze_layers(model, fitting.settings.freeze_layers)
    return model


def _trainer(
    fitting: Fitting,
    model: Any,
    average: RunningAverage,
    sides: tuple[EncodedRows, EncodedRows | None],
    weight: FloatArray,
) -> AveragingTrainer:
    settings, taxonomy = fitting.settings, fitting.decision.taxonomy
    rows, held_out = sides
    weights = torch.tensor(weight, dtype=torch.float32, device=model.device)
    lengths = [len(window) for window in rows.all_windows]
    trainer = AveragingTrainer(
        average=average,
        order=LengthGroupedOrder(lengths, settings.batch_rows, fitting.row_seed),
        model=model,
        args=_arguments(fitting, len(lengths), model.device, has_checks=held_out is not None),
        train_dataset=rows.dataset(taxonomy),
        eval_dataset=held_out.dataset(taxonomy) if held_out else None,
        data_collator=PaddedBatch(model.config.pad_token_id or 0),
        compute_loss_func=make_loss(weights, taxonomy.labels_per_paragraph),
        compute_metrics=_checks(fitting, held_out) if held_out else None,
        optimizers=(torch.optim.AdamW(parameter_groups(model, settings)), None),
        callbacks=[ProgressCallback(fitting.report), AverageCallback(average, settings.checkpoint_steps)],
    )
    trainer.remove_callback(PrinterCallback)
    if held_out:
        trainer.add_callback(EarlyStoppingCallback(settings.patience))
    return trainer


def _arguments(fitting: Fitting, windows: int, device: torch.device, *, has_checks: bool) -> TrainingArguments:
    settings = fitting.settings
    steps = math.ceil(math.ceil(windows / settings.batch_rows) / settings.accumulate) * settings.epochs
    checks = {"load_best_model_at_end": True, "metric_for_best_model": CHECKED, "greater_is_better": True}
    arguments = TrainingArguments(
        output_dir=str(fitting.run),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.batch_rows,
        per_device_eval_batch_size=64,
        gradient_accumulation_steps=settings.accumulate,
        learning_rate=settings.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=round(steps * settings.warmup),
        eval_strategy="epoch" if has_checks else "no",
        save_strategy="epoch",
        save_total_limit=2,
        **(checks if has_checks else {}),
        logging_steps=settings.log_steps,
        report_to=[],  # the trainer keeps its own logs
        disable_tqdm=True,
        seed=fitting.row_seed,
        bf16=choose_precision(settings.precision, device) == "bfloat16",
        use_cpu=device.type == "cpu",
        dataloader_pin_memory=device.type != "cpu",
        label_names=["labels"],
        restore_callback_states_from_checkpoint=True,  # a resumed run has as little patience left as before
    )
    arguments._n_gpu = min(arguments.n_gpu, 1)  # noqa: SLF001  (of several GPUs it would multiply the batch)
    return arguments


def _checks(fitting: Fitting, held_out: EncodedRows) -> Callable[[Any], dict[str, float]]:
    decision = fitting.decision

    def check(predicted: Any) -> dict[str, float]:
        _refuse_diverged(bool(np.isfinite(predicted.predictions).all()), fitting.settings.learning_rate)
        probabilities = decision.probabilities(np.asarray(predicted.predictions, dtype=np.float64), held_out.counts)
        applies = decision.applies(probabilities)
        measured = measure(held_out.gold, applies, probabilities, decision.taxonomy.ids)
        return {CHECKED: measured[CHECKED] or 0.0, "macro_f1": measured["macro_f1"] or 0.0}

    return check


def _state_at_end(checkpoint: Path) -> TrainerState | None:
    """Read the state of a training that was over at its checkpoint; the Trainer would add an epoch to it."""
    state = TrainerState.load_from_json(str(checkpoint / TRAINER_STATE_NAME))
    return state if state.stateful_callbacks["TrainerControl"]["args"]["should_training_stop"] else None


def _finish(trainer: AveragingTrainer, average: RunningAverage, weight: FloatArray) -> Fitted:
    """Keep the averaged weights of the best epoch, and take the loss's weighting out of the log-odds.

    Weighting a label's positive rows by w adds log w to the log-odds that training aims at, or to the label's logit
    among those of a softmax (Elkan, "The foundations of cost-sensitive learning", IJCAI 2001); without it a sigmoid, or
    the softmax, is nearer to a probability.
    """
    model, state = trainer.model, trainer.state
    best = Path(state.best_model_checkpoint).name if state.best_model_checkpoint else None  # its folder may have moved
    if best:
        average.load(Path(trainer.args.output_dir) / best / AVERAGE_FILE)
    average.keep()
    with torch.no_grad():
        model.classifier.bias -= torch.tensor(np.log(weight), dtype=torch.float32, device=model.device)
    _refuse_diverged(all(bool(torch.isfinite(each).all()) for each in model.parameters()), trainer.args.learning_rate)
    kept = int(best.rpartition("-")[2]) if best else state.global_step
    epochs = state.epoch * kept / max(1, state.global_step)
    return Fitted(model.eval(), round(epochs, 2), state.global_step, state.best_metric if best else None)


def _refuse_diverged(is_finite: bool, learning_rate: float) -> None:  # noqa: FBT001
    """Check that weights, or what comes of them, are still numbers.

    Raises:
        ConfigError: They are not.
    """
    if not is_finite:
        message = f"training.learning_rate: at {learning_rate:g} the weights have grown beyond all numbers; lower it"
        raise ConfigError(message)
