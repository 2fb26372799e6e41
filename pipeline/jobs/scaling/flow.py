"""The stages with all that they need in memory, led over the inputs of one shard: block by block, or with care."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pipeline.config.label import BlockSettings
from pipeline.errors import PipelineError, is_lack_of_memory
from pipeline.jobs.labelling.blocks import Block, MadeAhead, Reading
from pipeline.jobs.scaling.attempts import Attempts
from pipeline.records import Article, BlockEnd, Record, Rejection, Source, Tally, TokenizedParagraph
from pipeline.stages.base import Flow, Stage

_TOGETHER = 100
"""Articles that are written together where they are labelled one by one."""
_FEW = 10
_SHARE = 0.1
"""More articles than these may not fail: then it is not the articles."""


def is_of_the_machine(error: Exception) -> bool:
    """Tell what the user can mend, or the machine lacks, from what an article did to a stage."""
    return isinstance(error, PipelineError | OSError) or is_lack_of_memory(error)


@dataclass(frozen=True, slots=True)
class LoadedFlow:
    """All stages of labelling, the models in memory.

    Attributes:
        before: Those that lead from inputs to what is classified.
        behind: Those that follow, but for the last.
        write: The last; it writes into another folder each time.
    """

    before: Sequence[Flow]
    behind: Sequence[Flow]
    write: Stage

    @classmethod
    def load(cls, stages: Sequence[Stage]) -> Self:
        """Load what the stages need."""
        *others, write = stages
        classify = next(number for number, stage in enumerate(stages) if stage.consumes is TokenizedParagraph)
        flows = [stage.loaded() for stage in others]
        return cls(flows[:classify], flows[classify:], write)

    def label(self, sources: Sequence[Source], folder: Path, limits: BlockSettings) -> Tally:
        """Label inputs block by block, just as in one process.

        Args:
            sources: The inputs.
            folder: Where to write; it is empty.
            limits: Where blocks end.
        """
        tally, counted = Tally(), Tally()
        blocks = MadeAhead(Reading(sources, BlockEnd(0, 0)).blocks(self.before, limits))
        stream: Iterable[Record] = _records(blocks, counted)
        for stage in (*self.behind, self._writing(folder)):
            stream = stage(stream, tally)
        with blocks:
            deque(stream, maxlen=0)
        tally.update(counted)
        return tally

    def label_alone(self, sources: Sequence[Source], folder: Path, attempts: Attempts) -> Tally:
        """Label article by article; one at which a stage fails, or that ended workers before, is rejected.

        Args:
            sources: The inputs.
            folder: Where to write; it is empty.
            attempts: Where it is noted how far this one is.
        """
        tally = Tally()
        deque(self._writing(folder)(self._each_alone(sources, tally, attempts), tally), maxlen=0)
        return tally

    def _writing(self, folder: Path) -> Flow:
        return self.write.model_copy(update={"folder": folder})

    def _each_alone(self, sources: Sequence[Source], tally: Tally, attempts: Attempts) -> Iterator[Record]:
        read, *stages = (*self.before, *self.behind)
        articles = failed = 0
        for record in _read(read, sources, tally):
            if not isinstance(record, Article):
                yield record
                continue
            articles += 1
            attempts.reach(articles)
            if articles in attempts.deadly:
                reason = "it ended the process that labelled it, twice; please report this article"
                yield Rejection(record.place, reason, record.id)
                continue
            try:
                made: list[Record] = _alone(record, stages, tally)
            except Exception as error:
                failed += 1
                if is_of_the_machine(error) or failed > max(_FEW, _SHARE * articles):
                    raise
                made = [Rejection(record.place, f"cannot be labelled ({_told(error)}); please report this", record.id)]
            yield from made
            if articles % _TOGETHER == 0:
                yield BlockEnd(0, articles)


def _records(blocks: Iterable[Block], counted: Tally) -> Iterator[Record]:
    for block in blocks:
        counted.update(block.tally)
        yield from block.records


def _read(read: Flow, sources: Sequence[Source], tally: Tally) -> Iterator[Record]:
    """Read inputs one after the other; where the reader itself fails, the rest of the input is rejected."""
    for source in sources:
        found = read(iter([source]), tally)
        while True:
            try:
                record = next(found)
            except StopIteration:
                break
            except Exception as error:
                if is_of_the_machine(error):
                    raise
                tally["read_articles: rejected"] += 1
                yield Rejection(source.name, f"cannot be read on ({_told(error)}); what stands before was read")
                break
            yield record


def _alone(article: Article, stages: Sequence[Flow], tally: Tally) -> list[Record]:
    """Lead one article through stages; it is counted only if none of them fails."""
    counted = Tally()
    stream: Iterable[Record] = iter([article])
    for stage in stages:
        stream = stage(stream, counted)
    made = list(stream)
    tally.update(counted)
    return made


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
