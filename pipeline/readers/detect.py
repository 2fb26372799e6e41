"""Guessing the encoding of text that does not say it: a library proposes, and its proposal must look right.

A wrong guess would turn an article into mojibake, so a guess counts only when two looks agree: charset-normalizer's
statistics, and the shape of the words that come out. Otherwise the encoding is unknown, and the user is asked for it.
"""

import codecs
import re
import unicodedata

ARABIC_ENCODINGS = {"cp1256": "windows-1256", "iso8859-6": "iso-8859-6"}
RIVALS = ("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "koi8_r")
"""What bytes of the Arabic encodings could be instead: named so that the library can prefer them."""

SAMPLE_BYTES = 1 << 15
MIN_LETTERS = 24
"""Fewest Arabic letters to judge by: with fewer, one guess in a hundred is wrong."""
MISREAD_SAMPLE = 400
MIN_MISREAD = 8
MISREAD_ROUNDS = 3
MAX_ODD_SHARE = 0.02

_WORD = re.compile(rb"[^\x00-\x20<>]*[\x80-\xff][^\x00-\x20<>]*")
_C1 = {
    ord(bytes([byte]).decode("cp1252", "replace")): byte
    for byte in range(0x80, 0xA0)
    if bytes([byte]).decode("cp1252", "ignore")
}


def detect(content: bytes) -> str | None:
    """Guess which Arabic single-byte encoding the bytes are in.

    Returns:
        `windows-1256`, `iso-8859-6`, or `None` where the guess would be unsure.
    """
    from charset_normalizer import from_bytes

    # Markup and figures say nothing about the encoding: only words with bytes beyond ASCII are looked at.
    sample = b" ".join(_WORD.findall(content[: 32 * SAMPLE_BYTES]))[:SAMPLE_BYTES]
    if not sample:
        return None
    best = from_bytes(sample, cp_isolation=[*ARABIC_ENCODINGS, *RIVALS]).best()
    if best is None:
        return None
    guess = codecs.lookup(best.encoding).name
    if guess not in ARABIC_ENCODINGS:
        return None
    return ARABIC_ENCODINGS[guess] if _looks_arabic(sample.decode(guess, "replace")) else None


def _looks_arabic(text: str) -> bool:
    """Tell whether words are Arabic rather than letters of several scripts and signs mixed up.

    The wrong encoding gives away itself: letters such as è or Û, or signs such as § and „, inside Arabic words.
    """
    words = text.split()
    odd = sum(_is_odd(word) for word in words)
    arabic = sum(unicodedata.bidirectional(char) == "AL" for char in text)
    letters = sum(char.isalpha() for char in text)
    return arabic >= MIN_LETTERS and odd <= MAX_ODD_SHARE * len(words) and 2 * arabic > letters


def _is_odd(word: str) -> bool:
    """Tell whether a word mixes Arabic letters with accented Latin ones, or has signs between its letters."""
    kinds = "".join(_kind(char) for char in word)
    return ("a" in kinds and "x" in kinds) or re.search("[ax]s+[ax]", kinds) is not None


def _kind(char: str) -> str:
    """Class of a character: a(rabic letter), x (another script's letter), s(ign beyond ASCII), or - for the rest."""
    if unicodedata.bidirectional(char) == "AL":
        return "a" if char.isalpha() else "-"
    if char.isascii() or unicodedata.category(char) in {"Mn", "Cf", "Lm"}:
        return "-"
    if unicodedata.name(char, "").startswith("ARABIC"):
        return "-"
    if char.isalpha():
        return "x"
    return "s" if unicodedata.category(char)[0] in "SCPN" and not _joins_words(char) else "-"


def _joins_words(char: str) -> bool:
    """Tell whether a sign is at home between letters without space: dashes, quotation marks, the no-break space."""
    return unicodedata.category(char) in {"Pd", "Pi", "Pf", "Zs", "Ps", "Pe"}


def misread_as(text: str) -> str | None:
    """Find out whether text is UTF-8 that somebody decoded with the wrong encoding before it came here.

    Such text is valid Unicode but unreadable. It gives itself away: encoded back, once or as often as it was spoiled,
    it is Arabic in UTF-8, which no genuine text is by chance.

    Returns:
        The wrong encoding, or `None` for sound text.
    """
    return _misread_sample(text.strip()[:MISREAD_SAMPLE], MISREAD_ROUNDS)


def _misread_sample(sample: str, rounds: int) -> str | None:
    """Find out whether a sample was spoiled, in at most so many rounds; see `misread_as`."""
    if sample.isascii() or not rounds:
        return None
    for wrong, table in (("windows-1252", _C1), ("windows-1256", None)):
        try:
            raw = sample.encode("cp1256") if table is None else sample.translate(table).encode("latin-1")
            meant = codecs.getincrementaldecoder("utf-8")().decode(raw)
        except UnicodeError:
            continue
        is_arabic = sum(unicodedata.bidirectional(char) == "AL" for char in meant) >= MIN_MISREAD
        if is_arabic or _misread_sample(meant, rounds - 1):
            return wrong
    return None
