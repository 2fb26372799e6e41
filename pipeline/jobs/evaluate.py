"""Measuring a classifier on labelled paragraphs, over the very path on which articles are labelled."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from pipeline import __version__
from pipeline.config import EvaluateConfig
from pipeline.errors import ConfigError, InputError
from pipeline.evaluation.leakage import Copy, find_copies
from pipeline.evaluation.scored import Scored
from pipeline.gold import describe_files
from pipeline.jobs.evaluating.contrast_pairs import read_pairs
from pipeline.jobs.evaluating.report import measure_all
from pipeline.jobs.evaluating.scoring import read_predictions, score_rows
from pipeline.jobs.learning_curve import close_curve, plan_curve, trace_curve
from pipeline.jobs.results.folder import check_is_free, results_folder, write_json
from pipeline.jobs.results.model_card import add_evaluation, check_card
from pipeline.jobs.results.names import portable_name
from pipeline.jobs.training.texts import TEXTS_FILE, read_fingerprint
from pipeline.kinds import Classifier, load_classifier
from pipeline.labelled import list_labelled, read_labelled
from pipeline.model_folder import find_model, read_decision
from pipeline.records import LabelledParagraph, Tally
from pipeline.report_page import write_page
from pipeline.taxonomy import Taxonomy

REPORT_FILE = "report.json"
PAGE_FILE = "report.html"
_FILES = (REPORT_FILE, PAGE_FILE, "mistakes.jsonl", "suspected_labels.jsonl", "copies.jsonl")


def evaluate(config: EvaluateConfig, console: Console | None = None) -> dict[str, Any]:
    """Measure a classifier and write the report.

    `report.json` holds all numbers and no text, `report.html` shows them to people; `mistakes.jsonl`,
    `suspected_labels.jsonl` and `copies.jsonl` name the rows behind them, with their texts.

    Args:
        config: What to measure, on what, and where to report it.
        console: Where the progress of a learning curve is shown; nowhere without it.

    Raises:
        ConfigError: No gold is given, the report's folder cannot be used, or a learning curve's settings are wrong.
        InputError: The gold rows are missing or wrong, or all of them are copies that shall be left out; or the rows
            that a learning curve trains on are wrong or too few.
        ModelError: The model is missing or damaged.
    """
    if not config.gold:
        message = "no gold rows; give files, for example: taawun evaluate gold.jsonl --out report"
        raise ConfigError(message)
    check_is_free(config.out, _FILES, overwrite=config.overwrite)
    folder = find_model(config.model)
    decision = read_decision(folder)
    paths = list_labelled(config.gold)
    rows = read_labelled(paths, decision.taxonomy, config.columns)
    files = describe_files(paths, rows)
    leakage, copies = _look_for_copies(folder, rows)
    if config.exclude_copies:
        rows = _without_copies(rows, copies, leakage)
    if config.add_to_card:
        check_card(folder, leakage, excluded=config.exclude_copies)
    pairs = read_pairs(config.pairs, decision.taxonomy) if config.robustness else None
    other = _score_other(config, rows, decision.taxonomy) if config.against else None
    curve = plan_curve(config, decision.taxonomy, rows) if config.learning_curve else None
    tally = Tally()
    classifier = _load(str(folder), config)
    scored = score_rows(rows, classifier, tally)
    numbers, rows_behind = measure_all(scored, other, pairs, classifier, config)
    report = {
        "model": classifier.version,
        "version": __version__,
        "settings": _portable(config),
        "device": classifier.device,
        "precision": classifier.precision,
        "taxonomy": decision.taxonomy.model_dump(mode="json"),
        "gold": files,
        "dropped": {key: count for key, count in sorted(tally.items()) if key.startswith("drop_")},
        "leakage": leakage and leakage | {"excluded": config.exclude_copies},
        **numbers,
        "learning_curve": trace_curve(curve, config, console) if curve else None,
    }
    rows_behind |= {"copies": copies}
    _write_report(report, rows_behind if config.texts else {name: [] for name in rows_behind}, config)
    if curve:
        close_curve(curve)
    if config.add_to_card:
        add_evaluation(folder, report)
    return report


def _write_report(report: dict[str, Any], rows_behind: dict[str, list[dict[str, Any]]], config: EvaluateConfig) -> None:
    with results_folder(config.out, _FILES, overwrite=config.overwrite) as partial:
        for name, behind in rows_behind.items():
            _write_lines(behind, partial / f"{name}.jsonl")
        write_json(report, partial / REPORT_FILE)
        (partial / PAGE_FILE).write_text(write_page(report, rows_behind), encoding="utf-8")


def _load(name: str, config: EvaluateConfig) -> Classifier:
    return load_classifier(name, device=config.device, precision=config.precision, threads=config.threads)


def _score_other(config: EvaluateConfig, rows: Sequence[LabelledParagraph], taxonomy: Taxonomy) -> Scored:
    name = str(config.against)
    if Path(name).is_file() or Path(name).suffix == ".jsonl":
        return read_predictions(Path(name), rows, taxonomy)
    decision = read_decision(find_model(name))
    if decision.taxonomy != taxonomy:
        message = f"{name}: has another taxonomy than {config.model}; compare classifiers of the same labels"
        raise ConfigError(message)
    anywhere = {"device": "auto", "precision": "auto"} if decision.kind == "linear" else {}
    return score_rows(rows, _load(name, config.model_copy(update=anywhere)), Tally())


def _look_for_copies(
    folder: Path, rows: Sequence[LabelledParagraph]
) -> tuple[dict[str, int] | None, list[dict[str, Any]]]:
    """Look for gold rows among the texts that the model was trained on; `None` where the model does not tell them."""
    known = read_fingerprint(folder)
    if known is None:
        return None, []
    found = find_copies(known, [row.text for row in rows])
    copies = [_describe(row, copy) for row, copy in zip(rows, found, strict=True) if copy]
    kinds = [copy["kind"] for copy in copies]
    return {"trained_on": len(known), "exact": kinds.count("exact"), "near": kinds.count("near")}, copies


def _describe(row: LabelledParagraph, copy: Copy) -> dict[str, Any]:
    return {"id": row.id, "kind": copy.kind, "similarity": copy.similarity, "training_row": copy.row, "text": row.text}


def _without_copies(
    rows: list[LabelledParagraph], copies: Sequence[dict[str, Any]], leakage: dict[str, int] | None
) -> list[LabelledParagraph]:
    if leakage is None:
        message = f"exclude_copies: the model has no {TEXTS_FILE}, so copies of its training texts cannot be told"
        raise ConfigError(message)
    ids = {copy["id"] for copy in copies}
    kept = [row for row in rows if row.id not in ids]
    if not kept:
        message = "all gold rows are copies of rows that the model was trained on; measure it on others"
        raise InputError(message)
    return kept


def _write_lines(rows: Iterable[dict[str, Any]], path: Path) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _portable(config: EvaluateConfig) -> dict[str, Any]:
    """Give the settings without this machine's folders, and without the report's own place, which bears on nothing."""
    settings = config.model_dump(mode="json", exclude={"out", "overwrite", "add_to_card", "columns"})
    if columns := config.columns.model_dump(mode="json", exclude_defaults=True):
        settings["columns"] = columns
    named = ("model", "against", "pairs", "learning_curve")
    names = {key: portable_name(settings[key]) for key in named if settings[key]}
    files = {key: list(map(portable_name, settings[key])) for key in ("gold", "extra")}
    return settings | files | names
