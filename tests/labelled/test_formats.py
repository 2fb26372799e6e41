import gzip
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from pipeline.errors import InputError
from pipeline.labelled import files, list_labelled

from .samples import labels_of, read, write_json, write_lines, write_text

ROW = {"text": "نص", "labels": ["energy"]}


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.json", "a.JSONL", "a.txt", "a"])
def test_json_is_told_by_how_it_begins(tmp_path: Path, name: str) -> None:
    write_lines(tmp_path / name, ROW, ROW)

    assert [row.place for row in read(tmp_path / name)] == [f"{tmp_path / name}:1", f"{tmp_path / name}:2"]

    write_text(tmp_path / name, "\ufeff [", '{"text": "نص",', '"labels": ["energy"]}', "]")

    assert [(row.place, row.labels) for row in read(tmp_path / name)] == [(f"{tmp_path / name}:1", ("energy",))]


def test_parquet_is_told_by_how_it_begins(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"text": ["نص"], "labels": [["energy"]]}), tmp_path / "a.bin")

    assert labels_of(read(tmp_path / "a.bin")) == [("energy",)]


def test_packed_parquet_is_refused(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"text": ["نص"], "labels": [["energy"]]}), tmp_path / "a.parquet")
    (tmp_path / "a.parquet.gz").write_bytes(gzip.compress((tmp_path / "a.parquet").read_bytes()))

    with pytest.raises(InputError, match=r"gz: a Parquet file packed with gzip; unpack it"):
        read(tmp_path / "a.parquet.gz")


def test_what_is_of_no_known_format_is_refused(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.txt", "text,labels", "نص,energy")

    with pytest.raises(InputError, match=r"a\.txt: of no known format; give JSON Lines \(\.jsonl\), JSON"):
        read(path)


def test_workbooks_archives_and_the_like_are_told_apart(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.csv", "w") as archive:
        archive.writestr("all.jsonl", "{}")
    (tmp_path / "b.jsonl").write_bytes(gzip.compress(b"{}"))
    with (
        pa.OSFile(str(tmp_path / "c.arrow"), "wb") as sink,
        pa.ipc.new_stream(sink, pa.schema([("text", pa.string())])),
    ):
        pass

    for name, what in (
        ("a.csv", "Excel workbook or ZIP file"),
        ("b.jsonl", "name the file .gz"),
        ("c.arrow", "an Arrow"),
    ):
        with pytest.raises(InputError, match=what):
            read(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('{\n"text": "نص",\n"labels": []\n}\n', "one object over several lines; write one row a line, or a list"),
        ('[{"text": "نص", "labels": []}', r"not JSON \(.*\); write a list of rows"),
        ('[{"text": "نص", "labels": []}]\n[]', r"not JSON \(Extra data"),
        ("[" * 200_000, "nested too deeply; write a list of rows"),
    ],
)
def test_json_that_is_no_list_of_rows_is_refused(tmp_path: Path, content: str, what: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")

    with pytest.raises(InputError, match=rf"a\.json: {what}"):
        read(tmp_path / "a.json")


def test_elements_of_a_list_that_are_no_rows_are_told_by_number(tmp_path: Path) -> None:
    path = write_json(tmp_path / "a.json", [ROW, "x", {"text": "نص", "labels": ["zzz"]}])

    with pytest.raises(InputError, match=r"(?s)json:2: not an object but str.*json:3: labels: 'zzz'"):
        read(path)


def test_a_list_too_long_to_be_read_whole_is_refused_before_it_is(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.json", "[")
    with path.open("r+b") as stream:
        stream.truncate(2**31 + 1)  # a sparse file: takes no room on the disk

    with pytest.raises(InputError, match=r"a\.json: longer than 2 GiB, too long for one list; write JSON Lines"):
        read(path)


def test_folders_are_refused_but_for_saved_datasets(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.jsonl", ROW)

    with pytest.raises(InputError, match="a folder, but none that datasets saved; name the files in it"):
        read(tmp_path)
    with pytest.raises(InputError, match="a folder, but none that datasets saved; give files of labelled paragraphs"):
        list_labelled([str(tmp_path)])


@pytest.mark.parametrize("name", ["a.json", "a.json.gz"])
def test_a_list_may_be_as_long_as_may_be_read_whole_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    content = json.dumps([{"text": "نص", "labels": ["energy"]}]).encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)

    monkeypatch.setattr(files, "MOST_BYTES", len(content))
    assert labels_of(read(tmp_path / name)) == [("energy",)]
    monkeypatch.setattr(files, "MOST_BYTES", len(content) - 1)
    with pytest.raises(InputError, match="too long for one list; write JSON Lines"):
        read(tmp_path / name)
