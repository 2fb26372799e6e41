"""Files of JSON for annotation tools."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.annotation.files import JsonFile, Layout

_OBJECTS = st.lists(st.dictionaries(st.text(max_size=3), st.text(st.characters(codec="utf-8")) | st.integers()))


def _write(path: Path, layout: Layout, *blocks: list[dict[str, Any]]) -> str:
    path.unlink(missing_ok=True)
    with JsonFile(path, layout) as file:
        for block in blocks:
            file.write(block)
    return path.read_bytes().decode()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files") / "file.json"


@given(st.lists(_OBJECTS, max_size=4))
def test_a_list_holds_the_objects_of_all_blocks(path: Path, blocks: list[list[dict[str, Any]]]) -> None:
    assert json.loads(_write(path, "list", *blocks)) == [each for block in blocks for each in block]


@given(st.lists(_OBJECTS, max_size=4))
def test_lines_hold_an_object_each_whatever_is_in_them(path: Path, blocks: list[list[dict[str, Any]]]) -> None:
    written = _write(path, "lines", *blocks)

    assert [json.loads(line) for line in written.splitlines()] == [each for block in blocks for each in block]
    assert not written or written.endswith("\n")


@pytest.mark.parametrize("layout", ["list", "lines"])
def test_the_file_is_the_same_however_it_is_cut_into_blocks(path: Path, layout: Layout) -> None:
    objects: list[dict[str, Any]] = [{"k": k} for k in range(4)]

    assert _write(path, layout, objects) == _write(path, layout, objects[:1], [], objects[1:])


def test_arabic_is_written_as_it_is(path: Path) -> None:
    assert _write(path, "lines", [{"text": "طاقة"}]) == '{"text": "طاقة"}\n'


def test_a_list_that_broke_off_is_not_completed(path: Path) -> None:
    path.unlink(missing_ok=True)

    with pytest.raises(RuntimeError, match="stop"), JsonFile(path, "list") as file:
        file.write([{"k": 1}])
        message = "stop"
        raise RuntimeError(message)

    with pytest.raises(ValueError, match="Expecting"):
        json.loads(path.read_text(encoding="utf-8"))
