from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from pipeline.config import TrainingSettings
from pipeline.decision import Decision
from pipeline.errors import ModelError
from pipeline.model_folder import write_decision
from pipeline.taxonomy import Taxonomy
from pipeline.training import EncodedRows, Fitting, fit, save_model
from pipeline.training.base import load_base
from pipeline.training.head import carry_head_over, read_head_labels, start_biases

SETTINGS = TrainingSettings(epochs=3, batch_rows=8, learning_rate=3e-3, threads=1, precision="float32", device="cpu")
STILL = SETTINGS.model_copy(update={"epochs": 1, "learning_rate": 1e-12})
CPU = torch.device("cpu")


def _decision(*ids: str, labels_per_paragraph: str = "any") -> Decision:
    domains = [{"id": name, "arabic": "أ", "english": "a"} for name in ids]
    taxonomy = Taxonomy.model_validate({"name": "t", "labels_per_paragraph": labels_per_paragraph, "domains": domains})
    return Decision(taxonomy=taxonomy, prepare=(), max_tokens=16, overlap=4)


def _rows(decision: Decision) -> EncodedRows:
    """Windows in which a word piece tells the label; the labels differ in how often they apply."""
    ids = sorted(decision.taxonomy.ids)
    random = np.random.default_rng(0)
    told = random.choice(len(ids), 64, p=np.arange(1, len(ids) + 1) / np.arange(1, len(ids) + 1).sum())
    windows = tuple(((2, 10 + int(label), *random.integers(20, 900, 4).tolist(), 3),) for label in told)
    place = [ids.index(name) for name in decision.taxonomy.ids]
    return EncodedRows(windows, told[:, None] == place)


def _classifier(encoder: Path, folder: Path, decision: Decision) -> Path:
    """Train a classifier and write it down, in full precision."""
    model = fit(Fitting(encoder, decision, SETTINGS, folder / "run"), _rows(decision)).model
    save_model(model, folder / "model", "float32")
    write_decision(decision, folder / "model")
    return folder / "model"


def _logits(model: Any, rows: EncodedRows) -> np.ndarray:
    with torch.no_grad():
        return np.asarray(model.eval()(torch.tensor(rows.all_windows)).logits.numpy())


@pytest.mark.parametrize("labels_per_paragraph", ["any", "one"])
def test_going_on_without_learning_gives_the_logits_from_before(
    tiny_encoder: Path, tmp_path: Path, labels_per_paragraph: str
) -> None:
    decision = _decision("a", "b", "c", labels_per_paragraph=labels_per_paragraph)
    folder = _classifier(tiny_encoder, tmp_path, decision)
    rows = _rows(decision)
    before = _logits(load_base(folder, decision, SETTINGS, CPU).model, rows)

    after = _logits(fit(Fitting(folder, decision, STILL, tmp_path / "again"), rows).model, rows)

    assert after == pytest.approx(before, abs=1e-4)
    assert before.std(axis=0).min() > 0.1


def test_a_label_keeps_its_logits_wherever_it_stands_among_new_ones(tiny_encoder: Path, tmp_path: Path) -> None:
    decision, grown = _decision("a", "b", "c"), _decision("new", "c", "a", "newer")
    folder = _classifier(tiny_encoder, tmp_path, decision)
    rows = _rows(decision)
    before = _logits(load_base(folder, decision, SETTINGS, CPU).model, rows)
    wider = EncodedRows(rows.windows, np.stack([rows.gold[:, 1], rows.gold[:, 2], rows.gold[:, 0], rows.gold[:, 0]], 1))

    fitted = fit(Fitting(folder, grown, STILL, tmp_path / "again"), wider)

    after = _logits(fitted.model, rows)
    assert after[:, [1, 2]] == pytest.approx(before[:, [2, 0]], abs=1e-4)
    assert tuple(fitted.model.config.id2label.values()) == ("new", "c", "a", "newer")
    assert fitted.model.config.num_labels == 4


def test_a_grown_classifier_learns_its_new_label_and_can_be_saved_and_trained_again(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    decision, grown = _decision("b", "c", "d"), _decision("a", "b", "c", "d")
    folder = _classifier(tiny_encoder, tmp_path, decision)
    rows = _rows(grown)

    settings = SETTINGS.model_copy(update={"epochs": 10})
    fitted = fit(Fitting(folder, grown, settings, tmp_path / "grown"), rows, rows)
    save_model(fitted.model, tmp_path / "second", "float32")
    write_decision(grown, tmp_path / "second")

    assert (fitted.checked or 0) > 0.9
    base = load_base(tmp_path / "second", grown, SETTINGS, CPU)
    assert base.is_kept.all()
    assert _logits(base.model, rows) == pytest.approx(_logits(fitted.model, rows), abs=1e-5)


def test_pooler_and_outputs_of_a_classifier_are_kept_by_label(tiny_encoder: Path, tmp_path: Path) -> None:
    folder = _classifier(tiny_encoder, tmp_path, _decision("a", "b", "c"))
    stored = load_file(folder / "model.safetensors")

    base = load_base(folder, _decision("new", "c", "a"), SETTINGS, CPU)

    weights = base.model.state_dict()
    assert not base.has_new_pooler
    assert base.is_kept.tolist() == [False, True, True]
    assert torch.equal(weights["bert.pooler.dense.weight"], stored["bert.pooler.dense.weight"])
    assert torch.equal(weights["classifier.weight"][1:], stored["classifier.weight"][[2, 0]])
    assert torch.equal(weights["classifier.bias"][1:], stored["classifier.bias"][[2, 0]])
    assert weights["classifier.weight"][0].std().item() == pytest.approx(0.2, rel=0.5)
    assert weights["classifier.bias"][0] == 0


def test_a_new_label_starts_at_the_log_odds_of_its_known_rows_and_all_with_the_weight_of_the_loss(
    tiny_encoder: Path,
) -> None:
    decision = _decision("kept", "new", "unheard")
    model = load_base(tiny_encoder, decision, SETTINGS, CPU).model
    is_kept = carry_head_over(model, ["kept"], decision.taxonomy.ids)
    model.classifier.bias.data[0] = -1.5
    gold = np.zeros((40, 3), dtype=bool)
    gold[:9, 1] = True
    known = np.ones_like(gold)
    known[30:, 1] = known[:, 2] = False

    start_biases(model, is_kept, np.array([2.0, 3.0, 1.0]), EncodedRows(((),) * 40, gold, known=known))

    expected = [-1.5 + np.log(2), np.log(9.5 / 21.5) + np.log(3), np.log(0.5 / 40.5)]
    assert model.classifier.bias.tolist() == pytest.approx(expected)


def test_a_new_label_of_a_softmax_starts_at_its_share_beside_the_others(tiny_encoder: Path) -> None:
    decision = _decision("kept", "new", "also_kept", labels_per_paragraph="one")
    model = load_base(tiny_encoder, decision, SETTINGS, CPU).model
    is_kept = carry_head_over(model, ["kept", "also_kept"], decision.taxonomy.ids)
    model.classifier.bias.data[[0, 2]] = torch.tensor([2.0, 3.0])
    gold = np.repeat([0, 1, 2], [20, 10, 10])[:, None] == range(3)

    start_biases(model, is_kept, np.array([1.0, 3.0, 2.0]), EncodedRows(((),) * 40, gold))

    shares = np.log(np.array([20.5, 10.5, 10.5]) / 40)
    above = np.mean([2 - shares[0], 3 - shares[2]])
    assert model.classifier.bias.tolist() == pytest.approx([2, shares[1] + above + np.log(3), 3 + np.log(2)])


def test_an_encoder_has_no_labels(tiny_encoder: Path) -> None:
    assert read_head_labels(tiny_encoder, _decision("a").taxonomy) is None


def test_a_linear_classifier_cannot_be_trained_further(linear_classifier: Path) -> None:
    with pytest.raises(ModelError, match=r"a linear classifier cannot be trained further; .*train_linear\.yaml"):
        read_head_labels(linear_classifier, _decision("a").taxonomy)


def test_one_label_per_paragraph_and_any_number_of_them_do_not_go_on_with_each_other(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    any_number, one = _decision("a", "b"), _decision("a", "b", labels_per_paragraph="one")
    folder = _classifier(tiny_encoder, tmp_path, any_number)

    with pytest.raises(ModelError, match="any number of labels, and the taxonomy t exactly one label; train from an"):
        load_base(folder, one, SETTINGS, CPU)


def test_a_classifier_that_lacks_its_head_is_damaged(tiny_encoder: Path, tmp_path: Path) -> None:
    decision = _decision("a", "b")
    folder = _classifier(tiny_encoder, tmp_path, decision)
    stored = load_file(folder / "model.safetensors")
    del stored["classifier.weight"], stored["bert.pooler.dense.bias"]
    save_file(stored, folder / "model.safetensors", metadata={"format": "pt"})

    with pytest.raises(ModelError, match=r"2 weights of the classifier are missing \(bert\.pooler"):
        load_base(folder, decision, SETTINGS, CPU)
