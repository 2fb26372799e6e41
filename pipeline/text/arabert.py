"""The preprocessing that the AraBERT v0.2 checkpoints were pretrained with.

Written anew from the observed behavior of PyPI's `arabert` 1.0.1, `ArabertPreprocessor("bert-base-arabertv02")`,
and equal to it character for character (benchmarks/arabert_parity.py measures that), but in time linear in the length
of the text: the package's patterns go back over a long word once per character, and one of them, which can never
match, needs exponential time on "@http://" and a long path.

What it does to "190.3" ("190 . 3") does not matter: the tokenizer splits at punctuation anyway, so that both give the
same tokens. What it does to presentation forms, Persian letters, U+0670 and joiners does matter, and is
`cleaning.clean`'s to prevent. Nothing is cleaned here.
"""

import html
import re
import string
from typing import Final

URL_WORD: Final = " [رابط] "
EMAIL_WORD: Final = " [بريد] "
MENTION_WORD: Final = " [مستخدم] "

_LETTERS: Final = "\u0621-\u063a\u0641-\u064a"
_KEPT_TOGETHER: Final = rf"0-9{_LETTERS}\u0660-\u0669a-zA-Z\[\]"
_KEPT_ALONE: Final = (
    "\u0640\u064b-\u065f\u066a-\u066c\u0671-\u0674\u06da\u0b4d،؛؟!\"#$%'()*+,.:;\\-<=>?@\\\\^_`{|}~·–—‘’“”«»…"
)
_TOKENS: Final = re.compile(rf"[{_KEPT_TOGETHER}]+|[{_KEPT_ALONE}]")

_STRIPPED: Final = re.compile("[\u0640\u064b-\u0652]+")
_REPEATED: Final = re.compile(r"(\D)\1{2,}")
_EASTERN_DIGITS: Final = tuple(zip("٠١٢٣٤٥٦٧٨٩", "0123456789", strict=True))
# Look-behinds keep these two from trying a run again at each of its characters.
_DIGITS_THEN_LETTERS: Final = re.compile(rf"(?<![0-9])([0-9]+)([{_LETTERS}]+)")
_LETTERS_THEN_DIGITS: Final = re.compile(rf"(?<![{_LETTERS}])([{_LETTERS}]+)([0-9]+)")
_NUMBER: Final = re.compile("[0-9]+")
_LETTER: Final = re.compile(f"[{_LETTERS}]")
# Python refuses to read an integer of more than 4,300 digits, and the package dies of it.
_OVERLONG_REFERENCE: Final = re.compile(r"&#([0-9]{4000,});?")

_HOST_CHARACTERS: Final = string.ascii_letters + string.digits + "-@:%._+~#="
_HOST: Final = r"[-a-zA-Z0-9@:%._+~#=]"
_TOP_DOMAIN: Final = re.compile(r"\.[a-z]{2,6}\b")
_ADDRESS: Final = re.compile(rf"(?:www\.)?{_HOST}{{2,256}}\.[a-z]{{2,6}}\b[-a-zA-Z0-9@:%_+.~#?&/=]*")
_SCHEME: Final = re.compile(r"https?://\Z")
_HOST_LIMIT: Final = 256
_WWW_LENGTH: Final = len("www.")
_SCHEME_LENGTH: Final = len("https://")

_HTTP_ASCII: Final = re.compile(r"https?://[a-zA-Z0-9_\-./~?=%&]+")
_WWW_ASCII: Final = re.compile(r"www[a-zA-Z0-9_\-?=%&/.~]+")
_LATIN_RUN: Final = re.compile(r"[a-zA-Z]+(\.com)?")
_HTTP_REST: Final = re.compile(r"http\S*")
_WWW_REST: Final = re.compile(r"www\S*")
_SPACE_RUN: Final = re.compile(r"(\s+)")
_WORD_OR_EMAIL: Final = re.compile(r"[\w-]+(@(?:[\w-]+\.)+[\w-]+)?")
_MENTION: Final = re.compile(r"@\w+")
_TAG: Final = re.compile(r"<[^>]+>")


def preprocess_arabert(text: str) -> str:
    """Prepare a text as the AraBERT v0.2 checkpoints saw theirs.

    Web addresses, e-mail addresses and mentions become three placeholder words, HTML is undone, harakat and tatweel
    go, a character repeated more than twice is kept twice, and every sign that is neither letter nor digit stands
    alone, or is dropped when AraBERT's list does not have it. Line breaks become spaces.

    Args:
        text: Arabic text, cleaned or not.

    Returns:
        Words and signs with one space between them; empty when nothing is left.
    """
    text = _STRIPPED.sub("", _unescape(text))
    text = _replace_addresses(text)
    if "@" in text:
        text = _replace_emails_and_mentions(text)
    text = _drop_tags(text)
    for eastern, western in _EASTERN_DIGITS:
        text = text.replace(eastern, western)
    text = _REPEATED.sub(_twice, text)
    if _has_number_on_letter(text):
        text = _DIGITS_THEN_LETTERS.sub(_spaced_pair, text)
        text = _LETTERS_THEN_DIGITS.sub(_spaced_pair, text)
    return " ".join(_TOKENS.findall(text.replace("/", "-")))


def _has_number_on_letter(text: str) -> bool:
    return any(
        _LETTER.match(text, number.end()) or _LETTER.match(text[number.start() - 1 : number.start()])
        for number in _NUMBER.finditer(text)
    )


def _twice(repeated: re.Match[str]) -> str:
    return repeated[1] * 2


def _spaced_pair(pair: re.Match[str]) -> str:
    return f" {pair[1]} {pair[2]} "


def _unescape(text: str) -> str:
    if "&" not in text:
        return text
    return html.unescape(_OVERLONG_REFERENCE.sub(_shorten_reference, text))


def _shorten_reference(reference: re.Match[str]) -> str:
    digits = reference[1].lstrip("0") or "0"
    return f"&#{digits};" if len(digits) <= 7 else "\ufffd"  # noqa: PLR2004  (the last code point has 7 digits)


def _replace_addresses(text: str) -> str:
    """Put the placeholder for web addresses, with the package's seven patterns in their order."""
    text = _replace_host_addresses(text)
    if "http" in text:
        text = _HTTP_ASCII.sub(URL_WORD, text)
    if "www" in text:
        text = _WWW_ASCII.sub(URL_WORD, text)
    if ".com" in text:
        text = _LATIN_RUN.sub(lambda run: URL_WORD if run[1] else run[0], text)
    if "http" in text:
        text = _HTTP_REST.sub(URL_WORD, text)
    if "www" in text:
        text = _WWW_REST.sub(URL_WORD, text)
    return text.replace("://", URL_WORD)


def _replace_host_addresses(text: str) -> str:
    """Replace what looks like host.tld/path, found from its top domain backward instead of from every character."""
    pieces: list[str] = []
    position = 0
    top_domain = _TOP_DOMAIN.search(text)
    while top_domain:
        resume = top_domain.end()
        address = _address_around(text, position, top_domain.start())
        if address:
            pieces += (text[position : address[0]], URL_WORD)
            position = resume = address[1]
        top_domain = _TOP_DOMAIN.search(text, resume)
    if not pieces:
        return text
    return "".join((*pieces, text[position:]))


def _address_around(text: str, floor: int, dot: int) -> tuple[int, int] | None:
    """Find the leftmost address, not before `floor`, whose host runs through the dot at `dot`.

    Returns:
        Its start and end, or None when fewer than two host characters precede the dot.
    """
    window = max(floor, dot - _HOST_LIMIT - _WWW_LENGTH - 1)
    before = text[window:dot]
    run = window + len(before.rstrip(_HOST_CHARACTERS))
    for body in (run + 1, run):
        # A scheme counts together with the one character after it, whatever that is.
        scheme = _SCHEME.search(text, max(floor, body - 1 - _SCHEME_LENGTH), body - 1) if body > floor else None
        if scheme and text[body - 1] != "\n":
            address = _ADDRESS.match(text, body)
            if address:
                return scheme.start(), address.end()
    for start in range(max(run, dot - _HOST_LIMIT - _WWW_LENGTH), dot - 1):
        address = _ADDRESS.match(text, start)
        if address:
            return start, address.end()
    return None


def _replace_emails_and_mentions(text: str) -> str:
    pieces = _SPACE_RUN.split(text)
    for index, piece in enumerate(pieces):
        if "@" in piece:
            found = _WORD_OR_EMAIL.sub(lambda word: EMAIL_WORD if word[1] else word[0], piece)
            words = (EMAIL_WORD if "@" in word[1:-1] else word for word in _SPACE_RUN.split(found))
            pieces[index] = _MENTION.sub(MENTION_WORD, "".join(words))
    return "".join(pieces)


def _drop_tags(text: str) -> str:
    if "<" not in text:
        return text
    text = text.replace("<br />", " ")
    end = text.rfind(">") + 1  # past it no tag can close, and looking for an end again and again would be quadratic
    return _TAG.sub(" ", text[:end]) + text[end:]
