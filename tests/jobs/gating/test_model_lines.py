import json
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.errors import ConfigError, ModelError
from pipeline.jobs.gating.model_lines import list_versions, promote_version, show_versions
from pipeline.model_line import ModelLine
from tests.line_samples import add_version

COMPARED = {
    "rows": {"compared": 1234, "held_out": 1000, "evaluation": 234},
    "macro_f1": {"candidate": 0.5, "incumbent": 0.6, "difference": -0.1, "interval": [-0.2, -0.05], "p": 0.01},
}


@pytest.fixture
def line(linear_classifier: Path, tmp_path: Path) -> ModelLine:
    """A line of a version that passed and is current, one that was refused, one that could not be compared."""
    made = ModelLine.open(tmp_path / "mine")
    add_version(made, linear_classifier, "not compared", incumbent=None)
    add_version(made, linear_classifier, "refused", **COMPARED)
    add_version(made, linear_classifier, "cannot tell")
    made.promote("0001", "test")
    return made


def test_versions_are_summed_up_with_the_current_one_marked(line: ModelLine) -> None:
    first, refused, untold = list_versions(line)

    assert [each.name for each in (first, refused, untold)] == ["0001", "0002", "0003"]
    assert [each.is_current for each in (first, refused, untold)] == [True, False, False]
    assert (first.verdict, first.parent, first.rows, first.macro_f1) == ("not compared", None, None, None)
    assert (refused.rows, refused.macro_f1, refused.incumbent_macro_f1) == (1234, 0.5, 0.6)
    assert refused.parent == "cooperation@0123456789ab"
    assert refused.when == line.history()[2].when


def test_a_version_that_came_by_another_way_is_shown_with_what_is_known(
    line: ModelLine, linear_classifier: Path
) -> None:
    shutil.copytree(linear_classifier, line.place("0009"))

    *_, copied = list_versions(line)

    assert (copied.name, copied.when, copied.verdict) == ("0009", None, None)


def test_the_table_has_a_row_for_each_version(line: ModelLine) -> None:
    console = Console(width=140, record=True, file=None, quiet=False)
    with console.capture() as shown:
        show_versions(line, console)

    rows = [row for row in shown.get().splitlines() if "000" in row]
    assert [row.split()[:2] for row in rows[:1]] == [["→", "0001"]]
    assert all(word in rows[1] for word in ("0002", "cooperation@0123456789ab", "1,234", "0.500", "0.600", "refused"))
    assert "→" not in rows[1] + rows[2]


def test_a_version_that_passed_is_promoted_as_asked(line: ModelLine, linear_classifier: Path) -> None:
    version = add_version(line, linear_classifier, "passed")

    promote_version(line, version)

    assert line.current() == version
    assert line.history()[-1].why == "by hand"


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("0002", "0002: the gate says refused: macro-F1 is lower: 0.500 against 0.600; .* --despite-gate"),
        ("0003", "0003: the gate says cannot tell: "),
    ],
)
def test_a_version_that_the_gate_did_not_let_pass_is_promoted_only_despite_it(
    line: ModelLine, version: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        promote_version(line, version)
    assert line.current() == "0001"

    promote_version(line, version, despite_gate=True)

    assert line.current() == version
    assert line.history()[-1].why.startswith("by hand, despite the gate, which says: ")


def test_a_version_that_went_through_no_gate_is_promoted_only_despite_it(
    line: ModelLine, linear_classifier: Path
) -> None:
    shutil.copytree(linear_classifier, line.place("0004"))

    with pytest.raises(ConfigError, match="0004: it went through no gate"):
        promote_version(line, "0004")
    promote_version(line, "0004", despite_gate=True)
    assert line.current() == "0004"


def test_a_version_that_was_changed_since_is_not_promoted_at_all(line: ModelLine, linear_classifier: Path) -> None:
    version = add_version(line, linear_classifier, "passed")
    path = line.place(version) / "decision.json"
    decision = json.loads(path.read_text(encoding="utf-8")) | {"review_margin": 0.77}
    path.chmod(0o644)
    path.write_text(json.dumps(decision), encoding="utf-8")

    for despite_gate in (False, True):
        with pytest.raises(ModelError, match=r"is no longer what the gate has seen .* take an undamaged copy"):
            promote_version(line, version, despite_gate=despite_gate)
    assert line.current() == "0001"


def test_a_version_is_not_promoted_amid_another_switch(
    line: ModelLine, linear_classifier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = add_version(line, linear_classifier, "passed")
    monkeypatch.setattr("pipeline.model_line._PATIENCE", 0)

    with line.held(), pytest.raises(ConfigError, match="another command is making a version current"):
        promote_version(line, version)

    assert line.current() == "0001"


def test_a_version_that_is_not_there_and_a_damaged_verdict_are_told(line: ModelLine) -> None:
    with pytest.raises(ModelError, match="has no version 0007; there are: 0001, 0002, 0003"):
        promote_version(line, "0007")
    path = line.place("0002") / "gate.json"
    path.chmod(0o644)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"0002/gate\.json: cannot be read"):
        list_versions(line)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match=r"0002/gate\.json: tells no model, verdict and reasons"):
        promote_version(line, "0002", despite_gate=True)


def test_a_version_of_a_line_that_was_renamed_is_promoted_as_asked(line: ModelLine, linear_classifier: Path) -> None:
    version = add_version(line, linear_classifier, "passed")
    renamed = ModelLine(line.folder.rename(line.folder.with_name("theirs")))

    promote_version(renamed, version)

    assert renamed.current() == version
