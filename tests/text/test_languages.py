import json
import time

import pytest

from pipeline.text import arabic_share, foreign_reason
from tests.text.texts import ROOT


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
        ("ایران و چین قرارداد همکاری ۲۵ ساله امضا کردند", "looks like Persian"),
        ("بانک مرکزی نرخ بهره را کاهش داد", "looks like Persian"),
        ("سەرۆکی هەرێمی کوردستان پێشوازی لە باڵیۆزی ئەمریکا کرد", "looks like Kurdish"),
        ("نرخی نەوت لە بازاڕەکانی جیهاندا بەرز بووەوە", "looks like Kurdish"),
        ("چین د افغانستان په کانونو کې پانګونه کوي", "looks like Pashto"),
        ("د بهرنیو چارو وزیر ویلي چې دواړه هېوادونه به همکاري وکړي", "looks like Pashto"),
        (
            "جۇڭگو بىلەن قازاقىستان ئوتتۇرىسىدىكى سودا ھەمكارلىقى توغرىسىدا كېلىشىم ئىمزالاندى",
            "looks like another language in Arabic script",
        ),
        (
            "سنڌ جي وڏي وزير چيو آهي ته صوبي ۾ نوان اسپتال ٺهندا ۽ تعليم جو نظام بهتر ٿيندو",
            "looks like another language in Arabic script",
        ),
        ("قال الرئيس مسعود بارزاني إن إقليم كردستان ملتزم بالاتفاق", None),
        ("أعلن تشۆمان و ڕێبوار عن افتتاح المعرض في أربيل", None),
        ("كاكه ڕەش يزور بغداد", None),
        ("د. پارسا و د. گلزار يوقعان اتفاقا", None),
        ("ياليت گمت گعدت چان يگول چذي", None),
        ("ئۇ بىلەن", None),
        ("وقـــعـــت الصـــيــن وروســيــا اتـــفــاقــا", None),
        ("تـــــــــــــــــــــعاون وBRICS", None),
        ("ــــــــ China signed", "not Arabic"),
        ("تعاون G20 وBRICS+ مع IMF", None),
        ("12/5/2024", None),
        ("", None),
    ],
)
def test_other_languages_are_named(paragraph: str, reason: str | None) -> None:
    assert foreign_reason(paragraph) == reason


ADDRESS = "https://news.example.com/politics/2024/10/23/china-russia-agreement-energy-gas-pipeline?utm_source=feed"


@pytest.mark.parametrize(
    "paragraph",
    [
        "".join(f"&#x{ord(letter):x};" for letter in "وقعت الصين اتفاقا"),
        "".join(f"&amp;#{ord(letter)};" for letter in "وقعت الصين اتفاقا"),
        f'وقعت <a href="{ADDRESS}" target="_blank" rel="noopener">الصين</a> اتفاقا مع روسيا',
        f"وقعت الصين اتفاقا مع روسيا {ADDRESS}",
        f"وقعت الصين اتفاقا({ADDRESS})مع روسيا",
        f"وقعت الصين اتفاقا {ADDRESS.removeprefix('https://')}",
        "وقعت الصين اتفاقا www.news.example.com/politics/china-russia-agreement",
        "للتواصل مع الوزارة: international.cooperation.department@ministry.example.gov",
        "وقعت&nbsp;&nbsp;&nbsp;&nbsp;الصين",
    ],
)
def test_markup_and_addresses_do_not_count_as_another_language(paragraph: str) -> None:
    assert foreign_reason(paragraph) is None


@pytest.mark.parametrize(
    ("paragraph", "reason"),
    [
        ("<p>رئیس جمهور ایران گفت که این توافق برای هر دو کشور مفید است</p>", "looks like Persian"),
        ("رئیس&nbsp;جمهور ایران گفت که این توافق برای هر دو کشور مفید است", "looks like Persian"),
        ("چین اور روس کے درمیان تجارت &amp; تعاون میں اضافہ ہوا ہے", "looks like Urdu"),
        ("<b>China</b> and Russia signed an agreement", "not Arabic"),
        (ADDRESS, "not Arabic"),
        ("<br/>&nbsp;12/5/2024", None),
    ],
)
def test_markup_hides_no_other_language(paragraph: str, reason: str | None) -> None:
    assert foreign_reason(paragraph) == reason


@pytest.mark.parametrize("run", ["a", "a.", "a@", "www.", "http://", "ab.cd/", "<", "&#x648;", "&amp;"])
def test_a_long_run_is_judged_at_once(run: str) -> None:
    start = time.perf_counter()
    foreign_reason(run * 50_000 + " نص")
    assert time.perf_counter() - start < 5


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
