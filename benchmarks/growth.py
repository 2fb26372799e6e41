"""Whether labelling costs more than in proportion for more: python benchmarks/growth.py ROWS [OPTIONS].

Repeats the paragraphs of ROWS (JSON Lines with text), each time with another number in them, into inputs of three
sizes of four kinds, runs `taawun label` on each in a process of its own, and prints the processor time that a paragraph
takes, start-up taken off, and the peak memory, both beside those of the kind's smallest input:

  rows      one JSON Lines file
  parquet   one Parquet file, in groups of 10,000 rows
  files     as many text files of a paragraph each
  article   a single article, as long as a book

  --kinds K …      only these
  --sizes N …      paragraphs, instead of each kind's own sizes
  --model FOLDER   default models/linear, whose own part of the cost is small
  --plot FILE      also draw memory over size, as SVG
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from math import log10
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from peak_memory import peak_bytes, told_bytes

SIZES = {
    "rows": (10_000, 100_000, 1_000_000),
    "parquet": (10_000, 30_000, 100_000),
    "files": (1_000, 10_000, 100_000),
    "article": (500, 1_000, 2_000),
}
_GROUP = 10_000
_COLORS = ("#1b6e9c", "#b5543a", "#3d7d4a", "#7a4ea0")


class Cost(NamedTuple):
    """What labelling an input took: processor seconds, megabytes at most, paragraphs labelled."""

    seconds: float
    megabytes: float
    labelled: int


def main() -> None:
    """Print a row per kind and size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--kinds", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--sizes", type=int, nargs="+")
    parser.add_argument("--model", default="models/linear")
    parser.add_argument("--plot", type=Path)
    given = parser.parse_args()
    texts = [json.loads(line)["text"] for line in given.rows.read_text(encoding="utf-8").splitlines()]
    start = _label("rows", texts, 1, given.model).seconds
    print("| input | paragraphs | time a paragraph | peak memory |\n|---|---|---|---|", flush=True)
    memory: dict[str, list[tuple[int, float]]] = {}
    for kind in given.kinds:
        first: tuple[float, float] | None = None
        for size in sorted(given.sizes or SIZES[kind]):
            cost = _label(kind, texts, size, given.model)
            each = max(cost.seconds - start, 1e-9) / cost.labelled
            first = first or (each, cost.megabytes)
            grown = f"{cost.megabytes:.0f} MB ({cost.megabytes - first[1]:+.0f})"
            print(f"| {kind} | {cost.labelled:,} | {each / first[0]:.2f}x | {grown} |", flush=True)
            memory.setdefault(kind, []).append((cost.labelled, cost.megabytes))
    if given.plot:
        given.plot.write_text(_draw(memory), encoding="utf-8")


def _label(kind: str, texts: Sequence[str], size: int, model: str) -> Cost:
    """Label an input of a kind and size.

    Raises:
        SystemExit: The command failed.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "in").mkdir()
        _write(kind, _paragraphs(texts, size), folder / "in")
        command = [sys.executable, "-m", "pipeline", "label", str(folder / "in"), "--out", str(folder / "labels")]
        seconds, megabytes = _watch([*command, "--model", model, "--quiet"])
        counts = json.loads((folder / "labels" / "run.json").read_text(encoding="utf-8"))["counts"]
    return Cost(seconds, megabytes, counts["write_predictions: labelled"])


def _watch(command: Sequence[str]) -> tuple[float, float]:
    """Run a command to its end; gives its processor seconds and the megabytes that it held at most.

    Raises:
        SystemExit: It failed.
    """
    process = subprocess.Popen(command)  # noqa: S603
    held = ended = 0
    while not ended:
        time.sleep(0.05)
        held = max(held, peak_bytes(process.pid))
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
    if status:
        sys.exit(os.waitstatus_to_exitcode(status))
    return usage.ru_utime + usage.ru_stime, (held or told_bytes(usage)) / 1e6


def _paragraphs(texts: Sequence[str], size: int) -> Iterator[str]:
    """Give so many paragraphs, no two of them the same."""
    for number, text in enumerate(itertools.islice(itertools.cycle(texts), size)):
        yield f"{' '.join(text.split())} {number}"


def _write(kind: str, paragraphs: Iterator[str], folder: Path) -> None:
    if kind == "article":
        (folder / "book.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")
    elif kind == "files":
        for number, text in enumerate(paragraphs):
            (folder / f"{number:07d}.txt").write_text(text, encoding="utf-8")
    elif kind == "rows":
        with (folder / "rows.jsonl").open("w", encoding="utf-8") as out:
            for number, text in enumerate(paragraphs):
                out.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
    else:
        schema = pa.schema({"id": pa.string(), "text": pa.string()})
        with pq.ParquetWriter(folder / "rows.parquet", schema) as out:
            numbered = ({"id": str(number), "text": text} for number, text in enumerate(paragraphs))
            while rows := list(itertools.islice(numbered, _GROUP)):
                out.write_table(pa.Table.from_pylist(rows, schema))


def _draw(memory: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """Draw peak memory in megabytes over paragraphs, these on a logarithmic scale."""
    sizes = [log10(size) for line in memory.values() for size, _ in line]
    low, high = min(sizes), max(sizes)
    most = max(megabytes for line in memory.values() for _, megabytes in line) * 1.1

    def place(size: float, megabytes: float) -> tuple[float, float]:
        return 60 + 420 * (log10(size) - low) / ((high - low) or 1), 250 - 220 * megabytes / most

    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 300" font-family="sans-serif" font-size="12">']
    parts.append('<rect width="600" height="300" fill="white"/><path d="M60 20V250H490" fill="none" stroke="#888"/>')
    for power in range(round(low), round(high) + 1):
        across, _ = place(10**power, 0)
        parts.append(f'<text x="{across:.0f}" y="268" text-anchor="middle">{10**power:,}</text>')
    for tick in range(0, int(most) + 1, 100):
        _, up = place(10**low, tick)
        parts.append(f'<path d="M60 {up:.0f}H490" stroke="#ddd"/>')
        parts.append(f'<text x="54" y="{up + 4:.0f}" text-anchor="end">{tick}</text>')
    parts.append(
        '<text x="275" y="290" text-anchor="middle">paragraphs</text><text x="10" y="14">peak memory, MB</text>'
    )
    for color, (kind, line) in zip(_COLORS, memory.items(), strict=False):
        points = [place(*each) for each in line]
        told = " ".join(f"{across:.1f},{up:.1f}" for across, up in points)
        parts.append(f'<polyline points="{told}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [f'<circle cx="{across:.1f}" cy="{up:.1f}" r="3" fill="{color}"/>' for across, up in points]
        parts.append(f'<text x="{points[-1][0] + 8:.0f}" y="{points[-1][1] + 4:.0f}" fill="{color}">{kind}</text>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    main()
