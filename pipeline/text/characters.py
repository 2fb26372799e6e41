"""The characters that Arabic text is made of, and what each stray one stands for.

Only plain tables live here; `repairs` turns them into a lookup by character. Ranges are pairs of first and last code
point. Sources: the Unicode character database and the character list of AraBERT v0.2, whose preprocessor turns
everything outside that list into a space.
"""

from typing import Final

TATWEEL: Final = "\u0640"

LETTERS: Final = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"
"""The 36 letters of written Arabic; every other Arabic letter is folded to one of them."""

PLAIN: Final = LETTERS + " \n0123456789!\"#$%'()*+,-./:;=?@[\\]^_`{|}~،؛؟«»"
"""What most paragraphs consist of, and cleaning leaves alone: letters, digits and signs that stand for themselves."""

# Blocks that hold letters of other languages in Arabic script; the 36 letters are among them.
LETTER_BLOCKS: Final = (
    (0x0620, 0x064A),
    (0x066E, 0x066F),
    (0x0671, 0x06D5),
    (0x06EE, 0x06FF),
    (0x0750, 0x077F),
    (0x0870, 0x088E),
    (0x08A0, 0x08C8),
)
PRESENTATION_BLOCKS: Final = (
    (0xFB50, 0xFBB1),
    (0xFBD3, 0xFD3D),
    (0xFD50, 0xFDCE),
    (0xFDF0, 0xFDFC),
    (0xFE70, 0xFEFC),
    (0x1EE00, 0x1EEFF),
)

# Letters whose nearest Arabic letter is not the one that their Unicode name begins with. The choice is that of
# Arabic newsrooms and keyboards: پ is typed as ب, چ as ج, ڤ as ف, ژ as ز, گ as ك.
FOLDS_BY_HAND: Final = {
    "ٱ": "ا",
    "ٲ": "أ",
    "ٳ": "إ",
    "ٴ": "ء",
    "ٵ": "أ",
    "ٶ": "ؤ",
    "ٷ": "ؤ",
    "ٸ": "ئ",
    "ۀ": "ه",
    "ۓ": "ئ",
    "ە": "ه",
    "څ": "خ",
    "ڠ": "غ",
    "ڜ": "ش",
    "\u0883": "ئ",
    "\u0884": "و",
    "\u0885": "ي",
    "\u0886": "ي",
    "\u088e": "ا",
    "\u08ad": "ا",
}
FOLDS_BY_NAME: Final = {
    "PEH": "ب",
    "BEEH": "ب",
    "BEHEH": "ب",
    "TTEH": "ت",
    "TTEHEH": "ت",
    "TEHEH": "ت",
    "TCHEH": "ج",
    "TCHEHEH": "ج",
    "NYEH": "ج",
    "DYEH": "ج",
    "DDAL": "د",
    "DAHAL": "د",
    "DDAHAL": "د",
    "DUL": "د",
    "RREH": "ر",
    "JEH": "ز",
    "VEH": "ف",
    "PEHEH": "ف",
    "KEHEH": "ك",
    "GAF": "ك",
    "GUEH": "ك",
    "NGOEH": "ك",
    "GRAF": "ك",
    "NG": "ك",
    "RNOON": "ن",
    "AE": "ه",
    "OE": "و",
    "U": "و",
    "YU": "و",
    "VE": "و",
    "E": "ي",
}
NAME_QUALIFIERS: Final = frozenset(
    {"KASHMIRI", "DOTLESS", "SWASH", "KIRGHIZ", "FARSI", "AFRICAN", "ROHINGYA", "STRAIGHT"}
)

# Ligatures of whole words that Unicode does not decompose.
WORD_LIGATURES: Final = {
    "\ufd40": "رحمه الله",
    "\ufd41": "رضي الله عنه",
    "\ufd42": "رضي الله عنها",
    "\ufd43": "رضي الله عنهم",
    "\ufd44": "رضي الله عنهما",
    "\ufd45": "رضي الله عنهن",
    "\ufd46": "صلى الله عليه وآله",
    "\ufd47": "عليه السلام",
    "\ufd48": "عليهم السلام",
    "\ufd49": "عليهما السلام",
    "\ufd4a": "عليه الصلاة والسلام",
    "\ufd4b": "قدس سره",
    "\ufd4c": "صلى الله عليه وآله وسلم",
    "\ufd4d": "عليها السلام",
    "\ufd4e": "تبارك وتعالى",
    "\ufd4f": "رحمهم الله",
    "\ufdcf": "سلامه علينا",
    "\ufdfd": "بسم الله الرحمن الرحيم",
    "\ufdfe": "سبحانه وتعالى",
    "\ufdff": "عز وجل",
}

# Removed without trace: soft hyphen, joiners, direction marks and embeddings, invisible operators, variation
# selectors, byte order mark, interlinear anchors, tags.
INVISIBLE: Final = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xFBB2, 0xFBC2),
    (0xFE00, 0xFE0F),
    (0xFE73, 0xFE73),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE0FFF),
)
CONTROLS: Final = ((0x00, 0x08), (0x0E, 0x1B), (0x7F, 0x84), (0x86, 0x9F))
# The four ASCII separators U+001C–001F count as white space in Python and in AraBERT.
SPACES: Final = (
    (0x09, 0x09),
    (0x1C, 0x1F),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
)
BREAKS: Final = ((0x0B, 0x0D), (0x85, 0x85), (0x2028, 0x2029))
# What a failed decoding, an icon font or a lone half of a surrogate pair leaves behind; also noncharacters.
DAMAGED: Final = (
    (0xD800, 0xF8FF),
    (0xFDD0, 0xFDEF),
    (0xFFFC, 0xFFFF),
)
PRIVATE_PLANES: Final = (0xF0000, 0x10FFFF)
# Punctuation that AraBERT would drop, or read as a letter's mark, and its nearest neighbor in AraBERT's vocabulary.
PUNCTUATION: Final = {
    "۔": ".",
    "٭": "*",
    "؍": "/",
    "⸮": "؟",
    "﴿": "(",
    "﴾": ")",
    "‐": "-",
    "‑": "-",
    "−": "-",
    "‒": "–",
    "―": "—",
    "‹": "«",
    "›": "»",
    "„": "“",
    "‟": "“",
    "″": "”",
    "‛": "‘",
    "′": "’",
    "ʼ": "’",
    "´": "’",
}
NUMBER_SIGNS: Final = {"٪": "%", "٫": ".", "٬": ","}

MARK_RANGES: Final = (
    (0x0300, 0x034E),
    (0x0350, 0x036F),
    (0x0600, 0x0605),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06ED),
    (0x0890, 0x0891),
    (0x0898, 0x089F),
    (0x08CA, 0x08FF),
)
"""Signs written over, under or around letters: harakat, Quranic and number signs, combining Latin accents."""
