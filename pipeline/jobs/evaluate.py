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
from pipeline.jobs.evaluation_report import measure_all
from pipeline.jobs.learning_curve import close_curve, plan_curve, trace_curve
from pipeline.jobs.model_card import add_evaluation
from pipeline.jobs.portable_names import portable_name
from pipeline.jobs.results_folder import check_is_free, results_folder, write_json
from pipeline.jobs.scoring import read_predictions, score_rows
from pipeline.jobs.training_texts import read_fingerprint
from pipeline.kinds import Classifier, load_classifier
from pipeline.labelled import list_labelled, read_labelled
from pipeline.metrics import HEADLINES
from pipeline.model_folder import find_model, read_decision
from pipeline.records import LabelledParagraph, Tally
from pipeline.report_page import write_page

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
    rows = read_labelled(paths, decision.taxonomy)
    files = describe_files(paths, rows)
    leakage, copies = _look_for_copies(folder, rows)
    rows = _without_copies(rows, copies) if config.exclude_copies else rows
    curve = plan_curve(config, decision.taxonomy, rows) if config.learning_curve else None
    tally = Tally()
    classifier = _load(config.model, config)
    scored = score_rows(rows, classifier, tally)
    other = _score_other(config, rows, scored) if config.against else None
    numbers, rows_behind = measure_all(scored, other, classifier, config)
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
    if not config.texts:
        rows_behind = {name: [] for name in rows_behind}
    with results_folder(config.out, _FILES, overwrite=config.overwrite) as partial:
        for name, behind in rows_behind.items():
            _write_lines(behind, partial / f"{name}.jsonl")
        write_json(report, partial / REPORT_FILE)
        (partial / PAGE_FILE).write_text(write_page(report, rows_behind), encoding="utf-8")
    if curve:
        close_curve(curve)
    if config.add_to_card:
        add_evaluation(folder, report)
    return report


def _load(name: str, config: EvaluateConfig) -> Classifier:
    return load_classifier(name, device=config.device, precision=config.precision, threads=config.threads)


def _score_other(config: EvaluateConfig, rows: Sequence[LabelledParagraph], scored: Scored) -> Scored:
    name = str(config.against)
    if Path(name).is_file():
        return read_predictions(Path(name), rows, scored.taxonomy)
    other = _load(name, config.model_copy(update={"device": "auto", "precision": "auto"}))
    if other.decision.taxonomy != scored.taxonomy:
        message = f"{name}: has another taxonomy than {config.model}; compare classifiers of the same labels"
        raise ConfigError(message)
    return score_rows(rows, other, Tally())


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


def _without_copies(rows: list[LabelledParagraph], copies: Sequence[dict[str, Any]]) -> list[LabelledParagraph]:
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
    settings = config.model_dump(mode="json", exclude={"out", "overwrite", "add_to_card"})
    named = ("model", "against", "pairs", "learning_curve")
    names = {key: portable_name(settings[key]) for key in named if settings[key]}
    files = {key: list(map(portable_name, settings[key])) for key in ("gold", "extra")}
    return settings | files | names


def summarize(report: dict[str, Any]) -> str:
    """Tell a report in a few lines for the terminal."""
    metrics, ranges = report["metrics"], report["intervals"]
    lines = [f"{report['model']} on {metrics['rows']:,} rows", ""]
    lines += [f"{title:<27} {_told(metrics[key], ranges.get(key))}" for key, title in HEADLINES.items()]
    lines += ["", f"{'domain':<24} {'rows':>5}  F1"]
    for name, each in metrics["domains"].items():
        lines.append(f"{name:<24} {each['support']:>5}  {_told(each['f1'], ranges[f'f1.{name}'])}")
    lines += ["", *_remarks(report)]
    return "\n".join(lines) + "\n"


def _remarks(report: dict[str, Any]) -> Iterable[str]:
    review, leakage, comparison = report["review"], report["leakage"], report["comparison"]
    if report["dropped"]:
        what = ", ".join(f"{key.partition(': ')[2]} {count}" for key, count in report["dropped"].items())
        yield f"set aside unread, so given no label: {what}"
    if review["errors_caught"] is not None:
        yield f"reviewing the {review['flagged']:.0%} flagged finds {review['errors_caught']:.0%} of the wrong rows"
    if leakage and leakage["exact"] + leakage["near"]:
        done = "left out" if leakage["excluded"] else "leave them out with --exclude-copies"
        yield f"trained on: {leakage['exact']} of the rows, and near copies of {leakage['near']}; {done}"
    if report["robustness"]:
        for kind in report["robustness"]["kinds"]:
            stay = _percent(kind["invariance"])
            yield f"edits of {kind['kind']}: {stay} of decisions stay, the fewest under {kind['worst']}"
        if pairs := report["robustness"]["pairs"]:
            yield f"contrast pairs right on both sides: {pairs['all']['both_right']:.0%} of {pairs['all']['pairs']}"
    if report["learning_curve"]:
        yield from _tell_curve(report["learning_curve"])
    if report["agreement"]:
        yield f"annotators among themselves: macro-F1 {_told(report['agreement']['macro_f1'], None)}"
    if comparison:
        yield comparison["verdict"]


def _tell_curve(curve: dict[str, Any]) -> Iterable[str]:
    whole = curve["points"][-1]
    for key, fit in curve["fits"].items():
        expected = fit["expected"] if fit else []
        told = [f"{_told(each['score'], each['interval'])} from {each['rows']:,}" for each in expected]
        rows = f"{_told(whole[key], None)} from {whole['rows']:,} rows"
        yield f"learning curve, {HEADLINES[key]}: {rows}; trend: {', '.join(told) or 'undefined'}"


def _percent(share: float | None) -> str:
    return "undefined" if share is None else f"{share:.1%}"


def _told(value: float | None, interval: tuple[float, float] | None) -> str:
    if value is None:
        return "undefined"
    return f"{value:.3f}" + (f"  [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else "")
