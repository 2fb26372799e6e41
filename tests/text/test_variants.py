import re
import unicodedata
from random import Random

import pytest

from pipeline.text import clean, variants
from pipeline.text.characters import LETTERS
from pipeline.text.shaping import reaches_on, shape_letters

ALWAYS = 1.0
NEVER = 0.0


def _chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311  (no secret)


def test_every_letter_is_voweled_where_it_may_be() -> None:
    voweled = variants.add_diacritics("قال بيان", _chance(0))

    assert re.fullmatch(r"ق\W+ال\Wب\W+ي\W+ان\W", voweled.replace(" ", ""))
    assert clean(voweled).text == "قال بيان"


def test_tatweel_stands_only_where_letters_join() -> None:
    assert variants.stretch_words("دار تعاون", _chance(0), ALWAYS, 1) == "دار تـعـاون"
    assert variants.stretch_words("دار تعاون", _chance(0), NEVER, 1) == "دار تعاون"


@pytest.mark.parametrize(
    ("written", "shaped"),
    [
        ("بيت", "ﺑﻴﺖ"),
        ("دار", "ﺩﺍﺭ"),
        ("سلام", "ﺳﻼﻡ"),
        ("لا", "ﻻ"),
        ("شيء", "ﺷﻲﺀ"),
        ("على", "ﻋﻠﻰ"),
        ("بـت", "ﺑـﺖ"),
        ("بَيت", "ﺑ\u064eﻴﺖ"),
        ("G7 في 3", "G7 ﻓﻲ 3"),
    ],
)
def test_letters_are_shaped_for_their_place(written: str, shaped: str) -> None:
    assert shape_letters(written) == shaped


def test_shaping_agrees_with_unicode_decomposition() -> None:
    words = [first + second + third for first in LETTERS for second in LETTERS for third in LETTERS[::5]]

    assert [unicodedata.normalize("NFKC", shape_letters(word)) for word in words] == words


def test_letters_that_reach_on() -> None:
    assert "".join(letter for letter in LETTERS if not reaches_on(letter)) == "ءآأؤإاةدذرزوى"
    assert reaches_on("ـ")
    assert not reaches_on("x")


def test_numbers_are_embedded_and_words_marked() -> None:
    marked = variants.add_direction_marks("نمو 12.5% و BRICS", _chance(1), ALWAYS)

    assert re.sub("[\u200e\u200f\u061c\u202a\u202c\u2066\u2069]", "", marked) == "نمو 12.5% و BRICS"
    assert re.search("[\u200e\u202a\u2066]12.5%[\u200e\u202c\u2069]", marked)
    assert len(re.findall("[\u200f\u061c]", marked)) == 4
    assert clean(marked).text == "نمو 12.5% و BRICS"


def test_invisible_characters_stand_only_within_words() -> None:
    broken = variants.add_invisible("قال له 12", _chance(0), ALWAYS)

    assert len(broken) == len("قال له 12") + 3
    assert broken.endswith(" 12")
    assert clean(broken).text == "قال له 12"


@pytest.mark.parametrize(
    ("digits", "written"),
    [(variants.ARABIC_INDIC, "١٬٢٥٠٫٩٪، ٢٠٢٤."), (variants.PERSIAN_DIGITS, "۱٬۲۵۰٫۹٪، ۲۰۲۴.")],
)
def test_digits_take_their_signs_with_them(digits: str, written: str) -> None:
    assert variants.write_digits("1,250.9%، 2024.", digits) == written


def test_ascii_widens_and_arabic_stays() -> None:
    assert variants.widen_ascii("قمة G7 (2024)") == "قمة Ｇ７ （２０２４）"


def test_hamza_becomes_a_sign_of_its_own() -> None:
    assert variants.decompose("أ ؤ آ") == "ا\u0654 و\u0654 ا\u0653"


@pytest.mark.parametrize(
    ("marks", "written"),
    [
        (variants.STRAIGHT_QUOTES, 'قال "نعم" و"لا" و"ربما" و"أبدا"'),
        (variants.CURLY_QUOTES, "قال “نعم” و“لا” و“ربما” و“أبدا”"),
        (variants.GUILLEMETS, "قال «نعم» و«لا» و«ربما» و«أبدا»"),
        (variants.DOUBLED_BRACKETS, "قال <<نعم>> و<<لا>> و<<ربما>> و<<أبدا>>"),
    ],
)
def test_quotes_of_every_style_become_one(marks: tuple[str, str], written: str) -> None:
    assert variants.write_quotes('قال "نعم" و«لا» و“ربما” و„أبدا“', marks) == written


def test_apostrophes_and_hyphens() -> None:
    assert variants.write_apostrophes("l'x ‘ب’", "’") == "l’x ’ب’"
    assert re.fullmatch("ا[\u2010\u2011\u2212]ب", variants.replace_hyphens("ا-ب", _chance(0)))


def test_three_dots_and_an_ellipsis_change_places() -> None:
    assert variants.turn_dots("ثم... و…") == "ثم… و..."


def test_marks_are_escaped_always_and_letters_by_their_share() -> None:
    escaped = variants.escape_html("«نعم» & \"لا\" 'x'", _chance(0), NEVER)
    assert escaped == "&laquo;نعم&raquo; &amp; &quot;لا&quot; &#39;x&#39;"
    everything = variants.escape_html("لا ب", _chance(0), ALWAYS)
    assert everything == "&amp;#1604;&amp;#1575;&amp;nbsp;&amp;#1576;"
    assert clean(everything).text == "لا ب"


@pytest.mark.parametrize(
    ("table", "written"),
    [
        (variants.PERSIAN_LETTERS, "مکتبة على سیارته"),
        (variants.URDU_LETTERS, "مکتبۃ على سیارتہ"),
        (variants.PERSIAN_FINAL_YEH, "مكتبة علی سيارته"),
    ],
)
def test_letters_of_other_keyboards(table: dict[str, str], written: str) -> None:
    assert variants.replace_letters("مكتبة على سيارته", table) == written


def test_endings_change_only_at_ends_of_words() -> None:
    assert variants.write_heh_for_teh_marbuta("مدرسة، ومدرستها ة") == "مدرسه، ومدرستها ة"
    assert variants.write_yeh_for_alef_maqsura("على مستوى، يرى") == "علي مستوي، يري"
    assert variants.write_alef_maqsura_for_yeh("في بيتي، يبني") == "فى بيتى، يبنى"


def test_waw_is_detached_from_words_with_their_article_only() -> None:
    assert variants.detach_waw("الصين والهند ووالده وقال") == "الصين و الهند ووالده وقال"


def test_spaces_around_signs() -> None:
    assert variants.drop_spaces_after_signs("قال، ثم مضى. وعاد 3. 4", _chance(0), ALWAYS) == "قال،ثم مضى.وعاد 3. 4"
    assert variants.add_spaces_before_signs("قال، ثم: 3.5") == "قال ، ثم : 3.5"
    assert variants.double_spaces("أ ب ج", _chance(0), ALWAYS) == "أ  ب  ج"
    assert variants.replace_spaces("أ ب", _chance(0), NEVER) == "أ ب"
    assert clean(variants.replace_spaces("أ ب ج", _chance(0), ALWAYS)).text == "أ ب ج"


def test_slips_are_of_three_kinds_inside_longer_words() -> None:
    made = {variants.slip("من تعاون", _chance(seed), ALWAYS, 5) for seed in range(300)}

    left_out, doubled, swapped = ("من تاون", "من تعون"), ("من تععاون", "من تعااون"), ("من تاعون", "من تعوان")
    assert made == {*left_out, *doubled, *swapped}
    assert variants.slip("من تعاون", _chance(0), NEVER, 5) == "من تعاون"
