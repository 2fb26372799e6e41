from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.nn import functional

from pipeline.config import TrainingSettings
from pipeline.training.loss import make_loss, positive_weights
from pipeline.training.rows import UNKNOWN

SETTINGS = TrainingSettings(positive_power=0.5, positive_bound=5)


def _gold() -> np.ndarray:
    gold = np.zeros((100, 4), dtype=bool)
    gold[:50, 0] = gold[:20, 1] = gold[:1, 2] = True
    return gold


def test_rare_labels_weigh_more_within_bounds() -> None:
    gold = _gold()

    assert positive_weights(gold, np.ones_like(gold), SETTINGS).tolist() == pytest.approx([1, 2, 5, 1])


def test_rows_weigh_for_the_labels_alone_that_they_are_annotated_for() -> None:
    gold, known = _gold(), np.ones((100, 4), dtype=bool)
    known[:10, 0] = False  # 40 yes, 50 no
    known[50:60, 1] = False  # 20 yes, 70 no
    known[:1, 2] = False  # none is left

    weights = positive_weights(gold, known, SETTINGS)

    assert weights.tolist() == pytest.approx([1.25**0.5, 3.5**0.5, 1, 1])


def test_where_all_is_known_the_loss_is_the_weighted_cross_entropy() -> None:
    random = torch.Generator().manual_seed(0)
    logits, labels = torch.randn(5, 3, generator=random), torch.randint(0, 2, (5, 3), generator=random).float()
    weight = torch.tensor([1.0, 2.0, 5.0])

    loss = make_loss(weight, "any")(SimpleNamespace(logits=logits), labels)

    expected = functional.binary_cross_entropy_with_logits(logits, labels, pos_weight=weight)
    assert loss.item() == pytest.approx(expected.item())


def test_an_unknown_label_carries_no_loss_and_is_not_counted() -> None:
    logits = torch.tensor([[0.3, 9.0], [-1.2, 0.4]], requires_grad=True)
    labels = torch.tensor([[1.0, UNKNOWN], [0.0, 1.0]])
    weight = torch.tensor([3.0, 2.0])

    loss = make_loss(weight, "any")(SimpleNamespace(logits=logits), labels)
    loss.backward()  # type: ignore[no-untyped-call]

    known = [3 * functional.softplus(torch.tensor(-0.3)), functional.softplus(torch.tensor(-1.2))]
    known.append(2 * functional.softplus(torch.tensor(-0.4)))
    assert loss.item() == pytest.approx(float(sum(known)) / 3)
    assert logits.grad is not None
    assert logits.grad[0, 1] == 0
    assert (logits.grad[[0, 1, 1], [0, 0, 1]] != 0).all()


def test_a_batch_in_which_nothing_is_known_has_no_loss() -> None:
    loss = make_loss(torch.ones(2), "any")(SimpleNamespace(logits=torch.ones(1, 2)), torch.full((1, 2), UNKNOWN))

    assert loss.item() == 0
