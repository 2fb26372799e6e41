import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, ModelError
from pipeline.model_folder import find_model, model_version, read_decision
from pipeline.model_line import ModelLine, check_line_place, is_line, line_of
from tests.line_samples import add_version
from tests.power_supply import PowerSupply


@pytest.fixture
def line(linear_classifier: Path, tmp_path: Path) -> ModelLine:
    """A line of two versions, of which the first is current."""
    made = ModelLine.open(tmp_path / "models" / "mine")
    for _ in range(2):
        add_version(made, linear_classifier)
    made.promote("0001", "test")
    return made


def test_a_new_line_has_no_version_and_says_what_to_do(tmp_path: Path) -> None:
    line = ModelLine.open(tmp_path / "mine")

    assert is_line(line.folder)
    assert (line.versions(), line.current(), line.next_version()) == ([], None, "0001")
    with pytest.raises(ModelError, match=r"mine: a line of models without a current version; it has no version yet"):
        find_model(str(line.folder))


def test_a_line_stands_for_its_current_version(line: ModelLine) -> None:
    assert find_model(str(line.folder)) == line.place("0001")
    line.promote("0002", "test")
    assert find_model(str(line.folder)) == line.place("0002")
    assert find_model(str(line.place("0001"))) == line.place("0001")


def test_all_versions_have_the_name_of_the_line_and_a_hash_of_their_own(line: ModelLine) -> None:
    first, second = (model_version(line.place(version)) for version in line.versions())

    assert first.startswith("mine@")
    assert second.startswith("mine@")
    assert first != second


@pytest.mark.parametrize("place", [".0003.x.partial", ".0003.x.partial/results"])
def test_a_version_that_is_being_made_has_the_name_of_its_line(
    line: ModelLine, linear_classifier: Path, place: str
) -> None:
    folder = Path(shutil.copytree(linear_classifier, line.folder / "versions" / place))

    assert line_of(folder) == line.folder
    assert model_version(folder).startswith("mine@")


def test_a_folder_called_versions_is_not_yet_a_line(linear_classifier: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(linear_classifier, tmp_path / "versions" / "v2"))

    assert line_of(folder) is None
    assert model_version(folder).startswith("v2@")


def test_a_line_without_a_current_version_names_those_that_are_there(linear_classifier: Path, tmp_path: Path) -> None:
    line = ModelLine.open(tmp_path / "mine")
    add_version(line, linear_classifier)

    with pytest.raises(ModelError, match=r"make one of 0001 current: taawun promote .*mine VERSION"):
        find_model(str(line.folder))


def test_a_number_is_never_given_twice(line: ModelLine, linear_classifier: Path) -> None:
    shutil.rmtree(line.place("0002"))

    assert line.versions() == ["0001"]
    assert line.next_version() == "0003"
    add_version(line, linear_classifier)
    assert line.versions() == ["0001", "0003"]


def test_numbers_go_on_where_four_digits_end(line: ModelLine) -> None:
    line.place("9999").mkdir()
    line.place("10000").mkdir()

    assert line.versions()[-2:] == ["9999", "10000"]
    assert line.next_version() == "10001"


def test_files_of_a_version_are_read_only(line: ModelLine) -> None:
    assert {path.stat().st_mode & 0o777 for path in line.place("0001").iterdir()} == {0o444}


def test_rolling_back_goes_back_step_by_step(line: ModelLine, linear_classifier: Path) -> None:
    add_version(line, linear_classifier)
    line.promote("0002", "test")
    line.promote("0003", "test")

    assert [line.roll_back("test") for _ in range(2)] == ["0002", "0001"]
    assert line.current() == "0001"
    with pytest.raises(ModelError, match="no version was current before"):
        line.roll_back("test")
    assert line.current() == "0001"
    told = [(event.what, event.version, event.was) for event in line.history()[-2:]]
    assert told == [("rolled back", "0002", "0003"), ("rolled back", "0001", "0002")]


def test_rolling_back_waits_for_another_switch_and_undoes_that_one(line: ModelLine) -> None:
    with ThreadPoolExecutor(1) as others:
        with line.held():
            back = others.submit(line.roll_back, "test")
            line.promote("0002", "test")
        assert back.result() == "0001"

    assert [event.what for event in line.history()[-2:]] == ["promoted", "rolled back"]


def test_a_switch_that_does_not_end_is_told(line: ModelLine, monkeypatch: pytest.MonkeyPatch) -> None:
    line.promote("0002", "test")
    monkeypatch.setattr("pipeline.model_line._PATIENCE", 0)

    with line.held(), pytest.raises(ConfigError, match=r"another command is .* wait for its end, .* taawun rollback"):
        line.roll_back("test")

    assert line.current() == "0002"
    assert line.roll_back("test") == "0001"


def test_a_line_that_cannot_be_locked_is_told(line: ModelLine) -> None:
    (line.folder / ".switch.lock").mkdir()

    with pytest.raises(ConfigError, match=r"mine: cannot be locked \(.*\); check its permissions"):
        line.roll_back("test")


def test_a_version_that_is_gone_cannot_become_current(line: ModelLine) -> None:
    line.promote("0002", "test")
    shutil.rmtree(line.place("0001"))

    with pytest.raises(ModelError, match="0001 was current before, but is gone; make one of 0002 current"):
        line.roll_back("test")
    with pytest.raises(ModelError, match="has no version 0001; there are: 0002"):
        line.promote("0001", "test")
    assert line.current() == "0002"


@pytest.mark.parametrize("content", ["0007\n", "", "../../other", "\x00"])
def test_a_current_version_that_is_not_there_is_told_and_can_be_mended(line: ModelLine, content: str) -> None:
    (line.folder / "current").write_text(content)

    with pytest.raises(ModelError, match="which is not there; make one of 0001, 0002 current: taawun promote"):
        find_model(str(line.folder))
    line.promote("0002", "test")
    assert find_model(str(line.folder)) == line.place("0002")


def test_a_line_is_begun_only_where_nothing_else_is(linear_classifier: Path, tmp_path: Path) -> None:
    model = Path(shutil.copytree(linear_classifier, tmp_path / "model"))
    (tmp_path / "file").touch()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "thesis.txt").touch()
    (tmp_path / "empty").mkdir()

    with pytest.raises(ConfigError, match=r"holds a single model, and a gate needs a line of versions; .* gate=null"):
        check_line_place(model)
    with pytest.raises(ConfigError, match="is a file"):
        check_line_place(tmp_path / "file")
    with pytest.raises(ConfigError, match=r"holds something else \(thesis\.txt\)"):
        ModelLine.open(tmp_path / "notes")
    check_line_place(tmp_path / "empty")
    check_line_place(tmp_path / "nowhere")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file", "model", "notes"]
    with pytest.raises(ModelError, match="not a line of models"):
        ModelLine.find(model)


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match="cannot be made"):
        ModelLine.open(tmp_path / "file" / "mine")


@pytest.mark.parametrize("what", ["promote", "roll back"])
def test_whenever_the_power_is_cut_the_line_is_one_whole_model(
    line: ModelLine, linear_classifier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    add_version(line, linear_classifier)
    line.promote("0002", "test")
    seen: list[str] = []
    for power in PowerSupply.cut_ever_later(monkeypatch):
        copy = ModelLine(Path(shutil.copytree(line.folder, tmp_path / f"cut {len(seen)}" / "mine")))
        with power.on(copy.folder):
            copy.promote("0003", "cut") if what == "promote" else copy.roll_back("cut")
        folder = find_model(str(copy.folder))
        assert read_decision(folder).review_margin == int(folder.name) / 100
        assert folder.name == "0002" or [event.why for event in copy.history()][-1] == "cut"
        seen.append(folder.name)
        if folder.name == "0002":  # the same again, and the way back is the same as well
            copy.promote("0003", "again")
            assert copy.roll_back("again") == "0002"
            assert copy.roll_back("again") == "0001"
    new = "0003" if what == "promote" else "0001"
    assert seen == sorted(seen, reverse=what != "promote")
    assert (seen[0], seen[-1]) == ("0002", new)
    assert len(seen) > 5


def test_whenever_the_power_is_cut_a_line_can_be_begun_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cuts = 0
    for power in PowerSupply.cut_ever_later(monkeypatch):
        folder = tmp_path / f"cut {cuts}" / "mine"
        with power.on(tmp_path):
            ModelLine.open(folder)
        assert ModelLine.open(folder).next_version() == "0001"
        cuts += 1
    assert cuts > 3


def test_a_history_with_a_version_that_is_none_is_no_matter(line: ModelLine) -> None:
    with (line.folder / "history.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"what": "made", "version": "x", "was": null, "why": "by hand", "when": "2025-01-01"}\n')

    assert line.next_version() == "0003"
