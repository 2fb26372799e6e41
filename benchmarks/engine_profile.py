"""What the steps of the engine are worth: python benchmarks/engine_profile.py ROWS [--model FOLDER] [--count N].

Scores the paragraphs of ROWS (JSON Lines with text) with a plain BERT classifier on the processor, in bfloat16. Prints
the share of the time by kind of operation (torch's profiler), and how many times as long it takes without a step, the
median over alternating rounds:

  layout      weights laid out before as the processor multiplies them, GELU within the product
  bands       attention over windows of equal length, none padded
  bfloat16    instead of float32
"""

import argparse
import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import torch
from torch.profiler import ProfilerActivity, profile

from pipeline.inference import length_batches, use_threads
from pipeline.inference.bert_files import read_bert
from pipeline.inference.linear_layers import PlainLayer
from pipeline.inference.packed_bert import PackedBert
from pipeline.kinds import load_tokenizer_of
from pipeline.model_folder import read_decision
from pipeline.records import Window
from pipeline.text import clean

_BATCH_TOKENS = 8192
_CPU = torch.device("cpu")
_KINDS = {"addmm": "products of matrices", "linear_pointwise": "products of matrices", "attention": "attention"}


def main() -> None:
    """Print the profile, then a row per step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--model", type=Path, default=Path("models/cooperation"))
    parser.add_argument("--count", type=int, default=700, help="paragraphs, drawn at random")
    parser.add_argument("--rounds", type=int, default=6)
    given = parser.parse_args()
    use_threads()
    texts = [json.loads(line)["text"] for line in given.rows.read_text(encoding="utf-8").splitlines()]
    drawn = random.Random(0).sample(texts, min(given.count, len(texts)))  # noqa: S311
    tokenizer = load_tokenizer_of(given.model, read_decision(given.model))
    windows = [each for cut in tokenizer.windows([clean(text).text for text in drawn]) for each in cut]
    whole = _network(given.model, torch.bfloat16)
    _show_profile(whole, windows)
    without = {"layout": _without_layout(given.model), "bands": _network(given.model, torch.bfloat16)}
    without["bands"].is_padded = True
    without["bfloat16"] = _network(given.model, torch.float32)
    ratios: dict[str, list[float]] = {name: [] for name in without}
    for _ in range(given.rounds):
        seconds = _seconds(whole, windows)
        for name, network in without.items():
            ratios[name].append(_seconds(network, windows) / seconds)
    for name, found in ratios.items():
        print(f"without {name:10} {statistics.median(found):.2f}x the time ({min(found):.2f} to {max(found):.2f})")


def _network(folder: Path, dtype: torch.dtype) -> PackedBert:
    bert = read_bert(folder)
    if bert is None:
        message = f"{folder}: not a plain BERT classifier"
        raise SystemExit(message)
    return PackedBert(*bert, _CPU, dtype)


def _without_layout(folder: Path) -> PackedBert:
    """Make the network with plain layers, as where torch cannot lay them out before."""
    with patch("pipeline.inference.packed_bert.lay_out", PlainLayer):
        return _network(folder, torch.bfloat16)


def _score(network: PackedBert, windows: Sequence[Window]) -> None:
    for batch in length_batches([len(each) for each in windows], _BATCH_TOKENS, is_padded=network.is_padded):
        network.logits([windows[index] for index in batch])


def _seconds(network: PackedBert, windows: Sequence[Window]) -> float:
    start = time.perf_counter()
    _score(network, windows)
    return time.perf_counter() - start


def _show_profile(network: PackedBert, windows: Sequence[Window]) -> None:
    _score(network, windows)  # warms up
    with profile(activities=[ProfilerActivity.CPU]) as profiled:
        _score(network, windows)
    spent: Counter[str] = Counter()
    for event in profiled.key_averages():
        kind = next((kind for sign, kind in _KINDS.items() if sign in event.key), "everything else")
        spent[kind] += event.self_cpu_time_total
    for kind, time_ in spent.most_common():
        print(f"{100 * time_ / spent.total():3.0f} % {kind}")


if __name__ == "__main__":
    main()
