"""What `taawun label` might have written with the model of a test: rows of few certain and few uncertain decisions."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.model_folder import model_version, read_decision
from pipeline.writers.rows import Row
from tests.annotation_samples import ROW, write_rows

AUTHORED = Path(__file__).parents[1] / "seeds" / "labelled" / "authored.jsonl"


def texts(count: int) -> list[str]:
    """Paragraphs, no two of which are copies."""
    rows = [json.loads(line) for line in AUTHORED.read_text(encoding="utf-8").splitlines()[:600]]
    return [row["text"] for row in rows if not row["id"].startswith(("b4", "b5"))][:count]


def rows_of(model: Path, paragraphs: Sequence[str]) -> list[Row]:
    """Rows that the model is certain of, in articles of ten paragraphs; every fifth is flagged all the same."""
    ids = read_decision(model).taxonomy.ids
    certain = dict.fromkeys(ids, 0.001) | {ids[0]: 0.999}
    return [
        replace(
            ROW,
            article_id=f"a{number // 10}",
            paragraph=number % 10,
            text=text,
            labels=(ids[0],),
            primary=ids[0],
            probabilities=certain,
            needs_review=number % 5 == 0,
            model=model_version(model),
        )
        for number, text in enumerate(paragraphs)
    ]


def uncertain(row: Row, model: Path, domain: str) -> Row:
    """The row with a decision on a domain that is on the threshold."""
    threshold = read_decision(model).thresholds.get(domain, 0.5)
    return replace(row, probabilities=row.probabilities | {domain: threshold})


def write_output(folder: Path, rows: Sequence[Row]) -> Path:
    """Write `labels.jsonl` into a new folder."""
    folder.mkdir()
    write_rows(folder / "labels.jsonl", rows)
    return folder
