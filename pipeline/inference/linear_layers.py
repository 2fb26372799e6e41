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
            layer = PrepackedLayer(weight, bias)
            layer(weight[:1], with_gelu=True)
        except (AttributeError, RuntimeError):  # not in this torch, or not for this processor
            return PlainLayer(weight, bias)
        return layer
    return PlainLayer(weight, bias)


class PlainLayer:
    """A layer as torch's functions compute it."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        """Keep the weight, shape (outputs, inputs), and the bias."""
        self._weight, self._bias = weight, bias

    def __call__(self, rows: Tensor, *, with_gelu: bool = False) -> Tensor:
        """See `LinearLayer`."""
        made = linear(rows, self._weight, self._bias)
        return gelu(made) if with_gelu else made


class PrepackedLayer:
    """A layer whose weight is in oneDNN's layout."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        """Lay the weight out.

        Raises:
            AttributeError: This torch has no operator for it.
            RuntimeError: The processor does not bear it.
        """
        self._weight, self._bias = torch.ops.mkldnn._reorder_linear_weight(weight), bias  # noqa: SLF001

    def __call__(self, rows: Tensor, *, with_gelu: bool = False) -> Tensor:
        """See `LinearLayer`."""
        then = "gelu" if with_gelu else "none"
        made: Tensor = torch.ops.mkldnn._linear_pointwise(rows, self._weight, self._bias, then, [], "none")  # noqa: SLF001
        return made
