"""Distillation: text and trained teachers in, an encoder that knows the task out."""

import json
import logging
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.adaptation.read_text import read_lines
from pipeline.adaptation.work_folder import claim_work_folder
from pipeline.config import prepare_stages
from pipeline.decision import Decision
from pipeline.distillation.ask_teachers import ask, shared_taxonomy
from pipeline.distillation.choose_passages import choose, draw_lines, is_copy, read_runs
from pipeline.distillation.settings import DistillConfig
from pipeline.errors import ConfigError, InputError
from pipeline.gold import prepare_rows
from pipeline.model_folder import find_model, model_version, read_decision
from pipeline.records import LabelledParagraph, Tally
from pipeline.tokenizer import ParagraphTokenizer, load_tokenizer
from pipeline.training import EncodedRows, Fitted, Fitting, fit_soup, refuse_to_freeze_all, save_model

_log = logging.getLogger(__name__)


def distill(config: DistillConfig) -> dict[str, Any]:
    """Teach an encoder what classifiers say about open text, or go on with what was begun in the same work folder.

    Returns:
        Number of passages, passes over them, and mean average precision on the held-out ones against the
        teachers' decisions (by the thresholds of the first).

    Raises:
        ConfigError: The output exists, no layer would be trained, or the work folder belongs to other settings, models
            or texts.
        InputError: The text cannot be read, or there is too little of it.
        ModelError: A model is missing or damaged.
    """
    if config.out.exists():
        message = f"{config.out}: exists; remove it or choose another folder with out="
        raise ConfigError(message)
    refuse_to_freeze_all(base := find_model(config.student), config.training.freeze_layers)
    taxonomy = shared_taxonomy(config.teachers)
    rule = read_decision(find_model(config.teachers[0]))
    decision = Decision(taxonomy=taxonomy, prepare=rule.prepare, **config.window.model_dump())
    _claim_work_folder(config)
    texts = _passages(config, decision)
    answers = np.mean([ask(name, texts, config.work, config.training.threads) for name in config.teachers], axis=0)
    windows = tuple(ParagraphTokenizer.load(base, decision).windows(texts))
    rows = EncodedRows(windows, rule.applies(answers), answers)
    is_held_out = np.zeros(len(texts), dtype=np.bool_)
    is_held_out[np.random.default_rng(config.seed).permutation(len(texts))[: config.held_out]] = True
    fitting = Fitting(base, decision, config.training, config.work / "run", _report)
    fitted = fit_soup(fitting, rows.select(~is_held_out), rows.select(is_held_out), resume=True)
    _save_encoder(fitted, base, config)
    return {"passages": len(texts), "epochs": fitted.epochs, "mean_average_precision": fitted.checked}


def _passages(config: DistillConfig, decision: Decision) -> list[str]:
    """Choose the paragraphs to learn from, cleaned; kept in the work folder."""
    path = config.work / "passages.json"
    if path.exists():
        kept: list[str] = json.loads(path.read_text(encoding="utf-8"))
        return kept
    words = (config.fewest_words, config.most_words)
    lines = draw_lines(list(read_lines(config.text)), words, config.candidates, config.seed)
    rows = [LabelledParagraph(str(k), line, (), f"{config.text}:{k}") for k, line in enumerate(lines)]
    runs = read_runs(config.apart)
    texts = [text for text in prepare_rows(rows, prepare_stages(decision), Tally()) if text]
    own = [text for text in dict.fromkeys(texts) if not is_copy(text, runs)]
    _log.info("%d candidates, %d copies of evaluation data or of each other left out", len(own), len(texts) - len(own))
    if len(own) <= config.held_out:
        message = f"{config.text}: {len(own)} usable paragraphs, too few to hold out {config.held_out}; give more text"
        raise InputError(message)
    if config.selector:
        folder = config.work / "selector"
        folder.mkdir(exist_ok=True)
        probabilities = ask(config.selector, own, folder, config.training.threads)
        chosen = choose(probabilities, config.passages, config.drawn_by_domain, config.seed)
    else:
        chosen = choose(np.ones((len(own), 1)), config.passages, 0.0, config.seed)
    texts = [own[k] for k in chosen]
    part = path.with_suffix(".part")
    part.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
    part.replace(path)
    return texts


def _claim_work_folder(config: DistillConfig) -> None:
    models = [*config.teachers, config.student, *([config.selector] if config.selector else [])]
    claim_work_folder(
        config.work,
        config.model_dump(mode="json", exclude={"out", "work", "text", "apart"}),
        [model_version(find_model(name)) for name in models],
        [config.text, *config.apart],
    )


def _save_encoder(fitted: Fitted, base: Path, config: DistillConfig) -> None:
    """Write the student's encoder and pooler, without the head, beside its place and move it in whole."""
    part = config.out.with_name(config.out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    save_model(fitted.model.base_model, part, config.training.save_precision)
    load_tokenizer(base).save_pretrained(part)
    part.rename(config.out)


def _report(step: int, steps: int, measured: dict[str, float]) -> None:
    if measured:
        _log.info("step %d of %d: %s", step, steps, ", ".join(f"{name} {each:.4g}" for name, each in measured.items()))
