"""Whether the engine says what plain transformers says: python benchmarks/equality.py ROWS [--model FOLDER].

Scores the paragraphs of ROWS (JSON Lines with text) by transformers' own forward pass in float32 and by the engine in
float32 and in bfloat16, and compares logits, calibrated probabilities and labels. Ends with 1 where float32 differs by
more than 1e-4, or bfloat16 by more than 0.02 in a probability or in more than one of 200 labels.
"""

import argparse
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from pipeline.decision import BoolArray, FloatArray
from pipeline.inference import length_batches, open_network, use_threads
from pipeline.inference.networks import Network
from pipeline.inference.padded_network import PaddedNetwork
from pipeline.model_folder import read_decision
from pipeline.records import Window
from pipeline.text import clean
from pipeline.tokenizer import ParagraphTokenizer

_LOGIT = 1e-4
_PROBABILITY = 0.02
_LABELS = 0.995
_BATCH_TOKENS = 8192


def main() -> None:
    """Print a row per precision."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--model", type=Path, default=Path("models/cooperation"))
    parser.add_argument("--count", type=int, default=2000, help="paragraphs, drawn at random")
    parser.add_argument("--threads", type=int)
    given = parser.parse_args()
    use_threads(given.threads)
    decision = read_decision(given.model)
    texts = [json.loads(line)["text"] for line in given.rows.read_text(encoding="utf-8").splitlines()]
    drawn = random.Random(0).sample(texts, min(given.count, len(texts)))  # noqa: S311
    cut = ParagraphTokenizer.load(given.model, decision).windows([clean(text).text for text in drawn])
    windows, counts = [window for each in cut for window in each], np.array([len(each) for each in cut])

    cpu = torch.device("cpu")
    expected = _score(PaddedNetwork(given.model, cpu, torch.float32), windows)
    probabilities = decision.probabilities(expected, counts)
    is_fine = True
    print(f"{len(drawn)} paragraphs, {len(windows)} windows of {given.model.name}")
    for precision in ("float32", "bfloat16"):
        found = _score(open_network(given.model, cpu, precision), windows)
        near = decision.probabilities(found, counts)
        apart = float(np.abs(near - probabilities).max())
        off = float(np.abs(found - expected).max())
        same = decision.applies(near) == decision.applies(probabilities)
        print(f"{precision:9} logits within {off:.1e}, probabilities within {apart:.1e}, {_agreement(same)}")
        is_fine &= off <= _LOGIT if precision == "float32" else apart <= _PROBABILITY and same.mean() >= _LABELS
    sys.exit(0 if is_fine else 1)


def _agreement(same: BoolArray) -> str:
    return f"{same.mean():.3%} of labels and {same.all(axis=1).mean():.2%} of paragraphs the same"


def _score(network: Network, windows: Sequence[Window]) -> FloatArray:
    result = np.empty((len(windows), len(network.labels)))
    lengths = [len(window) for window in windows]
    for batch in length_batches(lengths, _BATCH_TOKENS, is_padded=network.is_padded):
        result[batch] = network.logits([windows[index] for index in batch])
    return result


if __name__ == "__main__":
    main()
