"""Training: labelled paragraphs in, a model folder out, with its decision rule, metrics and card."""

from pathlib import Path
from typing import Any

from rich.console import Console

from pipeline.config import TrainConfig, TrainLinearConfig, dump_yaml
from pipeline.jobs.gating.gate import Candidate, run_gate
from pipeline.jobs.gating.incumbent import meet_incumbent
from pipeline.jobs.gating.lineage import portable_settings, tell_lineage
from pipeline.jobs.gating.report import GATE_FILE
from pipeline.jobs.results.folder import check_is_free, results_folder, write_json
from pipeline.jobs.results.model_card import model_card
from pipeline.jobs.results.model_files import MODEL_FILES
from pipeline.jobs.training.calibration import calibrate
from pipeline.jobs.training.line import admit, line_to_add_to
from pipeline.jobs.training.material import TrainingMaterial, gather_material
from pipeline.jobs.training.outcome import Fit
from pipeline.jobs.training.progress import shown_progress
from pipeline.jobs.training.texts import write_fingerprint
from pipeline.model_folder import write_decision
from pipeline.model_line import check_line_place, seal


def train(config: TrainConfig | TrainLinearConfig, *, resume: bool = False, console: Console | None = None) -> Path:
    """Train a classifier.

    Checkpoints and logs of a transformer go to `config.run_folder`, which stays when training is interrupted; once the
    model is in its place, only the logs are left. With a gate the classifier becomes a new version of the line in
    `config.out`, and its current one if it passes.

    Args:
        config: What to train on, which kind of classifier, and where to put it.
        resume: Go on from the last checkpoint of an interrupted run; a linear model has none.
        console: Where progress is shown; nowhere without it.

    Returns:
        The model's folder; with a gate that of the new version.

    Raises:
        ConfigError: The model's place, the run's folder or the device cannot be used, or the model to compare with
            has other labels.
        InputError: The labelled rows are wrong or too few.
        ModelError: The encoder or the model to compare with is missing, damaged or of an unsupported kind.
    """
    if config.gate is None:
        check_is_free(config.out, MODEL_FILES, overwrite=config.overwrite)
        material = gather_material(config)
        _train_into(config.out, config, _start(config, material, resume=resume), material, console)
        _close(config)
        return config.out
    check_line_place(config.out)
    material = gather_material(config)
    meet_incumbent(config, config.gate, material.decision.taxonomy)
    with line_to_add_to(config.out) as line:
        place = line.place(line.next_version())
        gate = _train_into(place, config, _start(config, material, resume=resume), material, console)
        admit(line, place.name, gate)
    _close(config)
    return place


def _start(config: TrainConfig | TrainLinearConfig, material: TrainingMaterial, *, resume: bool) -> Fit:
    if isinstance(config, TrainLinearConfig):
        from pipeline.jobs.training.linear import start_linear

        return start_linear(config, material, resume=resume)
    from pipeline.jobs.training.transformer import start_transformer

    return start_transformer(config, material, resume=resume)


def _close(config: TrainConfig | TrainLinearConfig) -> None:
    if isinstance(config, TrainConfig):
        from pipeline.jobs.training.run import close_run

        close_run(config.run_folder)


def _train_into(
    place: Path, config: TrainConfig | TrainLinearConfig, fit: Fit, material: TrainingMaterial, console: Console | None
) -> dict[str, Any]:
    """Fit, calibrate, measure and describe a model, and move it to its place; gives what the gate made of it."""
    with results_folder(place, MODEL_FILES, overwrite=config.overwrite) as partial:
        with shown_progress(console) as report:
            outcome = fit(partial, report)
        decision, metrics = calibrate(config, material, outcome)
        write_decision(decision, partial)
        write_fingerprint(partial, material.used, outcome.trained, material.checks, outcome.base)
        gate = _pass_gate(Candidate(partial, config, material, outcome), place.name)
        metrics |= tell_lineage(config, material, outcome, gate.get("incumbent"))
        write_json(metrics, partial / "metrics.json")
        (partial / "train.yaml").write_text(dump_yaml(portable_settings(config)), encoding="utf-8")
        card = model_card(config.out.name, decision.taxonomy, metrics, gate=gate)
        (partial / "README.md").write_text(card, encoding="utf-8")
        if config.gate:
            seal(partial)
    return gate


def _pass_gate(candidate: Candidate, version: str) -> dict[str, Any]:
    """Run the gate, if there is one, and keep in the candidate's folder what it says."""
    if candidate.config.gate is None:
        return {}
    gate = {"version": version} | run_gate(candidate, candidate.config.gate)
    write_json(gate, candidate.folder / GATE_FILE)
    return gate
