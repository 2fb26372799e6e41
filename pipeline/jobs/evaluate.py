"""Measuring a classifier on labelled paragraphs, over the very path on which articles are labelled."""

from typing import Any

import numpy as np

from pipeline import __version__
from pipeline.bootstrap import Resampling, intervals
from pipeline.calibration import review_yield
from pipeline.config import EvaluateConfig, prepare_stages
from pipeline.errors import ConfigError
from pipeline.gold import describe_files, gold_array, prepare_rows
from pipeline.jobs.portable_names import portable_name
from pipeline.jobs.results_folder import check_is_free, results_folder, write_json
from pipeline.kinds import load_classifier
from pipeline.labelled import list_labelled, read_labelled
from pipeline.metrics import HEADLINES, measure
from pipeline.model_folder import find_model, read_decision
from pipeline.records import Tally
from pipeline.splits import group_numbers

REPORT_FILE = "report.json"


def evaluate(config: EvaluateConfig) -> dict[str, Any]:
    """Measure a classifier and write `report.json`.

    Paragraphs that the model's prepare stages drop count as given no label, as they are when articles are labelled.

    Raises:
        ConfigError: No gold is given, or the report's folder cannot be used.
        InputError: The gold rows are missing or wrong.
        ModelError: The model is missing or damaged.
    """
    if not config.gold:
        message = "no gold rows; give files, for example: taawun evaluate gold.jsonl --out report"
        raise ConfigError(message)
    check_is_free(config.out, (REPORT_FILE,), overwrite=config.overwrite)
    decision = read_decision(find_model(config.model))
    paths = list_labelled(config.gold)
    rows = read_labelled(paths, decision.taxonomy)
    tally = Tally()
    texts = prepare_rows(rows, prepare_stages(decision), tally)
    classifier = load_classifier(config.model, device=config.device, precision=config.precision, threads=config.threads)
    is_used = np.array([text is not None for text in texts], dtype=np.bool_)
    gold = gold_array(rows, decision.taxonomy)
    probabilities = np.zeros(gold.shape)
    applies = np.zeros(gold.shape, dtype=np.bool_)
    flagged = np.zeros(len(rows), dtype=np.bool_)
    if is_used.any():
        probabilities[is_used] = classifier.probabilities([text for text in texts if text is not None])
        applies[is_used] = decision.applies(probabilities[is_used])
        flagged[is_used] = decision.margins(probabilities[is_used]) < decision.review_margin
    ids = decision.taxonomy.ids
    resampling = Resampling(group_numbers(rows), config.resamples)
    report = {
        "model": classifier.version,
        "version": __version__,
        "settings": _portable(config),
        "device": classifier.device,
        "precision": classifier.precision,
        "gold": describe_files(paths, rows),
        "dropped": {key: count for key, count in sorted(tally.items()) if key.startswith("drop_")},
        "metrics": measure(gold, applies, probabilities, ids),
        "intervals": intervals(gold, applies, probabilities, ids, resampling),
        "review": review_yield(applies, gold, flagged),
    }
    with results_folder(config.out, (REPORT_FILE,), overwrite=config.overwrite) as partial:
        write_json(report, partial / REPORT_FILE)
    return report


def _portable(config: EvaluateConfig) -> dict[str, Any]:
    """Give the settings without this machine's folders, and without the report's own place, which bears on nothing."""
    settings = config.model_dump(mode="json", exclude={"out", "overwrite"})
    return settings | {"gold": list(map(portable_name, config.gold)), "model": portable_name(config.model)}


def summarize(report: dict[str, Any]) -> str:
    """Tell a report in a few lines for the terminal."""
    metrics, ranges = report["metrics"], report["intervals"]
    lines = [f"{report['model']} on {metrics['rows']:,} rows", ""]
    lines += [f"{title:<27} {_told(metrics[key], ranges.get(key))}" for key, title in HEADLINES.items()]
    lines += ["", f"{'domain':<24} {'rows':>5}  F1"]
    for name, each in metrics["domains"].items():
        lines.append(f"{name:<24} {each['support']:>5}  {_told(each['f1'], ranges[f'f1.{name}'])}")
    return "\n".join(lines) + "\n"


def _told(value: float | None, interval: tuple[float, float] | None) -> str:
    if value is None:
        return "undefined"
    return f"{value:.3f}" + (f"  [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else "")
