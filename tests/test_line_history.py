from pathlib import Path

import pytest

from pipeline.line_history import HISTORY_FILE, Event, What, note, promoted_before, read_history


def _event(what: What, version: str, was: str | None) -> Event:
    return Event(what, version, was, "test", "2025-01-01T00:00:00+00:00")


def test_events_read_back_as_they_were_noted(tmp_path: Path) -> None:
    note(tmp_path, "opened", None, None, "بداية")
    note(tmp_path, "promoted", "0001", None, "first")

    opened, promoted = read_history(tmp_path)

    assert (opened.what, opened.version, opened.why) == ("opened", None, "بداية")
    assert (promoted.what, promoted.version, promoted.was) == ("promoted", "0001", None)
    assert promoted.when.endswith("+00:00")


@pytest.mark.parametrize("left", [b'{"what": "promo', b'{"what": "promoted", "version": "\xd9', b"\x00\x00\x00"])
def test_half_a_line_counts_as_not_written(tmp_path: Path, left: bytes) -> None:
    note(tmp_path, "made", "0001", None, "x")
    with (tmp_path / HISTORY_FILE).open("ab") as stream:
        stream.write(left)

    note(tmp_path, "made", "0002", None, "x")

    assert [event.version for event in read_history(tmp_path)] == ["0001", "0002"]


def test_what_was_current_before_is_told_in_its_order() -> None:
    events = [
        _event("promoted", "0001", None),
        _event("made", "0002", "0001"),
        _event("promoted", "0002", "0001"),
        _event("promoted", "0004", "0002"),
    ]

    assert promoted_before(events[:1], "0001") == []
    assert promoted_before(events, "0004") == ["0001", "0002"]


def test_what_was_rolled_back_was_not_current_before() -> None:
    events = [
        _event("promoted", "0001", None),
        _event("promoted", "0002", "0001"),
        _event("promoted", "0003", "0002"),
        _event("rolled back", "0002", "0003"),
    ]

    assert promoted_before(events, "0002") == ["0001"]
    again = [*events, _event("promoted", "0003", "0002")]
    assert promoted_before(again, "0003") == ["0001", "0002"]


def test_a_switch_that_was_noted_and_cut_off_did_not_happen() -> None:
    first = [_event("promoted", "0001", None), _event("promoted", "0002", "0001")]

    cut = [*first, _event("promoted", "0003", "0002")]
    assert promoted_before(cut, "0002") == ["0001"]
    assert promoted_before([*cut, _event("promoted", "0004", "0002")], "0004") == ["0001", "0002"]
    assert promoted_before([*cut, _event("promoted", "0003", "0002")], "0002") == ["0001"]
    assert promoted_before([*first, _event("rolled back", "0001", "0002")], "0002") == ["0001"]


def test_a_version_that_was_made_current_by_hand_comes_behind_the_others() -> None:
    events = [_event("promoted", "0001", None), _event("promoted", "0002", "0001")]

    assert promoted_before(events, "0007") == ["0001", "0002"]
    assert promoted_before([*events, _event("promoted", "0003", "0007")], "0003") == ["0001", "0002", "0007"]
