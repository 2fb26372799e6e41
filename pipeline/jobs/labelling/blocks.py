"""Inputs as blocks of paragraphs ready to be classified, made in a thread ahead of their use.

Where a block ends depends on the inputs alone, so that a run that goes on after an interruption has the same blocks.
"""

import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from queue import Full, Queue
from types import TracebackType
from typing import Self

from pipeline.config.label import BlockSettings
from pipeline.errors import InputError
from pipeline.jobs.labelling.plan import digest_of
from pipeline.records import Article, BlockEnd, Record, Source, Tally
from pipeline.stages.base import Flow, cut_blocks

_AHEAD = 1
"""Blocks that wait, beside the one that is made and the one that is classified."""
_POLL_SECONDS = 0.1
_END_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Block:
    """Records that are worked on and written together, and what was counted when they were made."""

    records: list[Record]
    tally: Tally


class Reading:
    """The inputs from some place on, and how far they are read."""

    def __init__(self, sources: Sequence[Source], start: BlockEnd) -> None:
        """Read on behind `start`: the inputs before are not touched, what was found in its own is passed over."""
        self._sources = sources
        self._source = start.source
        self._found = 0
        self._known = start.found
        self._digests: list[str | None] = []

    def blocks(self, stages: Sequence[Flow], limits: BlockSettings) -> Generator[Block]:
        """Take the inputs through stages.

        Args:
            stages: The first one reads, the second one extracts; neither makes more records or fewer than there are
                articles and rejections.
            limits: Where blocks end.

        Returns:
            The blocks. Before they are asked for nothing is read, but what the stages need is loaded.
        """
        tally = Tally()
        read, extract, *others = stages
        stream = self._pass_over(read(self._opened(), tally), tally)
        stream = self._mark_ends(extract(stream, tally), limits)
        for stage in others:
            stream = stage(stream, tally)
        return _counted(stream, tally)

    def _opened(self) -> Iterator[Source]:
        first = self._source
        for index in range(first, len(self._sources)):
            self._source, self._found = index, 0
            if index > first or not self._known:
                self._digests.append(digest_of(self._sources[index]))
            yield self._sources[index]
            if index == first and self._found < self._known:
                message = f"{self._sources[index].name}: has changed since the run began; start anew with --restart"
                raise InputError(message)
        self._source, self._found = len(self._sources), 0

    def _pass_over(self, records: Iterable[Record], tally: Tally) -> Iterator[Record]:
        left = self._known
        for record in records:
            self._found += 1
            if not left:
                yield record
                continue
            left -= 1
            if not left:
                tally.clear()  # What was passed over was counted when it was labelled.

    def _mark_ends(self, records: Iterable[Record], limits: BlockSettings) -> Iterator[Record]:
        count = chars = 0
        for record in records:
            yield record
            count += 1
            chars += len(record.text) if isinstance(record, Article) else 0
            if count >= limits.articles or chars >= limits.chars:
                yield self._end()
                count = chars = 0
        yield self._end()

    def _end(self) -> BlockEnd:
        digests, self._digests = tuple(self._digests), []
        return BlockEnd(self._source, self._found, digests)


class MadeAhead:
    """Blocks that a thread makes ahead of their use; a context, within which the thread runs.

    What goes wrong in the thread is raised where the blocks are used, behind those that were made before.
    """

    def __init__(self, blocks: Generator[Block]) -> None:
        """Make nothing yet."""
        self._blocks = blocks
        self._made: Queue[Block | BaseException | None] = Queue(_AHEAD)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._make, name="blocks", daemon=True)

    def __iter__(self) -> Iterator[Block]:
        """Give the blocks, each when it is made."""
        while (block := self._made.get()) is not None:
            if isinstance(block, BaseException):
                raise block
            yield block

    def __enter__(self) -> Self:
        """Begin to make blocks."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Have the thread end; one that is in the middle of a long page is not waited for."""
        self._is_over.set()
        self._thread.join(_END_SECONDS)

    def _make(self) -> None:
        try:
            for block in self._blocks:
                if not self._put(block):
                    return
            self._put(None)
        except BaseException as error:  # noqa: BLE001 - it is raised where the blocks are used
            self._put(error)
        finally:
            self._blocks.close()

    def _put(self, made: Block | BaseException | None) -> bool:
        """Wait until there is room; tells whether the block is wanted."""
        while not self._is_over.is_set():
            try:
                self._made.put(made, timeout=_POLL_SECONDS)
            except Full:
                continue
            return True
        return False


def _counted(stream: Iterable[Record], tally: Tally) -> Generator[Block]:
    before = Tally()
    for records in cut_blocks(stream):
        yield Block(records, Tally({key: count - before[key] for key, count in tally.items()}))
        before = Tally(tally)
