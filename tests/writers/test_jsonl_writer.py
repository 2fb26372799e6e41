"""JSON Lines hold the rows as they are."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from pipeline.writers.jsonl_writer import JsonLinesFile, JsonlWriter, json_line
from pipeline.writers.rows import DroppedRow, RejectedRow, Row

from .row_samples import ANY_ROW, DOMAINS, EXPLAINED, LABELLED, SAMPLES


def as_json(row: Row | DroppedRow | RejectedRow) -> dict[str, Any]:
    fields = asdict(row)
    if fields.get("evidence", ()) is None:
        del fields["evidence"]
    return fields | {"labels": list(fields["labels"])} if "labels" in fields else fields


def test_rows_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    writer = JsonlWriter(tmp_path, DOMAINS)
    writer.write(SAMPLES[:3])
    writer.write(SAMPLES[3:])
    writer.close()
    lines = (tmp_path / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [as_json(row) for row in SAMPLES]


def test_evidence_is_an_object_of_pairs_at_the_end_of_the_line() -> None:
    assert json_line(EXPLAINED[1]).endswith('@0123abcd", "evidence": {"energy": [], "finance": [[8, 15]]}}\n')
    assert "evidence" not in json_line(LABELLED)


def test_arabic_and_bidi_marks_stand_unescaped(tmp_path: Path) -> None:
    writer = JsonlWriter(tmp_path, DOMAINS)
    writer.write(SAMPLES)
    writer.close()
    content = (tmp_path / "labels.jsonl").read_bytes()
    assert content.startswith('{"article_id": "a1", "title": "اتفاق جديد"'.encode())
    assert "\u200f\u202bنص من اليمين\u202c \u2066left\u2069".encode() in content


@given(ANY_ROW)
def test_any_row_is_one_line_for_every_reader(row: Row) -> None:
    line = json_line(row)
    assert len(line.splitlines()) == 1
    assert json.loads(line) == as_json(row)
    assert list(json.loads(line)["probabilities"]) == list(row.probabilities)


def test_side_rows_are_written_likewise(tmp_path: Path) -> None:
    dropped = DroppedRow("a1", "f:1", 0, 0, 3, "نص\u2028", "caption")
    rejected = RejectedRow("f:2", None, "no text")
    side = JsonLinesFile(tmp_path / "side.jsonl")
    side.write([dropped])
    side.write([])
    side.write([rejected])
    side.close()
    lines = (tmp_path / "side.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [as_json(dropped), as_json(rejected)]


def test_a_score_that_is_no_number_is_refused() -> None:
    row = Row(**(asdict(LABELLED) | {"probabilities": {"energy": float("nan")}}))
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_line(row)


def test_a_file_is_written_on(tmp_path: Path) -> None:
    for rows in (SAMPLES[:3], (), SAMPLES[3:]):
        writer = JsonlWriter(tmp_path, DOMAINS)
        writer.write(rows)
        writer.complete()
        writer.close()
    lines = (tmp_path / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [as_json(row) for row in SAMPLES]
