"""Whether a paragraph is Arabic, or another language, in Arabic script or not.

Persian, Urdu, Kurdish and Pashto share the script but not the small words, so that those decide; their letters only
support, because Arabic typed on a Persian keyboard has ی and ک too. Longer texts full of letters that nobody types in
Arabic are in another language still, such as Uyghur or Sindhi.
"""

import re
from collections.abc import Sequence
from typing import Final

from pipeline.text.characters import LETTERS, PLAIN
from pipeline.text.cleaning import clean

NOT_ARABIC: Final = "not Arabic"
PERSIAN: Final = "looks like Persian"
URDU: Final = "looks like Urdu"
KURDISH: Final = "looks like Kurdish"
PASHTO: Final = "looks like Pashto"
OTHER: Final = "looks like another language in Arabic script"

# Arabic news names firms and quotes titles in Latin letters; less than this share is no Arabic paragraph.
_LEAST_SHARE: Final = 0.4
# The least share of function words in running Persian or Urdu (they make up a quarter to a half of it).
_FUNCTION_SHARE: Final = 0.1
_HEADLINE: Final = 10  # words; so short a text may have a single function word
# Letters that Arabic does not have: more than this share, in a text of so many words and of hardly an Arabic one.
_STRANGE_SHARE: Final = 0.05
_SHORTEST: Final = 6
_ARABIC_SHARE: Final = 0.1

# A text with no other letter than Arabic has, however it is pointed, is Arabic. (Tatweel counts as a letter.)
_PLAIN: Final = re.compile(f"[{re.escape(PLAIN)}&<>\u0660-\u0669\u064b-\u0652–—“”‘’…\u200b-\u200f\u00a0\t\r]*")
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
# Drawn-out words are no other language.
_TATWEEL: Final = "\u0640"

# Left out: words that Arabic has too, such as هم، یا، تا، ما، من، در in a name.
_PERSIAN_WORDS: Final = (
    "است که از در با برای این را می شد شده شود کرد کرده کند کنند خود نیز های هایی بود بودند دارد دارند باشد گفت داد "
    "اما همچنین درباره توسط المللی آنها خواهد نمی ای پس اگر هستند شدن کردن دیگر کردند شدند بوده دارای داشت دادند گفته "
    "افزود کشور کشورهای"
)
_URDU_WORDS: Final = (
    "ہے ہیں کے کی کا کو میں نے سے پر اور کہ یہ وہ تھا تھے تھی گیا گئے گئی کیا بھی جو اس ایک ہو کر نہیں لیے لئے ساتھ "
    "کہا گا گی گے"
)
_KURDISH_WORDS: Final = (
    "لە بە بۆ کە ئەو ئەم لەگەڵ دەکات دەکەن کردەوە هەروەها نێوان دوای پێش هەر یەک دوو بووە بوون هەیە نییە سەرۆک ئێستا "
    "ئەوەی وەک لەسەر کرد دەبێت پێویستە خۆی گوتی وتی تر ساڵی هەرێمی کوردستان"
)
_PASHTO_WORDS: Final = (
    "د په او چې ته له سره یې کې دي دی ده شوي شوی شو کړي کړی کړ وکړ وکړه وکړل هېواد هېوادونو هیواد لپاره باندې څخه "
    "نه هم یو دغه هغه خپل ویلي وویل کوي کېږي پر ترڅو پورې لري سږ کال"
)
_ARABIC_WORDS: Final = (
    "في على إلى الى من عن مع أن ان إن التي الذي الذين هذا هذه ذلك كان كانت قال وقال لم لا ما بعد قبل خلال بين حيث كما "
    "وقد قد أو ولا وفي ومن حول ضد"
)
# Of each language its letters, one of which must be there, and its small words. Pashto has Persian letters as well.
_LANGUAGES: Final = tuple(
    (reason, re.compile(f"[{letters}]"), frozenset(words.translate(_TO_PERSIAN).split()))
    for reason, letters, words in (
        (URDU, "ٹڈڑںہھے", _URDU_WORDS),
        (KURDISH, "ەۆێڕڵ", _KURDISH_WORDS),
        (PASHTO, "ټډړږښځڅڼېۍ", _PASHTO_WORDS),
        (PERSIAN, "پچژگکی", _PERSIAN_WORDS),
    )
)
_ARABIC_SET: Final = frozenset(_ARABIC_WORDS.translate(_TO_PERSIAN).split())
# What stands in Arabic news: its letters, those of Persian and Urdu keyboards, those of foreign names.
_USUAL: Final = frozenset(f"{LETTERS}ٱپچژگڤڨکیۀہۃھے")


def arabic_share(text: str) -> float:
    """Give the share of letters of Arabic script among all letters: 0.0 to 1.0, and 0.0 for a text without letters."""
    letters = _NO_LETTERS.sub("", text.replace(_TATWEEL, ""))
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
    if _PLAIN.fullmatch(prose) or not any(map(str.isalpha, prose)):
        return None
    if arabic_share(_ADDRESS.sub(" ", prose)) < _LEAST_SHARE:
        return NOT_ARABIC
    words = _WORD.findall(prose.replace(_TATWEEL, "").translate(_TO_PERSIAN))
    for reason, letters, function_words in _LANGUAGES:
        if letters.search(prose) and _speaks(words, function_words):
            return reason
    return OTHER if _is_strange(words) else None


def _speaks(words: Sequence[str], function_words: frozenset[str]) -> bool:
    """Tell whether the small words of a paragraph are those of another language than Arabic."""
    arabic = sum(map(_is_arabic_word, words))
    foreign = sum(word in function_words for word in words)
    if foreign == 1:
        return arabic == 0 and len(words) <= _HEADLINE
    return foreign > arabic and foreign > _FUNCTION_SHARE * len(words)


def _is_arabic_word(word: str) -> bool:
    """Tell whether a word is a small one of Arabic, or has its article."""
    return word in _ARABIC_SET or word.startswith("ال")


def _is_strange(words: Sequence[str]) -> bool:
    """Tell whether a text is long enough, without Arabic words, and full of letters that Arabic does not have."""
    if len(words) < _SHORTEST or sum(map(_is_arabic_word, words)) > _ARABIC_SHARE * len(words):
        return False
    letters = [letter for word in words for letter in word if letter.isalpha()]
    # Presentation forms are letters of Arabic in another guise.
    strange = sum(letter not in _USUAL and letter < "\u0700" for letter in letters)
    return strange > _STRANGE_SHARE * len(letters)
