from pathlib import Path

import pytest

from pipeline.__main__ import main
from pipeline.model_line import ModelLine
from tests.line_samples import add_version


@pytest.fixture
def line(linear_classifier: Path, tmp_path: Path) -> ModelLine:
    """A line of two versions, of which the first is current and the second was refused."""
    made = ModelLine.open(tmp_path / "mine")
    add_version(made, linear_classifier)
    add_version(made, linear_classifier, "refused")
    made.promote("0001", "test")
    return made


def test_models_shows_the_versions(line: ModelLine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", str(line.folder)]) == 0

    shown = capsys.readouterr().out
    assert "0001" in shown
    assert "refused" in shown


def test_a_refused_version_is_promoted_only_despite_the_gate(
    line: ModelLine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["promote", str(line.folder), "0002"]) == 2
    assert "the gate says refused" in capsys.readouterr().err
    assert line.current() == "0001"

    assert main(["promote", str(line.folder), "0002", "--despite-gate"]) == 0
    assert capsys.readouterr().out == f"{line.folder} is now 0002\n"
    assert line.current() == "0002"


def test_a_promotion_is_rolled_back(line: ModelLine, capsys: pytest.CaptureFixture[str]) -> None:
    main(["promote", str(line.folder), "0002", "--despite-gate", "--quiet"])

    assert main(["rollback", str(line.folder)]) == 0
    assert capsys.readouterr().out == f"{line.folder} is now 0001 again\n"
    assert main(["rollback", str(line.folder)]) == 2
    assert "no version was current before" in capsys.readouterr().err
    assert line.current() == "0001"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["models"], "the folder of one line expected, for example: taawun models models/mine"),
        (["models", "a", "b"], "the folder of one line expected"),
        (["promote", "models/mine"], "a line and a version expected, for example: taawun promote models/mine 0002"),
        (["rollback"], "for example: taawun rollback models/mine"),
        (["models", "models/cooperation"], "models/cooperation: not a line of models"),
        (["rollback", "models/nowhere"], "models/nowhere: not a line of models"),
    ],
)
def test_mistakes_are_told(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err
