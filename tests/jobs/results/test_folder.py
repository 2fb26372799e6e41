import errno
import os
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.jobs.results.folder import move_in, results_folder

FILES = ("run.json", "labels.*")
NAMES = ("run.json", "labels.jsonl", "labels.csv")


def _write(place: Path, text: str, *, overwrite: bool = False) -> None:
    with results_folder(place, FILES, overwrite=overwrite) as partial:
        (partial / "labels.jsonl").write_text(text)
        assert not (place / "labels.jsonl").exists() or overwrite
        (partial / "run.json").write_text("{}")


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_results_take_their_place_whole(tmp_path: Path) -> None:
    _write(tmp_path / "deep" / "out", "new")

    assert _names(tmp_path / "deep" / "out") == ["labels.jsonl", "run.json"]
    assert _names(tmp_path / "deep") == ["out"]


@pytest.mark.parametrize("kind", ["empty", "link", "here"])
def test_an_empty_folder_a_link_to_one_and_the_working_folder_are_filled(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "out"
    place.mkdir()
    before = place.stat().st_ino
    if kind == "link":
        (tmp_path / "link").symlink_to(place)
    monkeypatch.chdir(place)

    _write({"empty": place, "link": tmp_path / "link", "here": Path()}[kind], "new")

    assert _names(place) == ["labels.jsonl", "run.json"]
    assert place.stat().st_ino == before  # a mount point could not be replaced


def test_earlier_results_are_replaced_only_when_asked(tmp_path: Path) -> None:
    _write(tmp_path / "out", "old")

    with pytest.raises(ConfigError, match="earlier run"):
        _write(tmp_path / "out", "new")
    assert (tmp_path / "out" / "labels.jsonl").read_text() == "old"

    _write(tmp_path / "out", "new", overwrite=True)
    assert (tmp_path / "out" / "labels.jsonl").read_text() == "new"
    assert _names(tmp_path / "out") == ["labels.jsonl", "run.json"]


def test_files_of_someone_else_are_never_replaced(tmp_path: Path) -> None:
    _write(tmp_path / "out", "old")
    (tmp_path / "out" / "thesis.docx").write_text("x")

    with pytest.raises(ConfigError, match=r"holds something else \(thesis\.docx\)"):
        _write(tmp_path / "out", "new", overwrite=True)
    assert (tmp_path / "out" / "thesis.docx").read_text() == "x"


def test_what_appears_during_the_run_is_not_replaced_unasked(tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigError, match="earlier run"),
        results_folder(tmp_path / "out", FILES) as partial,
    ):
        (partial / "run.json").write_text("slow")
        _write(tmp_path / "out", "fast")

    assert (tmp_path / "out" / "labels.jsonl").read_text() == "fast"
    assert _names(tmp_path) == ["out"]


def test_nothing_is_left_of_a_run_that_fails(tmp_path: Path) -> None:
    with pytest.raises(LookupError), results_folder(tmp_path / "out", FILES) as partial:
        (partial / "run.json").write_text("{}")
        raise LookupError

    assert _names(tmp_path) == []


def test_a_full_disk_is_told_by_the_name_that_the_user_knows(tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigError, match=r"out: cannot be written \(No space left on device\)"),
        results_folder(tmp_path / "out", FILES),
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with (
        pytest.raises(ConfigError, match=r"out/labels\.jsonl: cannot be written") as caught,
        results_folder(tmp_path / "out", FILES) as partial,
    ):
        message = f"{partial}/labels.jsonl: cannot be written"
        raise ConfigError(message)
    assert ".partial" not in str(caught.value)


def test_an_error_that_has_nothing_to_do_with_writing_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), results_folder(tmp_path / "out", FILES):
        Path("/nonexistent/thing").read_text()


def test_when_moving_in_fails_the_earlier_results_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path / "out", "old")
    replace = Path.replace

    def failing(source: Path, target: Path) -> Path:
        if target == tmp_path / "out" / "run.json" and "/earlier/" not in str(source):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(target))
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(ConfigError, match="what was there before is unchanged"):
        _write(tmp_path / "out", "new", overwrite=True)
    monkeypatch.undo()

    assert (tmp_path / "out" / "labels.jsonl").read_text() == "old"
    assert _names(tmp_path / "out") == ["labels.jsonl", "run.json"]


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(ConfigError, match="is a file"):
        _write(tmp_path / "file", "new")
    with pytest.raises(ConfigError, match="cannot be made"):
        _write(tmp_path / "file" / "below", "new")


@pytest.fixture
def filling(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Results that are ready, a place with earlier ones, and a folder to set these aside."""
    ready, target, earlier = (tmp_path / name for name in ("ready", "out", "earlier"))
    for folder, names in ((ready, NAMES), (target, ("run.json", "labels.csv")), (earlier, ())):
        folder.mkdir()
        for name in names:
            (folder / name).write_text("new" if folder == ready else "old")
    return ready, target, earlier


@pytest.mark.parametrize("moves", range(5))
def test_moving_in_goes_on_where_it_was_killed(
    filling: tuple[Path, Path, Path], moves: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, target, earlier = filling
    child = os.fork()
    if not child:  # killed for good: nothing is put back
        replace, done = Path.replace, iter(range(moves))

        def killed(source: Path, place: Path) -> Path:
            if next(done, None) is None:
                os._exit(9)
            return replace(source, place)

        monkeypatch.setattr(Path, "replace", killed)
        move_in(ready, target, NAMES, earlier)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert not (target / "run.json").exists() or moves == 0

    move_in(ready, target, NAMES, earlier)

    assert {path.name: path.read_text() for path in target.iterdir()} == dict.fromkeys(NAMES, "new")
    assert _names(ready) == []


@pytest.mark.parametrize("moves", range(4))
def test_moving_in_that_is_interrupted_puts_all_back(
    filling: tuple[Path, Path, Path], moves: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, target, earlier = filling
    replace, done = Path.replace, iter(range(moves))

    def interrupted(source: Path, place: Path) -> Path:
        if next(done, None) is None:
            monkeypatch.undo()
            raise KeyboardInterrupt
        return replace(source, place)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        move_in(ready, target, NAMES, earlier)

    assert {path.name: path.read_text() for path in target.iterdir()} == {"run.json": "old", "labels.csv": "old"}
    assert _names(ready) == sorted(NAMES)


def test_the_marker_leaves_first_and_comes_last(
    filling: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, target, earlier = filling
    moved: list[str] = []
    replace = Path.replace

    def watched(source: Path, place: Path) -> Path:
        moved.append(f"{source.parent.name} {source.name}")
        return replace(source, place)

    monkeypatch.setattr(Path, "replace", watched)
    move_in(ready, target, NAMES, earlier)
    assert moved == ["out run.json", "out labels.csv", "ready labels.csv", "ready labels.jsonl", "ready run.json"]


def test_results_are_synced_where_they_are_moved_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(Path(f"/proc/self/fd/{number}").readlink()))
    _write(tmp_path / "out", "new")
    assert synced == [tmp_path]
    (tmp_path / "there").mkdir()
    _write(tmp_path / "there", "new")
    assert synced[-1] == tmp_path / "there"
