"""Break labelling in every way, and see whether its results are still the same.

    python -m tests.chaos OUT --kills 200 [--model models/linear] [--faults all] [--copies 10]

Processes of `taawun label` are killed at random moments; every step of theirs on the disk goes wrong in every way, see
`disk`; each is started again until it is done. What comes out is compared byte by byte with an undisturbed run. Writes
OUT/chaos.json and prints its table; exits with 1 if anything differs.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from .inputs import make_few_inputs, make_inputs
from .kills import kill_at_random, label_command, left_behind, run_undisturbed, summarize

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Do all of it; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder for everything; made here")
    parser.add_argument("--kills", type=int, default=200, help="processes to kill")
    parser.add_argument("--faults", choices=("all", "sample", "none"), default="all", help="which steps go wrong")
    parser.add_argument("--copies", type=int, default=10, help="how often each seed article is in each file")
    parser.add_argument("--model", type=Path, default=Path("models/linear"), help="classifier; quick ones are best")
    given = parser.parse_args()
    out = given.out.resolve()
    table: dict[str, dict[str, int]] = {}
    if given.kills:
        table["killed at random moments"] = kill(out, given.model, given.kills, given.copies)
        sys.stderr.write(show(table))
    if given.faults != "none":
        table |= inject(out, given.model, sampled=given.faults == "sample")
    (out / "chaos.json").write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(show(table))
    return 0 if all(row["identical"] == row["runs"] for row in table.values()) else 1


def kill(out: Path, model: Path, number: int, copies: int) -> dict[str, int]:
    """Kill processes at random; gives a row of the table."""
    inputs = make_inputs(out / "inputs", copies)
    seconds = run_undisturbed(label_command(inputs, model, out / "undisturbed", "blocks.articles=7"))
    command = label_command(inputs, model, out / "place" / "labels", "blocks.articles=7")
    done = kill_at_random(command, out / "place" / "labels", out / "undisturbed", number, seconds)
    if left_behind(out / "place" / "labels"):
        message = f"{left_behind(out / 'place' / 'labels')} left in {out / 'place'}"
        raise RuntimeError(message)
    return dict(summarize(done))


def inject(out: Path, model: Path, *, sampled: bool = False) -> dict[str, dict[str, int]]:
    """Let steps on the disk go wrong; gives rows of the table. It forks, so it is a process of its own."""
    inputs = make_few_inputs(out / "few_inputs")
    folders = map(str, (inputs, model.resolve(), out / "faults"))
    command = [sys.executable, "-m", "tests.chaos.faults", *folders, *(["--sample"] if sampled else [])]
    ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT)
    outcomes: dict[str, dict[str, int]] = json.loads(ended.stdout)
    return outcomes


def show(table: dict[str, dict[str, int]]) -> str:
    """Write the table as Markdown."""
    columns = ("faults", "runs", "lost", "doubled", "identical")
    head = f"| what went wrong | {' | '.join(columns)} |\n|---|{'---:|' * len(columns)}\n"
    rows = (f"| {name} | {' | '.join(str(row[column]) for column in columns)} |\n" for name, row in table.items())
    return head + "".join(rows)


if __name__ == "__main__":
    sys.exit(main())
