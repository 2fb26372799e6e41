"""Ways of labelling that are not ours, each at its best known usage.

They see the text that our classifier sees and decide by its thresholds; but where ours cuts a long paragraph into
windows, they cut it off.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.decision import FloatArray
from pipeline.model_folder import read_decision
from pipeline.text import clean, preprocess_arabert
from speed.engines import Score, export_onnx, open_onnx, open_openvino

BATCH_ROWS = 32


@dataclass(frozen=True)
class Given:
    """What a way of labelling is started with.

    Attributes:
        model: Folder of the classifier.
        threads: Processor threads.
        cache: Folder for what is made of the model once.
        precision: Of our own engine.
        limit: Rows to label, from the first.
    """

    model: Path
    threads: int
    cache: Path
    precision: str
    limit: int


@dataclass
class Took:
    """What labelling took.

    Attributes:
        rows: Paragraphs labelled.
        seconds: From opening the input to closing the output, the model being loaded.
        windows: Tokens of each window that was scored.
        held: Tokens that were scored, padding included.
        parts: Seconds of each stage, where it is known.
    """

    rows: int = 0
    seconds: float = 0.0
    windows: list[int] = field(default_factory=list)
    held: int = 0
    parts: dict[str, float] = field(default_factory=dict)


class Peer(ABC):
    """A way of labelling that is not ours."""

    def __init__(self, given: Given) -> None:
        """Load what all of them need."""
        self.given = given
        self.decision = read_decision(given.model)

    @abstractmethod
    def logits(self, texts: Sequence[str], took: Took) -> FloatArray:
        """Score paragraphs, ready for the tokenizer; shape (texts, labels)."""

    def label(self, rows: Path, out: Path, took: Took) -> None:
        """Label a file into another one."""
        with rows.open(encoding="utf-8") as lines:
            articles = [json.loads(line) for line in islice(lines, self.given.limit)]
        logits = self.logits([preprocess_arabert(clean(article["text"]).text) for article in articles], took)
        applies = self.decision.applies(self.decision.probabilities(logits, np.ones(len(logits), dtype=np.int64)))
        ids = np.array(self.decision.taxonomy.ids)
        labels = {article["id"]: sorted(ids[row].tolist()) for article, row in zip(articles, applies, strict=True)}
        out.write_text(json.dumps(labels), encoding="utf-8")
        took.rows = len(labels)


class Pipeline(Peer):
    """`transformers.pipeline` in float32, on the rows as they come."""

    def __init__(self, given: Given, rows: int) -> None:
        """Load the pipeline; it pads `rows` paragraphs together."""
        super().__init__(given)
        import torch
        from transformers import pipeline
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        torch.set_num_threads(given.threads)
        self._rows = rows
        self._classify: Any = pipeline("text-classification", str(given.model), device="cpu", dtype=torch.float32)

    def logits(self, texts: Sequence[str], took: Took) -> FloatArray:
        """Score paragraphs."""
        limit = self.decision.max_tokens
        settings = {"batch_size": self._rows, "truncation": True, "max_length": limit, "top_k": None}
        found = self._classify(list(texts), function_to_apply="none", **settings)
        lengths = [min(len(ids), limit) for ids in self._classify.tokenizer(list(texts))["input_ids"]]
        count(took, lengths, self._rows)
        scores = [{each["label"]: each["score"] for each in row} for row in found]
        return np.array([[row[label] for label in self.decision.taxonomy.ids] for row in scores])


class Exported(Peer):
    """Another engine on the exported model, fed batches sorted by length."""

    def __init__(self, given: Given, engine: str) -> None:
        """Load the engine."""
        super().__init__(given)
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(given.model / "tokenizer.json"))
        self._tokenizer.enable_truncation(self.decision.max_tokens)
        self._tokenizer.no_padding()
        path = export_onnx(given.model, given.cache)
        self._score: Score = {"onnx": open_onnx, "openvino": open_openvino}[engine](path, given.model, given.threads)

    def logits(self, texts: Sequence[str], took: Took) -> FloatArray:
        """Score paragraphs."""
        windows = [each.ids for each in self._tokenizer.encode_batch_fast(list(texts))]
        order = sorted(range(len(windows)), key=lambda index: -len(windows[index]))
        result = np.empty((len(windows), len(self.decision.taxonomy.ids)))
        for start in range(0, len(order), BATCH_ROWS):
            batch = order[start : start + BATCH_ROWS]
            result[batch] = self._score([windows[index] for index in batch])
        count(took, [len(windows[index]) for index in order], BATCH_ROWS)
        return result


def count(took: Took, lengths: Sequence[int], rows: int) -> None:
    """Count windows that are scored `rows` at a time, padded to the longest."""
    took.windows.extend(lengths)
    for start in range(0, len(lengths), rows):
        batch = lengths[start : start + rows]
        took.held += max(batch) * len(batch)
