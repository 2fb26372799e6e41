from pathlib import Path

import pytest

from pipeline.config.engine import ShardSettings
from pipeline.errors import InputError
from pipeline.jobs.scaling.shards import Shard, cut_shards
from pipeline.records import Source


@pytest.fixture
def sources(tmp_path: Path) -> list[Source]:
    """Five files of 0, 10, 20, 30 and 40 bytes, and a link to nothing."""
    for size in range(0, 50, 10):
        (tmp_path / f"{size}.txt").write_bytes(b"x" * size)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing")
    return [Source(tmp_path / f"{name}.txt", f"{name}.txt") for name in (0, 10, 20, 30, 40, "gone")]


@pytest.mark.parametrize(
    ("limits", "sizes"),
    [
        ({"inputs": 2}, [(0, 10), (20, 30), (40, None)]),
        ({"inputs": 4}, [(0, 10, 20, 30), (40, None)]),
        ({"bytes": 30}, [(0, 10, 20), (30,), (40,), (None,)]),
        ({"bytes": 1}, [(0, 10), (20,), (30,), (40,), (None,)]),
        ({}, [(0, 10, 20, 30, 40, None)]),
    ],
)
def test_a_shard_ends_where_it_reaches_a_limit_and_no_input_is_lost(
    sources: list[Source], limits: dict[str, int], sizes: list[tuple[int | None, ...]]
) -> None:
    shards = cut_shards(sources, ShardSettings.model_validate(limits))

    assert [shard.sizes for shard in shards] == sizes
    assert [shard.number for shard in shards] == list(range(len(sizes)))
    assert [source.name for shard in shards for source in shard.sources] == [source.name for source in sources]


def test_a_shard_reaches_a_worker_in_another_folder(
    sources: list[Source], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (shard,) = cut_shards([Source(Path("20.txt"), "a~2")], ShardSettings())

    monkeypatch.chdir("/")
    there = Shard.from_json(shard.to_json())

    assert there == shard
    assert there.sources[0].name == "a~2"
    assert there.sources[0].path == sources[2].path
    there.check_is_seen("here")


def test_an_input_that_another_machine_does_not_see_is_told_and_not_rejected(sources: list[Source]) -> None:
    (shard,) = cut_shards(sources, ShardSettings())
    shard.check_is_seen("worker-7")  # the link to nothing was none where the run began, either: the reader rejects it

    assert sources[3].path
    sources[3].path.unlink()

    with pytest.raises(InputError, match=r"30\.txt: is not there on worker-7"):
        shard.check_is_seen("worker-7")
