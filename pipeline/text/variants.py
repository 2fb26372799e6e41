"""The other ways in which the same Arabic text is stored, typed or spelled: what cleaning and classifiers have to bear.

Each function rewrites a text in one such way; what it has no place for comes back as it was. Those that take a
`random` leave the choice of places to it: the same state gives the same text.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from html.entities import codepoint2name
from random import Random
from typing import Final

from pipeline.text.characters import LETTERS, NUMBER_SIGNS, TATWEEL
from pipeline.text.shaping import reaches_on

PERSIAN_LETTERS: Final = {"ي": "ی", "ك": "ک"}
URDU_LETTERS: Final = {**PERSIAN_LETTERS, "ه": "ہ", "ة": "ۃ"}
PERSIAN_FINAL_YEH: Final = {"ى": "ی"}
"""Persian has one letter for both endings; at the end of a word it looks like ى."""

PLAIN_ALEF: Final = dict.fromkeys("أإآ", "ا")
LATIN_PUNCTUATION: Final = {"،": ",", "؛": ";", "؟": "?"}
ARABIC_INDIC: Final = "٠١٢٣٤٥٦٧٨٩"
PERSIAN_DIGITS: Final = "۰۱۲۳۴۵۶۷۸۹"

STRAIGHT_QUOTES: Final = ('"', '"')
CURLY_QUOTES: Final = ("“", "”")
LOW_QUOTES: Final = ("„", "“")
GUILLEMETS: Final = ("«", "»")
SINGLE_GUILLEMETS: Final = ("‹", "›")
DOUBLED_BRACKETS: Final = ("<<", ">>")

_VOWELS: Final = "\u064e\u064f\u0650\u0652"
_TANWIN: Final = "\u064b\u064c\u064d"
_SHADDA: Final = "\u0651"
_DAGGER_ALEF: Final = "\u0670"
_UNVOWELED: Final = "اآأإىءة"  # carry no vowel in the middle of a word, or only one that nobody writes
_SHADDA_SHARE: Final = 0.15
_DAGGER_SHARE: Final = 0.02

_LETTER: Final = f"[{LETTERS}]"
_LETTER_THEN_END: Final = re.compile(rf"({_LETTER})(?!{_LETTER})|({_LETTER})")
_INSIDE_WORD: Final = re.compile(rf"(?<={_LETTER})(?={_LETTER})")
_WORD: Final = re.compile(f"{_LETTER}+")
_WORD_START: Final = re.compile(r"(?<!\S)(?=\S)")
_TEH_MARBUTA: Final = re.compile(rf"(?<={_LETTER})ة(?!{_LETTER})")
_FINAL_ALEF_MAQSURA: Final = re.compile(rf"(?<={_LETTER})ى(?!{_LETTER})")
_FINAL_YEH: Final = re.compile(rf"(?<={_LETTER})ي(?!{_LETTER})")
_JOINED_WAW: Final = re.compile(rf"(?<!{_LETTER})و(?=ال{_LETTER}{{2}})")
_DECIMAL_SIGN: Final = re.compile(r"(?<=[0-9])[.,](?=[0-9])|(?<=[0-9])%")
_LEFT_TO_RIGHT: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,%/:-]*")
_SPACE_AFTER_SIGN: Final = re.compile(rf"(?<=[،؛:.؟!,]) +(?={_LETTER})")
_SIGN_AFTER_WORD: Final = re.compile(rf"(?<={_LETTER})(?=[،؛:.؟!])")
_QUOTE: Final = re.compile('[«»“”„"‹›]')
_APOSTROPHE: Final = re.compile("[‘’‛']")
_OPENING: Final = "«“„‹"
_HYPHEN: Final = re.compile("-")
_DOTS: Final = re.compile(r"\.{3}|…")
_ESCAPED: Final = re.compile(rf"(?P<sign>[&<>\"'«»“”‘’–—…])| |{_LETTER}")

_INVISIBLE_INSIDE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_EMBEDDINGS: Final = (("\u202a", "\u202c"), ("\u2066", "\u2069"), ("\u200e", "\u200e"))
_DIRECTION_MARKS: Final = "\u200f\u061c"
_SPACES: Final = "\u00a0\u202f\u2009\u2002"
_HYPHENS: Final = "\u2010\u2011\u2212"
_FULL_WIDTH: Final = {code: chr(code + 0xFEE0) for code in range(0x21, 0x7F)}

_EDGE: Final = 1  # letters at either end of a word that slips leave alone, by which readers recognize it


def replace_letters(text: str, letters: Mapping[str, str]) -> str:
    """Put one character for another wherever it stands."""
    return text.translate({ord(letter): instead for letter, instead in letters.items()})


def add_diacritics(text: str, random: Random) -> str:
    """Vowel every letter, with shadda here and there and tanwin at ends of words; the vowels are random ones."""

    def voweled(letter: re.Match[str]) -> str:
        last, inner = letter.groups()
        if inner:
            if inner in _UNVOWELED:
                return str(inner)
            doubling = _SHADDA if random.random() < _SHADDA_SHARE else ""
            dagger = _DAGGER_ALEF if random.random() < _DAGGER_SHARE else ""
            return f"{inner}{doubling}{dagger or random.choice(_VOWELS)}"
        return f"{last}{random.choice(_TANWIN + _VOWELS)}"

    return _LETTER_THEN_END.sub(voweled, text)


def stretch_words(text: str, random: Random, share: float, most: int) -> str:
    """Put one to `most` tatweel at a `share` of the places where two letters join."""
    return _INSIDE_WORD.sub(
        lambda place: (
            TATWEEL * random.randint(1, most) if reaches_on(text[place.start() - 1]) and random.random() < share else ""
        ),
        text,
    )


def add_direction_marks(text: str, random: Random, share: float) -> str:
    """Embed numbers and Latin words as running left to right, and put direction marks before a `share` of words."""

    def embedded(found: re.Match[str]) -> str:
        before, behind = random.choice(_EMBEDDINGS)
        return f"{before}{found[0]}{behind}"

    marked = _WORD_START.sub(lambda _: random.choice(_DIRECTION_MARKS) if random.random() < share else "", text)
    return _LEFT_TO_RIGHT.sub(embedded, marked)


def add_invisible(text: str, random: Random, share: float) -> str:
    """Put zero-width characters and soft hyphens at a `share` of the places between two letters."""
    return _INSIDE_WORD.sub(lambda _: random.choice(_INVISIBLE_INSIDE) if random.random() < share else "", text)


def write_digits(text: str, digits: str) -> str:
    """Write the ten digits as `digits`, with the decimal point, thousands and percent signs that go with them."""
    signs = {ascii_sign: sign for sign, ascii_sign in NUMBER_SIGNS.items()}
    return _DECIMAL_SIGN.sub(lambda sign: signs[sign[0]], text).translate(str.maketrans("0123456789", digits))


def widen_ascii(text: str) -> str:
    """Write ASCII digits, letters and signs in the full width of Chinese and Japanese input methods."""
    return text.translate(_FULL_WIDTH)


def replace_spaces(text: str, random: Random, share: float) -> str:
    """Put no-break and typographic spaces for a `share` of the spaces."""
    return _at_random(text, " ", random, share, lambda: random.choice(_SPACES))


def decompose(text: str) -> str:
    """Write a hamza or madda as a sign of its own after its letter: Unicode's form NFD."""
    return unicodedata.normalize("NFD", text)


def write_quotes(text: str, marks: tuple[str, str]) -> str:
    """Write every quotation mark as one of the two `marks`; marks that look alike open and close in turn."""
    is_open = False

    def turned(quote: re.Match[str]) -> str:
        nonlocal is_open
        opens = not is_open if quote[0] == '"' else quote[0] in _OPENING and not (is_open and quote[0] == "“")
        is_open = opens
        return marks[0] if opens else marks[1]

    return _QUOTE.sub(turned, text)


def write_apostrophes(text: str, sign: str) -> str:
    """Write every apostrophe and single quotation mark as `sign`."""
    return _APOSTROPHE.sub(sign, text)


def replace_hyphens(text: str, random: Random) -> str:
    """Put a typographic hyphen or a minus sign for every hyphen."""
    return _HYPHEN.sub(lambda _: random.choice(_HYPHENS), text)


def turn_dots(text: str) -> str:
    """Write three dots as the one character of an ellipsis, and that as three dots."""
    return _DOTS.sub(lambda dots: "..." if dots[0] == "…" else "…", text)


def escape_html(text: str, random: Random, share: float) -> str:
    """Write marks and a `share` of spaces and letters as HTML entities, some of them escaped twice."""

    def entity(character: str) -> str:
        name = codepoint2name.get(ord("\u00a0" if character == " " else character))
        amp = "&amp;" if random.random() < share else "&"
        return f"{amp}{name};" if name else f"{amp}#{ord(character)};"

    def escaped(found: re.Match[str]) -> str:
        is_due = found["sign"] or random.random() < share
        return entity(found[0]) if is_due else found[0]

    return _ESCAPED.sub(escaped, text)


def write_heh_for_teh_marbuta(text: str) -> str:
    """Leave the two dots off ة at ends of words."""
    return _TEH_MARBUTA.sub("ه", text)


def write_yeh_for_alef_maqsura(text: str) -> str:
    """Put dots under ى at ends of words."""
    return _FINAL_ALEF_MAQSURA.sub("ي", text)


def write_alef_maqsura_for_yeh(text: str) -> str:
    """Leave the dots off ي at ends of words, as Egyptian papers do."""
    return _FINAL_YEH.sub("ى", text)


def detach_waw(text: str) -> str:
    """Put a space behind the و ("and") of a word with its article."""
    return _JOINED_WAW.sub("و ", text)


def double_spaces(text: str, random: Random, share: float) -> str:
    """Double a `share` of the spaces."""
    return _at_random(text, " ", random, share, lambda: "  ")


def drop_spaces_after_signs(text: str, random: Random, share: float) -> str:
    """Leave out a `share` of the spaces between a punctuation mark and a word."""
    return _SPACE_AFTER_SIGN.sub(lambda space: "" if random.random() < share else space[0], text)


def add_spaces_before_signs(text: str) -> str:
    """Put a space between a word and the punctuation mark behind it."""
    return _SIGN_AFTER_WORD.sub(" ", text)


def slip(text: str, random: Random, share: float, shortest: int) -> str:
    """Leave out, double or swap a letter inside a `share` of the words of at least `shortest` letters."""

    def slipped(found: re.Match[str]) -> str:
        word = found[0]
        if len(word) < shortest or random.random() >= share:
            return word
        place = random.randrange(_EDGE, len(word) - _EDGE - 1)
        letter, following = word[place], word[place + 1]
        instead = random.choice((following, letter * 2 + following, following + letter))
        return word[:place] + instead + word[place + 2 :]

    return _WORD.sub(slipped, text)


def _at_random(text: str, sign: str, random: Random, share: float, instead: Callable[[], str]) -> str:
    pieces = text.split(sign)
    joints = (instead() if random.random() < share else sign for _ in pieces[1:])
    return pieces[0] + "".join(joint + piece for joint, piece in zip(joints, pieces[1:], strict=True))
