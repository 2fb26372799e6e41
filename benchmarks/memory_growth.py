"""Whether labelling needs more memory for more: python benchmarks/memory_growth.py ROWS [--model FOLDER] [--sizes N …].

Repeats the paragraphs of ROWS (JSON Lines with text), each time with another number in them, into a file of every size,
runs `taawun label` on it in a process of its own, and prints its peak memory beside that of the smallest file.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

_BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Print a row per size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--model", default="models/cooperation")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="paragraphs")
    parser.add_argument("--settings", nargs="*", default=[], metavar="KEY=VALUE", help="further ones of taawun label")
    given = parser.parse_args()
    texts = [json.loads(line)["text"] for line in given.rows.read_text(encoding="utf-8").splitlines()]
    first = 0.0
    for size in sorted(given.sizes):
        with tempfile.TemporaryDirectory() as temporary:
            rows = _write(texts, size, Path(temporary) / "rows.jsonl")
            command = ["label", str(rows), "--out", f"{temporary}/labels", "--model", given.model, "--quiet"]
            peak, labelled = _run([sys.executable, "-m", "pipeline", *command, *given.settings], Path(temporary))
        first = first or peak
        print(f"{size:>9,} paragraphs: peak {peak:7.0f} MB, {peak / first:5.2f}x; {labelled:,} labelled", flush=True)


def _write(texts: list[str], size: int, path: Path) -> Path:
    """Write so many paragraphs, no two of them the same."""
    with path.open("w", encoding="utf-8") as out:
        for number, text in enumerate(itertools.islice(itertools.cycle(texts), size)):
            out.write(json.dumps({"id": str(number), "text": f"{text} {number}"}, ensure_ascii=False) + "\n")
    return path


def _run(command: list[str], folder: Path) -> tuple[float, int]:
    """Run a command to its end; gives the megabytes that it held at most and the paragraphs that it labelled.

    Raises:
        SystemExit: It failed.
    """
    started = subprocess.Popen(command)  # noqa: S603
    _, status, usage = os.wait4(started.pid, 0)
    if status:
        sys.exit(os.waitstatus_to_exitcode(status))
    counts = json.loads((folder / "labels" / "run.json").read_text(encoding="utf-8"))["counts"]
    return usage.ru_maxrss * _BYTES_PER_UNIT / 1e6, counts["write_predictions: labelled"]


if __name__ == "__main__":
    main()
