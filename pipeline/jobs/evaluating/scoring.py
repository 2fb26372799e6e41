"""What classifiers and files of predictions say of labelled rows, over the path on which articles are labelled."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.config import prepare_stages
from pipeline.decision import BoolArray, FloatArray
from pipeline.errors import InputError
from pipeline.evaluation.robustness import Predict
from pipeline.evaluation.scored import Scored
from pipeline.gold import gold_array, prepare_rows
from pipeline.kinds import Classifier
from pipeline.records import LabelledParagraph, Tally
from pipeline.splits import group_numbers
from pipeline.taxonomy import Taxonomy

_SHOWN = 5
"""Ids that a message names; the others are counted."""


def score_rows(rows: Sequence[LabelledParagraph], classifier: Classifier, tally: Tally) -> Scored:
    """Label rows with a classifier.

    Paragraphs that the model's prepare stages drop count as given no label, as they are when articles are labelled.

    Args:
        rows: The labelled paragraphs, of the classifier's taxonomy.
        classifier: What labels them.
        tally: Counts what the prepare stages do.
    """
    decision = classifier.decision
    texts = prepare_rows(rows, prepare_stages(decision), tally)
    is_used = np.array([text is not None for text in texts], dtype=np.bool_)
    gold = gold_array(rows, decision.taxonomy)
    probabilities, applies = np.zeros(gold.shape), np.zeros(gold.shape, dtype=np.bool_)
    margins = np.full(len(rows), np.inf)
    if is_used.any():
        probabilities[is_used] = classifier.probabilities([text for text in texts if text is not None])
        applies[is_used] = decision.applies(probabilities[is_used])
        margins[is_used] = decision.margins(probabilities[is_used])
    return Scored(
        taxonomy=decision.taxonomy,
        rows=tuple(rows),
        groups=group_numbers(rows),
        gold=gold,
        applies=applies,
        probabilities=probabilities,
        margins=margins,
        flagged=margins < decision.review_margin,
        model=classifier.version,
    )


def read_predictions(path: Path, rows: Sequence[LabelledParagraph], taxonomy: Taxonomy) -> Scored:
    """Read what some other system says of the rows.

    A line is a JSON object with the row's `id`, `labels` (ids of the taxonomy, `[]` for none) and, if there are any,
    `probabilities` (by label id).

    Raises:
        InputError: The file cannot be read, a line is wrong, or the lines are not those of the rows; all are told.
    """
    found, wrong = _read_lines(path, taxonomy)
    wanted = {row.id for row in rows}
    for what, ids in (("no prediction for", wanted - set(found)), ("no such row as", set(found) - wanted)):
        if ids:
            named = ", ".join(sorted(ids)[:_SHOWN])
            wrong.append(f"{path}: {what} {named}{f' and {len(ids) - _SHOWN} more' if len(ids) > _SHOWN else ''}")
    if wrong:
        raise InputError(
            "\n".join([*wrong[:_SHOWN], *([f"… and {len(wrong) - _SHOWN} more"] if wrong[_SHOWN:] else [])])
        )
    lines = [found[row.id] for row in rows]
    applies = np.array([[name in line["labels"] for name in taxonomy.ids] for line in lines], dtype=np.bool_)
    scores: list[dict[str, float]] = [line.get("probabilities") or {} for line in lines]
    probabilities = _probabilities(scores, taxonomy) if all(scores) else None
    return Scored(
        taxonomy=taxonomy,
        rows=tuple(rows),
        groups=group_numbers(rows),
        gold=gold_array(rows, taxonomy),
        applies=applies,
        probabilities=probabilities,
        margins=None,
        flagged=np.zeros(len(rows), dtype=np.bool_),
        model=path.name,
    )


def first_labels(scored: Scored) -> list[str | None]:
    """Give each row's most probable predicted label, `None` where it has none or there are no probabilities."""
    if scored.probabilities is None:
        return [None] * len(scored)
    best = np.where(scored.applies, scored.probabilities, -1).argmax(axis=1)
    return [scored.ids[k] if row.any() else None for k, row in zip(best, scored.applies, strict=True)]


def _read_lines(path: Path, taxonomy: Taxonomy) -> tuple[dict[str, dict[str, Any]], list[str]]:
    found: dict[str, dict[str, Any]] = {}
    wrong = []
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read ({error}); give JSON Lines with id and labels"
        raise InputError(message) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if mistake := _check_line(line, found, taxonomy):
            wrong.append(f"{path}:{number}: {mistake}")
        else:
            fields = json.loads(line)
            found[str(fields["id"])] = fields
    return found, wrong


def _check_line(line: str, found: dict[str, dict[str, Any]], taxonomy: Taxonomy) -> str | None:
    """Say what is wrong with a line of predictions, if anything."""
    try:
        fields = json.loads(line)
    except ValueError as error:
        return f"not JSON ({error})"
    if not isinstance(fields, dict) or "id" not in fields or not isinstance(fields.get("labels"), list):
        return "an object with id and labels (a list) is expected"
    return next(_wrong_fields(fields, found, taxonomy), None)


def _wrong_fields(fields: dict[str, Any], found: dict[str, dict[str, Any]], taxonomy: Taxonomy) -> Iterator[str]:
    if str(fields["id"]) in found:
        yield f"id {fields['id']} is given twice"
    if taxonomy.labels_per_paragraph == "one" and len(fields["labels"]) != 1:
        yield f"exactly one label expected, as {taxonomy.name} has one per paragraph"
    scores = fields.get("probabilities") or {}
    if not isinstance(scores, dict):
        yield "probabilities: an object from label ids to numbers is expected"
        return
    if unknown := {*map(str, fields["labels"]), *scores} - set(taxonomy.ids):
        yield f"not in the taxonomy {taxonomy.name}: {', '.join(sorted(unknown))}"
    if not all(isinstance(each, int | float) and 0 <= each <= 1 for each in scores.values()):
        yield "probabilities: numbers from 0 to 1 are expected"
    if scores and (lacking := set(taxonomy.ids) - set(scores)):
        yield f"probabilities: of all labels or of none are expected; {', '.join(sorted(lacking))} missing"


def _probabilities(scores: Sequence[dict[str, float]], taxonomy: Taxonomy) -> FloatArray:
    return np.array([[each[name] for name in taxonomy.ids] for each in scores])


def as_predict(classifier: Classifier) -> Predict:
    """Give the function from texts to labels and probabilities that the robustness suite asks, over labelling's path.

    What the model sees of a text is scored once: most edits of the encoding are undone by cleaning.
    """
    decision, scores = classifier.decision, dict[str, FloatArray]()
    stages = prepare_stages(decision)

    def predict(texts: Sequence[str]) -> tuple[BoolArray, FloatArray]:
        rows = [LabelledParagraph(str(k), text, (), f"text {k}") for k, text in enumerate(texts)]
        seen = prepare_rows(rows, stages, Tally())
        new = list(dict.fromkeys(text for text in seen if text is not None and text not in scores))
        if new:
            scores.update(zip(new, classifier.probabilities(new), strict=True))
        nothing = np.zeros(len(decision.taxonomy.ids))
        probabilities = np.array([nothing if text is None else scores[text] for text in seen])
        is_used = np.array([text is not None for text in seen])
        return decision.applies(probabilities) & is_used[:, None], probabilities

    return predict
