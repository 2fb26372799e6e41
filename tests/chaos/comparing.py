"""Whether the results of a disturbed run are those of an undisturbed one."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

_ROWS = ("labels.jsonl", "dropped.jsonl", "rejected.jsonl")


@dataclass(frozen=True, slots=True)
class Comparison:
    """How results differ from those that they should be.

    Attributes:
        lost: Rows that are missing.
        doubled: Rows that are there more often than they should be.
        differing: Names of files that are not the same byte for byte, and of settings and counts of `run.json`.
    """

    lost: int
    doubled: int
    differing: tuple[str, ...]

    @property
    def is_identical(self) -> bool:
        """Whether nothing differs."""
        return not (self.lost or self.doubled or self.differing)


def compare(out: Path, reference: Path) -> Comparison:
    """Compare a folder of results with the one that it should be like."""
    lost = doubled = 0
    for name in _ROWS:
        rows, wanted = (Counter((folder / name).read_bytes().splitlines()) for folder in (out, reference))
        lost += (wanted - rows).total()
        doubled += (rows - wanted).total()
    names = sorted({path.name for folder in (out, reference) for path in folder.glob("[!.]*")} - {"run.json"})
    differing = [name for name in names if _content(out / name) != _content(reference / name)]
    runs = [_told(folder) for folder in (out, reference)]
    differing += [f"run.json: {key}" for key in runs[1] if runs[0].get(key) != runs[1][key]]
    return Comparison(lost, doubled, tuple(differing))


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _told(folder: Path) -> dict[str, object]:
    run: dict[str, object] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return {key: value for key, value in run.items() if key not in {"started", "finished", "settings"}}
