"""What is known of earlier attempts at a shard that ended with their worker: where they came to."""

from collections import Counter
from pathlib import Path

_QUICK = 2
"""Attempts that label blocks, as usual; those after them label article by article, and note where they are."""
_DEADLY = 2
"""Workers that an article may end; afterwards it is rejected."""
_UNEXPLAINED = 6
"""Attempts that may end so without leading to an article; what ends them then is not in the inputs."""
_MOST_DEADLY = 10
"""Articles of a shard that may be rejected so; with more of them, it is not the articles."""
_BEGUN = "begun"


class Attempts:
    """The attempts at one shard, in a file: a line when one begins, one for each article where it is careful.

    Attributes:
        ended: How many there were before; each ended with its worker.
        deadly: Articles, counted from 1, that ended workers often enough.
    """

    def __init__(self, path: Path) -> None:
        """Read what earlier attempts noted; a line that is not whole was not written."""
        self._path = path
        last: list[int | None] = []
        lines = path.read_text(encoding="ascii").splitlines(keepends=True) if path.exists() else []
        for line in lines:
            if line == f"{_BEGUN}\n":
                last.append(None)
            elif line.endswith("\n") and last:
                last[-1] = int(line)
        self.ended = len(last)
        ends = Counter(article for article in last if article is not None)
        self.deadly = frozenset(article for article, times in ends.items() if times >= _DEADLY)

    @property
    def is_careful(self) -> bool:
        """Whether this attempt is to label article by article."""
        return self.ended >= _QUICK

    @property
    def is_hopeless(self) -> bool:
        """Whether another attempt would end as those before."""
        unexplained = self.ended - _DEADLY * len(self.deadly)
        return unexplained >= _UNEXPLAINED or len(self.deadly) > _MOST_DEADLY

    def begin(self) -> None:
        """Note that an attempt begins."""
        self._path.parent.mkdir(exist_ok=True)
        self._note(_BEGUN)

    def reach(self, article: int) -> None:
        """Note that an article, counted from 1, is labelled now."""
        self._note(str(article))

    def _note(self, line: str) -> None:
        with self._path.open("a", encoding="ascii") as stream:
            stream.write(f"{line}\n")
