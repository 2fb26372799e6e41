"""Inputs shared out among workers: which of them one worker labels at a time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pipeline.config.engine import ShardSettings
from pipeline.errors import InputError
from pipeline.records import Source


@dataclass(frozen=True, slots=True)
class Shard:
    """Inputs that one worker labels, and that become one part of the results.

    Attributes:
        number: Its place among the shards, from 0.
        sources: The inputs, their paths absolute: a worker may have another working directory.
        sizes: Bytes of each; `None` for what is no file.
    """

    number: int
    sources: tuple[Source, ...]
    sizes: tuple[int | None, ...]

    def to_json(self) -> str:
        """Write it for another process."""
        sources = [[str(source.path), source.name, size] for source, size in zip(self.sources, self.sizes, strict=True)]
        return json.dumps({"number": self.number, "sources": sources})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        told: dict[str, Any] = json.loads(text)
        sources = tuple(Source(Path(path), name) for path, name, _ in told["sources"])
        return cls(told["number"], sources, tuple(size for _, _, size in told["sources"]))

    def check_is_seen(self, machine: str) -> None:
        """Check that the inputs are here: they would be rejected, one by one, as files that cannot be read.

        Args:
            machine: The name of this machine.

        Raises:
            InputError: One was a file where the run began and is none here.
        """
        for source, size in zip(self.sources, self.sizes, strict=True):
            if size is not None and _size(source) is None:
                message = f"{source.name}: is not there on {machine}; put the inputs where all machines see them"
                raise InputError(message)


def cut_shards(sources: Sequence[Source], limits: ShardSettings) -> list[Shard]:
    """Cut the inputs, in their order, into shards; where they are cut depends on their sizes and the limits alone.

    Args:
        sources: At least one, none of them standard input.
        limits: Where shards end.
    """
    shards: list[Shard] = []
    held: list[Source] = []
    sizes: list[int | None] = []
    for source in sources:
        held.append(Source(source.path.absolute() if source.path else None, source.name))
        sizes.append(_size(source))
        if len(held) >= limits.inputs or sum(size or 0 for size in sizes) >= limits.bytes:
            shards.append(Shard(len(shards), tuple(held), tuple(sizes)))
            held, sizes = [], []
    if held:
        shards.append(Shard(len(shards), tuple(held), tuple(sizes)))
    return shards


def _size(source: Source) -> int | None:
    try:
        return source.path.stat().st_size if source.path and source.path.is_file() else None
    except (OSError, ValueError):
        return None
