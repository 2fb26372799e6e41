"""Labelling with workers that Ray runs, beside one process: pip install -e '.[ray]' && pytest tests/ray."""

import gzip
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

NEWS = "وقعت الصين وروسيا اتفاقا رقم {} لتوريد الغاز.\nوقال الوزير إن البلدين يعملان معا في النقل والتعليم."
pytest.importorskip("ray", reason="needs the extra: pip install -e '.[ray]'")

Taawun = Callable[..., "subprocess.CompletedProcess[str]"]
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """Articles as JSON Lines, packed JSON Lines, Parquet, a page and texts; among them what cannot be read."""
    folder = tmp_path / "in"
    folder.mkdir()
    lines = [json.dumps({"text": NEWS.format(k), "date": f"2024-01-{k + 1:02}"}, ensure_ascii=False) for k in range(30)]
    (folder / "a.jsonl").write_text("\n".join([*lines[:5], '{"text": ', "[1]", *lines[5:10]]), encoding="utf-8")
    packed = gzip.compress("\n".join(lines[10:20]).encode())
    (folder / "b.jsonl.gz").write_bytes(packed)
    (folder / "c.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    texts = [NEWS.format(f"p{k}") for k in range(10)]
    pq.write_table(pa.table({"id": [f"p{k}" for k in range(11)], "text": [*texts, None]}), folder / "d.parquet")
    (folder / "e.parquet").write_bytes(b"PAR1 and nothing else")
    (folder / "f.html").write_text(f"<html><article><p>{NEWS.format('h')}</p></article></html>", encoding="utf-8")
    (folder / "g.txt").write_bytes(NEWS.format("g").encode("windows-1256"))
    (folder / "h.pdf").write_bytes(b"%PDF-1.7")
    return folder


def read(out: Path) -> Rows:
    """Read all rows of results, ordered by where they come from."""
    names = ("labels.jsonl", "dropped.jsonl", "rejected.jsonl")
    found: Rows = {}
    for name in names:
        paths = [*out.glob(f"part-*/{name}"), *out.glob(name)]
        rows = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
        found[name] = sorted(rows, key=lambda row: (row["place"], row.get("paragraph", 0), str(row.get("reason"))))
    return found


def counts(out: Path) -> dict[str, int]:
    """Read what was counted, but for what depends on how many paragraphs are scored together."""
    told = json.loads((out / "run.json").read_text(encoding="utf-8"))["counts"]
    return {name: count for name, count in told.items() if not name.startswith("classify_paragraphs")}


def check(ended: "subprocess.CompletedProcess[str]") -> None:
    assert ended.returncode == 0, ended.stderr


def test_two_workers_give_the_rows_of_one_process_and_no_chatter(
    taawun: Taawun, inputs: Path, linear_classifier: Path, tmp_path: Path
) -> None:
    usual = [str(inputs), "--model", str(linear_classifier), "--format", "jsonl", "--format", "parquet"]
    one = taawun(*usual, "--out", "one", workers=None)
    check(one)

    two = taawun(*usual, "--out", "two", "--offline", "engine.shards.inputs=3")

    check(two)
    assert two.stderr == one.stderr.replace(", the first in g.txt", "")  # workers report counts alone
    assert two.stdout.splitlines()[:-1] == one.stdout.replace(" one/", " two/part-*/").splitlines()[:-1]
    assert two.stdout.splitlines()[-1] == "open two: part-00000 … part-00002, run.json"
    assert sorted(path.name for path in (tmp_path / "two").iterdir()) == [
        *(f"part-0000{k}" for k in range(3)),
        "run.json",
    ]
    rows = read(tmp_path / "one")
    assert read(tmp_path / "two") == rows
    assert len(rows["labels.jsonl"]) > 50
    assert len(rows["rejected.jsonl"]) >= 5
    assert counts(tmp_path / "two") == counts(tmp_path / "one")
    tables = [pq.read_table(path) for path in sorted((tmp_path / "two").glob("part-*/labels.parquet"))]
    assert pa.concat_tables(tables).equals(pq.read_table(tmp_path / "one" / "labels.parquet"))
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_transformer_gives_the_rows_of_one_process(
    taawun: Taawun, inputs: Path, tiny_classifier: Path, tmp_path: Path
) -> None:
    usual = [str(inputs), "--model", str(tiny_classifier), "--quiet", "classify.precision=float32"]
    check(taawun(*usual, "--out", "one", workers=None))

    check(taawun(*usual, "--out", "two", "engine.shards.inputs=2"))

    one, two = read(tmp_path / "one"), read(tmp_path / "two")
    for row, other in zip(two["labels.jsonl"], one["labels.jsonl"], strict=True):
        assert row.pop("probabilities") == pytest.approx(other.pop("probabilities"), abs=0.0002)
    assert two == one
    flow = json.loads((tmp_path / "two" / "run.json").read_text(encoding="utf-8"))["flow"]
    assert [stage["device"] for stage in flow if stage["stage"] == "classify_paragraphs"] == ["cpu"]


def plant(inputs: Path, fault: str) -> None:
    """Put an article with a fault among others."""
    lines = [json.dumps({"id": f"x{k}", "text": NEWS.format(k)}, ensure_ascii=False) for k in range(6)]
    lines[3] = json.dumps({"id": "bad", "text": NEWS.format(fault)}, ensure_ascii=False)
    (inputs / "bad.jsonl").write_text("\n".join(lines), encoding="utf-8")


def without(rows: Rows, article: str) -> Rows:
    """Leave out an article, and why it was rejected."""
    return {
        name: [row for row in found if article not in (row.get("article_id"), row.get("id"))]
        for name, found in rows.items()
    }


def test_a_worker_that_is_killed_is_replaced_and_the_rows_are_the_same(
    taawun: Taawun, inputs: Path, linear_classifier: Path, tmp_path: Path
) -> None:
    plant(inputs, f"planted: kill until {tmp_path / 'killed'}")
    usual = [str(inputs), "--model", str(linear_classifier)]
    check(taawun(*usual, "--out", "one", "--quiet", workers=None))

    ended = taawun(*usual, "--out", "two", "engine.shards.inputs=3")

    check(ended)
    assert (tmp_path / "killed").exists()
    assert "WARNING: 1 time(s) a worker ended in the middle of a shard" in ended.stderr
    assert "raylet" not in ended.stdout + ended.stderr
    assert read(tmp_path / "two") == read(tmp_path / "one")
    assert counts(tmp_path / "two") == counts(tmp_path / "one")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("planted: raise", r"cannot be labelled \(ZeroDivisionError: planted\)"),
        ("planted: kill", "it ended the process that labelled it, twice"),
    ],
)
def test_a_poisoned_row_is_rejected_and_the_others_are_labelled(
    taawun: Taawun, inputs: Path, linear_classifier: Path, tmp_path: Path, fault: str, reason: str
) -> None:
    plant(inputs, fault)
    usual = [str(inputs), "--model", str(linear_classifier), "--quiet"]
    check(taawun(*usual, "--out", "one", workers=None))

    check(taawun(*usual, "--out", "two", "engine.shards.inputs=3"))

    rows = read(tmp_path / "two")
    (rejected,) = [row for row in rows["rejected.jsonl"] if row["id"] == "bad"]
    assert rejected["place"] == "bad.jsonl:4"
    assert re.match(reason, rejected["reason"])
    assert without(rows, "bad") == without(read(tmp_path / "one"), "bad")
    told, before = counts(tmp_path / "two"), counts(tmp_path / "one")
    assert told["write_predictions: rejected"] == before["write_predictions: rejected"] + 1
    assert told["write_predictions: articles"] == before["write_predictions: articles"] - 1


def test_a_run_that_was_killed_goes_on_with_the_shards_that_are_left(
    taawun: Taawun, environment: dict[str, str], inputs: Path, linear_classifier: Path, tmp_path: Path
) -> None:
    usual = [str(inputs), "--model", str(linear_classifier), "--quiet"]
    check(taawun(*usual, "--out", "one", workers=None))
    two = [*usual, "--out", "two", "engine.shards.inputs=1"]
    command = [sys.executable, "-m", "pipeline", "label", *two, "--engine", "ray", "engine.workers=1"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL) as killed:
        while killed.poll() is None and not _noted(tmp_path / ".two.partial"):
            time.sleep(0.05)
        killed.send_signal(signal.SIGKILL)
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "two").exists()
    there = {path: path.stat().st_ino for path in (tmp_path / ".two.partial" / "results").glob("part-*/*")}

    other = taawun(*[argument for argument in two if argument != "--quiet"], "blocks.articles=7")
    check(taawun(*two))

    assert other.returncode == 2
    assert "blocks.articles was 2048, is 7" in other.stderr
    assert there
    for path, number in there.items():
        assert (tmp_path / "two" / path.relative_to(tmp_path / ".two.partial" / "results")).stat().st_ino == number
    assert read(tmp_path / "two") == read(tmp_path / "one")
    assert counts(tmp_path / "two") == counts(tmp_path / "one")


def _noted(work: Path) -> bool:
    """Whether the run has noted that a part is there, so that it can be gone on with."""
    journal = work / "journal.jsonl"
    return journal.exists() and journal.read_bytes().endswith(b"\n")


@pytest.fixture
def address(environment: dict[str, str]) -> Iterator[str]:
    """Of a cluster of one machine with three processors, which ends with the test; it asks for a token."""
    environment |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "5" * 32}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ray = [str(Path(sys.executable).with_name("ray")), "start", "--head", "--block", f"--port={port}", "--num-cpus=3"]
    ray += ["--include-dashboard=false", "--disable-usage-stats", f"--object-store-memory={100 * 2**20}"]
    with subprocess.Popen(ray, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as head:
        assert head.stdout
        assert any("Ray runtime started" in line for line in head.stdout)
        yield f"127.0.0.1:{port}"
        head.terminate()


def test_a_cluster_is_joined_by_its_address_and_left_running(
    taawun: Taawun, address: str, environment: dict[str, str], inputs: Path, linear_classifier: Path, tmp_path: Path
) -> None:
    usual = [str(inputs), "--model", str(linear_classifier), "--quiet"]
    check(taawun(*usual, "--out", "one", workers=None))
    ray = [*usual, "--engine", "ray", "--address", address, "engine.shards.inputs=2"]

    check(taawun(*ray, "--out", "two", workers=None))
    check(taawun(*ray, "--out", "three", "engine.cpus=2", workers=None))

    assert read(tmp_path / "two") == read(tmp_path / "three") == read(tmp_path / "one")
    environment["RAY_AUTH_MODE"] = "disabled"
    stranger = taawun(*ray, "--out", "four", workers=None)
    assert stranger.returncode == 2
    assert f"engine.address: {address}: no Ray cluster lets this program in" in stranger.stderr
    assert "RAY_AUTH_MODE=token" in stranger.stderr


def test_what_ray_cannot_do_is_told_in_a_line(taawun: Taawun, inputs: Path) -> None:
    standard_input = taawun("-", "--out", "two")
    no_room = taawun(str(inputs), "--out", "two", "engine.gpus=64")

    assert standard_input.returncode == no_room.returncode == 2
    assert standard_input.stderr.splitlines()[0] == (
        "taawun: standard input cannot be shared out among workers; give files, or leave --engine ray out"
    )
    assert no_room.stderr.startswith("taawun: engine: a worker needs 1 processor(s) and 64 GPU(s), but there are 2 and")
    assert [path.name for path in inputs.parent.iterdir()] == ["in"]
