"""Signs that a text was decoded wrongly before it came here: what is left of it is often not what was written.

Only traces that ordinary Arabic news does not have are counted, so that quoted French, a rhetorical ??? or a honorific
ligature is no damage.
"""

import re
from collections.abc import Callable
from typing import Final

from pipeline.text.repairs import character_class, span_codes

REPLACED: Final = "characters lost (U+FFFD)"
LATIN_1: Final = "Arabic code page read as Latin (ÇáÓ)"
TWICE: Final = "UTF-8 read as another code page (Ø§Ù„ or ط§ظ„)"
QUESTION_MARKS: Final = "question marks in place of letters"
PRESENTATION_FORMS: Final = "letters as presentation forms"

MENDED: Final = frozenset({PRESENTATION_FORMS})
"""Kinds that cleaning mends."""

UNREADABLE: Final = frozenset({LATIN_1, TWICE, QUESTION_MARKS})
"""Kinds that leave nothing of a text to learn from."""

# Bytes C0 to FF are nearly all the letters of Windows-1256 and ISO-8859-6; French has no three of them in a row.
_LATIN_1: Final = re.compile("[\u00c0-\u00ff]{3}")

# In UTF-8 an Arabic letter is a byte D8 to DB and one of 80 to BF.
_FOLLOWING: Final = bytes(range(0x80, 0xC0))
_TWICE: Final = tuple(
    re.compile(f"(?:[{leading}]{character_class(map(ord, set(following)))}){{3}}")
    for leading, following in (
        ("ØÙÚÛ", _FOLLOWING.decode("latin-1") + _FOLLOWING.decode("cp1252", "ignore")),
        ("طظعغ", _FOLLOWING.decode("cp1256")),
    )
)

# A run of them alone is emphasis; words made of them are lost text.
_QUESTION_MARKS: Final = re.compile(r"\?{2,}+(?:\s++\?{2,}+){2}")
_ONLY_QUESTION_MARKS: Final = re.compile(r"[\s\d.,:()-]*+(?:\?[\s\d.,:()-]*+){3,}")

# Ligatures of whole words (FDF0 to FDFF) are typed on purpose.
_FORMS: Final = re.compile(f"{character_class(span_codes([(0xFB50, 0xFDCF), (0xFE70, 0xFEFC)]))}{{2}}")

_SIGNS: Final[dict[str, Callable[[str], object]]] = {
    REPLACED: lambda text: "\ufffd" in text,
    LATIN_1: _LATIN_1.search,
    TWICE: lambda text: any(sign.search(text) for sign in _TWICE),
    QUESTION_MARKS: lambda text: _QUESTION_MARKS.search(text) or _ONLY_QUESTION_MARKS.fullmatch(text),
    PRESENTATION_FORMS: _FORMS.search,
}


def find_damage(text: str) -> list[str]:
    """Name the kinds of damage that a text shows signs of; this module's constants, none for a sound text."""
    return [kind for kind, shows in _SIGNS.items() if shows(text)]
