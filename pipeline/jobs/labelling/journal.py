"""The journal of a labelling run: which blocks are safely on the disk, and from where the run goes on behind them."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.records import BlockEnd


@dataclass(frozen=True, slots=True)
class Commit:
    """What holds when a block is on the disk.

    Attributes:
        block: Number of blocks so far.
        end: Where the block ends in the inputs.
        lengths: Bytes of each file of the results; what stands behind belongs to no block.
        tally: All counts so far.
    """

    block: int
    end: BlockEnd
    lengths: dict[str, int]
    tally: dict[str, int]


class Journal:
    """The file of the commits, a line each; a line that is not whole was never written.

    Attributes:
        last: The last commit; `None` where there is none.
        results: Names of all files of the results, once these are complete.
    """

    def __init__(self, path: Path) -> None:
        """Open a journal and cut off what is not whole, or begin one."""
        self.path = path
        self.last: Commit | None = None
        self.results: tuple[str, ...] | None = None
        size = 0
        for entry, length in _entries(path):
            size += length
            if "results" in entry:
                self.results = tuple(entry["results"])
            else:
                self.last = _commit(entry)
        if path.exists() and path.stat().st_size > size:
            os.truncate(path, size)

    def commit(self, commit: Commit) -> None:
        """Note that a block is on the disk."""
        self._append(asdict(commit))
        self.last = commit

    def complete(self, results: Sequence[str]) -> None:
        """Note that all blocks are on the disk and the files of the results complete."""
        self._append({"results": list(results)})
        self.results = tuple(results)

    def digests(self) -> Iterator[str | None]:
        """Give the digests of the inputs that were opened so far, in their order."""
        for entry, _ in _entries(self.path):
            yield from entry.get("end", {}).get("digests", ())

    def _append(self, entry: dict[str, Any]) -> None:
        with self.path.open("ab") as stream:
            stream.write(json.dumps(entry, separators=(",", ":")).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())


def _entries(path: Path) -> Iterator[tuple[dict[str, Any], int]]:
    """Read the whole lines of a journal, each with its length in bytes."""
    if not path.exists():
        return
    with path.open("rb") as stream:
        for line in stream:
            try:
                entry = json.loads(line)
            except ValueError:
                return
            if not line.endswith(b"\n") or not isinstance(entry, dict):
                return
            yield entry, len(line)


def _commit(entry: dict[str, Any]) -> Commit:
    end = BlockEnd(entry["end"]["source"], entry["end"]["found"], tuple(entry["end"]["digests"]))
    return Commit(entry["block"], end, entry["lengths"], entry["tally"])
