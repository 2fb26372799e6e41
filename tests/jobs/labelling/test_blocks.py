"""Blocks end where the inputs say, are the same whenever they are made, and are made ahead."""

import json
import threading
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import Field

from pipeline.config.label import BlockSettings
from pipeline.errors import InputError
from pipeline.jobs.labelling.blocks import Block, MadeAhead, Reading
from pipeline.readers import list_sources
from pipeline.records import Article, BlockEnd, Paragraph, Record, Rejection, Source, Tally
from pipeline.stages import CleanArticles, DropBoilerplate, ExtractArticles, ReadArticles, SplitParagraphs
from pipeline.stages.base import Stage

FLOW: tuple[Stage, ...] = (ReadArticles(), ExtractArticles(), CleanArticles(), SplitParagraphs(), DropBoilerplate())
NEWS = "وقعت الحكومتان اتفاقية للتعاون في مجال الطاقة والنقل، وقال الوزير إن العمل يبدأ قريبا."
START = BlockEnd(0, 0)


@pytest.fixture
def sources(tmp_path: Path) -> list[Source]:
    """Three files of 5, 1 and 4 articles and rejections; some lines are blank, one file is in another encoding."""
    lines = [json.dumps({"text": f"{NEWS} {number}\n{NEWS}"}, ensure_ascii=False) for number in range(4)]
    (tmp_path / "a.jsonl").write_text("\n".join([*lines[:2], "{", "", *lines[2:], "", ""]), encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(NEWS.encode("cp1256"))
    (tmp_path / "c.jsonl").write_text("\n".join([lines[0], '{"text": ""}', "[]", lines[1]]), encoding="utf-8")
    return list_sources([str(tmp_path)])


def made(sources: list[Source], start: BlockEnd, **limits: int) -> list[Block]:
    return list(Reading(sources, start).blocks(FLOW, BlockSettings(**limits)))


def end_of(block: Block) -> BlockEnd:
    end = block.records[-1]
    assert isinstance(end, BlockEnd)
    return end


def test_a_block_ends_with_so_many_articles_and_rejections(sources: list[Source]) -> None:
    ends = [end_of(block) for block in made(sources, START, articles=3)]
    assert [(end.source, end.found) for end in ends] == [(0, 3), (1, 1), (2, 3), (3, 0)]


def test_a_block_ends_with_the_article_in_which_it_reaches_so_many_characters(sources: list[Source]) -> None:
    ends = [end_of(block) for block in made(sources, START, chars=2 * len(f"{NEWS} 0\n{NEWS}"))]
    assert [(end.source, end.found) for end in ends] == [(0, 2), (0, 5), (2, 4), (3, 0)]


def test_all_is_in_the_blocks_and_the_last_one_ends_behind_all_inputs(sources: list[Source]) -> None:
    (block,) = made(sources, START)
    assert sum(isinstance(record, Paragraph) for record in block.records) == 13
    assert sum(isinstance(record, Rejection) for record in block.records) == 3
    assert end_of(block).source == 3
    assert [digest is not None for digest in end_of(block).digests] == [True, True, True]
    assert block.tally["read_articles: articles"] == 8
    assert block.tally["read_articles: decoded as windows-1256"] == 1


@pytest.mark.parametrize("articles", range(1, 11))
def test_whoever_goes_on_behind_a_block_gets_the_same_blocks_and_counts(sources: list[Source], articles: int) -> None:
    blocks = made(sources, START, articles=articles)
    for behind, block in enumerate(blocks, start=1):
        rest = made(sources, end_of(block), articles=articles)
        if end_of(block).source < len(sources):
            assert [each.records for each in rest] == [each.records for each in blocks[behind:]]
            counts = [[+block.tally for block in part] for part in (rest, blocks[behind:])]
            assert counts[0] == counts[1]


def test_inputs_before_the_start_are_not_touched(sources: list[Source], tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").unlink()
    (block,) = made(sources, BlockEnd(1, 1))
    assert [record.place for record in block.records if isinstance(record, Rejection)] == ["c.jsonl:2", "c.jsonl:3"]


def test_an_input_with_less_in_it_than_before_is_refused(sources: list[Source], tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "قصير"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.jsonl: has changed since the run began"):
        made(sources, BlockEnd(0, 3))


def test_no_input_is_opened_before_blocks_are_asked_for(tmp_path: Path) -> None:
    blocks = Reading([Source(tmp_path / "later.txt", "later.txt")], START).blocks(FLOW, BlockSettings())
    (tmp_path / "later.txt").write_text(NEWS, encoding="utf-8")
    assert next(blocks).tally["read_articles: articles"] == 1


def numbered(numbers: Iterable[int]) -> Generator[Block]:
    for number in numbers:
        yield Block([BlockEnd(number, 0)], Tally())


def test_blocks_are_made_ahead_but_only_a_few(tmp_path: Path) -> None:
    begun: list[int] = []
    third = threading.Event()

    def counting() -> Iterator[int]:
        for number in range(100):
            begun.append(number)
            if number == 2:
                third.set()
            yield number

    with MadeAhead(numbered(counting())) as blocks:
        taken = iter(blocks)
        next(taken)
        assert third.wait(60)
        next(taken)
    assert len(begun) <= 5
    assert not list(tmp_path.iterdir())


def test_what_goes_wrong_is_raised_behind_the_blocks_that_were_made_before() -> None:
    def breaking() -> Iterator[int]:
        yield from (0, 1)
        raise LookupError

    taken: list[int] = []
    with pytest.raises(LookupError), MadeAhead(numbered(breaking())) as blocks:
        taken.extend(end_of(block).source for block in blocks)
    assert taken == [0, 1]


def test_the_thread_ends_and_closes_what_it_reads_when_nobody_asks_for_more() -> None:
    closed: list[str] = []

    def endless() -> Iterator[int]:
        try:
            number = 0
            while True:
                yield (number := number + 1)
        finally:
            closed.append(threading.current_thread().name)

    with MadeAhead(numbered(endless())) as blocks:
        next(iter(blocks))
    assert closed == ["blocks"]
    assert "blocks" not in [thread.name for thread in threading.enumerate()]


class Loading(Stage):
    """A stage that needs something loaded; notes in which thread."""

    stage: str = "loading"
    consumes: ClassVar[type] = Article
    produces: ClassVar[type] = Article
    threads: list[str] = Field([])

    def __call__(self, records: Iterable[Record], tally: Tally, /) -> Iterator[Record]:
        self.threads.append(threading.current_thread().name)
        tally["loading: loaded"] += 1
        return iter(records)


def test_what_stages_need_is_loaded_once_and_before_the_thread_begins(sources: list[Source]) -> None:
    stage = Loading()
    blocks = Reading(sources, START).blocks((*FLOW[:2], stage, *FLOW[2:]), BlockSettings(articles=1))
    assert len(stage.threads) == 1
    with MadeAhead(blocks) as ahead:
        assert len(list(ahead)) == 11
    assert stage.threads == [threading.current_thread().name]
