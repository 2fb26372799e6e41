"""Where each piece of a rewritten text came from.

A rewriting is kept as its edits alone, so that the memory it takes grows with what was changed and not with the text.
"""

from array import array
from bisect import bisect_right


class Alignment:
    """The edits of one pass over a text; looks up positions by bisection.

    A removed stretch belongs to the character before it (a fatha to its letter); removed at the very beginning, it
    belongs to none. A boundary inside a replacement leads to the edge of what was replaced.
    """

    __slots__ = ("_ends", "_source_ends", "_starts")

    def __init__(self) -> None:
        """Begin without edits: every position stands for itself."""
        self._starts = array("q")  # where each replacement begins in the rewritten text
        self._ends = array("q")
        self._source_ends = array("q")  # where that which it replaced ends in the source

    def __eq__(self, other: object) -> bool:
        """Tell whether two alignments have the same edits."""
        if not isinstance(other, Alignment):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    __hash__ = None  # type: ignore[assignment]  # its edits are still being added to when it is young

    def __len__(self) -> int:
        """Return the number of edits."""
        return len(self._starts)

    def add(self, start: int, end: int, source_end: int) -> None:
        """Record that rewritten text [start, end) replaced a stretch ending at `source_end`, in order of position."""
        self._starts.append(start)
        self._ends.append(end)
        self._source_ends.append(source_end)

    def source_start(self, position: int) -> int:
        """Give the source position of a boundary that begins a span of the rewritten text."""
        before = bisect_right(self._ends, position)
        if before < len(self._starts):
            position = min(position, self._starts[before])
        return self._shift(before, position)

    def source_end(self, position: int) -> int:
        """Give the source position of a boundary that ends a span of the rewritten text."""
        before = bisect_right(self._ends, position)
        if before < len(self._starts) and self._starts[before] < position:
            return self._source_ends[before]
        return self._shift(before, position)

    def _shift(self, before: int, position: int) -> int:
        if before == 0:
            return position
        return self._source_ends[before - 1] + position - self._ends[before - 1]


Rewriting = tuple[str, Alignment]
"""A rewritten text and its way back to the text it was made from."""


class Rewriter:
    """Builds a rewritten text from left to right, and its alignment with it."""

    __slots__ = ("_alignment", "_length", "_pieces", "_position", "_source")

    def __init__(self, source: str) -> None:
        """Begin at the start of `source`."""
        self._source = source
        self._pieces: list[str] = []
        self._length = 0
        self._position = 0
        self._alignment = Alignment()

    def replace(self, start: int, end: int, replacement: str) -> None:
        """Put `replacement` for source[start:end] as one indivisible edit; calls go from left to right."""
        self._keep_until(start)
        self._add(replacement)
        self._position = end
        self._alignment.add(self._length - len(replacement), self._length, end)

    def substitute(self, start: int, replacement: str) -> None:
        """Put `replacement` for as many source characters, each for its own; needs no edit."""
        self._keep_until(start)
        self._add(replacement)
        self._position = start + len(replacement)

    def finish(self) -> Rewriting:
        """Return the rewritten text and its alignment."""
        self._keep_until(len(self._source))
        return "".join(self._pieces), self._alignment

    def _keep_until(self, position: int) -> None:
        if position > self._position:
            self._add(self._source[self._position : position])

    def _add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
