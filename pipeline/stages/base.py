"""What every stage has in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from pipeline.records import Record, Tally

BlockWork = Callable[[Sequence[Any], Tally], Sequence[Record]]
"""Turns a block of records of one kind into as many records, in order."""


class Stage(BaseModel, ABC):
    """One step of the flow: a frozen set of settings that turns a stream of records into another.

    The fields are the YAML settings. A stage keeps no state between runs and never changes a record it was given.
    Records that it does not consume (rejections, dropped paragraphs) pass through in their place.

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
    """A stage that looks at many records at a time; they leave it in the order in which they came.

    Attributes:
        lookahead: Number of records that are looked at together.
    """

    lookahead: int = Field(1024, ge=1)

    def __call__(self, records: Iterable[Record], tally: Tally, /) -> Iterator[Record]:
        """Apply the stage to the records that it consumes, block by block; pass the others through in their place."""
        work = self.start()
        stream = iter(records)
        while block := list(islice(stream, self.lookahead)):
            consumed = [record for record in block if isinstance(record, self.consumes)]
            made = iter(work(consumed, tally) if consumed else ())
            for record in block:
                yield next(made) if isinstance(record, self.consumes) else record

    @abstractmethod
    def start(self) -> BlockWork:
        """Load what the stage needs, and give the function that turns a block into as many records, in order."""
