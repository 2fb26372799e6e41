"""The machine: what it is, how fast it multiplies matrices, and how many multiplications a model asks for."""

import os
import platform
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch
from torch.nn.functional import linear

from pipeline.inference import settle_precision
from pipeline.inference.bert_files import BertShape
from speed.peers import Took

_ROWS = 2048
_REPEATS = 3
_INSTRUCTIONS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8", "asimd", "bf16", "i8mm")
_LIBRARIES = ("torch", "transformers", "tokenizers", "onnxruntime", "openvino", "numpy")


@dataclass(frozen=True)
class Widths:
    """The shape of an encoder, as far as its work depends on it."""

    hidden: int
    inner: int
    layers: int

    @classmethod
    def of(cls, model: Path) -> "Widths":
        """Read the shape of a model folder."""
        shape = BertShape.model_validate_json((model / "config.json").read_bytes())
        return cls(shape.hidden_size, shape.intermediate_size, shape.num_hidden_layers)

    def work(self, windows: Sequence[int], *, is_first_token_enough: bool) -> float:
        """Count floating-point operations for windows of so many tokens, none for padding.

        Args:
            windows: Tokens of each.
            is_first_token_enough: Whether the last layer is computed for the first tokens alone.
        """
        tokens, squares, rows = sum(windows), sum(length**2 for length in windows), len(windows)
        projecting, rest = 6 * self.hidden**2, 2 * self.hidden**2 + 4 * self.hidden * self.inner
        whole = self.layers - is_first_token_enough
        total = whole * (tokens * (projecting + rest) + 4 * self.hidden * squares)
        if is_first_token_enough:
            total += tokens * (projecting + 4 * self.hidden) + rows * rest
        return float(total)


def multiply_rate(widths: Widths, kind: torch.dtype, clock: Callable[[], float]) -> float:
    """Measure floating-point operations per second of an encoder's matrix products; the best of some repeats."""
    shapes = [(widths.hidden, 3 * widths.hidden), (widths.hidden,) * 2, (widths.hidden, widths.inner)]
    shapes.append((widths.inner, widths.hidden))
    operations = seconds = 0.0
    with torch.inference_mode():
        for inputs, outputs in shapes:
            left, right = torch.randn(_ROWS, inputs).to(kind), torch.randn(outputs, inputs).to(kind)
            best = float("inf")
            for _ in range(_REPEATS + 1):
                start = clock()
                linear(left, right)
                best = min(best, clock() - start)
            operations += 2 * _ROWS * inputs * outputs
            seconds += best
    return operations / seconds


def describe(threads: int) -> dict[str, object]:
    """Describe processor, memory and libraries."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"model name\s*:\s*(.+)", info)
    flags = re.search(r"(?:flags|Features)\s*:\s*(.+)", info)
    known = flags[1].split() if flags else []
    return {
        "processor": model[1] if model else platform.processor(),
        "processors": os.cpu_count(),
        "threads": threads,
        "instructions": [each for each in _INSTRUCTIONS if each in known],
        "gigabytes": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": platform.system(),
        "python": platform.python_version(),
        "libraries": {name: found for name in _LIBRARIES if (found := _version(name))},
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def measure_share(model: Path, way: str, took: Took, clock: Callable[[], float]) -> float | None:
    """Give which share of the machine's rate of multiplying matrices a way reaches, in the type that it computes in.

    Measured in the same process, right after labelling; only useful work counts, and for our own ways only the time
    of inference. ONNX Runtime's int8 has no such rate in torch.
    """
    if way == "onnx":
        return None
    widths = Widths.of(model)
    is_ours = way.startswith("taawun")
    is_probed = way in {"taawun", "openvino"}
    precision = settle_precision(model, torch.device("cpu"), "auto") if is_probed else "float32"
    rate = multiply_rate(widths, getattr(torch, precision), clock)
    seconds = took.parts.get("classify_paragraphs", took.seconds)
    return widths.work(took.windows, is_first_token_enough=is_ours) / seconds / rate
