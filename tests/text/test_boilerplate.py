import json

import pytest
from hypothesis import given, settings

from pipeline.text import boilerplate_reason
from text.texts import ROOT, any_texts

BOILERPLATE = [
    ("اقرأ أيضاً:", "read-also link"),
    ("إقرأ أيضًا: بكين وموسكو توقعان اتفاقا جديدا", "read-also link"),
    ("اقرأ المزيد", "read-also link"),
    ("شاهد أيضاً:", "read-also link"),
    ("مواضيع ذات صلة", "read-also link"),
    ("قد يهمك أيضا: صادرات الصين ترتفع", "read-also link"),
    ("ADVERTISEMENT", "advertisement"),
    ("- إعلان -", "advertisement"),
    ("إعـــلان", "advertisement"),
    ("محتوى مدعوم", "advertisement"),
    ("رويترز", "caption or credit"),
    ("(أ ف ب)", "caption or credit"),
    ("غيتي إيمجز", "caption or credit"),
    ("رويترز / أ.ف.ب", "caption or credit"),
    ("الصورة: الرئيسان في بكين", "caption or credit"),
    ("المصدر: الجزيرة + وكالات", "caption or credit"),
    ("الرئيس الصيني يستقبل نظيره الروسي في بكين - REUTERS", "caption or credit"),
    ("صورة أرشيفية", "caption or credit"),
    ("شارك المقال: فيسبوك | تويتر | واتساب | نسخ الرابط", "share buttons"),
    ("تابعونا على تيليغرام ليصلكم كل جديد", "share buttons"),
    ("Facebook Twitter WhatsApp", "share buttons"),
    ("نستخدم ملفات تعريف الارتباط لتحسين تجربتك على الموقع.", "cookie or consent notice"),
    ("القائمة القائمة", "menu or navigation"),
    ("إمكانية الوصول", "menu or navigation"),
    ("تخطي إلى المحتوى", "menu or navigation"),
    ("الرئيسية | سياسة | اقتصاد | رياضة", "menu or navigation"),
    ("بقلم: محمد أحمد", "byline or date line"),
    ("دبي -الشرق", "byline or date line"),
    ("آخر تحديث: 12 مايو 2024 - 10:30", "byline or date line"),
    ("الأربعاء 15 ديسمبر 2021", "byline or date line"),
    ("الكلمات المفتاحية: الصين، روسيا", "tags"),
    ("#الصين #روسيا", "tags"),
    ("اشترك في نشرتنا البريدية ليصلك موجز الأخبار", "newsletter subscription"),
    ("التعليقات (3)", "comments"),
    ("أضف تعليقا", "comments"),
    ("جميع الحقوق محفوظة © 2024", "copyright notice"),
    ("***", "empty of words"),
    ("12/5/2024", "empty of words"),
    ("", "empty of words"),
]

CONTENT = [
    "الشراكة «بلا حدود».",
    "توتر متصاعد",
    "قمة بكين",
    "إعلان بكين المشترك يفتح باب التعاون",
    "شاهد أيضا الرئيس الروسي عرضا عسكريا مشتركا",
    "شارك في القمة عبر الفيديو رئيسا الصين وروسيا",
    "شارك وزراء من عشر دول في الاجتماع",
    "تابعنا باهتمام نتائج القمة الصينية العربية",
    "المصدر الرئيسي للطاقة في أوروبا هو الغاز الروسي",
    "القمة الصينية - العربية",
    "اشتركت البحرية الصينية مع الروسية في مناورات بحر اليابان",
    "القائمة النهائية للدول المنضمة إلى بريكس",
    "إمكانية الوصول إلى الأسواق الصينية تتسع أمام المصدرين العرب",
    "ونقلت وكالة رويترز عن مسؤولين أن الاتفاق وقع في موسكو",
    "وقالت شركة غوغل إنها ستحذف ملفات تعريف الارتباط بعد موافقة المفوضية الأوروبية",
    "كتب الرئيس الصيني مقالا في صحيفة روسية عن العلاقات",
    "المزيد من الاستثمارات الصينية في مصر",
    "مصدر: بكين وموسكو توقعان عقد الغاز في مايو",
    "2024 عام الثقافة بين الصين وروسيا",
    "التعليق الصيني على قرار واشنطن",
]


@pytest.mark.parametrize(("paragraph", "reason"), BOILERPLATE)
def test_boilerplate_is_named(paragraph: str, reason: str) -> None:
    assert boilerplate_reason(paragraph) == reason


@pytest.mark.parametrize("paragraph", CONTENT)
def test_content_that_resembles_boilerplate_stays(paragraph: str) -> None:
    assert boilerplate_reason(paragraph) is None


@pytest.mark.parametrize("name", ["seeds.jsonl", "authored.jsonl"])
def test_no_paragraph_with_labels_is_dropped(name: str) -> None:
    with (ROOT / "seeds" / "labelled" / name).open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert not [row["text"] for row in rows if row["labels"] and boilerplate_reason(row["text"])]


@settings(max_examples=1000, deadline=None)
@given(any_texts)
def test_a_paragraph_without_letters_is_empty_of_words_and_no_other(paragraph: str) -> None:
    reason = boilerplate_reason(paragraph)
    assert (reason == "empty of words") == (not any(map(str.isalpha, paragraph)))


@pytest.mark.parametrize("words", ["نسخ الرابط ", "القائمة الرئيسية ", "رويترز / ", "12 ساعة ", "#وسم "])
def test_a_line_of_buttons_with_another_word_at_its_end_is_refused_at_once(words: str) -> None:
    """Trying the buttons in every combination would take hours."""
    assert boilerplate_reason((words * 20).strip() + " سبب آخر") is None
