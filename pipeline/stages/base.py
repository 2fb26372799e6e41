"""What every stage has in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from pipeline.records import BlockEnd, Record, Tally

BlockWork = Callable[[Sequence[Any], Tally], Sequence[Record]]
"""Turns a block of records of one kind into as many records, in order."""

Flow = Callable[[Iterable[Record], Tally], Iterator[Record]]
"""Turns a stream of records into another, as a stage does."""


class Stage(BaseModel, ABC):
    """One step of the flow: a frozen set of settings that turns a stream of records into another.

    The fields are the YAML settings. A stage keeps no state between runs and never changes a record it was given.
    Records that it does not consume (rejections, dropped paragraphs, ends of blocks) pass through in their place.
    It takes in a record only after it has given what it makes of those before, except that blocks may be collected up
    to their end: when a `BlockEnd` comes out, all that stands before it has come out and is counted.

    Attributes:
        stage: Tag that names the stage in YAML: the file's name and the class's, in snake case.
        consumes: Kind of record that it works on.
        produces: Kind of record that it makes of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str
    consumes: ClassVar[type]
    produces: ClassVar[type]

    @abstractmethod
    def __call__(self, records: Iterable[Record], tally: Tally, /) -> Iterator[Record]:
        """Turn records into records, counting in `tally` what happens to them."""

    def loaded(self) -> Flow:
        """Give the stage with all that it needs in memory, for as many streams as there will be."""
        return self

    def settled(self) -> Self:
        """Decide what the settings leave to the machine, so that the stage is the same when a run is gone on with."""
        return self


class RecordStage(Stage):
    """A stage that looks at one record at a time."""

    def __call__(self, records: Iterable[Record], tally: Tally, /) -> Iterator[Record]:
        """Apply the stage to each record that it consumes; pass the others through."""
        for record in records:
            if isinstance(record, self.consumes):
                yield from self.apply(record, tally)
            else:
                yield record

    @abstractmethod
    def apply(self, record: Any, tally: Tally, /) -> Iterator[Record]:
        """Turn one record of the kind `consumes` into the records that take its place."""


class BlockStage(Stage):
    """A stage that looks at a block of records at a time; they leave it in the order in which they came."""

    def __call__(self, records: Iterable[Record], tally: Tally, /) -> Iterator[Record]:
        """Load what the stage needs, at once; then apply it block by block, passing other records in their place."""
        return self.loaded()(records, tally)

    def loaded(self) -> Flow:
        """Load what the stage needs, once for all streams that it is then called on."""
        return partial(self._apply, self.start())

    @abstractmethod
    def start(self) -> BlockWork:
        """Load what the stage needs, and give the function that turns a block into as many records, in order."""

    def _apply(self, work: BlockWork, records: Iterable[Record], tally: Tally) -> Iterator[Record]:
        for block in cut_blocks(records):
            consumed = [record for record in block if isinstance(record, self.consumes)]
            made = iter(work(consumed, tally) if consumed else ())
            for record in block:
                yield next(made) if isinstance(record, self.consumes) else record


def cut_blocks(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Cut a flow behind every `BlockEnd`; what stands behind the last one is a block, too."""
    block: list[Record] = []
    for record in records:
        block.append(record)
        if isinstance(record, BlockEnd):
            yield block
            block = []
    if block:
        yield block
