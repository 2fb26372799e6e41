"""Arabic letters as presentation forms: a character of its own for each place in a word, as old systems store them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from pipeline.text.characters import LETTERS, TATWEEL
from pipeline.text.marks import MARKS

# The block Arabic Presentation Forms-B, less the marks at its beginning.
_FORMS: Final = (0xFE80, 0xFEFC)
_RUN: Final = re.compile(f"[{LETTERS}{TATWEEL}{re.escape(''.join(sorted(MARKS)))}]+")


def shape_letters(text: str) -> str:
    """Write presentation forms for letters, each for its place in the word, and lam-alef as one character."""
    return _RUN.sub(lambda run: "".join(_shaped(run[0])), text)


def reaches_on(letter: str) -> bool:
    """Tell whether an Arabic letter joins to the one after it."""
    return letter == TATWEEL or "initial" in _forms(1).get(letter, {})


def _shaped(run: str) -> Iterator[str]:
    """Yield the forms of a run of letters, tatweel and marks; marks come behind the letter that they stand on."""
    forms, ligatures = _forms(1), _forms(2)
    letters = [place for place, sign in enumerate(run) if sign not in MARKS]
    yield run[: letters[0]] if letters else run
    joined = False  # whether the letter before reaches out to this one
    is_alef_of_ligature = False
    for start, end in zip(letters, [*letters[1:], len(run)], strict=True):
        letter, marks, following = run[start], run[start + 1 : end], run[end : end + 1]
        ligature = ligatures.get(letter + following)
        if is_alef_of_ligature:
            is_alef_of_ligature = joined = False
            yield marks
        elif ligature:
            is_alef_of_ligature = True
            yield ligature["final" if joined else "isolated"] + marks
        else:
            own = forms.get(letter, {})
            joined = joined and "final" in own
            joins_on = reaches_on(letter) and (following == TATWEEL or "final" in forms.get(following, {}))
            place = ("medial" if joined else "initial") if joins_on else "final" if joined else "isolated"
            yield own.get(place, letter) + marks
            joined = joins_on


@cache
def _forms(length: int) -> Mapping[str, Mapping[str, str]]:
    """Map each letter (`length` 1) or pair of letters (2) to its forms: isolated, final, initial, medial."""
    found: dict[str, dict[str, str]] = {}
    for code in range(_FORMS[0], _FORMS[1] + 1):
        place, *letters = unicodedata.decomposition(chr(code)).split()
        if len(letters) == length:
            word = "".join(chr(int(letter, 16)) for letter in letters)
            found.setdefault(word, {})[place.strip("<>")] = chr(code)
    return found
