"""Whether a paragraph is Arabic, or another language, in Arabic script or not.

Persian and Urdu share the script but not the small words, so that those decide; their letters only support, because
Arabic typed on a Persian keyboard has ی and ک too.
"""

import re
from typing import Final

from pipeline.text.cleaning import clean

NOT_ARABIC: Final = "not Arabic"
PERSIAN: Final = "looks like Persian"
URDU: Final = "looks like Urdu"

# Arabic news names firms and quotes titles in Latin letters; less than this share is no Arabic paragraph.
_LEAST_SHARE: Final = 0.4
# The least share of function words in running Persian or Urdu (they make up a quarter to a half of it).
_FUNCTION_SHARE: Final = 0.1
_HEADLINE: Final = 10  # words; so short a text may have a single function word

_ARABIC_LETTERS: Final = re.compile(
    r"[\u0620-\u063f\u0641-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff\u0750-\u077f"
    r"\u0870-\u088e\u08a0-\u08c9\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdfc\ufe70-\ufefc]+"
)
# Web and mail addresses, which are in Latin letters in every language. Each run of characters is tried once.
_ADDRESS: Final = re.compile(
    r"(?:https?://|(?<![A-Za-z0-9])www\.)[!-~]*+"
    r"|(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++(?:@[A-Za-z0-9.-]++|(?:(?<=\.[a-z]{2})|(?<=\.[a-z]{3}))/[!-~]*+)",
    re.IGNORECASE,
)
_NO_LETTERS: Final = re.compile(r"[\W\d_]+")
_WORD: Final = re.compile(r"[\u0620-\u06ff\ufb50-\ufdff\ufe70-\ufefc]+")
_TO_PERSIAN: Final = str.maketrans("كي", "کی")

# Left out: words that Arabic has too, such as هم، یا، تا، ما، من، در in a name.
_PERSIAN_WORDS: Final = (
    "است که از در با برای این را می شد شده شود کرد کرده کند کنند خود نیز های هایی بود بودند دارد دارند باشد گفت داد "
    "اما همچنین درباره توسط المللی آنها خواهد نمی ای پس اگر هستند شدن کردن دیگر"
)
_URDU_WORDS: Final = (
    "ہے ہیں کے کی کا کو میں نے سے پر اور کہ یہ وہ تھا تھے تھی گیا گئے گئی کیا بھی جو اس ایک ہو کر نہیں لیے لئے ساتھ "
    "کہا گا گی گے"
)
_ARABIC_WORDS: Final = (
    "في على إلى الى من عن مع أن ان إن التي الذي الذين هذا هذه ذلك كان كانت قال وقال لم لا ما بعد قبل خلال بين حيث كما "
    "وقد قد أو ولا وفي ومن حول ضد"
)
_PERSIAN_LETTERS: Final = re.compile("[پچژگکی]")
_URDU_LETTERS: Final = re.compile("[ٹڈڑںہھے]")

_PERSIAN_SET: Final = frozenset(_PERSIAN_WORDS.split())
_URDU_SET: Final = frozenset(_URDU_WORDS.split())
_ARABIC_SET: Final = frozenset(_ARABIC_WORDS.translate(_TO_PERSIAN).split())


def arabic_share(text: str) -> float:
    """Give the share of letters of Arabic script among all letters: 0.0 to 1.0, and 0.0 for a text without letters."""
    letters = _NO_LETTERS.sub("", text)
    if not letters:
        return 0.0
    return 1 - len(_ARABIC_LETTERS.sub("", letters)) / len(letters)


def foreign_reason(paragraph: str) -> str | None:
    """Tell why a paragraph is not Arabic.

    Args:
        paragraph: One paragraph as it was read: cleaning would turn Persian and Urdu letters into Arabic ones.
            What is left of HTML in it does not count, nor do web and mail addresses.

    Returns:
        One of this module's reasons; None when the paragraph is Arabic or has no letters.
    """
    prose = clean(paragraph, fold_letters=False).text if "&" in paragraph or "<" in paragraph else paragraph
    if not any(map(str.isalpha, prose)):
        return None
    if arabic_share(_ADDRESS.sub(" ", prose)) < _LEAST_SHARE:
        return NOT_ARABIC
    for reason, letters, function_words in (
        (URDU, _URDU_LETTERS, _URDU_SET),
        (PERSIAN, _PERSIAN_LETTERS, _PERSIAN_SET),
    ):
        if letters.search(prose) and _speaks(prose, function_words):
            return reason
    return None


def _speaks(paragraph: str, function_words: frozenset[str]) -> bool:
    """Tell whether the small words of a paragraph are those of another language than Arabic."""
    words = _WORD.findall(paragraph.translate(_TO_PERSIAN))
    arabic = sum(word in _ARABIC_SET or word.startswith("ال") for word in words)
    foreign = sum(word in function_words for word in words)
    if foreign == 1:
        return arabic == 0 and len(words) <= _HEADLINE
    return foreign > arabic and foreign > _FUNCTION_SHARE * len(words)
