import json

import pytest

from pipeline.text import arabic_share, foreign_reason
from text.texts import ROOT


@pytest.mark.parametrize(
    ("paragraph", "reason"),
    [
        ("China and Russia signed an agreement in Beijing.", "not Arabic"),
        ("Китай и Россия подписали соглашение", "not Arabic"),
        ("Reuters reported that الصين agreed", "not Arabic"),
        ("رئیس جمهور ایران گفت که این توافق برای هر دو کشور مفید است", "looks like Persian"),
        ("وزیر خارجه چین با همتای روس خود در پکن دیدار کرد و درباره همکاری گفتگو شد", "looks like Persian"),
        ("چین اور روس کے درمیان تجارت میں اضافہ ہوا ہے", "looks like Urdu"),
        ("پاکستان کے وزیر خارجہ نے کہا کہ یہ معاہدہ دونوں ممالک کے لیے اہم ہے", "looks like Urdu"),
        ("وقعت الصين وروسيا اتفاقا في بكين", None),
        ("وزیر الخارجیة الایراني یزور بکین لبحث التعاون", None),
        ("الرئيس التركي يزور چاد وگابون", None),
        ("تعاون G20 وBRICS+ مع IMF", None),
        ("12/5/2024", None),
        ("", None),
    ],
)
def test_other_languages_are_named(paragraph: str, reason: str | None) -> None:
    assert foreign_reason(paragraph) == reason


@pytest.mark.parametrize(
    ("text", "share"), [("", 0.0), ("123", 0.0), ("الصين", 1.0), ("اب ab 12", 0.5), ("ﻻ", 1.0), ("ab", 0.0)]
)
def test_the_share_of_arabic_letters_is_among_letters(text: str, share: float) -> None:
    assert arabic_share(text) == share


@pytest.mark.parametrize("name", ["seeds.jsonl", "authored.jsonl"])
def test_no_arabic_paragraph_is_taken_for_another_language(name: str) -> None:
    with (ROOT / "seeds" / "labelled" / name).open(encoding="utf-8") as lines:
        rows = [json.loads(line)["text"] for line in lines]
    assert [text for text in rows if foreign_reason(text)] in ([], ["ADVERTISEMENT"])
