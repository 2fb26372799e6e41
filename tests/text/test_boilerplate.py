import json

import pytest
from hypothesis import given, settings

from pipeline.text import boilerplate_reason
from tests.text.texts import ROOT, any_texts

BOILERPLATE = [
    ("اقرأ أيضاً:", "read-also link"),
    ("إقرأ أيضًا: بكين وموسكو توقعان اتفاقا جديدا", "read-also link"),
    ("اقرأ المزيد", "read-also link"),
    ("شاهد أيضاً:", "read-also link"),
    ("مواضيع ذات صلة", "read-also link"),
    ("قد يهمك أيضا: صادرات الصين ترتفع", "read-also link"),
    ("أقرأ أيضا قمة بكين تبحث الطاقة", "read-also link"),
    ("للمزيد من الأخبار اضغط هنا", "read-also link"),
    ("ADVERTISEMENT", "advertisement"),
    ("يستمر المحتوى بعد الإعلان", "advertisement"),
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
    ("شعار شركة الطاقة على مقرها في موسكو. 12 مايو 2024 - AFP", "caption or credit"),
    ("الرئيسان يتصافحان قبيل بدء المباحثات (أرشيف - رويترز)", "caption or credit"),
    ("صورة أرشيفية", "caption or credit"),
    ("صورة أرشيفية للقاء الرئيسين في بكين", "caption or credit"),
    ("المصدر: وزارة الطاقة السعودية", "caption or credit"),
    ("المصدر: صحيفة الشرق الأوسط", "caption or credit"),
    ("مصدر الصورة Getty Images", "caption or credit"),
    ("شارك المقال: فيسبوك | تويتر | واتساب | نسخ الرابط", "share buttons"),
    ("تابعونا على تيليغرام ليصلكم كل جديد", "share buttons"),
    ("تابعنا على فيسبوك وتويتر", "share buttons"),
    ("تابعوا آخر الأخبار عبر قناتنا على واتساب", "share buttons"),
    ("انضموا إلى قناتنا على تيليغرام", "share buttons"),
    ("شارك هذا الخبر مع أصدقائك", "share buttons"),
    ("Facebook Twitter WhatsApp", "share buttons"),
    ("نستخدم ملفات تعريف الارتباط لتحسين تجربتك على الموقع.", "cookie or consent notice"),
    ("القائمة القائمة", "menu or navigation"),
    ("إمكانية الوصول", "menu or navigation"),
    ("تخطي إلى المحتوى", "menu or navigation"),
    ("الرئيسية | سياسة | اقتصاد | رياضة", "menu or navigation"),
    ("بقلم: محمد أحمد", "byline or date line"),
    ("ترجمة: سارة علي", "byline or date line"),
    ("دبي -الشرق", "byline or date line"),
    ("آخر تحديث: 12 مايو 2024 - 10:30", "byline or date line"),
    ("الأربعاء 15 ديسمبر 2021", "byline or date line"),
    ("الكلمات المفتاحية: الصين، روسيا", "tags"),
    ("#الصين #روسيا", "tags"),
    ("اشترك في نشرتنا البريدية ليصلك موجز الأخبار", "newsletter subscription"),
    ("التعليقات (3)", "comments"),
    ("أضف تعليقا", "comments"),
    ("اترك رداً", "comments"),
    ("أرسل تعليقا على هذا المقال", "comments"),
    ("شاركنا برأيك في التعليقات", "comments"),
    ("لا توجد تعليقات حتى الآن", "comments"),
    ("جميع الحقوق محفوظة © 2024", "copyright notice"),
    ("جميع الحقوق محفوظة", "copyright notice"),
    ("جميع حقوق النشر محفوظة لشبكة الأخبار", "copyright notice"),
    ("2024 كافة الحقوق محفوظة لموقع الأخبار", "copyright notice"),
    ("موقع الأخبار © 2024. جميع الحقوق محفوظة", "copyright notice"),
    ("كافة حقوق الصور محفوظة لأصحابها", "copyright notice"),
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
    "آب",
]

# News that ends, begins or goes on like something of the page: by the rule that could swallow it.
LOOKALIKES = {
    "a credit at the end": [
        "ارتفعت صادرات السعودية إلى الصين بحسب بيانات الجمارك - رويترز",
        "الصين وروسيا توقعان اتفاقا لزيادة إمدادات الغاز - رويترز",
        "الصين ترفع وارداتها من النفط الروسي - REUTERS",
        "وقع الرئيسان خلال قمة بكين اتفاقا للتعاون العسكري - AFP",
        "بحث الوزيران خلال لقاء في الدوحة توسيع الاستثمارات - AFP",
        "وزير الخارجية يتحدث خلال مؤتمر عن منحة بقيمة 3 مليارات دولار - AFP",
        "الرئيس الصيني يستقبل نظيره الروسي ويعلن معه خطة للطاقة - REUTERS",
        "الرئيس يحضر القمة وفق ما أعلنت الرئاسة - REUTERS",
        "القاهرة وموسكو تبحثان تعزيز التعاون السياحي - أ ف ب",
        "أعلنت أنقرة خلال اجتماع الناتو دعمها لكييف - REUTERS",
        "تعاون صيني روسي في الفضاء - رويترز",
        "روسيا والصين تحضران لقمة جديدة - REUTERS",
        "عمال صينيون ينجزون سد النهضة - AFP",
        "سفن حربية صينية تصل إلى الخليج لمناورات مشتركة - AFP",
        "شعار القمة يعكس طموح الجنوب - AFP",
        "مواقع التواصل",
    ],
    "a source": [
        "المصدر: وزارة الطاقة السعودية توقع اتفاقا مع شركة صينية",
        "المصدر: موسكو وافقت على تمديد اتفاق الحبوب",
        "المصدر: الصين ترفع وارداتها",
        "المصدر: وزارة الطاقة التقت الوفد الروسي",
        "صور أرشيفية تكشف تعاونا قديما بين البلدين",
        "صور أرشيفية لم تنشر عن زيارة الرئيس",
        "مصدر الصورة الفضائية قمر صناعي صيني",
    ],
    "rights": [
        "وقال الوزير إن جميع حقوق العمال محفوظة بموجب القانون",
        "جميع الحقوق محفوظة للعمال بموجب الاتفاق بين البلدين",
        "كل حقوق مصر والسودان في مياه النيل محفوظة",
        "جميع الحقوق محفوظة، والاتفاق يضمن مصالح الطرفين",
        "وتبقى كافة الحقوق محفوظة لشركة الغاز في الحقل المشترك",
        "حقوق النشر للصحفيين محفوظة في المعاهدة الجديدة",
    ],
    "an answer": [
        "أرسل رداً رسمياً إلى واشنطن",
        "أرسل ردا على المقترح الأميركي بشأن الهدنة",
        "أرسل ردا إيجابيا على دعوة بكين",
        "لا يوجد تعليق من الخارجية الصينية على الأنباء",
        "لا توجد تعليقات فورية من الكرملين على العقوبات",
    ],
    "joining and following": [
        "انضموا إلى الاتفاق عبر مجموعتنا التي تضم عشر دول",
        "انضم فيسبوك إلى حملة أوروبية لمكافحة التضليل",
        "انضم واتساب وتيليغرام إلى المنصات الخاضعة للقانون الأوروبي",
        "تابعوا القمة عبر تويتر من عواصم كثيرة",
        "تابعنا على تويتر تصريحات الوزير بشأن الاتفاق",
        "حمل تطبيق تيك توك مسؤولية التجسس على الأميركيين",
        "شارك الخبر مع متابعيه على تويتر قبل إعلان الاتفاق",
        "شارك الموضوع على جدول أعمال القمة اهتمام الوفود",
        "انضم المذيع إلى فريق النشرة الإخبارية في القناة الصينية العربية",
        "اشترك في النشرة الإخبارية المشتركة مذيعون من مصر والصين",
    ],
    "reading on": [
        "أقرا أيضا خطة للتعاون العسكري بين البلدين",
        "أقرا المزيد من العقوبات على موسكو",
        "انظر أيضا إلى تجربة الصين في مكافحة الفقر",
        "للمزيد من التعاون هنا في بكين طريق واحد",
        "لمتابعة كامل الملفات هناك لجنة مشتركة بين البلدين",
        "لمتابعة باقي الملفات: لجنة صينية روسية تجتمع كل شهر",
    ],
    "an announcement": [
        "يستمر التوتر بعد الإعلان",
        "يستمر الخلاف بين العاصمتين بعد هذا الإعلان",
    ],
    "privacy": [
        "شركة ميتا توافق على تعديل سياسة الخصوصية في أوروبا",
        "يستخدم موقع فيسبوك ملفات تعريف الارتباط لتتبع الأوروبيين",
        "أقبل الأوروبيون على تطبيقات لا تستعمل ملفات تعريف الارتباط",
    ],
    "a label with a colon": [
        "التصنيف: وكالة موديز ترفع تصنيف السعودية",
        "ترجمة: الصين وروسيا توقعان اتفاقا جديدا",
        "تحرير: الجيش يتقدم في المدينة مع حلفائه",
        "تحرير: قوات مشتركة تدخل المدينة",
        "إعداد - خطة مشتركة بين القاهرة وبكين",
    ],
}


@pytest.mark.parametrize(("paragraph", "reason"), BOILERPLATE)
def test_boilerplate_is_named(paragraph: str, reason: str) -> None:
    assert boilerplate_reason(paragraph) == reason


@pytest.mark.parametrize("paragraph", CONTENT)
def test_content_that_resembles_boilerplate_stays(paragraph: str) -> None:
    assert boilerplate_reason(paragraph) is None


@pytest.mark.parametrize("paragraph", [news for examples in LOOKALIKES.values() for news in examples])
def test_news_that_a_rule_could_swallow_stays(paragraph: str) -> None:
    assert boilerplate_reason(paragraph) is None


@pytest.mark.parametrize("name", ["seeds.jsonl", "authored.jsonl"])
def test_no_paragraph_with_labels_is_dropped(name: str) -> None:
    with (ROOT / "seeds" / "labelled" / name).open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert not [row["text"] for row in rows if row["labels"] and boilerplate_reason(row["text"])]


@settings(max_examples=300, deadline=None)
@given(any_texts)
def test_a_paragraph_without_letters_is_empty_of_words_and_no_other(paragraph: str) -> None:
    reason = boilerplate_reason(paragraph)
    assert (reason == "empty of words") == (not any(map(str.isalpha, paragraph)))


@pytest.mark.parametrize("words", ["نسخ الرابط ", "القائمة الرئيسية ", "رويترز / ", "12 ساعة ", "#وسم "])
def test_a_line_of_buttons_with_another_word_at_its_end_is_refused_at_once(words: str) -> None:
    """Trying the buttons in every combination would take hours."""
    assert boilerplate_reason((words * 20).strip() + " سبب آخر") is None
