"""The five seed articles, paragraph by paragraph, as golden files.

`python -m stages.test_prepare_golden` in `tests/` writes them anew; read the difference before you commit it.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from pipeline.readers.sources import list_sources
from pipeline.records import Dropped, Paragraph, Record, Tally
from pipeline.stages import CleanArticles, DropBoilerplate, ReadArticles, SplitParagraphs
from pipeline.stages.base import Stage

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
SEEDS = sorted((ROOT / "seeds" / "articles").glob("*.txt"))


def prepare(path: Path) -> list[dict[str, Any]]:
    """The paragraphs of an article, with their offsets, the text as the model sees it, and why some are dropped."""
    stages: list[Stage] = [ReadArticles(), CleanArticles(), SplitParagraphs(), DropBoilerplate()]
    stream: Iterable[Record] = list_sources([str(path)])
    tally = Tally()
    for stage in stages:
        stream = stage(stream, tally)
    rows = []
    for record in stream:
        paragraph = record.paragraph if isinstance(record, Dropped) else record
        assert isinstance(paragraph, Paragraph)
        assert paragraph.article.text[paragraph.start : paragraph.end] == paragraph.text
        dropped = record.reason if isinstance(record, Dropped) else None
        rows.append({"start": paragraph.start, "end": paragraph.end, "dropped": dropped, "cleaned": paragraph.cleaned})
    return rows


def _golden(path: Path) -> Path:
    return GOLDEN / f"{path.stem}.jsonl"


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_seed_article_becomes_the_paragraphs_of_its_golden_file(path: Path) -> None:
    expected = [json.loads(line) for line in _golden(path).read_text(encoding="utf-8").splitlines()]

    assert prepare(path) == expected


if __name__ == "__main__":
    for seed in SEEDS:
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in prepare(seed)]
        _golden(seed).write_text("".join(lines), encoding="utf-8")
