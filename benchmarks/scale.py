"""How `taawun label` grows with processes: python benchmarks/scale.py ROWS [OPTIONS]; for Ray: pip install '.[ray]'.

ROWS is JSON Lines with text, such as ../shared/data/news_pool.jsonl. They are dealt into files of equal size, which
are labelled in these ways, in turns with each other, the best of the rounds counting:

  all threads     one process that may use --processes threads
  one thread      one process with one thread
  ray             --processes workers of one thread each: --engine ray
  plain           as many commands at once, one thread each, each with its share of the files and its own folder

Each way labels first some of the files and then all of them; from the difference follows its rate, without what it
takes to start, and from that the start. Threads are the classifier's; articles are read and prepared in one more.
Rates are told as multiples of one thread's, starts as the number of paragraphs that one thread labels in the time. A
quiet machine is needed: other programs slow the ways down unequally.

With --price (of a processor's hour) it also prints what a billion paragraphs take by the rates of this machine, for
docs/scale.md; these are numbers of this machine alone.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

_FILES = 16
_SOME = 4
_CLEAR = 1.3
"""All files must take so many times as long as some: else the noise of the start is what is measured."""
_BILLION = 10**9
WAYS = ("one thread", "all threads", "plain", "ray")


def main() -> None:
    """Measure all ways and print the tables."""
    given = _arguments()
    ways = [way for way in given.ways if way != "ray" or importlib.util.find_spec("ray")]
    if ways != given.ways:
        print("ray is left out: it is not installed")
    seconds: dict[tuple[str, int], list[float]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        files = _deal(given.rows, given.count, folder / "in")
        labelled = {}
        for number in range(given.rounds):
            for way in ways:
                for some in (files[:_SOME], files):
                    out = folder / f"{way}.{number}.{len(some)}".replace(" ", "-")
                    seconds.setdefault((way, len(some)), []).append(_measure(way, some, out, given))
                    labelled[len(some)] = _labelled(out)
                print(f"round {number + 1}: {way}", file=sys.stderr, flush=True)
        bytes_in = sum(path.stat().st_size for path in files)
        bytes_out = sum(path.stat().st_size for path in out.rglob("labels.*"))
    best = {key: min(found) for key, found in seconds.items()}
    unclear = [way for way in ways if best[way, _FILES] < _CLEAR * best[way, _SOME]]
    if unclear:
        sys.exit(
            f"{', '.join(unclear)}: start and rate cannot be told apart; raise --count, or wait for a quiet machine"
        )
    rates = {way: _rate(best[way, _SOME], best[way, _FILES], labelled) for way in ways}
    _show(rates, {way: best[way, _FILES] - labelled[_FILES] / rates[way] for way in ways}, given)
    if given.price is not None:
        _show_plan(rates, (bytes_in / labelled[_FILES], bytes_out / labelled[_FILES]), given)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--model", type=Path, default=Path("models/cooperation"))
    parser.add_argument(
        "--count", type=int, default=8000, help="rows to label; they are repeated where there are fewer"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--format", choices=("jsonl", "parquet"), default="parquet")
    parser.add_argument("--price", type=float, help="of an hour of one processor, in any currency")
    parser.add_argument("--workers", type=int, default=1000, help="of the plan of a billion paragraphs")
    return parser.parse_args()


def _deal(rows: Path, count: int, folder: Path) -> list[Path]:
    """Deal texts into files; one that comes again is made another by its number, so that none is scored only once."""
    texts = [json.loads(line)["text"] for line in rows.read_text(encoding="utf-8").splitlines()]
    lines = [
        json.dumps({"id": str(k), "text": f"{text} {k}"}, ensure_ascii=False) + "\n"
        for k, text in enumerate(islice(cycle(texts), count))
    ]
    folder.mkdir()
    paths = [folder / f"{number:02}.jsonl" for number in range(_FILES)]
    for number, path in enumerate(paths):
        path.write_text("".join(lines[number::_FILES]), encoding="utf-8")
    return paths


def _measure(way: str, files: Sequence[Path], out: Path, given: argparse.Namespace) -> float:
    """Label files in a way; gives the seconds."""
    usual = ["--model", str(given.model), "--format", given.format, "--quiet", "--offline"]
    threads = given.processes if way == "all threads" else 1
    shares = [files[number :: given.processes] for number in range(given.processes)] if way == "plain" else [files]
    commands = []
    for number, share in enumerate(shares):
        command = [sys.executable, "-m", "pipeline", "label", *map(str, share), *usual, f"classify.threads={threads}"]
        if way == "ray":
            command += ["--engine", "ray", f"engine.workers={given.processes}", "engine.shards.inputs=1"]
        commands.append([*command, "--out", str(out / str(number))])
    start = time.perf_counter()
    environment = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "RAYON_NUM_THREADS"), str(threads))
    begun = [subprocess.Popen(command, env=environment) for command in commands]  # noqa: S603 - our own program
    if any([process.wait() for process in begun]):  # noqa: C419 - all are waited for
        sys.exit(f"{way}: taawun label failed")
    return time.perf_counter() - start


def _labelled(out: Path) -> int:
    """Count the paragraphs labelled."""
    runs = (json.loads(path.read_text(encoding="utf-8")) for path in out.glob("*/run.json"))
    return sum(int(run["counts"]["write_predictions: labelled"]) for run in runs)


def _rate(some: float, everything: float, labelled: dict[int, int]) -> float:
    """Give paragraphs a second, without the start."""
    return (labelled[_FILES] - labelled[_SOME]) / (everything - some)


def _show(rates: dict[str, float], starts: dict[str, float], given: argparse.Namespace) -> None:
    base = rates.get("one thread") or next(iter(rates.values()))
    print(f"\n{given.model.name}, {given.count} rows, {given.processes} processes or threads, best of {given.rounds}\n")
    print("| way | paragraphs/s, times one thread's | start, in paragraphs of one thread |\n|---|---|---|")
    for way, rate in rates.items():
        print(f"| {way} | {rate / base:.2f} | {max(0, starts[way]) * base:,.0f} |")


def _show_plan(rates: dict[str, float], sizes: tuple[float, float], given: argparse.Namespace) -> None:
    """Print what a billion paragraphs take, by the rate of a worker."""
    way = "ray" if "ray" in rates else "plain"
    rate = rates[way] / given.processes
    hours = _BILLION / rate / 3600
    rows = {
        "paragraphs a second and worker": f"{rate:,.0f}",
        "processor hours a million": f"{hours / 1000:,.2f}",
        "cost a million": f"{hours / 1000 * given.price:,.2f}",
        "processor hours a billion": f"{hours:,.0f}",
        f"hours a billion, {given.workers:,} workers": f"{hours / given.workers:,.1f}",
        "cost a billion": f"{hours * given.price:,.0f}",
        "input a billion, GB of JSON Lines": f"{_BILLION * sizes[0] / 1e9:,.0f}",
        f"output a billion, GB of {given.format}": f"{_BILLION * sizes[1] / 1e9:,.0f}",
    }
    print(
        f"\nA billion such paragraphs, {given.price:g} an hour of a processor, by the rate of {way} on this machine\n"
    )
    print("| what | how much |\n|---|---|")
    for name, value in rows.items():
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
