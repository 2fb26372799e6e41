"""Whether gold paragraphs stand in the training rows: fingerprints of texts, and the copies that they give away.

A fingerprint holds no text. It is compact enough to be stored with a model: 104 bytes per training row.

Normalized texts are compared: cleaned, letters without their marks and hamzas, in lower case, words alone. Two texts
of the same words are exact copies. Others are near copies by the share of pairs of neighboring words that they have
in common (Jaccard's coefficient of the sets of such pairs), estimated from a sketch by MinHash.

Sources: Broder, "On the resemblance and containment of documents", SEQUENCES 1997 (shingles, sketches); Indyk and
Motwani, "Approximate nearest neighbors", STOC 1998 (bands of the sketch as keys); Li and König, "b-bit minwise
hashing", WWW 2010 (keeping a few bits of each minimum). Written here and not taken from the package datasketch: that
keeps sketches and bands as Python objects, and what is stored would have to be written for it as well.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from re import compile as pattern
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.text import clean

NEAR: Final = 0.7
"""Estimated similarity from which a text is a near copy: one word in twelve exchanged, or two fifths appended."""

_FORMAT: Final = 1
"""Counts up when fingerprints of the same text come out differently."""

_SHINGLE_WORDS: Final = 2
"""Words per shingle. A paragraph of news has some 40 words: of longer shingles a few edits would leave too little."""

_MINIMA: Final = 48
"""Minima per sketch: the standard error of an estimate of .7 is then .07, and 25,000 rows take 2.6 MB."""

_MINIMUM_BITS: Final = np.uint64(16)
_MINIMUM_MASK: Final = np.uint64(0xFFFF)
"""What is kept of each minimum: unlike ones agree once in 65,536 times."""

_BAND: Final = 3
"""Minima per band: of copies of similarity .7 all but 1 in 800 have one of the 16 bands in common."""

_PAIRS: Final = 100_000
"""Pairs of texts that are compared at once."""

_WORD: Final = pattern(r"[^\W_]+")


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """What is kept of texts in order to recognize copies of them.

    Attributes:
        hashes: Of the normalized texts, shape (rows,).
        sketches: Lowest 16 bits of the least hash of a text's shingles under each hash function, shape (rows, 48).
    """

    hashes: NDArray[np.uint64]
    sketches: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.hashes)

    def join(self, other: "Fingerprint") -> "Fingerprint":
        """Give the fingerprint of these texts and, behind them, of others."""
        return Fingerprint(np.concatenate([self.hashes, other.hashes]), np.concatenate([self.sketches, other.sketches]))


@dataclass(frozen=True, slots=True)
class Copy:
    """A text that stands in the training rows.

    Attributes:
        kind: `exact` where the normalized texts are the same, else `near`.
        similarity: 1 for exact copies, else the estimated share of common shingles, at least `NEAR`.
        row: Number of the training row, from 0; the most similar, the first of equals.
    """

    kind: Literal["exact", "near"]
    similarity: float
    row: int


def fingerprint(texts: Sequence[str]) -> Fingerprint:
    """Take the fingerprint of texts, one row each, in their order."""
    words = [_words(text) for text in texts]
    hashes = np.array([_hash(" ".join(each)) for each in words], dtype=np.uint64)
    return Fingerprint(hashes, _sketches(words))


def hash_words(texts: Sequence[str]) -> list[int | None]:
    """Give one number to all texts of the same words, `None` to a text without any."""
    words = map(_words, texts)
    return [_hash(" ".join(each)) if each else None for each in words]


def to_arrays(fingerprinted: Fingerprint) -> dict[str, Any]:
    """Give a fingerprint as the arrays `format`, `hashes` and `sketches`, for `numpy.savez`."""
    return {"format": np.array(_FORMAT), "hashes": fingerprinted.hashes, "sketches": fingerprinted.sketches}


def from_arrays(arrays: Mapping[str, NDArray[np.generic]]) -> Fingerprint:
    """Take a fingerprint back from its arrays, such as `numpy.load` gives.

    Raises:
        ValueError: They are not a fingerprint, or one of another format.
    """
    missing = {"format", "hashes", "sketches"} - set(arrays)
    if missing:
        message = f"no fingerprint of training texts: {', '.join(sorted(missing))} missing"
        raise ValueError(message)
    if arrays["format"] != _FORMAT:
        message = f"fingerprint of format {arrays['format']}, this version reads {_FORMAT}; train the model anew"
        raise ValueError(message)
    hashes, sketches = arrays["hashes"], arrays["sketches"]
    shapes = (hashes.shape, sketches.shape) == ((len(hashes),), (len(hashes), _MINIMA)) if hashes.ndim else False
    if not shapes or hashes.dtype != np.uint64 or sketches.dtype != np.uint16:
        message = (
            f"damaged fingerprint of training texts: {hashes.dtype}{hashes.shape} and {sketches.dtype}{sketches.shape}"
        )
        raise ValueError(message)
    return Fingerprint(hashes.astype(np.uint64), sketches.astype(np.uint16))


def find_copies(known: Fingerprint, texts: Sequence[str]) -> list[Copy | None]:
    """Find which texts stand among those of a fingerprint.

    Args:
        known: Fingerprint of the training rows.
        texts: Gold paragraphs.

    Returns:
        For each text its copy, `None` where it has none; a text without any word has none.
    """
    words = [_words(text) for text in texts]
    first: dict[int, int] = {}
    for row, value in enumerate(known.hashes):
        first.setdefault(int(value), row)
    sketches = _sketches(words)
    copies: list[Copy | None] = []
    for each, sketch, rows in zip(words, sketches, _candidates(known.sketches, sketches), strict=True):
        same = first.get(_hash(" ".join(each)))
        if not each:
            copies.append(None)
        elif same is not None:
            copies.append(Copy("exact", 1.0, same))
        else:
            copies.append(_nearest(known.sketches, sketch, rows))
    return copies


def are_copies(known: Fingerprint, texts: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which texts stand, exactly or nearly, among those of a fingerprint, shape (texts,)."""
    if not len(known):
        return np.zeros(len(texts), dtype=np.bool_)
    return np.array([copy is not None for copy in find_copies(known, texts)], dtype=np.bool_)


def first_copies(fingerprinted: Fingerprint) -> NDArray[np.intp]:
    """Find which texts of a fingerprint are copies of each other, exactly or nearly.

    Texts belong together when a chain of copies links them. Of the texts that have a band in common each is compared
    with the first of them and with the one before it: the work grows with the texts, not with their pairs.

    Returns:
        For each text the number of the first one that it belongs together with, its own where it is the first, shape
        (rows,). Texts without any word are copies of each other.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows, sketches = len(fingerprinted), fingerprinted.sketches
    exact = _neighbors(fingerprinted.hashes)
    near = [_near_pairs(sketches, _neighbors(keys)) for keys in _band_keys(sketches)]
    one, other = np.concatenate([exact, *near], axis=1)
    links = coo_array((np.ones(len(one), dtype=np.bool_), (one, other)), shape=(rows, rows))
    groups = connected_components(links, directed=False)[1]
    _, firsts, numbers = np.unique(groups, return_index=True, return_inverse=True)
    return np.asarray(firsts[numbers], dtype=np.intp)


def _neighbors(keys: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Pair the rows of equal keys: each with the first of them and with the one before it, shape (2, pairs)."""
    order = np.argsort(keys, kind="stable")
    is_first = np.ones(len(keys), dtype=np.bool_)
    is_first[1:] = keys[order[1:]] != keys[order[:-1]]
    behind = np.flatnonzero(~is_first)
    firsts = np.maximum.accumulate(np.where(is_first, np.arange(len(keys)), 0))[behind]
    return np.stack([order[np.concatenate([behind, behind])], order[np.concatenate([firsts, behind - 1])]])


def _near_pairs(sketches: NDArray[np.uint16], pairs: NDArray[np.intp]) -> NDArray[np.intp]:
    """Keep the pairs of rows that are near copies, some of them at a time in memory."""
    pieces = np.array_split(pairs, 1 + pairs.shape[1] // _PAIRS, axis=1)
    kept = [
        one_piece[:, (sketches[one_piece[0]] == sketches[one_piece[1]]).mean(axis=1) >= NEAR] for one_piece in pieces
    ]
    return np.concatenate(kept, axis=1)


def _nearest(known: NDArray[np.uint16], sketch: NDArray[np.uint16], rows: NDArray[np.intp]) -> Copy | None:
    """Give the most similar of some rows, if it is near."""
    if not len(rows):
        return None
    similarities = (known[rows] == sketch).mean(axis=1)
    best = int(similarities.argmax())
    similarity = float(similarities[best])
    return Copy("near", similarity, int(rows[best])) if similarity >= NEAR else None


def _candidates(known: NDArray[np.uint16], sought: NDArray[np.uint16]) -> Iterator[NDArray[np.intp]]:
    """Give for each sketch the rows that have a band in common with it, in ascending order."""
    keys, wanted = _band_keys(known), _band_keys(sought)
    orders = np.argsort(keys, axis=1, kind="stable")
    keys = np.take_along_axis(keys, orders, axis=1)
    lows = [band.searchsorted(each) for band, each in zip(keys, wanted, strict=True)]
    highs = [band.searchsorted(each, side="right") for band, each in zip(keys, wanted, strict=True)]
    for k in range(len(sought)):
        sharing = [order[low[k] : high[k]] for order, low, high in zip(orders, lows, highs, strict=True)]
        yield np.unique(np.concatenate(sharing))


def _band_keys(sketches: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Put the minima of each band one after the other into one number, shape (bands, rows)."""
    keys = np.zeros((len(sketches), _MINIMA // _BAND), dtype=np.uint64)
    for k in range(_BAND):
        keys = (keys << _MINIMUM_BITS) | sketches[:, k::_BAND]
    return np.ascontiguousarray(keys.T)


def _words(text: str) -> list[str]:
    """Give the words of a text, less what copies may differ in: marks, hamzas, case, punctuation, shapes of digits."""
    letters = unicodedata.normalize("NFD", clean(text).text)
    for mark in filter(unicodedata.combining, set(letters)):
        letters = letters.replace(mark, "")
    return _WORD.findall(letters.casefold())


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _constants(purpose: str, count: int) -> NDArray[np.uint64]:
    """Give odd numbers, as if drawn at random but always the same, whatever the version of NumPy."""
    return np.array([_hash(f"{purpose} {k}") | 1 for k in range(count)], dtype=np.uint64)


def _sketches(texts: Sequence[Sequence[str]]) -> NDArray[np.uint16]:
    """Sketch texts given as words, shape (texts, minima).

    Hash functions are multiplications modulo 2^64 (Dietzfelbinger et al., "A reliable randomized algorithm for the
    closest-pair problem", Journal of Algorithms 1997) of shingle hashes, which are as good as random already.
    """
    sketches = np.zeros((len(texts), _MINIMA), dtype=np.uint16)
    if not len(texts):
        return sketches
    padded = [[*words, *[""] * (_SHINGLE_WORDS - len(words))] for words in texts]
    hashes = {word: _hash(word) for word in {word for words in padded for word in words}}
    flat = np.array([hashes[word] for words in padded for word in words], dtype=np.uint64)
    lengths = np.array([len(words) for words in padded])
    before, after = _constants("word", _SHINGLE_WORDS)
    across_texts = np.cumsum(lengths)[:-1] - 1
    shingles = np.delete(flat[:-1] * before + flat[1:] * after, across_texts)
    starts = np.concatenate([[0], np.cumsum(lengths - 1)[:-1]])
    factors, shifts = _constants("factor", _MINIMA), _constants("shift", _MINIMA)
    for k in range(_MINIMA):
        sketches[:, k] = np.minimum.reduceat(shingles * factors[k] + shifts[k], starts) & _MINIMUM_MASK
    return sketches
