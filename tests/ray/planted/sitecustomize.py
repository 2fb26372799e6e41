"""Faults for workers, planted by PYTHONPATH: articles that say so end their process, or make a stage fail."""

import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_KILLS = re.compile(r"planted: kill(?: until (\S+))?")


def _plant() -> None:
    from pipeline.records import Article, Record, Tally
    from pipeline.stages.split_paragraphs import SplitParagraphs

    usual = SplitParagraphs.apply

    def apply(self: SplitParagraphs, article: Article, tally: Tally, /) -> Iterator[Record]:
        if "planted: raise" in article.text:
            message = "planted"
            raise ZeroDivisionError(message)
        found = _KILLS.search(article.text)
        if found and not (found[1] and Path(found[1]).exists()):
            if found[1]:
                Path(found[1]).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        yield from usual(self, article, tally)

    SplitParagraphs.apply = apply  # type: ignore[method-assign]


class _Finder:
    """Plants when a worker begins to be one."""

    def find_spec(self, name: str, *_: Any) -> None:
        """Find nothing."""
        if name == "pipeline.jobs.scaling.worker":
            sys.meta_path.remove(self)
            _plant()


sys.meta_path.insert(0, _Finder())
