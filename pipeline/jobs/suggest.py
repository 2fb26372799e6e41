"""Suggesting paragraphs to annotate: what `taawun label` wrote in, the tasks that teach a classifier most out."""

import json
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.annotation.files import JsonFile
from pipeline.annotation.rows import row_id
from pipeline.config import SuggestConfig
from pipeline.decision import FloatArray
from pipeline.errors import InputError
from pipeline.evaluation.leakage import Fingerprint, fingerprint
from pipeline.jobs.export import CONFIG_FILE, TASKS_FILE, write_tasks
from pipeline.jobs.labelling.output import LabelOutput, open_output
from pipeline.jobs.results.folder import RUN_FILE, check_is_free, results_folder, write_json
from pipeline.jobs.results.names import portable_name
from pipeline.jobs.training.texts import read_fingerprint
from pipeline.labelled import Columns, list_labelled, read_labelled
from pipeline.shipped import code_version
from pipeline.suggestion import Suggestion, domain_weights, suggest_rows
from pipeline.taxonomy import Taxonomy
from pipeline.writers.rows import Row

REASONS_FILE = "suggested.jsonl"
_FILES = (RUN_FILE, TASKS_FILE, CONFIG_FILE, REASONS_FILE)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a finished run did.

    Attributes:
        out: Folder with the results.
        rows: Labelled paragraphs that were looked at.
        suggestions: Those to annotate, in the order in which they should be.
    """

    out: Path
    rows: int
    suggestions: list[Suggestion]

    @property
    def domains(self) -> Counter[str]:
        """How many are suggested because of each domain."""
        return Counter(each.domain for each in self.suggestions)


def suggest(config: SuggestConfig) -> Suggested:
    """Suggest the paragraphs that are most worth annotating.

    Of the labelled paragraphs probabilities are kept in memory, and the texts of those that may be suggested.

    Raises:
        ConfigError: The place of the results cannot be used.
        InputError: There are no labelled paragraphs, they are not those of the model, or all are annotated already; or
            what is to be excluded cannot be read.
        ModelError: The model is missing or damaged.
    """
    check_is_free(config.out, _FILES, overwrite=config.overwrite)
    output = open_output(config.labels, config.model)
    known = _known(config, output)
    probabilities = _probabilities(output)
    suggestions = suggest_rows(
        probabilities,
        lambda rows: [row.text for row in _pick(output, rows)],
        output.decision,
        config.count,
        known,
        config.method,
    )
    if not suggestions:
        message = (
            f"{', '.join(map(str, output.paths))}: none of {len(probabilities)} paragraphs is new; label others, or "
            "suggest what the model was trained on: exclude_trained=false"
        )
        raise InputError(message)
    if len(suggestions) < config.count:
        _log.warning("only %d of %d paragraphs could be suggested: no others are new", len(suggestions), config.count)
    rows = _pick(output, [each.row for each in suggestions])
    with results_folder(config.out, _FILES, overwrite=config.overwrite) as partial:
        write_tasks(rows, output.decision, partial)
        with JsonFile(partial / REASONS_FILE, "lines") as reasons:
            reasons.write([_reasons(*each, output) for each in zip(suggestions, rows, strict=True)])
        write_json(_run(config, output, probabilities, len(suggestions)), partial / RUN_FILE)
    return Suggested(config.out, len(probabilities), suggestions)


def _known(config: SuggestConfig, output: LabelOutput) -> Fingerprint | None:
    """Take the fingerprint of all texts that need no annotation."""
    own = fingerprint(list(_excluded(config.exclude, output.decision.taxonomy, config.columns)))
    trained = read_fingerprint(output.folder) if config.exclude_trained else None
    return own if trained is None else own.join(trained)


def _excluded(names: Sequence[str], taxonomy: Taxonomy, columns: Columns) -> Iterator[str]:
    """Read the texts of labelled paragraphs, and of earlier suggestions.

    Raises:
        InputError: They cannot be read.
    """
    reasons = {name: Path(name) / REASONS_FILE for name in names if (Path(name) / REASONS_FILE).is_file()}
    for path in reasons.values():
        try:
            yield from (json.loads(line)["text"] for line in path.read_text(encoding="utf-8").split("\n") if line)
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = f"{path}: cannot be read ({type(error).__name__}: {error}); take it as taawun suggest wrote it"
            raise InputError(message) from error
    if labelled := [name for name in names if name not in reasons]:
        yield from (row.text for row in read_labelled(list_labelled(labelled), taxonomy, columns))


def _probabilities(output: LabelOutput) -> FloatArray:
    ids = output.decision.taxonomy.ids
    values = (row.probabilities[name] for row in output.rows() for name in ids)
    return np.fromiter(values, dtype=np.float64).reshape(-1, len(ids))


def _pick(output: LabelOutput, numbers: Sequence[int]) -> list[Row]:
    """Give the rows of these numbers, in the order of the numbers."""
    wanted = set(numbers)
    picked = {number: row for number, row in enumerate(output.rows()) if number in wanted}
    return [picked[number] for number in numbers]


def _reasons(suggestion: Suggestion, row: Row, output: LabelOutput) -> dict[str, Any]:
    """Tell why a row is suggested."""
    decision, domain = output.decision, suggestion.domain
    threshold = decision.thresholds.get(domain, 0.5) if decision.taxonomy.labels_per_paragraph == "any" else None
    return {
        "id": row_id(row),
        "text": row.text,
        "priority": round(suggestion.priority, 4),
        "domain": domain,
        "probability": row.probabilities[domain],
        "threshold": threshold,
        "uncertainty": round(suggestion.uncertainty, 4),
        "weight": round(suggestion.weight, 4),
        "novelty": round(suggestion.novelty, 4),
        "predicted": list(row.labels),
        "model": row.model,
    }


def _run(config: SuggestConfig, output: LabelOutput, probabilities: FloatArray, count: int) -> dict[str, Any]:
    ids = output.decision.taxonomy.ids
    places = {name: [portable_name(each) for each in getattr(config, name)] for name in ("labels", "exclude")}
    weights = domain_weights(probabilities, config.method.rarity)
    return {
        "job": "suggest",
        "code": code_version(),
        "model": output.model,
        "settings": config.model_dump(mode="json") | places | {"out": portable_name(str(config.out))},
        "rows": len(probabilities),
        "suggested": count,
        "expected_rows": dict(zip(ids, np.round(probabilities.sum(axis=0), 1).tolist(), strict=True)),
        "weights": dict(zip(ids, np.round(weights, 4).tolist(), strict=True)),
    }
