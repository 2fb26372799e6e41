"""Linear layers for inference, their weights laid out once as the processor multiplies them.

oneDNN, which multiplies bfloat16 matrices on processors, wants weights in a layout of its own, and brings a plain
matrix into it at every call. The operators that torch's compiler uses take a matrix laid out before, and compute the
GELU that follows while the sums are still at hand, before they are rounded. Where torch lacks them, or the machine
does not bear them, a layer is a plain one.
"""

from typing import Protocol

import torch
from torch import Tensor
from torch.nn.functional import gelu, linear


class LinearLayer(Protocol):
    """A weight and a bias, applied to rows."""

    def __call__(self, rows: Tensor, *, with_gelu: bool = False) -> Tensor:
        """Give the rows times the weight plus the bias, then GELU if asked for; shape (rows, outputs)."""
        ...


def lay_out(weight: Tensor, bias: Tensor) -> LinearLayer:
    """Make a layer of a weight, shape (outputs, inputs), and a bias, of the type and on the device to compute in."""
    if weight.dtype == torch.bfloat16 and weight.device.type == "cpu":
        try:
            layer = _Prepacked(weight, bias)
            layer(weight[:1], with_gelu=True)
        except (AttributeError, RuntimeError):  # not in this torch, or not for this processor
            return _Plain(weight, bias)
        return layer
    return _Plain(weight, bias)


class _Plain:
    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self._weight, self._bias = weight, bias

    def __call__(self, rows: Tensor, *, with_gelu: bool = False) -> Tensor:
        made = linear(rows, self._weight, self._bias)
        return gelu(made) if with_gelu else made


class _Prepacked:
    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self._weight, self._bias = torch.ops.mkldnn._reorder_linear_weight(weight), bias  # noqa: SLF001

    def __call__(self, rows: Tensor, *, with_gelu: bool = False) -> Tensor:
        then = "gelu" if with_gelu else "none"
        made: Tensor = torch.ops.mkldnn._linear_pointwise(rows, self._weight, self._bias, then, [], "none")  # noqa: SLF001
        return made
