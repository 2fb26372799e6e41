"""Strings for the property tests: Arabic as it comes, with everything that goes wrong with it."""

from pathlib import Path

from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]

# Every shape in which a letter turns up, under the bare form (rasm) that it has without hamza: each list is by hand,
# so that it does not follow from the tables that it tests.
SHAPES = {
    "ا": "اأإآٱٲٳﺍﺎﺃﺄﺇﺈﺁﺂﭐ",
    "ب": "بپٻڀٮﺏﺐﺑﺒﭖﭘ",
    "ت": "تٹٺټٿﺕﺘﭦ",
    "ة": "ةۃﺓﺔ",
    "ث": "ثﺙﺜ",
    "ج": "جچڇڃڄڿﺝﺠﭺﭼ",
    "ح": "حځڂﺡﺤ",
    "خ": "خڅﺥﺨ",
    "د": "دڈډڊﺩﺪﮈ",
    "ذ": "ذﺫﺬ",
    "ر": "رڑړڕﺭﺮﮌ",
    "ز": "زژﺯﺰﮊ",
    "س": "سښڛﺱﺴ",
    "ش": "شۺﺵﺸ",
    "ص": "صڝﺹﺼ",
    "ض": "ضۻﺽﻀ",
    "ط": "طڟﻁﻄ",
    "ظ": "ظﻅﻈ",
    "ع": "عﻉﻌ",
    "غ": "غۼڠﻍﻐ",
    "ف": "فڤڢڡﻑﻔﭪ",
    "ق": "قڨڧٯﻕﻘ",
    "ك": "كکگڪڭګﻙﻜﮎﮐﮒﯓ",
    "ل": "لڵڶﻝﻠ",
    "م": "مݥﻡﻤ",
    "ن": "نںڻﻥﻨﮞ",
    "ه": "ههھہۀۂەۿﻩﻬﮦﮪ",
    "و": "وؤۆۇۈۋﻭﻮﺅﺆﯗ",
    "ي": "يىئیېےۓێۍﻱﻴﻯﺉﺌﯼﯾﮮ",
    "ء": "ءﺀٴ",
}
LIGATURES = {"ﻻ": "لا", "ﻷ": "لا", "ﻹ": "لا", "ﻵ": "لا", "ﻼ": "لا", "ﷲ": "الله", "ﷴ": "محمد", "ﰲ": "في", "ﱄ": "لي"}
RASM = {shape: bare for bare, shapes in SHAPES.items() for shape in shapes}

MARKS = "\u064b\u064e\u0651\u0652\u0653\u0654\u0655\u0670\u06d6\u06e5\u0615\u08f0\u0301"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u061c\ufeff\u2060\ufe0f"
SPACES = " \t\u00a0\u2002\u2009\u202f\u3000\x1c"
BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"
BROKEN = "\x00\x07\x7f\x9d\ufffd\ue000\U000f1234\ud800\udfff\ufffe"
SIGNS = "،؛؟«»“”‘’.,:!?()[]{}%/\\#&;<>@*_-–—…٪٫٬·•'\"+=|~^$"
DIGITS = "0123456789٠٤٩۰۴۹"

characters = st.sampled_from(
    sorted({*RASM, *LIGATURES, "ـ", *MARKS, *INVISIBLE, *SPACES, *BREAKS, *BROKEN, *SIGNS, *DIGITS, *"aBçZ"}),
)
WRITTEN = """
&amp; &amp;amp;nbsp; &nbsp; &#1575; &#x200f; &#38; &#97; &lt; &gt; &semi; &num; & amp; ; # < > <br/> <b> </p> http://x.y/
www. @ a@b.com الصین وBRICS ـ ـٔ إ هيـٔة 190.3 ۱۲ ... ههههه ﷺ
"""
pieces = st.sampled_from([*WRITTEN.split(), "\r\n", " "])
arabic_texts = st.lists(characters, max_size=30).map("".join)
messy_texts = st.lists(st.one_of(characters, pieces), max_size=25).map("".join)
any_texts = st.one_of(messy_texts, arabic_texts, st.text(st.characters(codec=None), max_size=30))


def bare_letters(text: str) -> str:
    """Keep the Arabic letters of a text, without their hamzas."""
    return "".join(RASM[character] for character in text if character in RASM)
