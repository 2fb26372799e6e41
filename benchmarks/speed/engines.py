"""ONNX Runtime and OpenVINO: a model exported by transformers and torch, opened in either."""

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Score = Callable[[Sequence[Sequence[int]]], NDArray[np.float32]]
"""Scores a batch of windows, shape (windows, labels)."""


def export_onnx(model: Path, cache: Path) -> Path:
    """Write a model as ONNX, in float32, if it is not there yet."""
    path = cache / f"{model.name}.onnx"
    if path.exists():
        return path
    import torch
    from transformers import AutoModelForSequenceClassification

    network = AutoModelForSequenceClassification.from_pretrained(
        model, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    names = ["input_ids", "attention_mask"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the way by TorchScript is deprecated; the other needs a further package
        torch.onnx.export(
            network,
            (),
            str(path),
            kwargs=dict.fromkeys(names, torch.ones(2, 16, dtype=torch.long)),
            input_names=names,
            output_names=["logits"],
            dynamic_axes={name: {0: "rows", 1: "tokens"} for name in names},
            dynamo=False,
        )
    return path


def open_onnx(path: Path, _: Path, threads: int) -> Score:
    """Open an ONNX file in ONNX Runtime, its matrices dynamically quantized to int8."""
    import onnxruntime
    from onnxruntime.quantization import quantize_dynamic

    small = path.with_suffix(".int8.onnx")
    if not small.exists():
        quantize_dynamic(path, small)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(small, options, providers=["CPUExecutionProvider"])
    return lambda windows: np.asarray(session.run(None, _pad(windows))[0])


def open_openvino(path: Path, model: Path, threads: int) -> Score:
    """Open an ONNX file in OpenVINO, in the precision that our probe chooses."""
    import openvino

    from pipeline.inference import choose_device, settle_precision

    precision = {"bfloat16": "bf16", "float32": "f32"}[settle_precision(model, choose_device("cpu"), "auto")]
    settings = {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": precision}
    compiled = openvino.Core().compile_model(str(path), "CPU", settings)
    return lambda windows: np.asarray(compiled(_pad(windows))[0])


def _pad(windows: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int64]]:
    longest = max(map(len, windows))
    ids = np.array([[*window, *[0] * (longest - len(window))] for window in windows], dtype=np.int64)
    mask = np.array([[1] * len(window) + [0] * (longest - len(window)) for window in windows], dtype=np.int64)
    return {"input_ids": ids, "attention_mask": mask}
