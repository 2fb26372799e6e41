"""Blocks end where their mark stands, and come out in order."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from pipeline.records import Article, BlockEnd, Record, Rejection, Tally
from pipeline.stages import CleanArticles
from pipeline.stages.base import BlockStage, BlockWork, cut_blocks


class Count(BlockStage):
    """Says of each article how many its block has; notes how often it was started."""

    stage: Literal["count"] = "count"
    starts: list[int] = Field([])
    consumes: ClassVar[type] = Article
    produces: ClassVar[type] = Article

    def start(self) -> BlockWork:
        self.starts.append(1)

        def work(articles: Sequence[Article], tally: Tally) -> Sequence[Record]:
            tally["count: blocks"] += 1
            return [Article(article.id, str(len(articles)), article.place) for article in articles]

        return work


def article(name: str) -> Article:
    return Article(name, "", name)


A, B, C = (article(name) for name in "abc")
OUT = Rejection("x", "unreadable")
END, LAST = BlockEnd(0, 2), BlockEnd(1, 0)


def test_a_flow_is_cut_behind_every_end() -> None:
    assert list(cut_blocks([A, OUT, END, B, LAST, C])) == [[A, OUT, END], [B, LAST], [C]]
    assert list(cut_blocks([A, END])) == [[A, END]]
    assert list(cut_blocks([])) == []


def test_records_of_a_block_are_looked_at_together_and_keep_their_order() -> None:
    tally = Tally()
    made = list(Count()([A, OUT, B, END, OUT, LAST, C], tally))
    assert [record.text if isinstance(record, Article) else record for record in made] == [
        "2",
        OUT,
        "2",
        END,
        OUT,
        LAST,
        "1",
    ]
    assert tally == {"count: blocks": 2}


def test_what_a_stage_needs_is_loaded_when_it_is_put_into_the_flow_and_once() -> None:
    stage = Count()
    flow = stage([A, END, B, LAST], Tally())
    assert stage.starts == [1]
    assert len(list(flow)) == 4
    assert stage.starts == [1]


def test_a_loaded_stage_serves_many_streams_and_is_started_once() -> None:
    stage, tally = Count(), Tally()
    flow = stage.loaded()
    assert stage.starts == [1]
    streams: list[list[Record]] = [[A, END], [B, C], []]
    assert [len(list(flow(stream, tally))) for stream in streams] == [2, 2, 0]
    assert stage.starts == [1]
    assert tally == {"count: blocks": 2}


def test_a_stage_that_needs_nothing_is_loaded_as_it_is() -> None:
    stage = CleanArticles()
    assert stage.loaded() is stage


def test_a_block_comes_out_before_the_next_one_is_taken_in() -> None:
    taken: list[Record] = []

    def records() -> Iterable[Record]:
        for record in (A, B, END, C, LAST):
            taken.append(record)
            yield record

    flow: Iterator[Record] = Count()(records(), Tally())
    for _ in range(3):
        next(flow)
    assert taken == [A, B, END]


def test_a_stage_that_leaves_nothing_to_the_machine_is_settled() -> None:
    stage = Count()
    assert stage.settled() is stage
