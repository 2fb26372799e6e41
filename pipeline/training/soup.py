"""A soup: several fittings of one base, whose weights are averaged into one model of the same size and speed."""

from dataclasses import replace

import torch
from torch import nn

from pipeline.training.fitting import Fitted, Fitting, fit
from pipeline.training.rows import EncodedRows
from pipeline.training.trainer import part_of


def fit_soup(
    fitting: Fitting, rows: EncodedRows, held_out: EncodedRows | None = None, *, resume: bool = False
) -> Fitted:
    """Fine-tune `settings.soup` times and average the weights; once: see `fit`.

    The members start from the same weights, those of a new head included, and differ in the order of the rows and in
    dropout. Averages of such models are about as good as the mean of their answers (Wortsman et al., "Model soups",
    ICML 2022).

    Args:
        fitting: What and how; each member keeps its checkpoints in a folder of its own in that of the run.
        rows: To train on.
        held_out: To check after each epoch on.
        resume: Go on from the last checkpoint; members that are done are read back.

    Returns:
        The soup, with the steps of all members, and the means of their epochs and of what was checked.

    Raises:
        ConfigError, InputError, ModelError: As `fit`.
    """
    size = fitting.settings.soup
    if size == 1:
        return fit(fitting, rows, held_out, resume=resume)
    members: list[Fitted] = []
    for member in range(size):
        report = part_of(fitting.report, member, size)
        part = replace(fitting, run=fitting.run / f"member-{member}", report=report, member=member)
        fitted = fit(part, rows, held_out, resume=resume)
        if members:
            _stir_in(members[0].model, fitted.model, 1 / (member + 1))
            fitted = replace(fitted, model=members[0].model)  # one member's weights are in memory at a time
        members.append(fitted)
    checked = [each.checked for each in members if each.checked is not None]
    return Fitted(
        members[0].model,
        epochs=round(sum(each.epochs for each in members) / size, 2),
        steps=sum(each.steps for each in members),
        checked=sum(checked) / size if checked else None,
    )


@torch.no_grad()
def _stir_in(soup: nn.Module, model: nn.Module, share: float) -> None:
    """Let a model have a share in the averaged weights."""
    for weights, more in zip(soup.parameters(), model.parameters(), strict=True):
        weights.lerp_(more, share)
