"""The card of a trained model, `README.md` in its folder, written from its metrics."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError, ModelError
from pipeline.jobs.gating.report import promotion_section, read_gate
from pipeline.jobs.results.folder import write_json
from pipeline.jobs.results.tables import number, percent, table, with_interval
from pipeline.metrics import HEADLINES
from pipeline.model_folder import read_decision
from pipeline.model_line import line_of
from pipeline.taxonomy import Taxonomy

EVALUATIONS_FILE = "evaluations.json"
"""In a model's folder: what was measured on gold files that it was not trained on."""

_HELD = {
    "transformer": """\
The folder opens with plain `transformers` too: `pipeline("text-classification", FOLDER, top_k=None, dtype="float32")`
gives the same logits for text that was cleaned and preprocessed first (docs/cookbook.md shows it in three lines).
`decision.json` holds what else the same labels need: preparation of texts, windows, calibration, thresholds.""",
    "linear": """\
`ngrams.json` holds the n-grams it knows, `model.safetensors` their weights, `decision.json` what else is needed:
preparation and preprocessing of the text, calibration, thresholds. It runs on the processor, without torch.""",
}
"""What is in a folder, by the kind of classifier."""


def model_card(
    name: str,
    taxonomy: Taxonomy,
    metrics: Mapping[str, Any],
    evaluations: Sequence[Mapping[str, Any]] = (),
    gate: Mapping[str, Any] | None = None,
) -> str:
    """Write a model's card.

    Args:
        name: The model's name.
        taxonomy: Its labels.
        metrics: What `metrics.json` holds: `out_of_sample`, `kind`, `license`, `training`, `data`, `versions`, of a
            transformer `base_model` and, if it is not of an earlier version, `parent` and `code`.
        evaluations: What `evaluations.json` holds, see `add_evaluation`.
        gate: What `gate.json` holds; of a version of a line.
    """
    front = json.dumps(_front(name, taxonomy, metrics, evaluations), ensure_ascii=False, indent=2)  # JSON is YAML
    sections = [
        f"---\n{front}\n---\n# {name}\n",
        _use(name, taxonomy, metrics["kind"]),
        _made_of(metrics),
        *([promotion_section(gate, taxonomy)] if gate else []),
        *[_evaluated(taxonomy, each) for each in evaluations],
        _quality(taxonomy, metrics["out_of_sample"]),
    ]
    return "\n".join(sections)


def check_card(folder: Path, leakage: Mapping[str, int] | None, *, excluded: bool) -> None:
    """Check that what is going to be measured may be put into a model's card.

    Args:
        folder: The model's.
        leakage: How many gold rows are copies of training rows, `exact` and `near`, as far as that is known.
        excluded: Whether those are left out.

    Raises:
        ConfigError: Some of the gold rows were trained on.
        ModelError: The folder was not made by this version of `taawun train`, cannot be written, or is a version of a
            line of models.
    """
    if line := line_of(folder):
        message = (
            f"{folder}: is a version of the line {line.name}, and versions never change; write the report elsewhere, "
            "--out, or add to the card of a copy of the folder"
        )
        raise ModelError(message)
    if leakage and leakage["exact"] + leakage["near"] and not excluded:
        message = "add_to_card: the model was trained on some of the gold rows; leave them out with --exclude-copies"
        raise ConfigError(message)
    if not os.access(folder, os.W_OK) or folder.parent.name == "snapshots":
        message = f"{folder}: cannot be written; add to the card of a copy of the model"
        raise ModelError(message)
    _read_metrics(folder)


def add_evaluation(folder: Path, report: Mapping[str, Any]) -> None:
    """Put what was measured on gold files into a model's folder, `evaluations.json`, and into its card.

    An earlier result on files of the same content is replaced; results of other versions of the model go.

    Args:
        folder: The model's, see `check_card`.
        report: What `taawun evaluate` wrote: `model`, `gold`, `metrics`, `intervals`, `review`, `leakage`.

    Raises:
        ModelError: The folder was not made by this version of `taawun train`.
    """
    metrics, path = _read_metrics(folder), folder / EVALUATIONS_FILE
    stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    new = {key: report[key] for key in ("model", "gold", "metrics", "intervals", "review", "leakage")}
    kept = [each for each in stored if each["model"] == new["model"] and each["gold"] != new["gold"]]
    name = str(report["model"]).partition("@")[0]
    card = model_card(name, read_decision(folder).taxonomy, metrics, [*kept, new], read_gate(folder))
    write_json([*kept, new], path)
    (folder / "README.md").write_text(card, encoding="utf-8")


def _read_metrics(folder: Path) -> dict[str, Any]:
    try:
        metrics: dict[str, Any] = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{folder}: no card to add to ({error}); it needs the metrics.json that taawun train wrote"
        raise ModelError(message) from error
    if lacking := {"kind", "license", "out_of_sample"} - metrics.keys():
        message = (
            f"{folder}/metrics.json: is of an earlier version, without {', '.join(sorted(lacking))}; train it anew"
        )
        raise ModelError(message)
    return metrics


def summarize_training(folder: Path, measured: Mapping[str, Any]) -> str:
    """Tell in a few lines how good a trained model is on rows that it was not trained on."""
    unknown = [name for name, each in measured["domains"].items() if each["f1"] is None]
    f1, precision = _shown(measured, "macro_f1"), _shown(measured, "mean_average_precision")
    lines = [
        f"{folder}: the trained model; its card is {folder}/README.md",
        f"on {measured['rows']:,} rows not trained on: macro-F1 {f1}, mean average precision {precision}",
    ]
    if unknown:
        lines.append(f"not measured, for lack of such rows: {', '.join(unknown)}")
    return "\n".join(lines) + "\n"


def _use(name: str, taxonomy: Taxonomy, kind: str) -> str:
    how_many = "any number of them, often none" if taxonomy.labels_per_paragraph == "any" else "exactly one each"
    return f"""\
Labels paragraphs of Arabic news with the domains of the taxonomy *{taxonomy.name}*: {how_many}.

## Use
```
taawun label ARTICLES --model models/{name} --out labels
```
{_HELD[kind]}
Meant for Arabic news prose, paragraph by paragraph, where a person can look at what matters: counting, searching,
sorting, choosing what to read. Not for decisions about persons, nor as the only reader of a text; other genres
(speech, poetry, social media) and other languages were not measured.
"""


def _made_of(metrics: Mapping[str, Any]) -> str:
    training = metrics["training"]
    files = [(each["file"], each["rows"], each["license"], each["sha256"][:16]) for each in metrics["data"]]
    return f"""\
## Made of
{table(("file", "rows", "source and license", "SHA-256"), files)}

{training["rows"]:,} rows, {training["rows_dropped_by_prepare"]} of them set aside by preparation. {_fitted(metrics)}
{_lineage(metrics)}All settings: `train.yaml`.
"""


def _lineage(metrics: Mapping[str, Any]) -> str:
    if "code" not in metrics:
        return ""
    before = metrics["parent"]["incumbent"]
    return f"Made by the code taawun {metrics['code']}{f', to take the place of {before}' if before else ''}.\n"


def _fitted(metrics: Mapping[str, Any]) -> str:
    training = metrics["training"]
    if metrics["kind"] == "linear":
        ngrams = training["ngrams"]
        return f"""\
Logistic regression
over TF-IDF of {ngrams["words"]:,} n-grams of words and {ngrams["characters"]:,} of characters: no encoder, no neural
network; it knows words by their letters alone."""
    base = metrics["base_model"]
    origin = "Trained further from the classifier" if base.get("is_classifier") else "Encoder:"
    soup, respelled = training.get("fittings", 1), training.get("respelled", 0)
    epochs = "1 epoch" if training["epochs"] == 1 else f"{training['epochs']:g} epochs"
    told = f" The weights are the average of {soup} such fittings." if soup > 1 else ""
    told += f" {respelled:.0%} of the rows were learned in another spelling." if respelled else ""
    return f"""\
{origin}
{base["name"]} ({base["content"]}); its own card names its sources. {epochs}, seed
{training["seed"]}.{told}"""


def _evaluated(taxonomy: Taxonomy, evaluation: Mapping[str, Any]) -> str:
    measured = {**evaluation["metrics"], "intervals": evaluation["intervals"], "review": evaluation["review"]}
    files = ", ".join(f"{each['file']} (SHA-256 {each['sha256'][:16]})" for each in evaluation["gold"])
    return f"""\
## How good it is on {", ".join(each["file"] for each in evaluation["gold"])}
`taawun evaluate` on {measured["rows"]:,} rows of {files}. In brackets 95 % bootstrap intervals over articles.
{_copies(evaluation["leakage"])}

{_numbers(taxonomy, measured)}
"""


def _copies(leakage: Mapping[str, int] | None) -> str:
    if leakage is None:
        return "Whether it was trained on some of these rows is not known."
    count = leakage["exact"] + leakage["near"]
    return (
        f"{count} rows that it was trained on, exactly or nearly, were left out." if count else "None was trained on."
    )


def _quality(taxonomy: Taxonomy, measured: Mapping[str, Any]) -> str:
    return f"""\
## How good it is on rows like those it was trained on
On {measured["rows"]:,} rows: {measured["how"]}. In brackets 95 % bootstrap intervals over articles. These rows
resemble the training data: expect less on other outlets, and measure with `taawun evaluate`.
{_calibrated(measured)}
{_numbers(taxonomy, measured)}
"""


def _calibrated(measured: Mapping[str, Any]) -> str:
    before = measured.get("ece_before_calibration")
    return "" if before is None else f"Expected calibration error before calibration: {number(before)}.\n"


def _numbers(taxonomy: Taxonomy, measured: Mapping[str, Any]) -> str:
    headlines = [(title, _shown(measured, key)) for key, title in HEADLINES.items()]
    review = measured["review"]
    return f"""\
{table(("measure", "value"), headlines)}

{_domain_table(taxonomy, measured)}

{_weak_spots(taxonomy, measured)} Reviewing the {percent(review["flagged"])} of paragraphs flagged `needs_review`
catches {percent(review["errors_caught"])} of the wrongly labelled ones."""


def _front(
    name: str, taxonomy: Taxonomy, metrics: Mapping[str, Any], evaluations: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    results = [_result(taxonomy, ", ".join(f["file"] for f in each["gold"]), each["metrics"]) for each in evaluations]
    results.append(_result(taxonomy, f"{taxonomy.name}, rows not trained on", metrics["out_of_sample"]))
    return {
        "language": ["ar"],
        "license": metrics["license"],
        "library_name": "taawun" if metrics["kind"] == "linear" else "transformers",
        "pipeline_tag": "text-classification",
        "tags": ["taawun", "arabic", "news", taxonomy.name],
        "model-index": [{"name": name, "results": results}],
    }


def _result(taxonomy: Taxonomy, dataset: str, measured: Mapping[str, Any]) -> dict[str, Any]:
    numbers = [
        {"type": key, "name": title, "value": round(measured[key], 4)}
        for key, title in HEADLINES.items()
        if measured[key] is not None
    ]
    return {
        "task": {"type": "text-classification"},
        "dataset": {"type": taxonomy.name, "name": dataset},
        "metrics": numbers,
    }


def _domain_table(taxonomy: Taxonomy, measured: Mapping[str, Any]) -> str:
    rows = []
    for domain in taxonomy.domains:
        each = measured["domains"][domain.id]
        numbers = [number(each[key]) for key in ("precision", "recall")]
        told = [
            with_interval(each[key], measured["intervals"][f"{key}.{domain.id}"]) for key in ("f1", "average_precision")
        ]
        rows.append((domain.english, domain.arabic, each["support"], *numbers, *told))
    return table(("domain", "", "rows", "precision", "recall", "F1", "average precision"), rows)


def _weak_spots(taxonomy: Taxonomy, measured: Mapping[str, Any]) -> str:
    names = {domain.id: domain.english for domain in taxonomy.domains}
    known = [(each["f1"], names[key]) for key, each in measured["domains"].items() if each["f1"] is not None]
    weakest = ", ".join(f"{name} ({number(f1)})" for f1, name in sorted(known)[:3])
    unknown = [names[key] for key, each in measured["domains"].items() if each["f1"] is None]
    unmeasured = f" Not measured for lack of rows: {', '.join(unknown)}." if unknown else ""
    return f"Weakest domains by F1: {weakest}.{unmeasured}"


def _shown(measured: Mapping[str, Any], key: str) -> str:
    return with_interval(measured[key], measured["intervals"].get(key))
