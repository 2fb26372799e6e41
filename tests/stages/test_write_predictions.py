"""Predictions are written, and what was not labelled is accounted for."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.records import Article, BlockEnd, Dropped, Paragraph, Prediction, Record, Rejection, Tally
from pipeline.stages.base import cut_blocks
from pipeline.stages.write_predictions import WritePredictions

TEXT = "\u200fعنوان 😀\n\nنص الفقرة\n\nصورة"
DOMAINS = ("energy", "finance")
SPANS = ((1, 8), (10, 19), (21, 25))


def paragraph_of(article_id: str, index: int, text: str = TEXT) -> Paragraph:
    start, end = SPANS[index]
    return Paragraph(Article(article_id, text, f"day.jsonl:{article_id}"), index, start, end, "")


def predict(paragraph: Paragraph, *labels: str, needs_review: bool = False) -> Prediction:
    primary = labels[0] if labels else None
    probabilities = {"energy": 0.75, "finance": 0.25}
    return Prediction(paragraph, labels, primary, probabilities, 1, needs_review=needs_review, model="m@1")


def stream() -> list[Record]:
    return [
        Rejection("empty.txt", "the file is empty; nothing to label"),
        predict(paragraph_of("1", 0), "energy", "finance"),
        predict(paragraph_of("1", 1), needs_review=True),
        Dropped(paragraph_of("1", 2), "caption"),
        Dropped(paragraph_of("2", 0), "share buttons"),
        predict(paragraph_of("2", 1), "energy"),
    ]


def in_blocks(records: Iterable[Record], *ends: int) -> Iterator[Record]:
    """Put the end of a block behind the records of these numbers, from 1."""
    for number, record in enumerate(records, start=1):
        yield record
        if number in ends:
            yield BlockEnd(0, number)


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_record_is_in_one_file_and_goes_on_in_its_place(tmp_path: Path) -> None:
    records = list(in_blocks(stream(), 2, 4))
    assert list(WritePredictions(folder=tmp_path)(records, Tally())) == records
    rows, dropped = lines_of(tmp_path / "labels.jsonl"), lines_of(tmp_path / "dropped.jsonl")
    assert [(row["article_id"], row["paragraph"], row["labels"]) for row in rows] == [
        ("1", 0, ["energy", "finance"]),
        ("1", 1, []),
        ("2", 1, ["energy"]),
    ]
    assert [(row["article_id"], row["paragraph"], row["reason"]) for row in dropped] == [
        ("1", 2, "caption"),
        ("2", 0, "share buttons"),
    ]
    assert lines_of(tmp_path / "rejected.jsonl") == [
        {"place": "empty.txt", "id": None, "reason": "the file is empty; nothing to label"}
    ]
    assert all(TEXT[row["start"] : row["end"]] == row["text"] for row in [*rows, *dropped])


def test_what_is_written_is_counted(tmp_path: Path) -> None:
    tally = Tally()
    list(WritePredictions(folder=tmp_path)(stream(), tally))
    assert tally == {
        "write_predictions: labelled": 3,
        "write_predictions: dropped": 2,
        "write_predictions: rejected": 1,
        "write_predictions: articles": 2,
        "write_predictions: domain energy": 2,
        "write_predictions: domain finance": 1,
        "write_predictions: no domain": 1,
        "write_predictions: needs review": 1,
    }


def test_replaced_surrogates_are_counted(tmp_path: Path) -> None:
    tally = Tally()
    list(WritePredictions(folder=tmp_path)([predict(paragraph_of("1", 0, "\ud800" * 30))], tally))
    assert tally["write_predictions: lone surrogates replaced"] == 1
    assert lines_of(tmp_path / "labels.jsonl")[0]["text"] == "\ufffd" * 7


def test_the_end_of_a_block_goes_on_when_the_block_is_synced_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def watched(number: int) -> None:
        synced.append(Path(f"/proc/self/fd/{number}").readlink().name)
        fsync(number)

    monkeypatch.setattr(os, "fsync", watched)
    flow = WritePredictions(folder=tmp_path)(in_blocks(stream(), 2, 5), Tally())
    for record in flow:
        if isinstance(record, BlockEnd):
            break
    assert synced == ["labels.jsonl", "rejected.jsonl"]
    assert len(lines_of(tmp_path / "labels.jsonl")) == 1
    for record in flow:
        if isinstance(record, BlockEnd):
            break
    assert synced == ["labels.jsonl", "rejected.jsonl", "labels.jsonl", "dropped.jsonl"]
    assert len(lines_of(tmp_path / "dropped.jsonl")) == 2
    assert len(lines_of(tmp_path / "labels.jsonl")) == 2


@pytest.mark.parametrize("ends", [(1, 2, 3), (6,), (2, 4, 6), ()])
@pytest.mark.parametrize("interruptions", [0, 1])
def test_neither_blocks_nor_an_interruption_between_them_show_in_text_files(
    tmp_path: Path, ends: tuple[int, ...], interruptions: int
) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    stage = WritePredictions(formats=("jsonl", "csv"), domains=DOMAINS, folder=tmp_path / "a")
    list(stage(stream(), Tally()))
    parts = [list(in_blocks(stream(), *ends))]
    if interruptions:
        parts = list(cut_blocks(parts[0]))
    for part in parts:
        list(stage.model_copy(update={"folder": tmp_path / "b"})(part, Tally()))
    for name in ("labels.jsonl", "labels.csv", "dropped.jsonl", "rejected.jsonl"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_an_empty_flow_leaves_empty_files(tmp_path: Path) -> None:
    assert list(WritePredictions(folder=tmp_path)([], Tally())) == []
    assert {path.name: path.stat().st_size for path in tmp_path.iterdir()} == {
        "labels.jsonl": 0,
        "dropped.jsonl": 0,
        "rejected.jsonl": 0,
    }


def test_files_are_closed_when_the_flow_breaks(tmp_path: Path) -> None:
    def breaking() -> Iterator[Record]:
        yield from in_blocks(stream(), 4)
        raise LookupError

    flow = WritePredictions(folder=tmp_path, domains=DOMAINS, formats=("jsonl", "csv", "parquet"))(breaking(), Tally())
    with pytest.raises(LookupError):
        list(flow)
    assert len(lines_of(tmp_path / "labels.jsonl")) == 2


def test_files_are_closed_when_nobody_asks_for_more(tmp_path: Path) -> None:
    flow = WritePredictions(folder=tmp_path, domains=DOMAINS, formats=("jsonl", "csv", "parquet"))(
        in_blocks(stream(), 2), Tally()
    )
    next(flow)
    assert isinstance(flow, Iterator)
    del flow
    assert len(lines_of(tmp_path / "labels.jsonl")) == 1


def test_records_are_taken_as_they_come(tmp_path: Path) -> None:
    asked = 0

    def counting(records: Iterable[Record]) -> Iterator[Record]:
        nonlocal asked
        for record in records:
            asked += 1
            yield record

    next(WritePredictions(folder=tmp_path)(counting(in_blocks(stream(), 2)), Tally()))
    assert asked == 3


@pytest.mark.parametrize("settings", [{"formats": ()}, {"formats": ("csv", "csv")}, {"formats": ("xlsx",)}])
def test_wrong_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WritePredictions(**settings)
