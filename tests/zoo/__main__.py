"""`python -m tests.zoo OUT [--model FOLDER]`: label all specimens, alone and together, and write what came of them."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from . import keeper
from .catalog import ALL, KINDS
from .keeper import Outcome, mismatch
from .specimen import Specimen

SHOWN = 110
BARRED = str.maketrans({"|": "\\|", "<": "&lt;"})


def main() -> int:
    """Write `zoo.md` into a folder; gives 1 where something is not as expected."""
    parser = argparse.ArgumentParser(prog="python -m tests.zoo", description=__doc__)
    parser.add_argument("out", type=Path, help="a new folder: specimens, results, zoo.md")
    parser.add_argument("--model", type=Path, default=Path("models/linear"))
    parser.add_argument("--together", action="store_true", help="only all together, with a good article beside")
    given = parser.parse_args()
    zoo = given.out / "specimens"
    keeper.make(ALL, zoo)
    alone = {} if given.together else _label_each(zoo, given.out / "alone", given.model)
    together = keeper.label_together(zoo, given.out / "together", given.model)
    lines, wrong = _table(alone, together)
    if together[keeper.GOOD].texts != keeper.GOOD_TEXTS or together[keeper.GOOD].others:
        wrong.append(f"the good article: got {together[keeper.GOOD]}")
    (given.out / "zoo.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join([*lines, *wrong, f"{len(wrong)} not as expected", ""]))
    return 1 if wrong else 0


def _label_each(zoo: Path, out: Path, model: Path) -> dict[str, Outcome]:
    out.mkdir()
    homes = sorted(zoo.iterdir())
    return {home.name: keeper.label_alone(home, out / home.name, model) for home in homes}


def _table(alone: Mapping[str, Outcome], together: Mapping[str, Outcome]) -> tuple[list[str], list[str]]:
    """Give the lines of the table, and what is not as expected."""
    lines, wrong = list[str](), list[str]()
    for kind, specimens in KINDS.items():
        lines += ["", f"### {kind}", "", "| specimen | what it is | expected | got |", "|---|---|---|---|"]
        for specimen in specimens:
            runs = [found[specimen.name] for found in (alone, together) if specimen.name in found]
            told = [f"{specimen.name}: {problem}" for run in runs if (problem := mismatch(specimen, run))]
            wrong += told
            got = str(runs[0]) if runs else "cannot be made here"
            lines.append(f"{row_beginning(specimen)} {_cell(got)} |{' **WRONG**' if told else ''}")
    return lines, wrong


def row_beginning(specimen: Specimen) -> str:
    """The row of a specimen in the table, up to what came of it."""
    return f"| {' | '.join(map(_cell, (specimen.name, specimen.what, ', '.join(specimen.expected))))} |"


def _cell(text: str) -> str:
    shown = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return "".join(letter if letter.isprintable() else "�" for letter in shown).translate(BARRED)


if __name__ == "__main__":
    sys.exit(main())
