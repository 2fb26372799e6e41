"""Plain text that is odd, hostile or in another language."""

from .specimen import LABELLED, MORE, NEWS, Specimen, file

ANY = f"{LABELLED} | dropped: "
NOTHING = "rejected: the article has no text"
PERSIAN = "وزیر خارجه چین با همتای روس خود در پکن دیدار کرد و درباره همکاری دو کشور گفتگو شد"
URDU = "پاکستان کے وزیر خارجہ نے کہا کہ یہ معاہدہ دونوں ممالک کے لیے اہم ہے"
SORANI = "سەرۆک وەزیرانی هەرێمی کوردستان لەگەڵ باڵیۆزی چین کۆبووەوە و باسی پەیوەندییە بازرگانییەکانیان کرد"
PASHTO = "د افغانستان د بهرنیو چارو وزیر د چین له سفیر سره وکتل او د دوو هېوادونو پر اړیکو یې خبرې وکړې"
UYGHUR = "جۇڭگو بىلەن قازاقىستان ئوتتۇرىسىدىكى سودا ھەمكارلىقى توغرىسىدا كېلىشىم ئىمزالاندى"


def _is_fine(name: str, what: str, text: str, *texts: str) -> Specimen:
    """Text that is labelled as it stands, or as the given paragraphs."""
    return Specimen(name, what, file("a.txt", text), (LABELLED,), texts or (text,))


def _is_bad(name: str, what: str, text: str | bytes, *expected: str) -> Specimen:
    return Specimen(name, what, file("a.txt", text), expected)


SPECIMENS = [
    _is_fine("cr-only", "lines that end with CR alone", f"{NEWS}\r{MORE}\r", NEWS, MORE),
    _is_fine(
        "all-line-ends",
        "every kind of line end",
        f"{NEWS}\r\n{MORE}\x85{NEWS}\u2028{MORE}\x0b{NEWS}\x0c{MORE}",
        *[NEWS, MORE] * 3,
    ),
    _is_fine(
        "bidi-overrides",
        "text turned around by overrides",
        f"\u202e{NEWS}\u202c \u2066{MORE}\u2069",
        f"{NEWS}\u202c \u2066{MORE}\u2069",
    ),
    _is_fine("invisible", "zero-width characters between all letters", "\u200b".join(NEWS)),
    _is_fine("many-marks", "10,000 vowel signs on one letter", NEWS[0] + "\u064e" * 10_000 + NEWS[1:]),
    _is_fine("tatweel", "words drawn out over 50,000 characters", NEWS.replace("ا", "ا" + "ـ" * 5000)),
    _is_fine("presentation", "presentation forms", "ﻭﻗﻌﺖ ﺍﻟﺤﻜﻮﻣﺘﺎﻥ ﺍﺗﻔﺎﻗﻴﺔ ﻟﻠﺘﻌﺎﻭﻥ ﻓﻲ ﻣﺠﺎﻝ ﺍﻟﻄﺎﻗﺔ ﻭﺍﻟﻨﻘﻞ"),
    _is_fine(
        "script-in-text",
        "markup that is text",
        f"<script>alert(1)</script> {NEWS} <b onmouseover=x>",
        f"alert(1)</script> {NEWS}",
    ),
    _is_fine("formula", "text that a spreadsheet would evaluate", f'=HYPERLINK("http://x";"{NEWS}")'),
    _is_fine("escapes", "sequences that drive a terminal", f"\x1b]0;x\x07\x1b[2J{NEWS}", f"]0;x\x07\x1b[2J{NEWS}"),
    _is_fine("entities", "letters as HTML entities", "".join(f"&#{ord(letter)};" for letter in NEWS)),
    _is_fine("entities-in-entities", "entities escaped 50 times", f"{NEWS}&{'amp;' * 50}nbsp;{MORE}"),
    _is_fine("noncharacters", "noncharacters, private use, tags", f"{NEWS}\ufffe\U0010ffff\ue000\U000e0041{MORE}"),
    _is_fine(
        "mixed", "paragraphs and words in several languages", f"{NEWS} The minister said (وزارة الطاقة) so. 两国 {MORE}"
    ),
    _is_fine("one-word", "a word of 50,000 letters", "تعاون" * 10_000),
    _is_fine("one-letter", "one letter 90,000 times", "ه" * 90_000),
    _is_fine("many-paragraphs", "2,000 paragraphs of a word", "\n".join(["تعاون"] * 2000), *["تعاون"] * 2000),
    _is_bad("one-million", "one letter a million times", "ه" * 1_000_000, "rejected: text longer than"),
    _is_bad("emoji", "30,000 emoji", "👨‍👩‍👧‍👦🎉" * 3750, "dropped: empty of words"),
    _is_fine("emoji-and-words", "emoji around words", f"{'🔥' * 500} {NEWS} {'👏🏽' * 500}"),
    _is_bad("signs", "30,000 signs", "!؟…" * 10_000, "dropped: empty of words"),
    _is_bad("numbers", "numbers", "123,456.78\n2024-01-02\n٪٥٠", ANY),
    _is_bad("addresses", "1,000 web addresses", "http://x.example/a?b=c " * 1000, "dropped: not Arabic"),
    _is_bad("english", "English", "China and Russia signed an agreement in Beijing.", "dropped: not Arabic"),
    _is_bad("hebrew", "Hebrew", "הנשיא הגיע לביקור רשמי וחתם על הסכמי שיתוף פעולה", "dropped: not Arabic"),
    _is_bad("persian", "Persian", PERSIAN, "dropped: looks like Persian"),
    _is_bad("urdu", "Urdu", URDU, "dropped: looks like Urdu"),
    _is_bad("kurdish", "Kurdish", SORANI, "dropped: looks like Kurdish"),
    _is_bad("pashto", "Pashto", PASHTO, "dropped: looks like Pashto"),
    _is_bad("uyghur", "Uyghur", UYGHUR, "dropped: looks like another language"),
    _is_bad(
        "mixed-paragraphs",
        "a paragraph each in three languages",
        f"{NEWS}\n{PERSIAN}\nBreaking news from Beijing",
        LABELLED,
        "dropped: looks like Persian",
        "dropped: not Arabic",
    ),
    _is_bad("one-character", "a single letter", "و", ANY),
    _is_bad("line-breaks", "100,000 line breaks", "\n" * 100_000, "rejected: empty file"),
    _is_bad("zero-width", "nothing but zero-width characters", "\u200b\u200f\ufeff" * 999, NOTHING),
    _is_bad("marks-only", "nothing but vowel signs", "\u064e\u0651" * 999, NOTHING),
    _is_bad(
        "nul", "a NUL byte in text", f"{NEWS}\0{MORE}", "rejected: a binary file or damaged text (NUL byte at byte"
    ),
    _is_bad("zeros", "NUL bytes only", bytes(5000), "rejected: a binary file or damaged text (NUL byte at byte 0)"),
    _is_bad(
        "controls", "control characters", bytes(range(1, 9)) * 99, "rejected: a binary file or damaged text (control"
    ),
    _is_bad("replaced", "letters lost to U+FFFD", "\ufffd" * 500, NOTHING),
]
