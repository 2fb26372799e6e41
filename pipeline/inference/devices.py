"""Where a network runs, in which precision and on how many threads."""

from functools import cache
from time import perf_counter
from typing import Final, Literal

import torch
from torch.nn.functional import linear

from pipeline.errors import ConfigError
from pipeline.inference.processors import allowed_processors

Settled = Literal["float32", "bfloat16"]
"""A type of weights, decided."""

# Rounding costs a little accuracy: it must bring clearly more speed than the probe errs by.
_CLEARLY: Final = 1.5
_ROUNDS: Final = 7
_PROBE_SECONDS: Final = 0.15
_FEW_ROWS: Final = 16
_ROWS: Final = 256


def choose_device(name: str) -> torch.device:
    """Give the device of a name; `auto` is the first GPU, if any, else the CPU.

    Raises:
        ConfigError: There is no such device here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        return torch.zeros(1, device=name).device
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        message = f"device {name}: cannot be used here ({reason}); take auto or cpu"
        raise ConfigError(message) from error


def choose_precision(name: str, device: torch.device, hidden: int = 768, inner: int = 3072) -> Settled:
    """Decide the type of weights; `auto` probes whether bfloat16 is faster on the device.

    Args:
        name: `auto`, `float32` or `bfloat16`.
        device: Where the network runs.
        hidden: Width of its layers.
        inner: Width within its feed-forward blocks.
    """
    is_bfloat16 = name == "bfloat16" or (name == "auto" and is_bfloat16_faster(device, hidden, inner))
    return "bfloat16" if is_bfloat16 else "float32"


@cache
def is_bfloat16_faster(device: torch.device, hidden: int = 768, inner: int = 3072) -> bool:
    """Probe whether an encoder's largest matrices multiply clearly faster in bfloat16 than in float32.

    The two take turns, and the best of several rounds counts: a busy moment of the machine hits both alike. Without
    the instructions for it bfloat16 can be a hundred times slower, so that a few rows are tried first.

    Args:
        device: Where the network runs.
        hidden: Width of its layers.
        inner: Width within its feed-forward blocks.
    """
    if device.type == "cuda":
        with torch.cuda.device(device):
            return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type != "cpu":
        return False
    hopeless = _ratio(_FEW_ROWS, hidden, inner) < 1 / _CLEARLY
    return not hopeless and _ratio(_ROWS, hidden, inner) > _CLEARLY


@torch.inference_mode()
def _ratio(rows: int, hidden: int, inner: int) -> float:
    """Give how many times as fast bfloat16 is as float32 at `rows` rows."""
    inputs = {
        kind: (torch.ones(rows, hidden, dtype=kind), torch.ones(inner, hidden, dtype=kind))
        for kind in (torch.float32, torch.bfloat16)
    }
    best = dict.fromkeys(inputs, float("inf"))
    end = perf_counter() + _PROBE_SECONDS
    for round_ in range(_ROUNDS):
        for kind, (left, right) in inputs.items():
            start = perf_counter()
            linear(left, right)
            best[kind] = min(best[kind], perf_counter() - start)
        if round_ and perf_counter() > end:  # the first round warms up
            break
    return best[torch.float32] / best[torch.bfloat16]


def use_threads(count: int | None = None) -> int:
    """Let torch use `count` threads; without it, as many as this process may have processors. Returns the number."""
    chosen = count or allowed_processors()
    torch.set_num_threads(chosen)
    return chosen
