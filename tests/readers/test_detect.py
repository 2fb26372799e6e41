"""A guess of the encoding is right or not made."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.readers.detect import detect, misread_as
from tests.readers.reading import NEWS, SEEDS

OTHERS = {
    "cp1252": "Le président a été reçu à l'étranger où il a signé des accords de coopération énergétique à l'été.",
    "cp1251": "Президент прибыл с официальным визитом, стороны подписали соглашения о сотрудничестве в энергетике.",
    "koi8-r": "Президент прибыл с официальным визитом, стороны подписали соглашения о сотрудничестве в энергетике.",
    "cp1253": "Ο πρόεδρος έφτασε στη χώρα και υπέγραψε συμφωνίες συνεργασίας για την ενέργεια και το εμπόριο.",
    "cp1254": "Başkan görüşmede işbirliği anlaşmalarını imzaladı; enerji ve ticaret ağırlıklı olarak ele alındı.",
    "cp1255": "הנשיא הגיע לביקור רשמי וחתם על הסכמי שיתוף פעולה בתחומי האנרגיה והמסחר בין שתי המדינות.",
    "gbk": "两国总统签署了能源与贸易合作协议,双方强调了伙伴关系的重要性,并同意继续对话。",
}


@pytest.mark.parametrize(("encoding", "text"), OTHERS.items())
def test_other_encodings_are_not_taken_for_arabic(encoding: str, text: str) -> None:
    assert detect(text.encode(encoding)) is None


def test_markup_and_figures_do_not_hide_the_encoding() -> None:
    page = "<div class='x'>" * 5000 + NEWS + "</div>" * 5000
    assert detect(page.encode("cp1256")) == "windows-1256"


@given(st.binary(max_size=300))
def test_random_bytes_are_not_taken_for_arabic_or_look_it(content: bytes) -> None:
    guess = detect(content)
    assert guess is None or sum("\u0600" <= char <= "\u06ff" for char in content.decode(guess, "replace")) >= 24


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem[:3])
def test_utf8_that_was_taken_for_another_encoding_is_found_out(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert misread_as(text) is None
    assert misread_as(text.encode().decode("cp1256")) == "windows-1256"
    as_browsers_do = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode())
    assert misread_as(as_browsers_do) == "windows-1252"
    twice = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in as_browsers_do.encode())
    assert misread_as(twice) == "windows-1252"


def test_sound_text_of_other_languages_is_not_called_misread() -> None:
    assert not [text for text in [*OTHERS.values(), NEWS, "", "plain"] if misread_as(text)]
