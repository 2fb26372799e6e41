import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pipeline.classifier import DomainClassifier, is_bfloat16_faster, length_batches, use_threads
from pipeline.errors import ModelError

TEXTS = ["وقعت الصين وروسيا اتفاقا لتوريد الغاز.", "فاز الفريق بالكأس.", "الطاقة والنقل " * 60, "زار الوزير بكين."]


@given(st.lists(st.integers(1, 300), max_size=200), st.integers(1, 2000))
def test_batches_hold_every_window_once_within_the_budget(lengths: list[int], budget: int) -> None:
    batches = list(length_batches(lengths, budget))

    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or max(lengths[index] for index in batch) * len(batch) <= budget


def test_many_texts_score_as_each_alone(tiny_classifier: Path) -> None:
    classifier = DomainClassifier.load(str(tiny_classifier), precision="float32")

    together = classifier.probabilities(TEXTS)

    assert together.shape == (len(TEXTS), 10)
    for text, row in zip(TEXTS, together, strict=True):
        assert classifier.probabilities([text])[0] == pytest.approx(row, abs=1e-5)


def test_no_text_gives_no_row(tiny_classifier: Path) -> None:
    assert DomainClassifier.load(str(tiny_classifier)).probabilities([]).shape == (0, 10)


def test_bfloat16_gives_nearly_the_same_probabilities(tiny_classifier: Path) -> None:
    exact = DomainClassifier.load(str(tiny_classifier), precision="float32").probabilities(TEXTS)
    rounded = DomainClassifier.load(str(tiny_classifier), precision="bfloat16").probabilities(TEXTS)

    assert np.abs(exact - rounded).max() < 0.05
    assert (exact != rounded).any()


def test_the_probe_answers_and_stays_with_its_answer() -> None:
    first = is_bfloat16_faster(torch.device("cpu"))

    assert isinstance(first, bool)
    assert is_bfloat16_faster(torch.device("cpu")) is first


def test_threads_are_those_asked_for_or_those_the_process_may_use() -> None:
    before = torch.get_num_threads()
    assert use_threads(1) == torch.get_num_threads() == 1
    assert use_threads() >= 1
    torch.set_num_threads(before)


def test_weights_that_can_run_code_are_not_read(tiny_classifier: Path, tmp_path: Path) -> None:
    planted = tmp_path / "planted"

    class Planted:
        def __reduce__(self) -> tuple[object, tuple[Path]]:
            return (Path.touch, (planted,))

    folder = tmp_path / "model"
    shutil.copytree(tiny_classifier, folder)
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Planted()))

    with pytest.raises(ModelError, match="weights in other formats can run code"):
        DomainClassifier.load(str(folder))
    assert not planted.exists()


def test_labels_of_config_and_decision_must_be_the_same(tiny_classifier: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_classifier, folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["id2label"]["0"] = "sport"
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")

    with pytest.raises(ModelError, match=r"config\.json names the labels sport, finance"):
        DomainClassifier.load(str(folder))


def test_damaged_weights_are_told(tiny_classifier: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_classifier, folder)
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(weights[: len(weights) // 2])

    with pytest.raises(ModelError, match="the weights cannot be loaded"):
        DomainClassifier.load(str(folder))


def test_an_encoder_without_a_trained_head_is_no_classifier(
    tiny_classifier: Path, tiny_encoder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_classifier, folder)
    shutil.copy(tiny_encoder / "model.safetensors", folder / "model.safetensors")

    with pytest.raises(ModelError, match="not a trained classifier"):
        DomainClassifier.load(str(folder))
