from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from pipeline.errors import ModelError
from pipeline.inference import WithinMemory
from pipeline.inference.memory import HALVED
from pipeline.records import Window

WINDOWS = [(2, number, 3) for number in range(16)]
REFUSALS = [
    MemoryError(),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
    RuntimeError("[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried"),
    RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: not enough memory: you tried"),
]


def _room_for(tokens: int, refusal: Exception, tried: list[int]) -> Callable[[Sequence[Window]], NDArray[np.float32]]:
    def forward(windows: Sequence[Window]) -> NDArray[np.float32]:
        tried.append(sum(map(len, windows)))
        if tried[-1] > tokens:
            raise refusal
        return np.array([[window[1], len(windows)] for window in windows], dtype=np.float32)

    return forward


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: f"{type(refusal).__name__} {str(refusal)[-24:]}")
def test_a_batch_that_does_not_fit_is_halved_until_it_does(refusal: Exception) -> None:
    counts: Counter[str] = Counter()

    scores = WithinMemory(_room_for(9, refusal, [])).score(WINDOWS, counts)

    assert scores[:, 0].tolist() == list(range(16))
    assert scores[:, 1].max() == 2
    assert counts[HALVED] == 3


def test_what_did_not_fit_is_not_tried_again() -> None:
    tried: list[int] = []
    memory = WithinMemory(_room_for(12, MemoryError(), tried))

    for _ in range(3):
        memory.score(WINDOWS, Counter())

    assert tried == [48, 24, *[12] * 12]


def test_a_real_lack_of_memory_is_recognized() -> None:
    def forward(windows: Sequence[Window]) -> NDArray[np.float32]:
        torch.empty(1 << 45 if len(windows) > 4 else 1)
        return np.zeros((len(windows), 1), dtype=np.float32)

    counts: Counter[str] = Counter()
    assert WithinMemory(forward).score(WINDOWS, counts).shape == (16, 1)
    assert counts[HALVED] == 2


def test_one_window_that_does_not_fit_is_told() -> None:
    with pytest.raises(ModelError, match="out of memory: not even one window of 3 tokens fits"):
        WithinMemory(_room_for(2, MemoryError(), [])).score(WINDOWS, Counter())


def test_a_long_window_is_tried_even_where_longer_batches_did_not_fit() -> None:
    memory = WithinMemory(_room_for(10, MemoryError(), []))
    memory.score(WINDOWS[:4], Counter())

    with pytest.raises(ModelError, match="window of 20 tokens"):
        memory.score([(1,) * 20], Counter())
    assert memory.score([(1,) * 10], Counter()).shape == (1, 2)


def test_another_error_is_no_lack_of_memory() -> None:
    def forward(windows: Sequence[Window]) -> NDArray[np.float32]:
        message = f"a bug at {len(windows)} windows"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="a bug at 16 windows"):
        WithinMemory(forward).score(WINDOWS, Counter())
