"""Results in parts: one folder per shard, each of the shape that labelling in one process gives, and their sum."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.jobs.labelling.journal import Commit
from pipeline.jobs.labelling.work import LabelWork
from pipeline.jobs.results.folder import RUN_FILE
from pipeline.jobs.scaling.shards import Shard
from pipeline.records import BlockEnd, Tally

ATTEMPTS_FOLDER = "attempts"
PARTIAL_FOLDER = "partial"
_SCRATCH = (ATTEMPTS_FOLDER, PARTIAL_FOLDER)


def part_name(number: int) -> str:
    """Name the part of a shard."""
    return f"part-{number:05d}"


def read_run(part: Path) -> dict[str, Any]:
    """Read what a part says of itself.

    Raises:
        PipelineError: It was damaged since it was made.
    """
    try:
        run: dict[str, Any] = json.loads((part / RUN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{part / RUN_FILE}: cannot be read ({error}); remove the folder {part.name} beside it, or --restart"
        raise PipelineError(message) from error
    return run


class PartsWork(LabelWork):
    """The work of a run whose results are parts. A part is in its place as a whole, or not at all."""

    def tidy_up(self) -> None:
        """Throw away what attempts left that did not come to their end, and what was noted of them."""
        for name in _SCRATCH:
            shutil.rmtree(self._folder / name, ignore_errors=True)

    def commit(self, end: BlockEnd, counted: Tally) -> None:
        """Note that one more part is on the disk, so that the run can be gone on with."""
        last = self._journal.last
        self.tally.update(counted)
        self._journal.commit(Commit(last.block + 1 if last else 1, end, {}, dict(self.tally)))

    def left(self, shards: Sequence[Shard]) -> list[Shard]:
        """Give the shards of which no part is there."""
        return [shard for shard in shards if not (self.results / part_name(shard.number)).is_dir()]

    def take_stock(self, shards: Sequence[Shard]) -> list[dict[str, Any]]:
        """Read what the parts that are there say of themselves, and count anew what they hold together."""
        there = (self.results / part_name(shard.number) for shard in shards)
        runs = [read_run(part) for part in there if part.is_dir()]
        self.tally.clear()
        for run in runs:
            self.tally.update(run["counts"])
        return runs
