import struct
from pathlib import Path

import numpy as np
import pytest

from pipeline.adaptation.read_q4 import decode_q4, read_q4
from pipeline.errors import InputError

from .tiny_e5 import HIDDEN, PIECES, SPARE, encode_q4


def test_a_block_decodes_as_worked_out_by_hand() -> None:
    # Scale 0.5; byte 0 is 0xF0: weight 0 is 0.5 * (0 - 8), weight 16 is 0.5 * (15 - 8); byte 1 is 0x8A; the rest 0x88.
    block = struct.pack("<e", 0.5) + bytes([0xF0, 0x8A]) + bytes([0x88] * 14)
    weights = decode_q4(block)
    assert weights[0] == -4.0
    assert weights[16] == 3.5
    assert weights[1] == 1.0
    assert np.count_nonzero(weights) == 3
    assert weights.dtype == np.float32


def test_each_block_has_its_own_scale() -> None:
    block = bytes([0x99] * 16)
    weights = decode_q4(struct.pack("<e", 1.0) + block + struct.pack("<e", 0.25) + block)
    assert weights.tolist() == [1.0] * 32 + [0.25] * 32


def test_weights_come_back_within_half_a_step_of_the_scale() -> None:
    weights = np.random.default_rng(0).normal(size=320).astype(np.float32)
    steps = np.abs(weights.reshape(-1, 32)).max(axis=1).repeat(32) / 7
    assert (np.abs(decode_q4(encode_q4(weights)) - weights) <= steps * 0.51).all()


def test_the_file_gives_its_shape_pieces_and_tensors(e5_file: Path) -> None:
    stored = read_q4(e5_file)
    assert (stored.hidden, stored.layers, stored.bos, stored.eos, stored.pad, stored.unk) == (HIDDEN, 3, 0, 2, 1, 3)
    assert [piece for piece, _ in stored.pieces] == [piece for piece, _ in PIECES]
    assert stored.tensors["emb.word"].size == (len(PIECES) + SPARE) * HIDDEN
    assert stored.tensors["l2.oln.w"].tolist() == [1.0] * HIDDEN


@pytest.mark.parametrize("damage", [b"", b"GGUF and more", b"E5S1\0\0"])
def test_another_file_is_refused_by_name(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(damage)
    with pytest.raises(InputError, match=r"other\.bin"):
        read_q4(path)


def test_a_truncated_file_is_refused(tmp_path: Path, e5_file: Path) -> None:
    path = tmp_path / "short.bin"
    path.write_bytes(e5_file.read_bytes()[:-100])
    with pytest.raises(InputError, match="damaged"):
        read_q4(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_q4(tmp_path / "none.bin")
