"""What holds of every file of labelled paragraphs: it gives rows or mistakes, each in its place, and nothing raises."""

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.labelled import collect_labelled
from pipeline.records import LabelledParagraph

from .samples import taxonomy, write_text

TAXONOMY = taxonomy()
NAMES = st.sampled_from(
    [
        *("text", "labels", "id", "article", "paragraph", "source", "annotated", "codings"),
        *("annotation_id", "annotator", "updated_at", "data", "annotations", "label", "meta", "article_id", "x"),
    ]
)
SAMPLES = st.sampled_from(
    [
        *("energy", "energy|finance", "['energy']", "[[]", "[{[]: 1}]", "[9", "{", '{"choices": ["energy"]}', "a#1"),
        *([], ["energy"], {"choices": [1]}, {"text": "x"}, [{"result": [{"type": "choices"}]}], [["energy"], None]),
    ]
)
TEXTS = st.text(max_size=9)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | SAMPLES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | TEXTS, inner, max_size=3),
    max_leaves=9,
)
ROWS = st.dictionaries(NAMES, JSON, max_size=7)
CELLS = SAMPLES.map(str) | TEXTS | st.sampled_from(["9" * 5000, '{"a":' * 3000, "[" * 3000])
MIN_HEADER = ["annotation_id", "annotator", "id", "text", "labels"]


def _collect(name: str, content: bytes) -> tuple[list[LabelledParagraph], list[str]]:
    """Read a file, and check that all that comes of it says where it was found."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        rows, wrong = collect_labelled([path], TAXONOMY)
        assert [place for place in (*(row.place for row in rows), *wrong) if not place.startswith(f"{path}:")] == []
    assert all(row.text.strip() for row in rows)
    return rows, wrong


@given(st.lists(ROWS | JSON, min_size=1, max_size=5))
@example([{"text": "x", "labels": "[{[]: 1}]"}])
@example([{"text": "x", "labels": "[" + "9" * 999 + " + 1j]"}])
@example([{"text": "x", "labels": [], "annotation_id": k, "annotator": "9" * 5000 + k} for k in "12"])
def test_rows_of_any_json_are_read_or_told(rows: list[object]) -> None:
    _collect("a.json", json.dumps(rows).encode())
    _collect("a.jsonl", "\n".join(map(json.dumps, rows)).encode())


@given(st.permutations(MIN_HEADER) | st.lists(NAMES | TEXTS, max_size=6), st.lists(st.lists(CELLS, max_size=6)))
@example(MIN_HEADER, [["1", "1", "a", "x", '{"a":' * 3000]])
def test_cells_of_any_kind_are_read_or_told(header: list[str], rows: list[list[str]]) -> None:
    table = io.StringIO()
    csv.writer(table).writerows([header, *rows])
    _collect("a.csv", table.getvalue().encode(errors="replace"))


@given(st.sampled_from(["jsonl", "json", "csv", "tsv", "jsonl.gz", "parquet", "txt"]), st.binary(max_size=99))
@example("json", b"[" * 9999)
@example("jsonl", b'{"a":' * 9999)
@example("csv", b'text,labels\nx,"' + b"[" * 9999)
def test_garbage_in_any_format_raises_nothing(kind: str, content: bytes) -> None:
    _collect(f"a.{kind}", content)


@pytest.mark.parametrize("depths", [range(start, start + 50) for start in range(600, 1000, 50)])
def test_rows_of_every_depth_are_read_or_told(depths: range) -> None:
    # Near the limit, what can be parsed can no longer be compared or shown.
    for depth in depths:
        deep = "[" * depth + "]" * depth
        for text, note in ((deep, "1"), ('"x"', deep)):
            row = f'{{"id": 1, "annotation_id": 1, "annotator": 1, "text": {text}, "note": {note}, "labels": []}}'
            rows, wrong = _collect("a.jsonl", f"{row}\n{row}".encode())
            assert rows or wrong


def test_a_cell_that_is_nested_too_deeply_is_no_choice(tmp_path: Path) -> None:
    cell = '{""a"":' * 3000
    path = write_text(tmp_path / "e.csv", ",".join(MIN_HEADER), f'1,1,a,x,"{cell}"', "2,1,b,x,energy")

    rows, wrong = collect_labelled([path], TAXONOMY)

    assert [row.id for row in rows] == ["b"]
    assert wrong[0].startswith(f"{path}:2: labels: '{{")
