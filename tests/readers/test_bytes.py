"""Inputs are opened without blocking, unpacked and bounded."""

import gzip
import io
import os
import socket
import zlib
from pathlib import Path

import pytest

from pipeline.readers import ReadSettings, read_source
from pipeline.records import Rejection, Source, Tally
from tests.readers.reading import NEWS, only_article, only_reason, read_bytes, without_root


def test_a_packed_file_is_read_like_the_plain_one(tmp_path: Path) -> None:
    plain, _ = read_bytes(tmp_path, "a.txt", NEWS.encode())
    packed, _ = read_bytes(tmp_path, "a.txt.gz", gzip.compress(NEWS[:9].encode()) + gzip.compress(NEWS[9:].encode()))
    assert only_article(packed).text == only_article(plain).text
    assert only_article(packed).id == only_article(plain).id == "a"


def test_a_truncated_gzip_file_is_rejected(tmp_path: Path) -> None:
    found, _ = read_bytes(tmp_path, "a.txt.gz", gzip.compress(NEWS.encode())[:-12])
    assert "gzip data ends too early (truncated)" in only_reason(found)


def test_what_stands_before_a_truncation_is_read_line_by_line(tmp_path: Path) -> None:
    lines = b"".join(b'{"text": "%d %s"}\n' % (number, os.urandom(50).hex().encode()) for number in range(5000))
    found, _ = read_bytes(tmp_path, "a.jsonl.gz", gzip.compress(lines)[:-50000])
    assert len(found) > 2000
    assert found[-1].place == "a.jsonl.gz"
    assert found[-1].reason.endswith("what stands before was read")  # type: ignore[union-attr]
    assert [record.place for record in found[:-1]] == [f"a.jsonl.gz:{number}" for number in range(1, len(found))]


@pytest.mark.parametrize(
    "content", [b"no gzip at all", gzip.compress(b"x" * 99, mtime=0)[:-8] + b"01234567", b"\x1f\x8b"]
)
def test_damaged_gzip_files_are_rejected(tmp_path: Path, content: bytes) -> None:
    found, _ = read_bytes(tmp_path, "a.txt.gz", content)
    assert "gzip data" in only_reason(found)


def test_a_gzip_bomb_is_rejected_before_it_fills_the_memory(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress((b" " * 65535 + b"\n") * 16) for _ in range(96)) + packer.flush()
    found, _ = read_bytes(tmp_path, "a.jsonl.gz", bomb)
    assert "unpacks to more than 200 times its size" in only_reason(found)
    found, _ = read_bytes(tmp_path, "a.txt.gz", bomb, max_bytes=1000)
    assert only_reason(found) == "longer than 1,000 bytes; split it, or raise read.max_bytes"


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.jsonl", "a.json", "a.csv", "a.tsv", "a.parquet"])
def test_an_empty_file_is_rejected_in_every_format(tmp_path: Path, name: str) -> None:
    for content, suffix in ((b"", ""), (gzip.compress(b""), ".gz")):
        found, _ = read_bytes(tmp_path, name + suffix, content)
        assert only_reason(found) == "empty file"


def test_pipes_sockets_devices_and_folders_are_rejected_without_opening(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "broken.txt").symlink_to(tmp_path / "gone")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s.txt"))
        reasons = {
            path.name: only_reason(list(read_source(Source(path, path.name), ReadSettings(), Tally())))
            for path in [*tmp_path.iterdir(), Path("/dev/zero")]
        }
    assert reasons["pipe.txt"].startswith("a named pipe, not a file")
    assert reasons["s.txt"].startswith("a socket, not a file")
    assert reasons["zero"].startswith("a device, not a file")
    assert reasons["folder.txt"].startswith("a folder")
    assert reasons["broken.txt"].startswith("cannot be read: No such file or directory")


def test_an_unreadable_file_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x")
    (tmp_path / "a.txt").chmod(0)
    with without_root():
        found = list(read_source(Source(tmp_path / "a.txt", "a.txt"), ReadSettings(), Tally()))
    assert only_reason(found).startswith("cannot be read: Permission denied")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.pdf", ".pdf files are not read; export the document as text or HTML, and read that"),
        ("a.docx.gz", ".docx files are not read; save the document as text (UTF-8) or HTML, and read that"),
        ("a.XLSX", ".xlsx files are not read; save the sheet as CSV (UTF-8), and read that"),
        ("a.zip", ".zip files are not read; unpack it, and read what is in it"),
        ("a.log", ".log files are not read; those that are: .txt, .text, .md,"),
        ("a." + "x" * 99, f".{'x' * 20} files are not read"),
        ("LICENSE", "files without suffix are not read"),
    ],
)
def test_a_file_of_an_unknown_kind_is_rejected_with_what_to_do(tmp_path: Path, name: str, reason: str) -> None:
    found, _ = read_bytes(tmp_path, name, NEWS.encode())
    assert only_reason(found).startswith(reason)
    found, _ = read_bytes(tmp_path, name.removesuffix(".gz"), NEWS.encode(), format="txt")
    assert only_article(found).text == NEWS


@pytest.mark.parametrize(
    ("content", "places"),
    [
        (NEWS.encode(), ["stdin"]),
        (b"<!DOCTYPE html><p>x</p>", ["stdin"]),
        (b'{"text": "x"}\n{"text": "y"}\n', ["stdin:1", "stdin:2"]),
        (gzip.compress(b'[{"text": "x"}, {"text": "y"}]', mtime=0), ["stdin:1", "stdin:2"]),
    ],
)
def test_standard_input_is_read_by_its_first_bytes(
    monkeypatch: pytest.MonkeyPatch, content: bytes, places: list[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    found = list(read_source(Source(None, "stdin"), ReadSettings(), Tally()))
    assert [record.place for record in found] == places
    assert all(hasattr(record, "text") for record in found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.csv.gz"])
def test_every_whole_line_before_a_truncation_is_read_in_every_encoding(
    tmp_path: Path, name: str, encoding: str
) -> None:
    row = '{{"text": "{} {}"}}\n' if "jsonl" in name else "{},{}\n"
    lines = [row.format(number, NEWS) for number in range(3000)]
    header = "" if "jsonl" in name else "id,text\n"
    packed = gzip.compress((header + "".join(lines)).encode(encoding))[:-2000]
    whole = zlib.decompressobj(31).decompress(packed).decode(encoding, "ignore").count("\n") - header.count("\n")
    assert 1000 < whole < 3000
    found, _ = read_bytes(tmp_path, name, packed)
    assert len(found) == whole + 1
    assert "gzip data ends too early" in str(found[-1])


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.jsonl.gz"])
def test_a_file_that_gets_shorter_while_it_is_read_does_not_pass_for_whole(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    lines = b"text\n" + b"".join(b'{"text": "%s"}\n' % os.urandom(200).hex().encode() for _ in range(2000))
    path.write_bytes(gzip.compress(lines) if name.endswith(".gz") else lines)
    records = read_source(Source(path, name), ReadSettings(), Tally())
    found = [next(records)]
    os.truncate(path, path.stat().st_size // 2)
    found += records
    last = found[-1]
    assert isinstance(last, Rejection)
    assert last.reason.startswith("the file became shorter while it was read; read it again when nothing writes to it")
    assert 100 < len(found) < 2000


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_standard_input_in_utf16_is_known_for_what_it_is(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    lines = '{"text": "نص"}\n{"text": "نص"}\n'.encode(encoding)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))
    found = list(read_source(Source(None, "stdin"), ReadSettings(), Tally()))
    assert [record.place for record in found] == ["stdin:1", "stdin:2"]


def test_a_reason_holds_nothing_that_drives_a_terminal(tmp_path: Path) -> None:
    found, _ = read_bytes(tmp_path, "a.jsonl", rb'{"\u001b]0;x\u0007\n\u202e": 1}')
    assert "the fields are: ?]0;x???; set" in only_reason(found)
