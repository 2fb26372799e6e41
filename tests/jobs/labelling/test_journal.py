"""The journal tells what is on the disk, whatever happened while it was written."""

from pathlib import Path

import pytest

from pipeline.jobs.labelling.journal import Commit, Journal
from pipeline.records import BlockEnd

FIRST = Commit(1, BlockEnd(0, 7, ("ab",)), {"labels.jsonl": 10}, {"read_articles: articles": 7})
SECOND = Commit(2, BlockEnd(2, 1, ("cd", None)), {"labels.jsonl": 25}, {"read_articles: articles": 9})


def journal_of(path: Path, *commits: Commit) -> Journal:
    journal = Journal(path)
    for commit in commits:
        journal.commit(commit)
    return journal


def test_a_journal_that_is_not_there_is_empty_and_not_made(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    assert (journal.last, journal.results, list(journal.digests())) == (None, None, [])
    assert not list(tmp_path.iterdir())


def test_the_last_commit_is_read_back(tmp_path: Path) -> None:
    journal_of(tmp_path / "journal.jsonl", FIRST, SECOND)
    journal = Journal(tmp_path / "journal.jsonl")
    assert journal.last == SECOND
    assert list(journal.digests()) == ["ab", "cd", None]
    assert journal.results is None


def test_the_names_of_complete_results_are_read_back(tmp_path: Path) -> None:
    journal_of(tmp_path / "journal.jsonl", FIRST).complete(["run.json", "labels.jsonl"])
    journal = Journal(tmp_path / "journal.jsonl")
    assert (journal.last, journal.results) == (FIRST, ("run.json", "labels.jsonl"))


@pytest.mark.parametrize("kept", range(200))
def test_a_line_that_broke_off_anywhere_is_cut_off(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "journal.jsonl"
    journal_of(path, FIRST)
    whole = path.read_bytes()
    journal_of(path, SECOND)
    content = path.read_bytes()
    assert len(content) - len(whole) < 200
    path.write_bytes(content[: len(whole) + kept])

    journal = Journal(path)

    assert journal.last == (SECOND if len(whole) + kept >= len(content) else FIRST)
    journal.commit(SECOND)
    assert path.read_bytes() == content + (content[len(whole) :] if len(whole) + kept >= len(content) else b"")


@pytest.mark.parametrize("damage", [b"\0" * 100, b"\0" * 99 + b"\n", b"17\n", b'{"block": 2, "end"\n{"block": 3}\n'])
def test_what_a_power_cut_may_leave_behind_the_last_line_is_cut_off(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "journal.jsonl"
    journal_of(path, FIRST)
    whole = path.read_bytes()
    path.write_bytes(whole + damage)
    assert Journal(path).last == FIRST
    assert path.read_bytes() == whole
