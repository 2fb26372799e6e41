from pathlib import Path

import pytest

from pipeline.jobs.scaling.attempts import Attempts


def end_at(path: Path, *articles: int) -> None:
    """Make an attempt that ends with its worker, having come to the last of some articles."""
    attempts = Attempts(path)
    attempts.begin()
    for article in articles:
        attempts.reach(article)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where attempts are noted; the folder is made when that is needed."""
    return tmp_path / "attempts" / "00003"


def test_the_first_two_attempts_are_quick_and_the_third_is_careful(path: Path) -> None:
    assert not Attempts(path).is_careful
    end_at(path)
    assert not Attempts(path).is_careful
    end_at(path)
    assert Attempts(path).is_careful
    assert Attempts(path).ended == 2


def test_an_article_is_deadly_when_two_attempts_ended_at_it_and_not_before(path: Path) -> None:
    end_at(path)
    end_at(path)
    end_at(path, 1, 2, 3)
    assert Attempts(path).deadly == frozenset()
    end_at(path, 1, 2)
    assert Attempts(path).deadly == frozenset()
    end_at(path, 1, 2, 3)
    assert Attempts(path).deadly == {3}


def test_a_line_that_a_worker_did_not_write_to_its_end_is_passed_over(path: Path) -> None:
    end_at(path, 3)
    end_at(path, 3, 35)
    written = path.read_text(encoding="ascii")

    path.write_text(written.removesuffix("5\n"), encoding="ascii")

    assert Attempts(path).deadly == {3}


def test_attempts_that_lead_to_no_article_are_given_up(path: Path) -> None:
    for _ in range(6):
        assert not Attempts(path).is_hopeless
        end_at(path)
    assert Attempts(path).is_hopeless


def test_attempts_that_end_somewhere_else_each_time_are_given_up(path: Path) -> None:
    for number in range(6):
        assert not Attempts(path).is_hopeless
        end_at(path, number + 1)
    assert Attempts(path).is_hopeless


def test_attempts_that_find_a_deadly_article_each_two_times_go_on(path: Path) -> None:
    end_at(path)
    end_at(path)
    for article in (4, 9, 11):
        end_at(path, article)
        end_at(path, article)
    assert Attempts(path).deadly == {4, 9, 11}
    assert not Attempts(path).is_hopeless


def test_a_shard_of_which_every_article_is_deadly_is_given_up(path: Path) -> None:
    for article in range(1, 12):
        assert not Attempts(path).is_hopeless
        end_at(path, article)
        end_at(path, article)
    assert Attempts(path).is_hopeless
