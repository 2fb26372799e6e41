"""The work of a labelling run in its hidden folder: taken up where it was left, kept block by block, moved in whole."""

import os
from collections.abc import Sequence
from pathlib import Path

from pipeline.durable import sync_folder
from pipeline.errors import ConfigError
from pipeline.jobs.labelling.folder import empty_work
from pipeline.jobs.labelling.journal import Commit, Journal
from pipeline.jobs.labelling.plan import Plan, changed_inputs, changes, read_plan, write_plan
from pipeline.jobs.results.folder import RUN_FILE, check_is_free, move_in
from pipeline.jobs.results.making import move_back
from pipeline.records import BlockEnd, Source, Tally
from pipeline.writers.output_folder import FILE_NAMES

RESULTS_FOLDER = "results"
RESULT_FILES = (RUN_FILE, "part-*", *FILE_NAMES)
"""Patterns of all that results may have: those of one process and those in parts replace each other."""


class LabelWork:
    """What a run has done so far, and the files that it goes on with.

    Attributes:
        plan: What it does, as written down when it began.
        results: Folder of the files that are to be the results.
        tally: All counts so far.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        """Go on with what is in a folder that has a plan."""
        self.plan = plan
        self.results = folder / RESULTS_FOLDER
        self._folder = folder
        self._journal = Journal(folder / "journal.jsonl")
        self.tally = Tally(self._journal.last.tally if self._journal.last else {})

    @property
    def end(self) -> BlockEnd:
        """Where in the inputs the last block on the disk ends."""
        return self._journal.last.end if self._journal.last else BlockEnd(0, 0)

    @property
    def articles(self) -> int:
        """Articles in the blocks on the disk."""
        return self.tally["read_articles: articles"]

    @property
    def has_blocks(self) -> bool:
        """Whether anything is on the disk."""
        return self._journal.last is not None

    @property
    def is_complete(self) -> bool:
        """Whether all is done but to move the results to their place."""
        return self._journal.results is not None

    def differences(self, plan: Plan, sources: Sequence[Source]) -> list[str]:
        """Tell what keeps a run from going on with it."""
        inputs = changed_inputs(sources, self._folder, self._journal.digests())
        return [*changes(self.plan, plan), *inputs]

    def cut_back(self) -> None:
        """Leave in the results what the journal knows of, and nothing else.

        Raises:
            ConfigError: Something of it is missing.
        """
        lengths = self._journal.last.lengths if self._journal.last else {}
        for path in self.results.iterdir():
            if path.name not in lengths:
                path.unlink()
        for name, length in lengths.items():
            path = self.results / name
            if not path.exists() or path.stat().st_size < length:
                message = f"{path}: is damaged, the end is missing; start anew with --restart"
                raise ConfigError(message)
            os.truncate(path, length)

    def commit(self, end: BlockEnd, counted: Tally) -> None:
        """Note that a block is on the disk; the work goes on behind it from now on.

        Args:
            end: Where it ends.
            counted: What was counted when it was made.
        """
        last = self._journal.last
        files = {path.name: path.stat().st_size for path in sorted(self.results.iterdir())}
        if last is None or files.keys() != last.lengths.keys():
            sync_folder(self.results)
        self.tally.update(counted)
        self._journal.commit(Commit(last.block + 1 if last else 1, end, files, dict(self.tally)))
        if last is None:
            sync_folder(self._folder)

    def complete(self, names: Sequence[str]) -> None:
        """Note that the files of these names are the results, and complete; the first marks them."""
        sync_folder(self.results)
        self._journal.complete(names)

    def move_in(self, place: Path, *, overwrite: bool) -> None:
        """Move the results to their place; may be called again where it was interrupted.

        Args:
            place: Where they shall be.
            overwrite: Replace the results of an earlier run.

        Raises:
            ConfigError: Something else is there.
        """
        if not self.results.is_dir():  # It is the place by now.
            return
        names = self._journal.results or ()
        moved = [name for name in names if not (self.results / name).exists()]
        earlier = self._folder / "earlier"
        earlier.mkdir(exist_ok=True)
        has_begun = bool(moved) or any(earlier.iterdir())
        if has_begun and not place.exists():
            message = f"{place}: was removed while results were moved there; start anew with --restart"
            raise ConfigError(message)
        if has_begun and (self.results / names[0]).exists():  # It was killed in between: what is there is unmarked.
            move_back(self.results, place.resolve(), names, earlier)
        check_is_free(place, RESULT_FILES, overwrite=overwrite or has_begun, ignore=self._folder)
        for path in self.results.iterdir():
            if path.name not in names:
                path.unlink()
        sync_folder(self.results)
        move_in(self.results, place.resolve(), names, earlier)


def read_left(folder: Path) -> LabelWork | None:
    """Read what an interrupted run left in a work folder; `None` where no block is on the disk."""
    plan = read_plan(folder)
    work = LabelWork(folder, plan) if plan else None
    return work if work and work.has_blocks else None


def begin(folder: Path, plan: Plan, sources: Sequence[Source]) -> LabelWork:
    """Begin anew in a work folder, whatever is in it."""
    empty_work(folder)
    write_plan(plan, sources, folder)
    work = LabelWork(folder, plan)
    work.results.mkdir()
    return work
