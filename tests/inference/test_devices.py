import pytest
import torch

from pipeline.errors import ConfigError
from pipeline.inference import choose_device, is_bfloat16_faster, use_threads
from pipeline.inference.devices import choose_precision

CPU = torch.device("cpu")


def test_the_probe_answers_for_a_shape_and_stays_with_its_answer() -> None:
    first = is_bfloat16_faster(CPU, 64, 256)

    assert isinstance(first, bool)
    assert is_bfloat16_faster(CPU, 64, 256) is first


def test_a_precision_that_is_asked_for_is_not_probed() -> None:
    known = is_bfloat16_faster.cache_info().misses

    assert choose_precision("float32", CPU, 17, 19) == "float32"
    assert choose_precision("bfloat16", CPU, 17, 19) == "bfloat16"
    assert is_bfloat16_faster.cache_info().misses == known


def test_auto_is_what_the_probe_says() -> None:
    expected = "bfloat16" if is_bfloat16_faster(CPU, 32, 64) else "float32"

    assert choose_precision("auto", CPU, 32, 64) == expected


def test_threads_are_those_asked_for_or_those_the_process_may_use() -> None:
    before = torch.get_num_threads()
    assert use_threads(1) == torch.get_num_threads() == 1
    assert use_threads() >= 1
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", ["cuda:77", "abacus"])
def test_a_device_that_is_not_there_is_told(name: str) -> None:
    with pytest.raises(ConfigError, match=f"device {name}: cannot be used here .*; take auto or cpu"):
        choose_device(name)
