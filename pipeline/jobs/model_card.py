"""The card of a trained model, `README.md` in its folder, written from its metrics."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.metrics import HEADLINES
from pipeline.taxonomy import Taxonomy

_HELD = {
    "transformer": """\
The folder opens with plain `transformers` too (`AutoModelForSequenceClassification`); `decision.json` holds what else
is needed for the same labels: preparation and preprocessing of the text, windows, calibration, thresholds.""",
    "linear": """\
`ngrams.json` holds the n-grams it knows, `model.safetensors` their weights, `decision.json` what else is needed:
preparation and preprocessing of the text, calibration, thresholds. It runs on the processor, without torch.""",
}
"""What is in a folder, by the kind of classifier."""


def model_card(name: str, taxonomy: Taxonomy, metrics: Mapping[str, Any]) -> str:
    """Write a model's card.

    Args:
        name: The model's name.
        taxonomy: Its labels.
        metrics: What `metrics.json` holds: `out_of_sample`, `kind`, `training`, `data`, `versions` and, of a
            transformer, `base_model`.
    """
    front = json.dumps(_front(name, taxonomy, metrics), ensure_ascii=False, indent=2)  # JSON is YAML
    sections = [
        f"---\n{front}\n---\n# {name}\n",
        _use(name, taxonomy, metrics["kind"]),
        _made_of(metrics),
        _quality(taxonomy, metrics["out_of_sample"]),
    ]
    return "\n".join(sections)


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
    number = "any number of them, often none" if taxonomy.labels_per_paragraph == "any" else "exactly one each"
    return f"""\
Labels paragraphs of Arabic news with the domains of the taxonomy *{taxonomy.name}*: {number}.

## Use
```
taawun label ARTICLES --model models/{name} --out labels
```
{_HELD[kind]}
Meant for Arabic news prose; not for decisions about persons, nor as the only reader of a text.
"""


def _made_of(metrics: Mapping[str, Any]) -> str:
    training = metrics["training"]
    files = [(each["file"], each["rows"], each["license"], each["sha256"][:16]) for each in metrics["data"]]
    return f"""\
## Made of
{_table(("file", "rows", "source and license", "SHA-256"), files)}

{training["rows"]:,} rows, {training["rows_dropped_by_prepare"]} of them set aside by preparation. {_fitted(metrics)}
All settings: `train.yaml`.
"""


def _fitted(metrics: Mapping[str, Any]) -> str:
    training = metrics["training"]
    if metrics["kind"] == "linear":
        ngrams = training["ngrams"]
        return f"""\
Logistic regression
over TF-IDF of {ngrams["words"]:,} n-grams of words and {ngrams["characters"]:,} of characters: no encoder, no neural
network; it knows words by their letters alone."""
    base = metrics["base_model"]
    return f"""\
Encoder:
{base["name"]} ({base["content"]}); its own card names its sources. {training["epochs"]:g} epochs, seed
{training["seed"]}."""


def _quality(taxonomy: Taxonomy, measured: Mapping[str, Any]) -> str:
    headlines = [(title, _shown(measured, key)) for key, title in HEADLINES.items()]
    review = measured["review"]
    return f"""\
## How good it is
On {measured["rows"]:,} rows: {measured["how"]}. In brackets 95 % bootstrap intervals over articles. These rows
resemble the training data: expect less on other outlets, and measure with `taawun evaluate`.

{_table(("measure", "value"), headlines)}

{_domain_table(taxonomy, measured)}

{_weak_spots(taxonomy, measured)} Reviewing the {_percent(review["flagged"])} of paragraphs flagged `needs_review`
catches {_percent(review["errors_caught"])} of the wrongly labelled ones.
"""


def _front(name: str, taxonomy: Taxonomy, metrics: Mapping[str, Any]) -> dict[str, Any]:
    measured = metrics["out_of_sample"]
    results = [
        {"type": key, "name": title, "value": round(measured[key], 4)}
        for key, title in HEADLINES.items()
        if measured[key] is not None
    ]
    return {
        "language": ["ar"],
        "library_name": "taawun" if metrics["kind"] == "linear" else "transformers",
        "pipeline_tag": "text-classification",
        "tags": ["taawun", "arabic", "news", taxonomy.name],
        "model-index": [
            {
                "name": name,
                "results": [
                    {
                        "task": {"type": "text-classification"},
                        "dataset": {"type": taxonomy.name, "name": f"{taxonomy.name}, rows not trained on"},
                        "metrics": results,
                    }
                ],
            }
        ],
    }


def _domain_table(taxonomy: Taxonomy, measured: Mapping[str, Any]) -> str:
    rows = []
    for domain in taxonomy.domains:
        each = measured["domains"][domain.id]
        numbers = [_number(each[key]) for key in ("precision", "recall")]
        with_interval = [
            f"{_number(each[key])} {_brackets(measured['intervals'][f'{key}.{domain.id}'])}".strip()
            for key in ("f1", "average_precision")
        ]
        rows.append((domain.english, domain.arabic, each["support"], *numbers, *with_interval))
    return _table(("domain", "", "rows", "precision", "recall", "F1", "average precision"), rows)


def _weak_spots(taxonomy: Taxonomy, measured: Mapping[str, Any]) -> str:
    names = {domain.id: domain.english for domain in taxonomy.domains}
    known = [(each["f1"], names[key]) for key, each in measured["domains"].items() if each["f1"] is not None]
    weakest = ", ".join(f"{name} ({_number(f1)})" for f1, name in sorted(known)[:3])
    unknown = [names[key] for key, each in measured["domains"].items() if each["f1"] is None]
    unmeasured = f" Not measured for lack of rows: {', '.join(unknown)}." if unknown else ""
    return f"Weakest domains by F1: {weakest}.{unmeasured}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _shown(measured: Mapping[str, Any], key: str) -> str:
    return f"{_number(measured[key])} {_brackets(measured['intervals'].get(key))}".strip()


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.0%}"


def _brackets(interval: Sequence[float] | None) -> str:
    return "" if interval is None else f"[{interval[0]:.3f}, {interval[1]:.3f}]"
