import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import ModelError
from pipeline.model_folder import find_model, model_version, read_decision, write_decision


@pytest.fixture
def copy(tiny_classifier: Path, tmp_path: Path) -> Callable[[str], Path]:
    def copy(name: str) -> Path:
        shutil.copytree(tiny_classifier, tmp_path / name)
        return tmp_path / name

    return copy


def test_a_decision_written_reads_back_the_same(tiny_classifier: Path, tmp_path: Path) -> None:
    decision = read_decision(tiny_classifier)

    write_decision(decision, tmp_path)

    assert read_decision(tmp_path) == decision


@pytest.mark.parametrize("name", ["nowhere", "models/nowhere", "./a/b", "a/b/c"])
def test_a_model_that_is_not_there_is_told(name: str) -> None:
    with pytest.raises(ModelError, match="no such model folder"):
        find_model(name)


def test_a_hub_model_that_cannot_be_had_is_told() -> None:
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    with pytest.raises(ModelError, match="could not be had from the Hugging Face hub"):
        find_model("taawun-tests/nowhere")


def test_a_file_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"x")
    with pytest.raises(ModelError, match="not a folder"):
        find_model(str(tmp_path / "model.bin"))


def test_an_encoder_without_decision_is_told_what_to_do(tiny_encoder: Path) -> None:
    with pytest.raises(ModelError, match=r"no decision\.json; fine-tune it first: taawun train"):
        read_decision(tiny_encoder)


def test_a_folder_of_something_else_is_no_encoder_to_fine_tune(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no decision\.json; give the folder of one"):
        read_decision(tmp_path)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ({"format": 2}, "format: "),
        ({"thresholds": {"energy": 7}}, "thresholds.energy: "),
        ({"extra": 1}, "extra: "),
    ],
)
def test_a_decision_of_another_version_or_edited_is_refused(
    copy: Callable[[str], Path], edit: dict[str, object], message: str
) -> None:
    path = copy("edited") / "decision.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | edit), encoding="utf-8")

    with pytest.raises(ModelError, match=message):
        read_decision(path.parent)


def test_the_version_names_the_content_and_not_the_place(copy: Callable[[str], Path]) -> None:
    first, second = copy("first"), copy("second")
    assert model_version(first).partition("@")[2] == model_version(second).partition("@")[2]

    path = copy("third") / "decision.json"
    path.write_text(path.read_text(encoding="utf-8").replace("0", "1", 1), encoding="utf-8")

    assert model_version(path.parent).partition("@")[2] != model_version(first).partition("@")[2]


def test_a_model_that_was_replaced_gets_its_new_version(copy: Callable[[str], Path]) -> None:
    folder = copy("replaced")
    before = model_version(folder)
    path = folder / "decision.json"
    path.write_text(path.read_text(encoding="utf-8").replace("0", "1", 1), encoding="utf-8")

    assert model_version(folder) != before


@pytest.mark.parametrize("damage", [lambda path: path.symlink_to(path.with_name("gone")), lambda path: path.mkdir()])
def test_a_model_whose_weights_cannot_be_read_is_told(
    copy: Callable[[str], Path], damage: Callable[[Path], None]
) -> None:
    folder = copy("damaged")
    (folder / "model.safetensors").unlink()
    damage(folder / "model.safetensors")

    with pytest.raises(ModelError, match=r"model\.safetensors: cannot be read \(.*\); take an undamaged copy of the"):
        model_version(folder)
