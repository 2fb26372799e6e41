"""The stages over one shard. A planted stage fails at articles that say so."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import LabelConfig
from pipeline.config.label import BlockSettings
from pipeline.errors import ModelError
from pipeline.jobs.label import check_accounts, label
from pipeline.jobs.scaling.attempts import Attempts
from pipeline.jobs.scaling.flow import LoadedFlow
from pipeline.model_folder import read_decision
from pipeline.readers import list_sources
from pipeline.records import Article, Record, Source, Tally

NEWS = "وقعت الصين وروسيا اتفاقا رقم {} لتوريد الغاز.\nوقال الوزير إن البلدين يعملان معا في النقل والتعليم."


@dataclass(frozen=True)
class Planted:
    """A stage that fails at articles in which `word` stands."""

    word: str
    error: Exception

    def __call__(self, records: Iterable[Record], tally: Tally, /) -> Iterator[Record]:
        """Pass all others through."""
        for record in records:
            if isinstance(record, Article) and self.word in record.text:
                tally["planted: counted before it failed"] += 1
                raise self.error
            yield record


@pytest.fixture
def sources(tmp_path: Path) -> list[Source]:
    """Two files of 30 and 2 articles and a line that is none."""
    (tmp_path / "in").mkdir()
    lines = [json.dumps({"id": f"n{number}", "text": NEWS.format(number)}, ensure_ascii=False) for number in range(30)]
    (tmp_path / "in" / "a.jsonl").write_text("\n".join([*lines[:9], "{", *lines[9:]]), encoding="utf-8")
    (tmp_path / "in" / "b.jsonl").write_text("\n".join(lines[:2]), encoding="utf-8")
    return list_sources([str(tmp_path / "in")])


@pytest.fixture
def flow(linear_classifier: Path) -> LoadedFlow:
    """All stages with the linear classifier."""
    return LoadedFlow.load(LabelConfig().flow(read_decision(linear_classifier), linear_classifier, Path()))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An empty folder."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def attempts(tmp_path: Path) -> Attempts:
    """A first attempt, begun."""
    begun = Attempts(tmp_path / "attempts" / "00000")
    begun.begin()
    return begun


def planted(flow: LoadedFlow, word: str, error: Exception) -> LoadedFlow:
    """Put a stage that fails behind the one that reads."""
    read, *others = flow.before
    return replace(flow, before=[read, Planted(word, error), *others])


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def with_one_process(sources: Sequence[Source], model: Path, out: Path) -> Path:
    inputs = tuple(str(source.path) for source in sources)
    label(LabelConfig(inputs=inputs, out=out, model=str(model)))
    return out


def test_blocks_give_the_files_of_one_process_again_and_again(
    flow: LoadedFlow, sources: list[Source], tmp_path: Path, linear_classifier: Path
) -> None:
    usual = with_one_process(sources, linear_classifier, tmp_path / "usual")

    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        tally = flow.label(sources, tmp_path / name, BlockSettings(articles=7))

        check_accounts(tally)
        assert tally["read_articles: articles"] == 32
        for file in ("labels.jsonl", "dropped.jsonl", "rejected.jsonl"):
            assert (tmp_path / name / file).read_bytes() == (usual / file).read_bytes()


def test_one_by_one_gives_the_files_of_one_process(
    flow: LoadedFlow, sources: list[Source], out: Path, tmp_path: Path, linear_classifier: Path, attempts: Attempts
) -> None:
    usual = with_one_process(sources, linear_classifier, tmp_path / "usual")

    tally = flow.label_alone(sources, out, attempts)

    check_accounts(tally)
    for file in ("labels.jsonl", "dropped.jsonl", "rejected.jsonl"):
        assert (out / file).read_bytes() == (usual / file).read_bytes()


def test_what_a_stage_raises_ends_blocks(flow: LoadedFlow, sources: list[Source], out: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        planted(flow, "رقم 7 ", ZeroDivisionError("poison")).label(sources, out, BlockSettings())


def test_an_article_at_which_a_stage_fails_is_rejected_with_its_place_and_the_others_are_labelled(
    flow: LoadedFlow, sources: list[Source], out: Path, attempts: Attempts
) -> None:
    tally = planted(flow, "رقم 7 ", ZeroDivisionError("poison")).label_alone(sources, out, attempts)

    check_accounts(tally)
    reasons = {row["place"]: (row["id"], row["reason"]) for row in rows(out / "rejected.jsonl")}
    assert reasons["a.jsonl:8"] == ("n7", "cannot be labelled (ZeroDivisionError: poison); please report this")
    assert reasons.keys() == {"a.jsonl:8", "a.jsonl:10"}
    assert "n7" not in {row["article_id"] for row in rows(out / "labels.jsonl")}
    assert tally["write_predictions: articles"] == 31
    assert tally["planted: counted before it failed"] == 0


def test_an_article_that_ended_workers_is_rejected_before_it_does_so_again(
    flow: LoadedFlow, sources: list[Source], out: Path, tmp_path: Path
) -> None:
    for _ in range(2):
        earlier = Attempts(tmp_path / "attempts" / "00000")
        earlier.begin()
        earlier.reach(31)

    tally = flow.label_alone(sources, out, Attempts(tmp_path / "attempts" / "00000"))

    check_accounts(tally)
    (_, rejected) = rows(out / "rejected.jsonl")
    assert rejected["place"] == "b.jsonl:1"
    assert rejected["reason"] == "it ended the process that labelled it, twice; please report this article"
    assert tally["write_predictions: articles"] == 31


def test_it_is_noted_at_which_article_a_worker_is(
    flow: LoadedFlow, sources: list[Source], out: Path, tmp_path: Path
) -> None:
    for _ in range(2):
        attempts = Attempts(tmp_path / "attempts" / "00000")
        attempts.begin()
        with pytest.raises(KeyboardInterrupt):
            planted(flow, "رقم 7 ", KeyboardInterrupt()).label_alone(sources, out, attempts)  # type: ignore[arg-type]

    assert Attempts(tmp_path / "attempts" / "00000").deadly == {8}


def test_where_many_articles_fail_it_is_not_the_articles(
    flow: LoadedFlow, sources: list[Source], out: Path, attempts: Attempts
) -> None:
    with pytest.raises(ZeroDivisionError):
        planted(flow, "الصين", ZeroDivisionError()).label_alone(sources, out, attempts)


@pytest.mark.parametrize(
    "error", [ModelError("damaged"), OSError("no space"), MemoryError(), RuntimeError("CUDA out of memory")]
)
def test_what_is_not_the_articles_fault_is_not_laid_on_them(
    flow: LoadedFlow, sources: list[Source], out: Path, attempts: Attempts, error: Exception
) -> None:
    with pytest.raises(type(error)):
        planted(flow, "رقم 7 ", error).label_alone(sources, out, attempts)


def test_an_input_at_which_the_reader_itself_fails_is_rejected_from_there_on(
    flow: LoadedFlow, sources: list[Source], out: Path, attempts: Attempts
) -> None:
    def failing(records: Iterable[Record], tally: Tally, /) -> Iterator[Record]:
        for number, record in enumerate(read(records, tally)):
            if number == 3:
                tally["read_articles: articles"] -= 1
                raise ZeroDivisionError
            yield record

    read, *others = flow.before
    tally = replace(flow, before=[failing, *others]).label_alone(sources, out, attempts)

    check_accounts(tally)
    (rejected,) = rows(out / "rejected.jsonl")
    assert rejected["place"] == "a.jsonl"
    assert rejected["reason"] == "cannot be read on (ZeroDivisionError: ); what stands before was read"
    assert tally["write_predictions: articles"] == 5
