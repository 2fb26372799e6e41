"""From bytes to text: which encodings are tried in which order, and what happens to bytes that do not fit.

The order is: the encoding that the user names; a byte order mark; UTF-16 by its NUL bytes; UTF-8; UTF-8 with a few
damaged bytes; the Arabic single-byte encodings by detection; what an HTML page declares. What none of them fits is
refused: an article as mojibake is worse than one that is reported missing.
"""

import codecs
import unicodedata
from dataclasses import dataclass

from pipeline.readers.base import Opened, Unreadable
from pipeline.readers.detect import ARABIC_ENCODINGS, detect

REPLACEMENT = "\ufffd"
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
TEXT_MAGIC = (
    (b"%PDF-", "a PDF file; export it as text or HTML, and read that"),
    (b"{\\rtf", "an RTF document; save it as text or HTML, and read that"),
    (b"%!PS", "a PostScript file; export it as text, and read that"),
)
"""How documents begin that may look like text all through."""
MAGIC = (
    *TEXT_MAGIC,
    (b"PK\x03\x04", "a ZIP file or Office document; unpack it, or save it as text or HTML, and read that"),
    (b"\xd0\xcf\x11\xe0", "an old Office document; save it as text or HTML, and read that"),
    (b"\x1f\x8b", "gzip data; name the file .gz"),
    (b"BZh", "bzip2 data; unpack it first"),
    (b"\xfd7zXZ", "xz data; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data; unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"PAR1", "a Parquet file; name it .parquet"),
    (b"SQLite format 3", "a database; export its articles as CSV or JSON"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
)
ASCII = bytes(range(0x20, 0x7F))
CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\v\f\r\x1a\x1b"))
FEW_CONTROLS, MAX_CONTROL_SHARE = 3, 0.05
MIN_PRINTABLE_SHARE = 0.9
SAMPLE_BYTES = 1 << 16
"""How much is looked at character by character."""
SURE_UTF8 = 2
"""So many sound characters beyond ASCII to each damaged one make the bytes UTF-8; other encodings stay far below 1."""
SOUND_PER_DAMAGED = 200
"""At most one damaged character in so many is replaced, and always one: a text cut off within a character is common."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Bytes as text.

    Attributes:
        text: The text, without byte order mark.
        encoding: The encoding, as it is reported.
        replaced: Number of damaged characters that became U+FFFD.
    """

    text: str
    encoding: str
    replaced: int = 0


def decode(
    content: bytes,
    encoding: str = "auto",
    *,
    expected: str | None = None,
    declared: str | None = None,
    is_line: bool = False,
) -> Decoded:
    """Decode text.

    Args:
        content: The bytes.
        encoding: The encoding by the user's word, applied strictly; or `auto`.
        expected: The encoding of the rest of the file, for a line too short to be judged alone.
        declared: The encoding that an HTML page says it is in.
        is_line: Whether this is a line of a file that is known not to be UTF-16 or UTF-32: a NUL byte is damage then.

    Raises:
        Unreadable: No encoding fits, or the bytes are no text.
    """
    for magic, kind in TEXT_MAGIC:
        if content.startswith(magic):
            raise Unreadable(kind)
    decoded = _decoded(content, encoding, (expected, declared), is_line=is_line)
    if _has_many_controls(decoded.text):
        _refuse_binary(content)
    return decoded


def _decoded(content: bytes, encoding: str, told: tuple[str | None, str | None], *, is_line: bool) -> Decoded:
    """Decode bytes without looking at what comes out.

    Args:
        content: The bytes.
        encoding: As for `decode`.
        told: The encoding that the rest of the file is in, and the one that a page declares.
        is_line: As for `decode`.
    """
    if encoding != "auto":
        return _strictly(content, encoding)
    for bom, name in BOMS[: 1 if is_line else None]:
        if content.startswith(bom) and (name != "utf-32" or len(content) % 4 == 0):
            return _tolerantly(content, name)
    if b"\0" in content:
        wide = None if is_line else wide_encoding(content)
        if wide is None:
            _refuse_binary(content)
        return _tolerantly(content, str(wide))
    try:
        return Decoded(content.decode(), "utf-8")
    except UnicodeDecodeError:
        return _damaged(content) or _single_byte(content, *told)


def _has_many_controls(text: str) -> bool:
    """Tell whether what was decoded is full of control characters, as no text is."""
    ascii_only = text.encode("ascii", "ignore")
    controls = len(ascii_only) - len(ascii_only.translate(None, CONTROLS))
    return controls > FEW_CONTROLS + MAX_CONTROL_SHARE * len(text)


def decode_counted(
    opened: Opened,
    content: bytes,
    *,
    expected: str | None = None,
    declared: str | None = None,
    is_line: bool = False,
) -> str:
    """Decode text of an input by its settings, counting an encoding other than UTF-8 and damaged characters.

    The other arguments are those of `decode`.

    Raises:
        Unreadable: No encoding fits, or the bytes are no text.
    """
    decoded = decode(content, opened.settings.encoding, expected=expected, declared=declared, is_line=is_line)
    count_decoding(opened, decoded)
    return decoded.text


def count_decoding(opened: Opened, decoded: Decoded) -> None:
    """Count an encoding other than UTF-8, and damaged characters that were replaced."""
    if decoded.encoding != "utf-8":
        opened.count(f"decoded as {decoded.encoding}")
    if decoded.replaced:
        opened.count("damaged characters replaced", decoded.replaced)


def wide_encoding(content: bytes) -> str | None:
    """Recognize UTF-16 without byte order mark: its spaces and digits have a NUL at every second place.

    Returns:
        `utf-16-le`, `utf-16-be`, or `None` where the NUL bytes mean something else.
    """
    even, odd = content[::2].count(0), content[1::2].count(0)
    if bool(even) == bool(odd):
        return None
    name = "utf-16-le" if odd else "utf-16-be"
    text = content[:SAMPLE_BYTES].decode(name, "ignore")
    fine = sum(char.isprintable() or char.isspace() for char in text) - text.count(REPLACEMENT)
    familiar = sum(char.isascii() or unicodedata.bidirectional(char) == "AL" for char in text)
    return name if min(fine, familiar) >= MIN_PRINTABLE_SHARE * len(text) else None


def _strictly(content: bytes, encoding: str) -> Decoded:
    """Decode with the encoding that the user names."""
    try:
        text = content.decode(encoding)
    except UnicodeError as error:
        place = f" at byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        message = f"not {encoding}{place}; correct read.encoding, or set it to auto"
        raise Unreadable(message) from None
    return Decoded(text.removeprefix("\ufeff"), encoding)


def _tolerantly(content: bytes, encoding: str) -> Decoded:
    """Decode a Unicode encoding that is known for sure, replacing a few damaged characters."""
    text = content.decode(encoding, "replace").removeprefix("\ufeff")
    replaced = text.count(REPLACEMENT) - content.decode(encoding, "ignore").count(REPLACEMENT)
    if replaced > 1 + len(text) // SOUND_PER_DAMAGED:
        where = _first_damage(content, encoding)
        message = f"damaged {encoding}: {replaced:,} characters cannot be decoded{where}; write the file again"
        raise Unreadable(message)
    return Decoded(text, encoding, replaced)


def _first_damage(content: bytes, encoding: str) -> str:
    """Say where the first damaged byte is."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return f", the first at byte {error.start}"
    return ""


def _damaged(content: bytes) -> Decoded | None:
    """Decode bytes that are UTF-8 but for some; `None` if they are something else."""
    text = content.decode("utf-8", "replace")
    damaged = text.count(REPLACEMENT)
    sound = len(text) - damaged - len(text.encode("ascii", "ignore"))
    return _tolerantly(content, "utf-8") if sound >= SURE_UTF8 * damaged else None


def _single_byte(content: bytes, expected: str | None, declared: str | None) -> Decoded:
    """Decode bytes that are no Unicode."""
    for name in (detect(content), expected, declared):
        if name is None or (name == declared and not _can_be_declared(name)):
            continue
        try:
            return Decoded(content.decode(name), _reported(name))
        except UnicodeDecodeError:
            continue
    _refuse_binary(content, known_only=True)
    message = "unknown encoding; set read.encoding=… (such as windows-1256)"
    raise Unreadable(message)


def _can_be_declared(name: str) -> bool:
    """Tell whether a page's word for its encoding can be true of bytes that are no Unicode.

    It was read as ASCII, so ASCII must mean the same in it. Python has codecs of other kinds, too, such as `uu`.
    """
    try:
        return not codecs.lookup(name).name.startswith("utf") and ASCII.decode(name) == ASCII.decode("ascii")
    except (LookupError, UnicodeError, ValueError):
        return False


def _reported(name: str) -> str:
    """The name by which an encoding is reported."""
    return ARABIC_ENCODINGS.get(codecs.lookup(name).name, name.lower())


def _refuse_binary(content: bytes, *, known_only: bool = False) -> None:
    """Say what kind of binary file this is.

    Raises:
        Unreadable: Always, unless `known_only` and the kind is not known.
    """
    for magic, kind in MAGIC:
        if content.startswith(magic):
            raise Unreadable(kind)
    if not known_only:
        where = f"NUL byte at byte {content.index(0)}" if b"\0" in content else "control characters"
        message = f"a binary file or damaged text ({where}); only text can be read"
        raise Unreadable(message)
