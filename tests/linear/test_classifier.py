import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from pipeline.errors import ConfigError, ModelError
from pipeline.kinds import load_classifier
from pipeline.linear.classifier import LinearClassifier
from pipeline.model_folder import model_version

TEXTS = ["وقعت الصين وروسيا اتفاقا لتوريد الغاز.", "فاز الفريق بالكأس.", "الطاقة والنقل " * 60, "😀", ""]


@pytest.fixture
def copy(linear_classifier: Path, tmp_path: Path) -> Path:
    """A copy of the linear classifier, to be damaged."""
    return Path(shutil.copytree(linear_classifier, tmp_path / "copy"))


def test_many_texts_score_as_each_alone(linear_classifier: Path) -> None:
    classifier = load_classifier(str(linear_classifier))

    together = classifier.probabilities(TEXTS)

    assert isinstance(classifier, LinearClassifier)
    assert together.shape == (len(TEXTS), 10)
    assert together == pytest.approx(np.concatenate([classifier.probabilities([text]) for text in TEXTS]))
    assert classifier.probabilities([]).shape == (0, 10)


@pytest.mark.parametrize("setting", [{"device": "cuda"}, {"precision": "bfloat16"}])
def test_what_a_linear_model_cannot_do_is_refused(linear_classifier: Path, setting: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="runs on the processor in float32, not on "):
        load_classifier(str(linear_classifier), **setting)


@pytest.mark.parametrize("name", ["ngrams.json", "model.safetensors"])
def test_the_version_covers_ngrams_and_weights(copy: Path, name: str) -> None:
    before = model_version(copy)
    (copy / name).write_bytes((copy / name).read_bytes() + b" ")

    assert model_version(copy) != before


def _edit_ngrams(edit: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        known = json.loads((folder / "ngrams.json").read_text(encoding="utf-8"))
        edit(known)
        (folder / "ngrams.json").write_text(json.dumps(known), encoding="utf-8")

    return damage


def _edit_tensors(edit: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        tensors = load_file(folder / "model.safetensors")
        edit(tensors)
        save_file(tensors, folder / "model.safetensors")

    return damage


def _halve(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: len(content) // 2])

    return damage


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "ngrams.json").unlink(), r"ngrams\.json: cannot be read \(No such file"),
        (lambda folder: (folder / "model.safetensors").unlink(), r"safetensors: the weights cannot be loaded: "),
        (_halve("ngrams.json"), r"ngrams\.json: file: Invalid JSON"),
        (_halve("model.safetensors"), r"model\.safetensors: the weights cannot be loaded: "),
        (_edit_ngrams(lambda known: known.update(format=2)), r"ngrams\.json: format: Input should be 1; take"),
        (_edit_ngrams(lambda known: known["words"].update(ngrams=["a", "a"])), "words: .*stand there twice"),
        (_edit_ngrams(lambda known: known["words"]["ngrams"].pop()), "belong to different models: take an undamaged"),
        (_edit_tensors(lambda tensors: tensors.pop("intercept.energy")), r"intercept\.energy is missing; "),
        (_edit_tensors(lambda tensors: tensors.update(a=np.zeros(1))), "a is not of this model"),
        (_edit_tensors(lambda tensors: tensors["idf.words"].fill(np.nan)), r"idf\.words holds what is no number"),
    ],
)
def test_damaged_and_missing_files_are_told(copy: Path, damage: Callable[[Path], None], message: str) -> None:
    damage(copy)

    with pytest.raises(ModelError, match=message) as caught:
        load_classifier(str(copy))
    assert str(caught.value).endswith("take an undamaged copy of the model")


def test_a_linear_model_has_no_windows_to_set(copy: Path) -> None:
    path = copy / "decision.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    assert not {"max_tokens", "overlap", "combine"} & written.keys()
    path.write_text(json.dumps(written | {"max_tokens": 256}), encoding="utf-8")

    with pytest.raises(ModelError, match="a linear classifier has no windows, max_tokens cannot be set"):
        load_classifier(str(copy))
