"""Edits of a paragraph that leave its labels as they are: other encodings, other spellings, words of the page glued on.

A classifier that understands its text should decide as before; `robustness` measures whether it does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Final, Literal

from pipeline.text import shaping, variants

Kind = Literal["encoding", "spelling", "context"]
"""`encoding`: the same words in other characters; `spelling`: the same words as people also type them; `context`: more
or other characters around the news, by which a reader is not misled."""

_STRETCHED = 0.3
"""Share of joints that carry tatweel: every word of a headline that is stretched to its line has one or two."""
_LONGEST_STRETCH = 3
_MARKED_WORDS = 0.3
_BROKEN_JOINTS = 0.1
"""Share of places between letters with an invisible character: one word in two or three has one."""
_ODD_SPACES = 0.5
_ESCAPED = 0.1
"""Share of letters and spaces written as entities; web pages escape marks always and letters seldom."""
_DOUBLED = 0.2
_TIGHT_SIGNS = 0.5
_SLIPS = 0.05
"""Share of longer words with a slip: hasty typing, several times what an edited paper lets pass."""
_SLIP_LENGTH = 5

_DATELINES: Final = (
    "موسكو - رويترز - ",
    "بكين (شينخوا) -- ",
    "القاهرة - أ ش أ - ",
    "باريس/ أ ف ب: ",
    "أنقرة - الأناضول: ",
    "عواصم - وكالات: ",
)
_LINKS: Final = (
    "اقرأ أيضا: حالة الطقس المتوقعة في عطلة نهاية الأسبوع",
    "اقرأ أيضًا: سبع نصائح لنوم أفضل",
    "إقرأ المزيد: هزة أرضية خفيفة لم يشعر بها أحد",
    "شاهد أيضا: لحظة سقوط شجرة على سيارة متوقفة",
)
_CREDITS: Final = ("(رويترز)", "(أ ف ب)", "تصوير: رويترز", "عدسة: شينخوا", "Getty Images", "AFP")
_BUTTONS: Final = (
    "شارك فيسبوك تويتر واتساب",
    "مشاركة عبر: فيسبوك | تويتر | تلغرام",
    "نسخ الرابط طباعة",
    "Facebook Twitter WhatsApp",
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One way to edit a paragraph without changing what it says.

    Attributes:
        name: Name in files.
        kind: What is edited.
        description: What it does, in a few words for a table.
        rewrite: The edit itself; all chance comes from the random numbers it is given.
    """

    name: str
    kind: Kind
    description: str
    rewrite: Callable[[str, Random], str]

    def apply(self, text: str, seed: int = 0) -> str:
        """Edit a paragraph.

        Args:
            text: The paragraph as annotated.
            seed: Start of the random numbers; they depend on the text as well, not on its place among others.

        Returns:
            The edited paragraph; the paragraph itself where it has no place for the edit.
        """
        return self.rewrite(text, Random(f"{seed} {self.name} {text}"))  # noqa: S311  (no secret)


def _fixed(rewrite: Callable[[str], str]) -> Callable[[str, Random], str]:
    return lambda text, _: rewrite(text)


def _letters(table: dict[str, str]) -> Callable[[str, Random], str]:
    return lambda text, _: variants.replace_letters(text, table)


def _quotes(marks: tuple[str, str], apostrophe: str) -> Callable[[str, Random], str]:
    return lambda text, _: variants.write_apostrophes(variants.write_quotes(text, marks), apostrophe)


def _before(phrases: tuple[str, ...]) -> Callable[[str, Random], str]:
    return lambda text, random: f"{random.choice(phrases).rstrip()} {text}"


def _behind(phrases: tuple[str, ...]) -> Callable[[str, Random], str]:
    return lambda text, random: f"{text} {random.choice(phrases)}"


_TATWEEL = partial(variants.stretch_words, share=_STRETCHED, most=_LONGEST_STRETCH)
_DIRECTIONS = partial(variants.add_direction_marks, share=_MARKED_WORDS)
_INVISIBLE = partial(variants.add_invisible, share=_BROKEN_JOINTS)
_SPACES = partial(variants.replace_spaces, share=_ODD_SPACES)
_ENTITIES = partial(variants.escape_html, share=_ESCAPED)
_WIDER = partial(variants.double_spaces, share=_DOUBLED)
_TIGHTER = partial(variants.drop_spaces_after_signs, share=_TIGHT_SIGNS)
_TYPING = partial(variants.slip, share=_SLIPS, shortest=_SLIP_LENGTH)
_INDIC = _fixed(partial(variants.write_digits, digits=variants.ARABIC_INDIC))
_PERSIAN = _fixed(partial(variants.write_digits, digits=variants.PERSIAN_DIGITS))

EDITS: Final = (
    Edit("diacritics", "encoding", "every letter voweled", variants.add_diacritics),
    Edit("tatweel", "encoding", "words stretched with tatweel", _TATWEEL),
    Edit("persian_letters", "encoding", "Persian ی ک for ي ك", _letters(variants.PERSIAN_LETTERS)),
    Edit("urdu_letters", "encoding", "Urdu ی ک ہ ۃ for ي ك ه ة", _letters(variants.URDU_LETTERS)),
    Edit("persian_final_yeh", "encoding", "Persian ی for ى", _letters(variants.PERSIAN_FINAL_YEH)),
    Edit("presentation_forms", "encoding", "a character for each letter's place", _fixed(shaping.shape_letters)),
    Edit("direction_marks", "encoding", "marks and embeddings of text direction", _DIRECTIONS),
    Edit("zero_width", "encoding", "zero-width characters and soft hyphens in words", _INVISIBLE),
    Edit("arabic_indic_digits", "encoding", "digits ٠١٢٣ with ٫ ٬ ٪", _INDIC),
    Edit("persian_digits", "encoding", "digits ۰۱۲۳ with ٫ ٬ ٪", _PERSIAN),
    Edit("full_width", "encoding", "ASCII in full width", _fixed(variants.widen_ascii)),
    Edit("spaces", "encoding", "no-break and typographic spaces", _SPACES),
    Edit("decomposed", "encoding", "hamza and madda as signs of their own (NFD)", _fixed(variants.decompose)),
    Edit("html_entities", "encoding", "marks, spaces and letters as HTML entities", _ENTITIES),
    Edit("hyphens", "encoding", "typographic hyphens and minus signs", variants.replace_hyphens),
    Edit("ellipsis", "encoding", "… for three dots, and the reverse", _fixed(variants.turn_dots)),
    Edit("straight_quotes", "encoding", "quotation marks as \" and '", _quotes(variants.STRAIGHT_QUOTES, "'")),
    Edit("curly_quotes", "encoding", "quotation marks of Windows-1256, “ ” ’", _quotes(variants.CURLY_QUOTES, "’")),
    Edit("low_quotes", "encoding", "quotation marks as „ “", _quotes(variants.LOW_QUOTES, "‛")),
    Edit("guillemets", "encoding", "quotation marks as « »", _quotes(variants.GUILLEMETS, "'")),
    Edit("single_guillemets", "encoding", "quotation marks as ‹ ›", _quotes(variants.SINGLE_GUILLEMETS, "'")),
    Edit("doubled_brackets", "encoding", "quotation marks as << >>", _quotes(variants.DOUBLED_BRACKETS, "'")),
    Edit("missing_hamza", "spelling", "ا for أ إ آ", _letters(variants.PLAIN_ALEF)),
    Edit("heh_for_teh_marbuta", "spelling", "ه for ة", _fixed(variants.write_heh_for_teh_marbuta)),
    Edit("yeh_for_alef_maqsura", "spelling", "ي for ى at ends of words", _fixed(variants.write_yeh_for_alef_maqsura)),
    Edit("alef_maqsura_for_yeh", "spelling", "ى for ي at ends of words", _fixed(variants.write_alef_maqsura_for_yeh)),
    Edit("detached_waw", "spelling", "a space behind و", _fixed(variants.detach_waw)),
    Edit("doubled_spaces", "spelling", "spaces doubled", _WIDER),
    Edit("missing_spaces", "spelling", "no space behind punctuation", _TIGHTER),
    Edit("added_spaces", "spelling", "a space before punctuation", _fixed(variants.add_spaces_before_signs)),
    Edit("latin_punctuation", "spelling", ", ; ? for ، ؛ ؟", _letters(variants.LATIN_PUNCTUATION)),
    Edit("typing_slips", "spelling", "letters left out, doubled or swapped", _TYPING),
    Edit("dateline", "context", "an agency's dateline before", _before(_DATELINES)),
    Edit("link_before", "context", "a link to another article before", _before(_LINKS)),
    Edit("link_behind", "context", "a link to another article behind", _behind(_LINKS)),
    Edit("credit_before", "context", "a picture's credit before", _before(_CREDITS)),
    Edit("credit_behind", "context", "a picture's credit behind", _behind(_CREDITS)),
    Edit("buttons_before", "context", "share buttons before", _before(_BUTTONS)),
    Edit("buttons_behind", "context", "share buttons behind", _behind(_BUTTONS)),
    Edit("latin_capitals", "context", "Latin names in capitals", _fixed(str.upper)),
)
"""The edits in the order of a table, the harmless ones first."""
