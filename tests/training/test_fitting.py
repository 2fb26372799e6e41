from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoConfig, AutoModelForSequenceClassification

from pipeline.config import TrainingSettings
from pipeline.decision import Decision
from pipeline.errors import ConfigError
from pipeline.taxonomy import Taxonomy
from pipeline.training import EncodedRows, Fitting, fit, last_checkpoint, save_model
from tests.training.test_events import read_events

SETTINGS = TrainingSettings(
    epochs=2, batch_rows=8, learning_rate=3e-3, threads=1, precision="float32", device="cpu", checkpoint_steps=3
)


def told_rows(labels_per_paragraph: str = "any") -> tuple[Decision, EncodedRows]:
    """Windows in which one of four word pieces tells the label."""
    domains = [{"id": f"d{k}", "arabic": "أ", "english": "a"} for k in range(4)]
    taxonomy = Taxonomy.model_validate({"name": "t", "labels_per_paragraph": labels_per_paragraph, "domains": domains})
    random = np.random.default_rng(0)
    told = random.integers(0, 4, 64)
    windows = tuple(((2, 10 + int(label), *random.integers(20, 900, 4).tolist(), 3),) for label in told)
    return Decision(taxonomy=taxonomy, prepare=(), max_tokens=16, overlap=4), EncodedRows(
        windows, told[:, None] == range(4)
    )


def _fitting(base: Path, run: Path, decision: Decision, **changes: object) -> Fitting:
    return Fitting(base, decision, SETTINGS.model_copy(update=changes), run)


@pytest.mark.parametrize("labels_per_paragraph", ["any", "one"])
def test_a_classifier_learns_what_tells_its_labels_apart(
    tiny_encoder: Path, tmp_path: Path, labels_per_paragraph: str
) -> None:
    decision, rows = told_rows(labels_per_paragraph)

    fitted = fit(_fitting(tiny_encoder, tmp_path / "run", decision, epochs=12), rows, rows)

    assert (fitted.checked or 0) > 0.9
    logits = fitted.model(torch.tensor(rows.all_windows)).logits
    assert (logits.argmax(dim=1).numpy() == rows.gold.argmax(axis=1)).mean() > 0.8


@pytest.mark.parametrize("precision", ["float16", "bfloat16", "float32"])
def test_a_saved_and_loaded_model_scores_as_it_did_when_it_was_trained(
    tiny_encoder: Path, tmp_path: Path, precision: str
) -> None:
    decision, rows = told_rows()
    model = fit(_fitting(tiny_encoder, tmp_path / "run", decision, epochs=1), rows).model
    before = model(torch.tensor(rows.all_windows)).logits

    save_model(model, tmp_path / "model", precision)
    loaded = AutoModelForSequenceClassification.from_pretrained(tmp_path / "model", dtype=torch.float32).eval()

    after = loaded(torch.tensor(rows.all_windows)).logits
    lost = {"float32": 1e-5, "float16": 0.01, "bfloat16": 0.1}[precision]
    assert (before - after).abs().max() <= lost
    assert str(AutoConfig.from_pretrained(tmp_path / "model").dtype).endswith(precision)


def test_an_interrupted_and_resumed_training_ends_the_same(tiny_encoder: Path, tmp_path: Path) -> None:
    decision, rows = told_rows()
    whole = fit(_fitting(tiny_encoder, tmp_path / "whole", decision), rows, rows)

    def interrupt(step: int, _steps: int, _measured: dict[str, float]) -> None:
        if step == 11:
            raise KeyboardInterrupt

    fitting = _fitting(tiny_encoder, tmp_path / "run", decision)
    with pytest.raises(KeyboardInterrupt):
        fit(Fitting(fitting.base, decision, fitting.settings, fitting.run, interrupt), rows, rows)
    assert (last_checkpoint(fitting.run) or Path()).name == "checkpoint-9"
    steps: list[int] = []
    resumed = fit(replace(fitting, report=lambda step, *_: steps.append(step)), rows, rows, resume=True)

    assert steps[0] == 10
    assert resumed.checked == whole.checked
    for (name, left), right in zip(whole.model.named_parameters(), resumed.model.parameters(), strict=True):
        assert torch.equal(left, right), name


def test_a_check_that_was_interrupted_is_made_after_resuming(tiny_encoder: Path, tmp_path: Path) -> None:
    decision, rows = told_rows()
    whole = fit(_fitting(tiny_encoder, tmp_path / "whole", decision, checkpoint_steps=4), rows, rows)

    def interrupt(step: int, _steps: int, measured: dict[str, float]) -> None:
        if step == 16 and "mean_average_precision" in measured:
            raise KeyboardInterrupt

    fitting = _fitting(tiny_encoder, tmp_path / "run", decision, checkpoint_steps=4)
    with pytest.raises(KeyboardInterrupt):
        fit(replace(fitting, report=interrupt), rows, rows)
    steps: list[int] = []
    resumed = fit(replace(fitting, report=lambda step, *_: steps.append(step)), rows, rows, resume=True)

    assert steps[0] == 13  # there is no checkpoint of a step whose check was not made
    assert (resumed.checked, resumed.epochs) == (whole.checked, whole.epochs)
    for left, right in zip(whole.model.parameters(), resumed.model.parameters(), strict=True):
        assert torch.equal(left, right)


@pytest.mark.parametrize("interrupted_at", [20, None])
def test_a_resumed_training_has_as_little_patience_left_as_before(
    tiny_encoder: Path, tmp_path: Path, interrupted_at: int | None
) -> None:
    decision, rows = told_rows()
    steps = []

    def report(step: int, _steps: int, _measured: dict[str, float]) -> None:
        steps.append(step)
        if step == interrupted_at:
            raise KeyboardInterrupt

    fitting = _fitting(tiny_encoder, tmp_path, decision, epochs=9, patience=2, learning_rate=1e-9)
    with pytest.raises(KeyboardInterrupt) if interrupted_at else nullcontext():
        fit(replace(fitting, report=report), rows, rows)
    interrupted_at = None
    resumed = fit(replace(fitting, report=report), rows, rows, resume=True)

    assert max(steps) == 24  # the first epoch of eight steps is the best, two more do not better it
    assert resumed.epochs == 1
    assert resumed.checked


def test_a_training_that_was_over_is_read_back_from_a_folder_that_moved(tiny_encoder: Path, tmp_path: Path) -> None:
    decision, rows = told_rows()
    before = fit(_fitting(tiny_encoder, tmp_path / "run", decision), rows, rows)
    (tmp_path / "run").rename(tmp_path / "moved")

    steps: list[int] = []
    fitting = _fitting(tiny_encoder, tmp_path / "moved", decision)
    after = fit(replace(fitting, report=lambda step, *_: steps.append(step)), rows, rows, resume=True)

    assert not steps
    assert after.checked == before.checked
    for left, right in zip(before.model.parameters(), after.model.parameters(), strict=True):
        assert torch.equal(left, right)


def test_a_checkpoint_that_was_cut_short_is_passed_over(tiny_encoder: Path, tmp_path: Path) -> None:
    decision, rows = told_rows()
    fit(_fitting(tiny_encoder, tmp_path, decision), rows)
    last = last_checkpoint(tmp_path)
    assert last

    (last / "complete").unlink()

    earlier = last_checkpoint(tmp_path)
    assert earlier
    assert int(earlier.name[11:]) < int(last.name[11:])


def test_without_resuming_earlier_checkpoints_are_removed(tiny_encoder: Path, tmp_path: Path) -> None:
    decision, rows = told_rows()
    (tmp_path / "checkpoint-999").mkdir()
    (tmp_path / "checkpoint-999" / "complete").touch()

    fit(_fitting(tiny_encoder, tmp_path, decision, epochs=1), rows)

    assert not (tmp_path / "checkpoint-999").exists()


def test_the_same_seed_gives_the_same_weights(tiny_encoder: Path, tmp_path: Path) -> None:
    decision, rows = told_rows()

    first, again = (fit(_fitting(tiny_encoder, tmp_path / name, decision, epochs=1), rows) for name in ("a", "b"))

    for left, right in zip(first.model.parameters(), again.model.parameters(), strict=True):
        assert torch.equal(left, right)


def test_frozen_word_embeddings_stay_as_they_were(tiny_encoder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    decision, rows = told_rows()
    fitted = fit(_fitting(tiny_encoder, tmp_path, decision, epochs=1), rows)

    before = load_file(tiny_encoder / "model.safetensors")["bert.embeddings.word_embeddings.weight"]
    assert torch.equal(fitted.model.get_input_embeddings().weight, before)


def test_what_is_said_of_a_label_that_was_not_annotated_changes_nothing(tiny_encoder: Path, tmp_path: Path) -> None:
    decision, rows = told_rows()
    known = np.random.default_rng(1).random(rows.gold.shape) < 0.6
    said = (replace(rows, known=known), replace(rows, known=known, gold=rows.gold ^ ~known), rows)

    fitted = [
        fit(_fitting(tiny_encoder, tmp_path / str(k), decision, epochs=1, accumulate=2), each).model.state_dict()
        for k, each in enumerate(said)
    ]

    for name, weights in fitted[0].items():
        assert torch.equal(weights, fitted[1][name]), name
    assert any(not torch.equal(weights, fitted[2][name]) for name, weights in fitted[0].items())


def test_the_weights_of_the_loss_are_no_part_of_the_probabilities_of_one_label(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    decision, _ = told_rows("one")
    gold = np.repeat([0, 1, 2, 3], [46, 8, 6, 4])[:, None] == range(4)
    rows = EncodedRows((((2, 20, 21, 3),),) * 64, gold)  # nothing tells the labels apart
    changes = {"epochs": 60, "batch_rows": 64, "learning_rate": 1e-6, "head_learning_rate": 0.1, "average_decay": 0}

    fitted = fit(_fitting(tiny_encoder, tmp_path, decision, **changes), rows)

    shares = fitted.model(torch.tensor(rows.all_windows[:1])).logits.softmax(dim=1)[0]
    assert shares.tolist() == pytest.approx(gold.mean(axis=0).tolist(), abs=0.04)


@pytest.mark.parametrize("has_checks", [True, False])
def test_weights_beyond_all_numbers_are_told(tiny_encoder: Path, tmp_path: Path, *, has_checks: bool) -> None:
    decision, rows = told_rows()
    fitting = _fitting(tiny_encoder, tmp_path, decision, learning_rate=1e30)

    with pytest.raises(ConfigError, match=r"training\.learning_rate: at 1e\+30 .* lower it"):
        fit(fitting, rows, rows if has_checks else None)


def test_another_gpu_than_the_first_is_refused(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision, rows = told_rows()
    monkeypatch.setattr("pipeline.training.base.choose_device", torch.device)

    with pytest.raises(ConfigError, match=r"CUDA_VISIBLE_DEVICES=1 and training\.device=cuda"):
        fit(_fitting(tiny_encoder, tmp_path, decision, device="cuda:1"), rows)


def test_the_steps_that_training_took_are_told_with_those_after_the_best_epoch(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    decision, rows = told_rows()

    fitted = fit(_fitting(tiny_encoder, tmp_path, decision, epochs=9, patience=2, learning_rate=1e-9), rows, rows)

    assert (fitted.steps, fitted.epochs) == (24, 1)


def test_training_leaves_logs_for_tensorboard_in_its_folder(tiny_encoder: Path, tmp_path: Path) -> None:
    decision, rows = told_rows()

    fit(_fitting(tiny_encoder, tmp_path / "run", decision, log_steps=4), rows, rows)

    logs = read_events(tmp_path / "run")
    assert [step for step, name, _ in logs if name == "train/loss"] == [4, 8, 12, 16]
    assert [step for step, name, _ in logs if name == "eval/mean_average_precision"] == [8, 16]
