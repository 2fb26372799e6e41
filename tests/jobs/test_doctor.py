"""The doctor finds a sound model sound, and says of a damaged or foreign one what is wrong."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from pipeline.__main__ import main
from pipeline.errors import ConfigError, ModelError
from pipeline.jobs.doctor import Finding, examine, seal
from pipeline.model_line import ModelLine
from pipeline.release import DOCUMENTS, SAMPLE, differences, read_released
from tests.line_samples import add_version

ROOT = Path(__file__).parents[2]


@pytest.fixture
def mine(linear_classifier: Path, tmp_path: Path) -> Path:
    """A model that is released as `mine`; what is noted of it stands beside it."""
    shutil.copytree(linear_classifier, tmp_path / "mine")
    seal([str(tmp_path / "mine")], tmp_path / "checksums.json")
    return tmp_path / "mine"


def _examine(model: Path) -> list[Finding]:
    return list(examine(str(model), model.parent / "checksums.json"))


def _wrong(model: Path) -> str:
    return "\n".join(f"{finding.what}: {finding.told}" for finding in _examine(model) if finding.is_wrong)


def test_a_model_as_released_is_found_so(mine: Path) -> None:
    told = {finding.what: finding.told for finding in _examine(mine)}

    assert _wrong(mine) == ""
    assert told["web pages"] == "are read"
    assert told["files"].endswith("files, all as released")
    assert told["answers in float32"] == f"{len(SAMPLE)} of {len(SAMPLE)} as released, probabilities within 0.0000"


@pytest.mark.parametrize("page", ["<p></p>", "<p>نص آخر</p>"])
def test_pages_that_are_read_wrongly_are_told(mine: Path, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.setattr("pipeline.jobs.doctor._PAGE", page)
    assert _wrong(mine) == "web pages: are read wrongly; reinstall trafilatura"


def test_a_transformer_is_asked_in_full_and_in_the_faster_precision(tiny_classifier: Path, tmp_path: Path) -> None:
    seal([str(tiny_classifier)], tmp_path / "checksums.json")

    findings = list(examine(str(tiny_classifier), tmp_path / "checksums.json"))

    assert [finding for finding in findings if finding.is_wrong] == []
    assert any(finding.what == "answers in float32" and " as released" in finding.told for finding in findings)


def test_a_model_of_ones_own_is_not_compared_but_must_give_numbers(mine: Path) -> None:
    own = mine.rename(mine.with_name("own"))
    told = {finding.what: finding.told for finding in _examine(own)}

    assert _wrong(own) == ""
    assert told["files"].startswith("not compared")
    assert told["answers in float32"] == "probabilities; not compared"


def test_a_version_is_compared_with_what_its_gate_has_seen(mine: Path, linear_classifier: Path) -> None:
    line = ModelLine.open(mine.parent / "line")
    line.promote(add_version(line, linear_classifier), "test")
    told = {finding.what: finding.told for finding in _examine(line.folder)}

    assert _wrong(line.folder) == ""
    assert told["files"].startswith("weights, tokenizer and thresholds are those that the gate has seen, line@")

    path = line.place("0001") / "decision.json"
    path.chmod(0o644)
    _edit_threshold(line.place("0001"))
    assert "files: " in _wrong(line.folder)
    assert "0001: is no longer what the gate has seen (line@" in _wrong(line.folder)


def test_a_version_whose_gate_cannot_be_read_is_told(mine: Path) -> None:
    own = mine.rename(mine.with_name("own"))
    (own / "gate.json").write_text("{", encoding="utf-8")

    assert "gate.json: cannot be read" in _wrong(own)


def _edit_threshold(folder: Path) -> None:
    path = folder / "decision.json"
    decision = json.loads(path.read_text(encoding="utf-8"))
    decision["thresholds"]["energy"] = 0.001
    path.write_text(json.dumps(decision), encoding="utf-8")


def _link_nowhere(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").symlink_to(folder / "gone")


def _edit_weights(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        tensors = load_file(folder / "model.safetensors")
        save_file(
            {name: np.ascontiguousarray(change(each)) for name, each in tensors.items()}, folder / "model.safetensors"
        )

    return edit


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: (folder / "ngrams.json").unlink(), ["ngrams.json is missing", "ngrams.json"]),
        (lambda folder: (folder / "model.safetensors").unlink(), ["model.safetensors is missing", "cannot be loaded"]),
        (_link_nowhere, ["model: ", "model.safetensors: cannot be read (No such file or directory)"]),
        (lambda folder: (folder / "pytorch_model.bin").touch(), ["pytorch_model.bin does not belong to it"]),
        (lambda folder: (folder / "decision.json").write_text("{"), ["decision.json was changed", "Invalid JSON"]),
        (_edit_threshold, ["decision.json was changed (SHA-256 ", "labelled otherwise"]),
        (_edit_weights(lambda each: each[:-1]), ["model.safetensors was changed", "has the shape"]),
        (_edit_weights(lambda each: each * np.nan), ["model.safetensors was changed", "holds what is no number"]),
        (_edit_weights(np.negative), ["model.safetensors was changed", "of 7 labelled otherwise"]),
    ],
    ids=["ngrams", "no-weights", "link", "stranger", "broken", "threshold", "shape", "nan", "weights"],
)
def test_what_is_wrong_with_a_damaged_model_is_told(
    mine: Path, damage: Callable[[Path], object], told: list[str]
) -> None:
    damage(mine)
    wrong = _wrong(mine)
    assert [each for each in told if each not in wrong] == [], wrong


def test_a_model_of_another_taxonomy_under_the_same_name_is_told(mine: Path) -> None:
    checksums = mine.parent / "checksums.json"
    checksums.write_text(checksums.read_text(encoding="utf-8").replace('"energy":', '"oil":'), encoding="utf-8")
    assert "of another taxonomy: economy_trade, finance, energy" in _wrong(mine)


def test_what_is_no_classifier_is_refused(mine: Path, tiny_encoder: Path) -> None:
    assert "no such model folder" in _wrong(mine.parent / "nowhere")
    shutil.copytree(tiny_encoder, mine, dirs_exist_ok=True)
    (mine / "decision.json").unlink()
    assert "not a taawun classifier, it has no decision.json" in _wrong(mine)


def test_a_damaged_model_is_not_sealed(mine: Path) -> None:
    (mine / "model.safetensors").write_bytes(b"x")
    before = (mine.parent / "checksums.json").read_bytes()
    with pytest.raises(ModelError, match="cannot be loaded"):
        seal([], mine.parent / "checksums.json")
    assert (mine.parent / "checksums.json").read_bytes() == before


def test_a_damaged_list_of_checksums_is_told(mine: Path) -> None:
    (mine.parent / "checksums.json").write_text('{"mine": 5}', encoding="utf-8")
    assert "checksums.json: damaged" in _wrong(mine)
    with pytest.raises(ConfigError, match="install taawun again"):
        read_released(mine.parent / "checksums.json")


def test_documents_may_be_added_to(mine: Path) -> None:
    for name in (*DOCUMENTS, ".hidden"):
        (mine / name).write_text("x", encoding="utf-8")
    assert _wrong(mine) == ""


@pytest.mark.parametrize("name", ["models/cooperation", "models/linear"])
def test_the_models_that_come_with_taawun_are_those_that_were_sealed(name: str) -> None:
    # After a new release: taawun doctor --seal
    assert differences(ROOT / name, read_released(ROOT / "models" / "checksums.json")[name]) == []


def test_the_command_ends_with_1_where_something_is_wrong(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--model", str(mine)]) == 0
    assert f"ok     model: mine@{_version(mine)}" in capsys.readouterr().out

    (mine / "ngrams.json").write_text("{}", encoding="utf-8")
    assert main(["doctor", "--quiet", "--model", str(mine)]) == 1
    assert capsys.readouterr().out.startswith("WRONG  model: ")
    assert main(["doctor", str(mine)]) == 2
    assert f"say taawun doctor --model {mine}" in capsys.readouterr().err


def _version(model: Path) -> str:
    return read_released(model.parent / "checksums.json")[str(model)].version.partition("@")[2]


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that nobody can read from its start")
def test_a_file_that_the_system_does_not_give_is_told(mine: Path) -> None:
    (mine / "vocab.txt").symlink_to("/proc/self/mem")

    assert f"files: {mine / 'vocab.txt'}: cannot be read" in _wrong(mine)
    with pytest.raises(ModelError, match=r"vocab\.txt: cannot be read"):
        seal([], mine.parent / "checksums.json")
