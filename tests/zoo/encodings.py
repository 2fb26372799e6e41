"""Text in every encoding but the one that was expected."""

import base64
import quopri

from .specimen import LABELLED, MORE, NEWS, Specimen, file


def _text(name: str, what: str, content: bytes, *expected: str, text: str | None = NEWS) -> Specimen:
    """A specimen of one text file; the text it must come out as, where it is labelled."""
    is_labelled = expected == (LABELLED,)
    return Specimen(name, what, file("a.txt", content), expected, (text,) if is_labelled and text else None)


def _as_browsers_do(text: str) -> str:
    """UTF-8 that was taken for Windows-1252."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


LONG = f"{NEWS} {MORE}"
SPOILED = "rejected: unreadable text: UTF-8 that was taken for"
UNKNOWN = "rejected: unknown encoding; set read.encoding"
FRENCH = "Le président a été reçu à l'étranger où il a signé des accords de coopération énergétique à l'été."

SPECIMENS = [
    _text("utf-8-with-mark", "UTF-8 with a byte order mark", NEWS.encode("utf-8-sig"), LABELLED),
    _text("two-marks", "two byte order marks", b"\xef\xbb\xbf\xef\xbb\xbf" + NEWS.encode(), LABELLED),
    _text("mark-only", "nothing but a byte order mark", b"\xef\xbb\xbf", "rejected: empty file"),
    _text("utf-16", "UTF-16 with a mark", NEWS.encode("utf-16"), LABELLED),
    _text("utf-16-be", "UTF-16, big end first, with a mark", ("\ufeff" + NEWS).encode("utf-16-be"), LABELLED),
    _text("utf-16-unmarked", "UTF-16 without a mark", NEWS.encode("utf-16-le"), LABELLED),
    _text("utf-16-be-unmarked", "UTF-16, big end first, without a mark", NEWS.encode("utf-16-be"), LABELLED),
    _text("utf-16-odd", "UTF-16 that lost its last byte", NEWS.encode("utf-16")[:-1], LABELLED, text=NEWS[:-1]),
    _text("utf-32", "UTF-32", NEWS.encode("utf-32"), LABELLED),
    _text("utf-32-be", "UTF-32, big end first", ("\ufeff" + NEWS).encode("utf-32-be"), LABELLED),
    _text("windows-1256", "Windows-1256", NEWS.encode("cp1256"), LABELLED),
    _text("iso-8859-6", "ISO-8859-6", NEWS.encode("iso8859-6"), LABELLED),
    _text("mac-arabic", "MacArabic", NEWS.encode("mac-arabic"), f"{LABELLED} | {UNKNOWN}"),
    _text("dos-720", "DOS code page 720", NEWS.encode("cp720", "ignore"), UNKNOWN),
    _text(
        "dos-864", "DOS code page 864, in presentation forms", "ﻭﻗﻌﺖ ﺍﻟﺤﻜﻮﻣﺘﺎﻥ ".encode("cp864", "ignore") * 9, UNKNOWN
    ),
    _text("windows-1252", "French in Windows-1252", FRENCH.encode("cp1252"), UNKNOWN),
    _text("koi8-r", "Russian in KOI8-R", ("Президент подписал соглашение о торговле. " * 3).encode("koi8-r"), UNKNOWN),
    _text("gbk", "Chinese in GBK", "两国总统签署了能源与贸易合作协议。".encode("gbk"), UNKNOWN),
    _text("utf-7", "UTF-7, which is ASCII to the eye", NEWS.encode("utf-7"), "dropped: not Arabic"),
    _text("base64", "Base64", base64.b64encode(NEWS.encode()), "dropped: not Arabic"),
    _text(
        "quoted-printable",
        "quoted-printable, from an e-mail",
        quopri.encodestring(NEWS.encode()),
        "dropped: not Arabic",
    ),
    _text(
        "half-and-half",
        "the first half in UTF-8, the second in Windows-1256",
        (LONG * 9).encode() + (LONG * 9).encode("cp1256"),
        "rejected: damaged utf-8 | " + UNKNOWN,
    ),
    _text("double-encoded", "UTF-8 taken for Windows-1252 and encoded again", _as_browsers_do(NEWS).encode(), SPOILED),
    _text("triple-encoded", "the same twice over", _as_browsers_do(_as_browsers_do(NEWS)).encode(), SPOILED),
    _text(
        "double-encoded-1256",
        "UTF-8 taken for Windows-1256 and encoded again",
        NEWS.encode().decode("cp1256").encode(),
        SPOILED,
    ),
    _text("cut-character", "UTF-8 that ends within a character", NEWS.encode()[:-2], LABELLED, text=NEWS[:-2]),
    _text(
        "surrogates-in-utf-8",
        "lone surrogates written as UTF-8",
        "\ud800".join((LONG * 9).split(" ", 2)).encode("utf-8", "surrogatepass"),
        LABELLED,
        text=None,
    ),
    _text("overlong", "overlong forms of UTF-8", NEWS.encode().replace(b" ", b"\xc0\xa0"), "rejected: damaged utf-8"),
    _text("random", "random bytes", bytes((i * 7919 + i * i * 31) % 251 + 1 for i in range(4000)), "rejected: "),
    _text("all-bytes", "every byte there is", bytes(range(256)) * 20, "rejected: a binary file or damaged text"),
]
