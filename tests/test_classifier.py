import json
import pickle
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from pipeline.classifier import DomainClassifier
from pipeline.errors import ModelError

ROOT = Path(__file__).parents[1]
TEXTS = ["وقعت الصين وروسيا اتفاقا لتوريد الغاز.", "فاز الفريق بالكأس.", "الطاقة والنقل " * 60, "زار الوزير بكين."]


def test_many_texts_score_as_each_alone(tiny_classifier: Path) -> None:
    classifier = DomainClassifier.load(str(tiny_classifier), precision="float32")

    together = classifier.probabilities(TEXTS)

    assert together.shape == (len(TEXTS), 10)
    for text, row in zip(TEXTS, together, strict=True):
        assert classifier.probabilities([text])[0] == pytest.approx(row, abs=1e-5)


def test_the_same_window_is_scored_once_and_stands_in_every_place(tiny_classifier: Path) -> None:
    classifier = DomainClassifier.load(str(tiny_classifier), precision="float32")
    once = [(2, 50, 51, 3), (2, 60, 3), (2, 70, 71, 72, 3)]
    counts: Counter[str] = Counter()

    repeated = classifier.logits([once[0], once[1], once[0], once[2], once[1]], counts=counts)

    assert (counts["windows scored before"], counts["tokens"]) == (2, 12)
    assert np.array_equal(repeated, classifier.logits(once)[[0, 1, 0, 2, 1]])


def test_windows_keep_their_order_whatever_their_length_and_the_budget(tiny_classifier: Path) -> None:
    classifier = DomainClassifier.load(str(tiny_classifier), precision="float32")
    windows = [(2, *range(40, 40 + length), 3) for length in (3, 30, 1, 17, 4, 29, 30)]
    counts: Counter[str] = Counter()

    rows = classifier.logits(windows, batch_tokens=40, counts=counts)

    assert rows == pytest.approx(np.concatenate([classifier.logits([window]) for window in windows]), abs=1e-5)
    assert counts["tokens"] == sum(map(len, windows)) - len(windows[-1])
    assert counts["tokens of padding"] == 0


def test_windows_longer_than_the_network_takes_are_refused(tiny_classifier: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_classifier, folder)
    decision = json.loads((folder / "decision.json").read_text(encoding="utf-8"))
    (folder / "decision.json").write_text(json.dumps({**decision, "max_tokens": 65}), encoding="utf-8")

    with pytest.raises(ModelError, match="cuts windows of 65 tokens, but the network takes 64 at most"):
        DomainClassifier.load(str(folder))


def test_neither_transformers_nor_what_only_training_needs_is_imported_to_score(tiny_classifier: Path) -> None:
    program = (
        "import sys; from pipeline.kinds import load_classifier; "
        f"print(load_classifier({str(tiny_classifier)!r}).probabilities(['تعاون']).shape); "
        "print(sorted({'transformers', 'datasets', 'sklearn', 'scipy', 'accelerate', 'pandas'} & sys.modules.keys()))"
    )

    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)

    assert run.stdout.split("\n")[:2] == ["(1, 10)", "[]"]


def test_no_text_gives_no_row(tiny_classifier: Path) -> None:
    assert DomainClassifier.load(str(tiny_classifier)).probabilities([]).shape == (0, 10)


def test_bfloat16_gives_nearly_the_same_probabilities(tiny_classifier: Path) -> None:
    exact = DomainClassifier.load(str(tiny_classifier), precision="float32").probabilities(TEXTS)
    rounded = DomainClassifier.load(str(tiny_classifier), precision="bfloat16").probabilities(TEXTS)

    assert np.abs(exact - rounded).max() < 0.05
    assert (exact != rounded).any()


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
