"""Our own way of labelling: the stages of `taawun label`, each one timed."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pipeline.config import LabelConfig
from pipeline.model_folder import read_decision
from pipeline.readers.sources import list_sources
from pipeline.records import Article, BlockEnd, Record, Tally, TokenizedParagraph
from speed.peers import Given, Took

_BLOCK_CHARS = 500_000

Clock = Callable[[], float]


class Ours:
    """The stages of `taawun label`, one after the other; the command itself prepares the next block in a thread."""

    def __init__(self, given: Given, clock: Clock) -> None:
        """Load the model."""
        self._clock = clock
        self._decision = read_decision(given.model)
        self._written = given.cache / "written"
        shutil.rmtree(self._written, ignore_errors=True)
        self._written.mkdir()
        precision = "auto" if self._decision.kind == "linear" else given.precision
        settings = {"precision": precision, "device": "cpu", "threads": given.threads}
        config = LabelConfig.model_validate({"model": str(given.model), "classify": settings})
        self._stages = config.flow(self._decision, given.model, self._written)
        self._rows: list[Path] = []
        self._spent: dict[str, float] = {}
        self._took = Took()
        self._tally = Tally()
        stream: Iterable[Record] = self._inputs()
        for stage in self._stages:
            stream = self._timed(stage(stream, self._tally), stage.stage)
            stream = _in_blocks(stream) if stage is self._stages[0] else stream
        self._stream = stream

    def label(self, rows: Path, out: Path, took: Took) -> None:
        """Label a file into another one; once."""
        self._rows.append(rows)
        self._took = took
        for _ in self._stream:
            pass
        names = [stage.stage for stage in self._stages]
        before = [0.0, *(self._spent[name] for name in names)]
        took.parts = {name: self._spent[name] - before[place] for place, name in enumerate(names)}
        took.rows = self._tally["split_paragraphs: paragraphs"]
        if self._decision.kind == "linear":
            took.windows.clear()  # of n-grams, which are no tokens
        took.held = sum(took.windows) + self._tally["classify_paragraphs: tokens of padding"]
        _write_labels(self._written / "labels.jsonl", out)

    def _inputs(self) -> Iterator[Record]:
        yield from list_sources([str(path) for path in self._rows])

    def _timed(self, stream: Iterable[Record], name: str) -> Iterator[Record]:
        """Pass records through, adding up the time that it takes to make them, all stages before included."""
        records = iter(stream)
        self._spent[name] = 0.0
        while True:
            start = self._clock()
            record = next(records, None)
            self._spent[name] += self._clock() - start
            if record is None:
                return
            if isinstance(record, TokenizedParagraph):
                self._took.windows.extend(map(len, record.windows))
            yield record


def _in_blocks(records: Iterable[Record]) -> Iterator[Record]:
    """Mark the ends of blocks as large as those of `taawun label`."""
    chars = 0
    for record in records:
        yield record
        chars += len(record.text) if isinstance(record, Article) else 0
        if chars >= _BLOCK_CHARS:
            yield BlockEnd(0, 0)
            chars = 0
    yield BlockEnd(1, 0)


def _write_labels(written: Path, out: Path) -> None:
    """Leave of what was written the labels of each row, to be compared with those of others."""
    labels: dict[str, set[str]] = {}
    for line in written.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        labels.setdefault(row["article_id"], set()).update(row["labels"])
    out.write_text(json.dumps({name: sorted(found) for name, found in labels.items()}), encoding="utf-8")
