from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from pipeline.config import TrainingSettings
from pipeline.training import Fitted, Fitting, fit, fit_soup
from tests.training.test_fitting import told_rows

SETTINGS = TrainingSettings(
    epochs=2, batch_rows=8, learning_rate=3e-3, threads=1, precision="float32", device="cpu", soup=2
)


def _weights(fitted: Fitted) -> torch.Tensor:
    return torch.cat([each.detach().flatten() for each in fitted.model.parameters()])


def test_a_soup_is_the_mean_of_members_that_differ_in_the_order_of_rows(tiny_encoder: Path, tmp_path: Path) -> None:
    decision, rows = told_rows()
    fitting = Fitting(tiny_encoder, decision, SETTINGS.model_copy(update={"soup": 3}), tmp_path / "soup")

    soup = fit_soup(fitting, rows, rows)

    members = [fit(replace(fitting, run=tmp_path / f"{k}", member=k), rows, rows) for k in range(3)]
    weights = torch.stack([_weights(each) for each in members])
    assert not torch.equal(weights[0], weights[1])
    assert torch.allclose(_weights(soup), weights.mean(dim=0), atol=1e-6)
    assert (soup.steps, soup.epochs) == (3 * members[0].steps, 2)
    assert soup.checked == pytest.approx(np.mean([each.checked or 0 for each in members]))


def test_a_soup_of_one_is_a_plain_fitting(tiny_encoder: Path, tmp_path: Path) -> None:
    decision, rows = told_rows()
    fitting = Fitting(tiny_encoder, decision, SETTINGS.model_copy(update={"soup": 1}), tmp_path / "run")

    soup = fit_soup(fitting, rows, rows)

    assert torch.equal(_weights(soup), _weights(fit(replace(fitting, run=tmp_path / "again"), rows, rows)))
    assert list((tmp_path / "run").glob("checkpoint-*"))


def test_an_interrupted_soup_goes_on_and_tells_its_progress_as_one(tiny_encoder: Path, tmp_path: Path) -> None:
    decision, rows = told_rows()
    whole = fit_soup(Fitting(tiny_encoder, decision, SETTINGS, tmp_path / "whole"), rows, rows)
    told: list[tuple[int, int]] = []

    def interrupt(step: int, steps: int, _measured: dict[str, float]) -> None:
        told.append((step, steps))
        if step == 27:
            raise KeyboardInterrupt

    fitting = Fitting(tiny_encoder, decision, SETTINGS, tmp_path / "run")
    with pytest.raises(KeyboardInterrupt):
        fit_soup(replace(fitting, report=interrupt), rows, rows)
    again: list[int] = []
    resumed = fit_soup(replace(fitting, report=lambda step, *_: again.append(step)), rows, rows, resume=True)

    assert again[0] == 25  # the first member is read back, the second goes on after its first epoch
    assert {steps for _, steps in told} == {32}
    assert [step for step, _ in told] == sorted(step for step, _ in told)
    assert torch.equal(_weights(resumed), _weights(whole))
    assert (resumed.checked, resumed.steps, resumed.epochs) == (whole.checked, whole.steps, whole.epochs)
