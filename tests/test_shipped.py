import re
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.shipped import code_version, find_shipped


def test_what_stands_in_the_working_directory_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (find_shipped("configs/label.yaml")).is_absolute()

    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "label.yaml").touch()
    assert find_shipped("configs/label.yaml") == Path("configs/label.yaml")


def test_a_name_that_is_nowhere_stays_as_it_is() -> None:
    assert find_shipped("models/nowhere") == Path("models/nowhere")


def test_the_code_is_named_by_version_and_content() -> None:
    assert re.fullmatch(rf"{re.escape(__version__)}\+[0-9a-f]{{12}}", code_version())
