"""Linear layers laid out before: the same numbers as plain ones, whatever torch and the processor bear."""

from typing import Any

import pytest
import torch
from torch.nn.functional import gelu, linear

from pipeline.inference.linear_layers import lay_out


def parts(dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    numbers = torch.Generator().manual_seed(1)
    return torch.randn(96, 64, generator=numbers).to(dtype), torch.randn(96, generator=numbers).to(dtype)


@pytest.mark.parametrize("rows", [0, 1, 7, 300])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("with_gelu", [False, True])
@torch.inference_mode()
def test_a_layer_computes_what_the_functions_do(rows: int, dtype: torch.dtype, *, with_gelu: bool) -> None:
    weight, bias = parts(dtype)
    given = torch.randn(rows, 64, generator=torch.Generator().manual_seed(2)).to(dtype)

    made = lay_out(weight, bias)(given, with_gelu=with_gelu)

    exact = linear(given.float(), weight.float(), bias.float())
    exact = gelu(exact) if with_gelu else exact
    assert (made.shape, made.dtype, made.layout) == ((rows, 96), dtype, torch.strided)
    near = 1e-5 if dtype == torch.float32 else 0.01  # of the largest, as bfloat16 keeps eight bits
    assert rows == 0 or (made.float() - exact).abs().max() <= near * exact.abs().max()


@pytest.mark.parametrize("error", [AttributeError("no such operator"), RuntimeError("not for this processor")])
@torch.inference_mode()
def test_where_the_operators_are_missing_a_layer_is_plain(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    class Missing:
        def __getattr__(self, name: str) -> Any:
            raise error

    weight, bias = parts(torch.bfloat16)
    given = torch.ones(3, 64, dtype=torch.bfloat16)
    monkeypatch.setattr(torch.ops, "mkldnn", Missing())

    made = lay_out(weight, bias)(given, with_gelu=True)

    assert torch.equal(made, gelu(linear(given, weight, bias)))
