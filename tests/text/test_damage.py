import json

import pytest

from pipeline.text import MENDED, UNREADABLE, find_damage
from pipeline.text.damage import LATIN_1, PRESENTATION_FORMS, QUESTION_MARKS, REPLACED, TWICE
from tests.text.texts import ROOT

ARABIC = "وقعت الصين وروسيا اتفاقا في مجال الطاقة"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (ARABIC.encode("cp1256").decode("latin-1"), LATIN_1),
        (ARABIC.encode("cp1256").decode("cp1252"), LATIN_1),
        (ARABIC.encode("iso8859-6").decode("latin-1"), LATIN_1),
        (ARABIC.encode().decode("latin-1"), TWICE),
        (ARABIC.encode().decode("cp1252", "replace"), TWICE),
        (ARABIC.encode().decode("cp1256"), TWICE),
        (ARABIC.encode("ascii", "replace").decode(), QUESTION_MARKS),
        ("????", QUESTION_MARKS),
        ("(????? ???) 2024", QUESTION_MARKS),
        (ARABIC.encode().replace(b"\xd9", b"").decode("utf-8", "replace"), REPLACED),
        ("ﺍﻟﺴﻼﻡ", PRESENTATION_FORMS),
    ],
)
def test_damage_is_told_by_its_kind(text: str, kind: str) -> None:
    assert kind in find_damage(text)
    assert kind in find_damage(f"{ARABIC} {text} {ARABIC}") or kind == QUESTION_MARKS


@pytest.mark.parametrize(
    "text",
    [
        ARABIC,
        "ماذا يحدث ؟؟؟ ???",
        "هل تعلم؟؟",
        "قال صلى الله عليه وسلم ﷺ",
        "فيلم «Été créé à Orléans» الفرنسي",
        "الطعام والعظام وطاعة وغابات عظيمة",
        "São Tomé e Príncipe",
        "",
        "?",
    ],
)
def test_ordinary_text_is_not_damaged(text: str) -> None:
    assert find_damage(text) == []


def test_the_paragraphs_of_the_repository_are_not_damaged() -> None:
    for name in ("authored", "seeds"):
        lines = (ROOT / "seeds" / "labelled" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if find_damage(json.loads(line)["text"])]


def test_what_cleaning_mends_is_readable() -> None:
    assert not MENDED & UNREADABLE
