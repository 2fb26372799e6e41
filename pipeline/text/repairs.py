"""What `clean` puts in the place of a single character, and under which name it counts the repair.

Built once per choice of settings from the tables in `characters`; no text is changed here.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from pipeline.text import characters

PRESENTATION_FORMS: Final = "presentation forms unfolded"
LETTERS_FOLDED: Final = "letters folded"
DIGITS: Final = "digits converted"
DAMAGED: Final = "damaged characters replaced"


@dataclass(frozen=True, slots=True)
class CharacterRepairs:
    """The characters to be replaced one by one.

    Attributes:
        stray: matches a run of characters that `targets` replaces.
        targets: character -> what stands in its place: nothing, one character or several.
        kinds: character -> the name under which its replacement is counted.
        one_to_one: matches a run in which every character is replaced by exactly one.
        pieces: cuts a stray run into stretches that are alike: one for one, removed, or a single long replacement.
    """

    stray: re.Pattern[str]
    targets: Mapping[int, str]
    kinds: Mapping[str, str]
    one_to_one: re.Pattern[str]
    pieces: re.Pattern[str]


@cache
def character_repairs(*, fold_letters: bool, fold_digits: bool) -> CharacterRepairs:
    """Collect every replacement of single characters that the settings ask for."""
    rows = dict(_always())
    if fold_letters:
        rows |= dict(_letter_rows())
    if fold_digits:
        rows |= dict(_digit_rows())
    rows |= dict(_presentation_rows(rows))
    targets = _Targets({ord(source): target for source, (target, _) in rows.items()})
    planes = characters.PRIVATE_PLANES
    # Written as "none of the others": then the letters of an ordinary text are told by the first of its checks.
    others = _written(*_gaps(sorted(targets), planes[0]))
    single = character_class((code for code, target in targets.items() if len(target) == 1), planes)
    gone = character_class(code for code, target in targets.items() if not target)
    return CharacterRepairs(
        stray=re.compile(f"[^{others}]+"),
        targets=targets,
        kinds={source: kind for source, (_, kind) in rows.items()},
        one_to_one=re.compile(f"{single}+"),
        pieces=re.compile(f"(?P<single>{single}+)|(?P<gone>{gone}+)|(?s:.)"),
    )


class _Targets(dict[int, str]):
    """Replacements by code point; the 131,072 private ones of planes 15 and 16 are answered without being listed."""

    def __missing__(self, code: int) -> str:
        first, last = characters.PRIVATE_PLANES
        if first <= code <= last:
            return " "
        raise KeyError(code)


def character_class(codes: Iterable[int], *also: tuple[int, int]) -> str:
    """Write code points, and further (first, last) ranges that follow them, as a class of a regular expression."""
    ranges: list[tuple[int, int]] = []
    for code in sorted(codes):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return f"[{_written(*ranges, *also)}]"


def _written(*ranges: tuple[int, int]) -> str:
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


def _gaps(codes: list[int], end: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of code points below `end` that are not among the sorted `codes`."""
    for before, after in pairwise([-1, *codes, end]):
        if after - before > 1:
            yield before + 1, after - 1


def span_codes(ranges: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Yield every code point of the (first, last) ranges."""
    for first, last in ranges:
        yield from range(first, last + 1)


_Row = tuple[str, tuple[str, str]]  # character, (what stands in its place, kind of repair)


def _always() -> Iterator[_Row]:
    """Yield the replacements that no setting turns off."""
    for ranges, target, kind in (
        (characters.INVISIBLE, "", "invisible characters removed"),
        (characters.CONTROLS, "", "control characters removed"),
        (characters.SPACES, " ", "spaces normalized"),
        (characters.BREAKS, "\n", "line breaks normalized"),
        (characters.DAMAGED, " ", DAMAGED),
    ):
        for code in span_codes(ranges):
            yield chr(code), (target, kind)
    for source, target in characters.PUNCTUATION.items():
        yield source, (target, "punctuation replaced")
    # Full-width ASCII, which Chinese and Japanese input methods leave behind.
    for code in range(0xFF01, 0xFF5F):
        yield chr(code), (chr(code - 0xFEE0), "punctuation replaced")


def _digit_rows() -> Iterator[_Row]:
    for zero in ("٠", "۰"):
        for value in range(10):
            yield chr(ord(zero) + value), (str(value), DIGITS)
    for source, target in characters.NUMBER_SIGNS.items():
        yield source, (target, "number signs converted")


def _letter_rows() -> Iterator[_Row]:
    for code in span_codes(characters.LETTER_BLOCKS):
        target = fold_letter(chr(code))
        if target is not None and target != chr(code):
            yield chr(code), (target, LETTERS_FOLDED)
    # AraBERT cuts a word at an accented Latin letter: São Paulo becomes "S o Paulo".
    for code in range(0x00C0, 0x0250):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii():
            yield chr(code), (base, "Latin accents removed")


def _presentation_rows(folds: Mapping[str, tuple[str, str]]) -> Iterator[_Row]:
    for source, words in characters.WORD_LIGATURES.items():
        yield source, (words, PRESENTATION_FORMS)
    for code in span_codes(characters.PRESENTATION_BLOCKS):
        unfolded = unicodedata.normalize("NFKC", chr(code))
        if unfolded == chr(code):
            continue
        if unicodedata.combining(unfolded[-1]):
            # A mark shown alone: Unicode gives it a space or a tatweel to stand on, which would cut the word.
            unfolded = unfolded.translate({ord(" "): "", ord(characters.TATWEEL): ""})
        target = "".join(folds[sign][0] if sign in folds else sign for sign in unfolded)
        yield chr(code), (target, PRESENTATION_FORMS)


def fold_letter(letter: str) -> str | None:
    """Give the one of the 36 Arabic letters that an Arabic-script letter stands for.

    Returns:
        The Arabic letter (itself if it is one of the 36), or None when the character is no letter of Arabic script.
    """
    if letter in characters.LETTERS:
        return letter
    if letter in characters.FOLDS_BY_HAND:
        return characters.FOLDS_BY_HAND[letter]
    if unicodedata.category(letter) != "Lo":
        return None
    words = unicodedata.name(letter, "").removeprefix("ARABIC ").removeprefix("LETTER ").split()
    while words and words[0] in characters.NAME_QUALIFIERS:
        words = words[1:]
    if words[:2] == ["TEH", "MARBUTA"]:
        return "ة"
    for first_words in (words[:1], words[1:2]):
        base = _letters_by_name().get(" ".join(first_words))
        if base is not None:
            return base
    return None


@cache
def _letters_by_name() -> Mapping[str, str]:
    """Map the plain names of the letters (BEH, GAF) to Arabic letters."""
    own = {unicodedata.name(letter).removeprefix("ARABIC LETTER "): letter for letter in characters.LETTERS}
    return own | dict(characters.FOLDS_BY_NAME)
