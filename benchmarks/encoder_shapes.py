"""Which depth of encoder is how many times as fast as AraBERT-base, on the same paragraphs: random weights, bfloat16.

python benchmarks/encoder_shapes.py PARAGRAPHS.jsonl ARABERT_FOLDER VOCABULARY_FOLDER [--layers 6 7 8 9 10]

On a machine that other programs use as well, wall time says little: OMP_WAIT_POLICY=PASSIVE and --threads 1 --cpu-time
count the seconds that this process computed.
"""

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification

from pipeline.text import clean, preprocess_arabert

Batches = list[tuple[torch.Tensor, torch.Tensor]]

_BYTES_PER_WEIGHT = 2


def main() -> None:
    """Print a row per shape: seconds, ratio to AraBERT-base by best and by median round, megabytes."""
    given = _arguments()
    torch.set_num_threads(given.threads)
    texts = _read(given.paragraphs, given.count)
    arabert = BertConfig.from_pretrained(given.arabert, num_labels=10)
    contenders = {"AraBERT-base": (_model(arabert), _batches(texts, given.arabert, given.batch))}
    for folder in given.vocabularies:
        batches = _batches(texts, folder, given.batch)
        size = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab_size()
        for layers in given.layers:
            contenders[f"{layers} layers, {size} pieces"] = (_model(_shape(layers, size)), batches)
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(given.rounds + 1):  # in turns, so that a busy moment of the machine hits all alike
        for name, (model, batches) in contenders.items():
            seconds[name].append(_time(model, batches, time.process_time if given.cpu_time else time.perf_counter))
    warm = {name: sorted(times[1:]) for name, times in seconds.items()}
    base = warm["AraBERT-base"]
    for name, times in warm.items():
        best, middle = base[0] / times[0], base[len(base) // 2] / times[len(times) // 2]
        weights = sum(weight.numel() for weight in contenders[name][0].parameters())
        megabytes = weights * _BYTES_PER_WEIGHT / 1e6
        print(f"{name:28} {times[0]:7.2f} s  best {best:5.2f}x  median {middle:5.2f}x  {megabytes:6.1f} MB", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paragraphs", type=Path, help="JSON Lines with text")
    parser.add_argument("arabert", type=Path, help="config and tokenizer of bert-base-arabertv02")
    parser.add_argument("vocabularies", type=Path, nargs="+", help="folders with a tokenizer.json")
    parser.add_argument("--layers", type=int, nargs="+", default=[6, 7, 8, 9, 10, 12])
    parser.add_argument("--count", type=int, default=600, help="paragraphs")
    parser.add_argument("--batch", type=int, default=32, help="paragraphs per batch")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--cpu-time", action="store_true", help="count this process's CPU seconds, not wall time")
    return parser.parse_args()


def _read(path: Path, count: int) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    drawn = random.Random(0).sample(lines, min(count, len(lines)))  # noqa: S311
    return [preprocess_arabert(clean(json.loads(line)["text"]).text) for line in drawn]


def _batches(texts: Sequence[str], folder: Path, size: int) -> Batches:
    """Tokenize, sort by length, pad."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(512)
    rows = sorted((encoding.ids for encoding in tokenizer.encode_batch(list(texts))), key=len)
    return [_pad(rows[start : start + size]) for start in range(0, len(rows), size)]


def _pad(rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(map(len, rows))
    ids = torch.tensor([[*row, *[0] * (longest - len(row))] for row in rows])
    real = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return ids, real


def _shape(layers: int, vocabulary: int) -> BertConfig:
    """Give the shape of multilingual-e5-small with another depth and vocabulary."""
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=384,
        num_hidden_layers=layers,
        num_attention_heads=12,
        intermediate_size=1536,
        num_labels=10,
    )


def _model(config: BertConfig) -> BertForSequenceClassification:
    return BertForSequenceClassification(config).eval().to(torch.bfloat16)


def _time(model: BertForSequenceClassification, batches: Batches, clock: Callable[[], float]) -> float:
    start = clock()
    with torch.inference_mode():
        for ids, real in batches:
            model(input_ids=ids, attention_mask=real)
    return clock() - start


if __name__ == "__main__":
    main()
