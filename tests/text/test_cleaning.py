import itertools
import re
import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.text import Cleaned, clean
from pipeline.text.characters import LETTERS
from tests.text.texts import (
    BREAKS,
    DIGITS,
    INVISIBLE,
    LIGATURES,
    MARKS,
    RASM,
    ROOT,
    SPACES,
    any_texts,
    bare_letters,
    messy_texts,
)

many = settings(max_examples=500, deadline=None)
some = settings(max_examples=300, deadline=None)
flags = st.fixed_dictionaries(
    {name: st.booleans() for name in ("strip_diacritics", "fold_letters", "fold_digits", "separate_latin")}
)

GOLDEN = [
    # written, cleaned, what is counted
    ("الصین وگاز ایران", "الصين وكاز ايران", {"letters folded": 3}),
    ("پوتین، ڤلاديمير، ژنرال، چين", "بوتين، فلاديمير، زنرال، جين", {"letters folded": 5}),
    ("ﺍﻟﺼﲔ ﻭﺭﻭﺳﻴﺎ", "الصين وروسيا", {"presentation forms unfolded": 10}),
    ("ﻻ سلام إلا باﻷمن", "لا سلام إلا بالأمن", {"presentation forms unfolded": 2}),
    ("محمد ﷺ", "محمد صلى الله عليه وسلم", {"presentation forms unfolded": 1}),
    ("شكراﹰ", "شكرا", {"presentation forms unfolded": 1, "diacritics removed": 1}),
    ("التعـــاون", "التعاون", {"tatweel removed": 3}),
    ("الأرخص ـ منها ــ سعرا", "الأرخص - منها - سعرا", {"tatweel used as a dash": 3}),
    ("ـ الأول\nالثاني ـ\nـثالث", "- الأول\nالثاني \nثالث", {"tatweel used as a dash": 1, "tatweel removed": 2}),
    ("تَعَاوُنٌ مُشْتَرَكٌ", "تعاون مشترك", {"diacritics removed": 9}),
    ("هٰذا", "هذا", {"diacritics removed": 1}),
    (
        "ا\u0654حمد ا\u0655لى سو\u0654ال شي\u0654 ا\u0653ل",
        "أحمد إلى سؤال شئ آل",
        {"hamza or madda joined to its letter": 5},
    ),
    ("ا\u064e\u0654حد", "أحد", {"hamza or madda joined to its letter": 1, "diacritics removed": 1}),
    ("هيـ\u0654ة", "هيئة", {"hamza or madda joined to its letter": 1, "tatweel removed": 1}),
    ("\ufeffمي\u200cشود \u200fالصين\u00ad", "ميشود الصين", {"invisible characters removed": 4}),
    ("الصين\u00a0وروسيا\u2009معا", "الصين وروسيا معا", {"spaces normalized": 2}),
    ("أ\r\nب\rت\u2028ث\x0bج\x85ح", "أ\nب\nت\nث\nج\nح", {"line breaks normalized": 5}),
    ("الص\x00ين\x9d", "الصين", {"control characters removed": 2}),
    ("١٢٫٥٪ ۳٬۰۰۰", "12.5% 3,000", {"digits converted": 7, "number signs converted": 3}),
    ("الصين &amp;nbsp;و&quot;روسيا&quot;", 'الصين  و"روسيا"', {"HTML entities decoded": 3}),
    (
        "الأرخص&nbsp;ـ&nbsp;منها و&nbsp;ـثالث",
        "الأرخص - منها و ثالث",
        {"HTML entities decoded": 3, "tatweel used as a dash": 1, "tatweel removed": 1},
    ),
    ("&#1575;&#x644;صين", "الصين", {"HTML entities decoded": 2}),
    ("?a=1&copy=2 &غير; &unknown;", "?a=1&copy=2 &غير; &unknown;", {}),
    ("نص<br/>نص <b>قوي</b>", "نص\nنص  قوي ", {"HTML tags replaced": 3}),
    ("<<قمة>> بين 3 < 5", "«قمة» بين 3 « 5", {"angle brackets replaced": 5}),
    ("وBRICS وG7والصين", "و BRICS و G7والصين", {"Latin words separated": 2}),
    ("الـCNNعربية", "ال CNN عربية", {"Latin words separated": 2, "tatweel removed": 1}),
    ("وhttps://a.b/مقالx قال", "و https://a.b/مقالx قال", {"Latin words separated": 1}),
    ("\ufffdالص\ue001ين\ud83d", " الص ين ", {"damaged characters replaced": 3}),
    (
        "São Paulo وcafe\u0301",
        "Sao Paulo و cafe",
        {"Latin accents removed": 1, "diacritics removed": 1, "Latin words separated": 1},
    ),
    ("قال: «نعم»، و“لا”؛ لماذا؟ …", "قال: «نعم»، و“لا”؛ لماذا؟ …", {}),
    ("بلغ 190.3 مليار في 12/5/2024 (+3%)", "بلغ 190.3 مليار في 12/5/2024 (+3%)", {}),
]


@pytest.mark.parametrize(("written", "cleaned", "counts"), GOLDEN)
def test_a_repair_is_made_and_counted(written: str, cleaned: str, counts: dict[str, int]) -> None:
    result = clean(written)
    assert result.text == cleaned
    assert result.counts == counts


def test_the_seed_articles_lose_nothing_but_marks_and_tatweel() -> None:
    for path in sorted((ROOT / "seeds" / "articles").glob("*.txt")):
        article = path.read_text(encoding="utf-8")
        assert re.sub(r"[-\s]", "", clean(article).text) == re.sub("[-\\s\u0640\u064b-\u0652\u0670\u200f]", "", article)


def test_flags_leave_alone_what_they_name() -> None:
    text = "الصّین ۱۲ وBRICS"
    kept = clean(text, strip_diacritics=False, fold_letters=False, fold_digits=False, separate_latin=False)
    assert kept.text == text
    assert kept.counts == {}


@pytest.mark.parametrize("code", [code for code in range(0x600, 0x900) if unicodedata.category(chr(code)) == "Lo"])
def test_every_letter_of_arabic_script_becomes_an_arabic_letter(code: int) -> None:
    cleaned = clean(chr(code)).text
    if unicodedata.name(chr(code)).startswith("ARABIC LETTER"):
        assert len(cleaned) == 1
        assert cleaned in LETTERS


def test_every_presentation_form_keeps_its_letters() -> None:
    for code in itertools.chain(range(0xFB50, 0xFE00), range(0xFE70, 0xFEFD)):
        decomposed = unicodedata.normalize("NFKC", chr(code))
        letters = "".join(clean(sign).text for sign in decomposed if unicodedata.category(sign) == "Lo")
        assert clean(chr(code)).text.replace(" ", "").startswith(letters), hex(code)


def test_no_assigned_presentation_form_is_left() -> None:
    forms = [chr(code) for code in itertools.chain(range(0xFB50, 0xFE00), range(0xFE70, 0xFF00))]
    assert not [form for form in forms if unicodedata.name(form, None) and clean(form).text == form]


@many
@given(any_texts, flags)
@example("&&#97;mp;amp;#&#51;8;", {})
@example("&a\u064emp;lt;", {})
@example("ا\u0640\u0653", {"strip_diacritics": False})
def test_cleaning_twice_is_cleaning_once(text: str, chosen: dict[str, bool]) -> None:
    once = clean(text, **chosen).text
    again = clean(once, **chosen)
    assert again.text == once
    assert again.counts == {}


@many
@given(
    st.lists(st.sampled_from(sorted({*RASM, *LIGATURES, *MARKS, *INVISIBLE, *SPACES, *BREAKS, *DIGITS, "ـ", "a", "،"})))
)
def test_no_arabic_letter_is_lost_or_moved(written: list[str]) -> None:
    text = "".join(written)
    # A hamza on a tatweel is a letter; here it is none of the letters that went in.
    text = re.sub(f"ـ[{MARKS}{INVISIBLE}ـ]*[\u0654\u0655]", "", text)
    expected = "".join(LIGATURES.get(character) or RASM.get(character, "") for character in text)
    assert bare_letters(clean(text).text) == expected


@many
@given(any_texts)
def test_a_clean_text_has_none_of_the_characters_that_arabert_breaks(text: str) -> None:
    cleaned = clean(text).text
    assert not re.search(f"[{re.escape(INVISIBLE + MARKS)}\r\t\x00\ufffdـ٠-٩۰-۹ﭐ-ﷲﹰ-ﻼ\ud800-\udfff<>]", cleaned)
    cleaned.encode("utf-8")


@some
@given(any_texts, flags)
def test_source_spans_follow_each_other_without_gap(text: str, chosen: dict[str, bool]) -> None:
    cleaned = clean(text, **chosen)
    length = len(cleaned.text)
    spans = [cleaned.source_span(at, at + 1) for at in range(length)]
    assert all(start <= end for start, end in spans)
    assert all(first[0] <= second[0] and first[1] <= second[1] for first, second in itertools.pairwise(spans))
    assert all(second[0] <= first[1] for first, second in itertools.pairwise(spans))
    if spans:
        assert spans[-1][1] == len(text)
        assert cleaned.source_span(0, length) == (spans[0][0], len(text))
        assert clean(text[: spans[0][0]], **chosen).text == ""


def kept_signs(text: str, cleaned: Cleaned) -> list[int]:
    """List the positions of the cleaned text that hold, but for removals after it, an original sign as it was."""
    spans = [cleaned.source_span(at, at + 1) for at in range(len(cleaned.text))]
    spans = [(0, 0), *spans, (len(text), len(text))]
    return [
        at
        for at, (before, (start, end), after) in enumerate(zip(spans, spans[1:], spans[2:], strict=False))
        if text[start : start + 1] == cleaned.text[at] and before[1] <= start and end <= after[0]
    ]


@many
@given(messy_texts, flags, st.data())
def test_the_source_of_a_span_cleans_to_the_span(text: str, chosen: dict[str, bool], choice: st.DataObject) -> None:
    """A span that begins and ends with signs that cleaning kept, white space aside, corresponds to its source.

    Not so within web addresses: there glued Latin is left alone, and a part of an address no longer looks like one.
    """
    cleaned = clean(text, **chosen)
    kept = [at for at in kept_signs(text, cleaned) if not cleaned.text[at].isspace()]
    if not kept or "://" in text or "www." in text:
        return
    first, last = sorted(choice.draw(st.tuples(st.sampled_from(kept), st.sampled_from(kept))))
    start, end = cleaned.source_span(first, last + 1)
    assert clean(text[start:end], **chosen).text == cleaned.text[first : last + 1]


@many
@given(messy_texts, flags)
def test_the_source_of_a_line_cleans_to_the_line(text: str, chosen: dict[str, bool]) -> None:
    """The same for whole lines without outer white space, as paragraphs are; no exception here."""
    cleaned = clean(text, **chosen)
    for line in re.finditer(r"\S(?:[^\n]*\S)?", cleaned.text):
        start, end = cleaned.source_span(*line.span())
        assert clean(text[start:end], **chosen).text.strip() == line[0]


def test_a_span_takes_the_marks_of_its_last_letter_along() -> None:
    text = "\u200fكِتَابٌ جديد"
    cleaned = clean(text)
    assert cleaned.text == "كتاب جديد"
    start, end = cleaned.source_span(0, 4)
    assert text[start:end] == "كِتَابٌ"


def test_a_boundary_in_a_ligature_widens_to_the_ligature() -> None:
    cleaned = clean("قﻻل")
    assert cleaned.text == "قلال"
    assert cleaned.source_span(0, 2) == (0, 2)
    assert cleaned.source_span(2, 4) == (1, 3)
    assert cleaned.source_span(2, 2) == (1, 1)


@pytest.mark.parametrize("span", [(-1, 1), (2, 1), (0, 5)])
def test_a_span_outside_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(IndexError, match="in a text of 4 characters"):
        clean("الصين"[:4]).source_span(*span)


def test_only_edits_are_stored() -> None:
    text = "نص نظيف تماما " * 10_000
    cleaned = clean(text + "\u200f" + text)
    assert cleaned.source_span(len(text), len(text) + 2) == (len(text) + 1, len(text) + 3)
    assert sum(map(len, cleaned._passes)) == 1


@pytest.mark.parametrize(
    "piece", ["&", "&amp;", "&#38;", "<", "<b ", "ـ", "\u064e", "اa", "a", "http://", "\r", "&#", "&a"]
)
def test_a_hostile_text_is_finished(piece: str) -> None:
    """A quadratic pass would take hours for this."""
    text = piece * (1_000_000 // len(piece))
    cleaned = clean(text)
    assert cleaned.source_span(0, len(cleaned.text))[1] in {len(text), 0}


def test_an_entity_wrapped_without_end_is_defused() -> None:
    wrapped = "&nbsp;"
    for _ in range(8):
        wrapped = wrapped.replace("&", "&#38;#38;")
    cleaned = clean(wrapped)
    assert clean(cleaned.text).text == cleaned.text
    assert "&" not in cleaned.text


def test_cleaning_depends_on_no_more_than_the_text() -> None:
    text = "الصین&nbsp;\u200f ١"
    assert clean(text) == clean(text)
    assert sys.getsizeof(clean(text)) < 200
