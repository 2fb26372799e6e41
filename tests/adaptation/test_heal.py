from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertModel

from pipeline.adaptation.align_words import Passages
from pipeline.adaptation.assess import assess
from pipeline.adaptation.cut_passages import cut_passages
from pipeline.adaptation.heal import Healer, heal, run_length, schedule
from pipeline.adaptation.make_batch import Batch
from pipeline.adaptation.settings import HealConfig
from pipeline.adaptation.transplant import transplant

Teacher = tuple[BertModel, Tokenizer]
Weights = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def passages(lines: list[str], vocabulary: Tokenizer, teacher: Teacher) -> Passages:
    return cut_passages(lines, vocabulary, teacher[1], 32, 64)


def make_healer(teacher: Teacher, vocabulary: Tokenizer, steps: int) -> Healer:
    torch.manual_seed(0)
    student = transplant(*teacher, vocabulary, (0, 2)).to(torch.bfloat16)
    settings = HealConfig(steps=steps, batch_tokens=256, learning_rate=3e-3, checkpoint_minutes=0)
    return Healer(student, teacher[0], (0, 2), settings)


def weights_after(healer: Healer, passages: Passages, checkpoint: Path) -> Weights:
    heal(healer, passages, checkpoint, seed=3)
    return {name: weight.clone() for name, weight in healer.student.state_dict().items()}


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one entry with each step that is taken."""
    taken: list[int] = []
    losses = Healer.losses

    def count(healer: Healer, batch: Batch) -> dict[str, torch.Tensor]:
        taken.append(1)
        return losses(healer, batch)

    monkeypatch.setattr(Healer, "losses", count)
    return taken


def test_healing_brings_the_student_nearer_to_the_teacher(
    teacher: Teacher, vocabulary: Tokenizer, passages: Passages, tmp_path: Path
) -> None:
    healer = make_healer(teacher, vocabulary, 40)
    before = assess(healer, passages, seed=0)
    heal(healer, passages, tmp_path / "checkpoint.pt", seed=0)
    after = assess(healer, passages, seed=0)
    assert after["words"] < 0.8 * before["words"]
    assert after["sentence"] < before["sentence"]
    assert after["mask"] < before["mask"]


def test_a_run_that_was_stopped_goes_on_to_the_same_weights(
    teacher: Teacher, vocabulary: Tokenizer, passages: Passages, tmp_path: Path, steps: list[int]
) -> None:
    whole = weights_after(make_healer(teacher, vocabulary, 8), passages, tmp_path / "whole.pt")
    heal(make_healer(teacher, vocabulary, 8), passages, tmp_path / "part.pt", seed=3, portion=5)
    steps.clear()
    resumed = weights_after(make_healer(teacher, vocabulary, 8), passages, tmp_path / "part.pt")
    assert len(steps) == 8 - 5
    assert all(torch.equal(resumed[name], weight) for name, weight in whole.items())


def test_a_run_that_is_done_is_not_run_again(
    teacher: Teacher, vocabulary: Tokenizer, passages: Passages, tmp_path: Path, steps: list[int]
) -> None:
    checkpoint = tmp_path / "checkpoint.pt"
    first = weights_after(make_healer(teacher, vocabulary, 3), passages, checkpoint)
    assert len(steps) == 3
    again = weights_after(make_healer(teacher, vocabulary, 3), passages, checkpoint)
    assert len(steps) == 3
    assert all(torch.equal(again[name], weight) for name, weight in first.items())


def test_the_teacher_is_left_as_it_was(
    teacher: Teacher, vocabulary: Tokenizer, passages: Passages, tmp_path: Path
) -> None:
    before = {name: weight.clone() for name, weight in teacher[0].state_dict().items()}
    heal(make_healer(teacher, vocabulary, 2), passages, tmp_path / "checkpoint.pt", seed=0)
    assert all(torch.equal(before[name], weight) for name, weight in teacher[0].state_dict().items())


def test_a_student_of_one_layer_can_be_healed(
    teacher: Teacher, vocabulary: Tokenizer, passages: Passages, tmp_path: Path
) -> None:
    student = transplant(*teacher, vocabulary, (1,)).to(torch.bfloat16)
    heal(Healer(student, teacher[0], (1,), HealConfig(steps=1)), passages, tmp_path / "checkpoint.pt", seed=0)


def test_the_learning_rate_rises_and_falls_to_nothing() -> None:
    shares = [schedule(step, 100, 0.1) for step in range(101)]
    assert shares[0] == pytest.approx(0.1)
    assert max(shares) == shares[9] == shares[10] == 1.0
    assert shares[55] == pytest.approx(0.5)
    assert shares[100] == pytest.approx(0.0)


def test_a_run_without_a_number_of_steps_is_one_epoch(passages: Passages) -> None:
    settings = HealConfig(batch_tokens=64)
    assert run_length(passages, settings, 0) > run_length(passages, HealConfig(batch_tokens=128), 0) > 1
    assert run_length(passages, HealConfig(steps=7), 0) == 7
