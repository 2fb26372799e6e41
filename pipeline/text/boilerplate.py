"""Paragraphs that are about the page and not about the news, each recognized with its reason.

Precision comes first: a rule matches a whole short paragraph or its unmistakable beginning, never a word in running
text, so that a headline or a sentence about an advertisement stays. The rules read a simplified paragraph: cleaned,
lower case, hamza left off the alef, ى written ي, outer punctuation gone, one space between words.
"""

import re
from typing import Final, NamedTuple

from pipeline.text.cleaning import clean
from pipeline.text.page_words import (
    AGENCIES,
    CITIES,
    CREDITED,
    MENU_LABELS,
    NETWORKS,
    OUTLETS,
    OWN_CHANNELS,
    SECTIONS,
    SEPARATOR,
    SHARE_WORDS,
    WHEN_WORDS,
    listed,
)

READ_ALSO: Final = "read-also link"
ADVERTISEMENT: Final = "advertisement"
CAPTION: Final = "caption or credit"
SHARE: Final = "share buttons"
COOKIES: Final = "cookie or consent notice"
MENU: Final = "menu or navigation"
BYLINE: Final = "byline or date line"
TAGS: Final = "tags"
NEWSLETTER: Final = "newsletter subscription"
COMMENTS: Final = "comments"
COPYRIGHT: Final = "copyright notice"
EMPTY: Final = "empty of words"

# Longer paragraphs are content whatever they say ...
_LONGEST: Final = 450  # characters
# ... unless they ask for consent.
_LONGEST_NOTICE: Final = 1200
_CONSENT_HINT: Final = re.compile(r"[Cc]ookie|كوكيز|الارتباط|الخصوصية")


class _Rule(NamedTuple):
    """A reason, the most words that a paragraph may have for it, and the pattern of the simplified paragraph."""

    reason: str
    most_words: int
    pattern: re.Pattern[str]


def _begins(reason: str, most_words: int, *alternatives: str) -> _Rule:
    return _Rule(reason, most_words, re.compile(f"(?:{'|'.join(alternatives)})"))


def _whole(reason: str, most_words: int, *alternatives: str) -> _Rule:
    return _Rule(reason, most_words, re.compile(rf"(?:{'|'.join(alternatives)})\Z"))


_REPORTED: Final = r"(?<!\w)[وف]?(?:قال|قالت|اضاف|اضافت|اعلن|اعلنت|ذكر|ذكرت|مؤكد|مؤكدة|بحسب|وفق|وفقا)(?!\w)"

_RULES: Final = (
    _whole(
        ADVERTISEMENT,
        8,
        r"advertisements?|advertising|ads?|sponsored(?: content)?",
        r"اعلان(?:ات)?|الاعلانات|اعلان (?:ممول|تجاري|مدفوع)|(?:مادة|مساحة) اعلانية",
        r"محتوي (?:مدعوم|ممول|دعائي|برعاية)|(?:يستمر|يتبع|تابع|المحتوي).{0,30}بعد (?:هذا )?الاعلان",
    ),
    _begins(
        READ_ALSO,
        40,
        r"و?(?:اقر[اؤ](?:وا|ي)? (?:ايضا|المزيد|كذلك)|انظر ايضا)(?!\w)",
        # These are also verbs in the past ("he watched as well"), hence the sign of a link after them.
        r"(?:شاهد(?:وا)?|طالع(?:وا)?|تابع(?:وا)?|استمع) (?:ايضا|المزيد|كذلك) ?(?:[:|>«\"“(-]|\.\.|\Z)",
        r"(?:مواضيع|موضوعات|اخبار|مقالات|قصص|تقارير|روابط) (?:ذات صلة|متعلقة|مشابهة|مرتبطة|قد تهمك) ?(?:[:|-]|\Z)",
        r"(?:قد|ربما) (?:يهمك|تهمك|يعجبك|يهمكم)(?: ايضا| كذلك)? ?(?:[:|-]|\Z)",
        r"(?:لقراءة|لمتابعة|لمشاهدة|للاطلاع علي) (?:المزيد|بقية|باقي|كامل|النص|الخبر|المقال)(?!\w)"
        r".{0,40}(?:اضغط|انقر|هنا|:)",
        r"(?:للمزيد|لمزيد من (?:التفاصيل|المعلومات|الاخبار))(?!\w).{0,40}(?:اضغط|انقر|هنا|زوروا)",
        r"(?:الاكثر|الاعلي) (?:قراءة|مشاهدة|تداولا)\Z|read (?:more|also)\b|related (?:articles|stories|topics)\b",
    ),
    _begins(
        CAPTION,
        40,
        r"(?:الصورة|الصور|تصوير|بعدسة|عدسة|مصدر الصورة|مصدر الصور|التعليق علي الصورة|شرح الصورة) ?(?:[:©|]|\Z)",
        r"(?:photo|image|caption|photo by|image source) ?(?:[:©|]|\Z)",
        r"(?:صورة|صور) (?:ارشيفية|من الارشيف|تعبيرية|توضيحية)(?: \S+){0,4}\Z|(?:ارشيفية|من الارشيف)\Z",
        r"مصدر الصورة(?: \S+){1,5}\Z|(?:getty|afp|reuters).{0,20}image(?: caption)?(?!\w)",
    ),
    _begins(CAPTION, 14, r"(?:المصدر|المصادر|source) ?[:|]"),
    _whole(
        CAPTION,
        12,
        rf"(?:(?:المصدر|مصدر|الصورة|تصوير|عن|نقلا عن|©|photo|credit) ?[:|-]? ?)?{AGENCIES}"
        rf"(?:{SEPARATOR}(?:{AGENCIES}|{OUTLETS}))*",
    ),
    # A caption with its credit, "... في بكين - REUTERS". A report names its agency in another way.
    _whole(CAPTION, 45, rf"(?!{_REPORTED}).*(?:[-–—|©]|\s/)\s*{CREDITED}"),
    _whole(
        SHARE,
        25,
        rf"(?=.*(?:شارك|مشاركة|انشر|غرد|نسخ الرابط|ارسل|طباعة|share|tweet|{NETWORKS}[\s|,/،]+{NETWORKS}))"
        rf"{listed(SHARE_WORDS)}",
    ),
    _begins(
        SHARE,
        25,
        rf"(?:تابعونا|تابعنا|تابعوا|لمتابعتنا|انضم(?:وا)?|حمل(?:وا)? تطبيق)(?!\w).{{0,60}}(?<!\w)"
        rf"(?:{NETWORKS}|{OWN_CHANNELS})(?!\w)",
        r"شارك(?:وا)? (?:هذا |هذه )?(?:المقال|المقالة|الخبر|الموضوع|القصة)(?: (?:مع|علي|عبر)(?!\w)| ?[:|]|\Z)",
    ),
    _begins(
        NEWSLETTER,
        35,
        r"(?:اشترك(?:وا)?|سجل(?:وا)?|للاشتراك|انضم(?:وا)?|subscribe|sign up)(?!\w).{0,60}?"
        r"(?:نشرتنا|نشراتنا|النشرة (?:البريدية|الاخبارية)|قائمتنا البريدية|القائمة البريدية|بريدك|قناتنا|newsletter)",
        r"(?:النشرة البريدية|نشرتنا البريدية|newsletter)\Z|ادخل بريدك الالكتروني",
    ),
    _begins(
        COMMENTS,
        20,
        r"(?:عدد )?(?:التعليقات|تعليقات|comments?)(?: ?[:(|-]? ?[0-9]*\)?)\Z",
        r"[0-9]+ (?:تعليق|تعليقات|تعليقا|comments?)\Z",
        r"(?:اضف|اترك|اكتب|شارك|ارسل) (?:تعليقك?|تعليقا|ردا?|رايك|برايك)(?!\w)|لن يتم نشر (?:عنوان )?بريدك",
        r"(?:كن اول من|لا توجد|لا يوجد) (?:يعلق|تعليق|تعليقات|اي تعليق)(?!\w)|leave a (?:comment|reply)",
    ),
    _begins(
        COPYRIGHT,
        25,
        r".{0,60}(?:جميع|كافة|كل) (?:ال)?حقوق.{0,25}محفوظة|حقوق (?:النشر|الطبع).{0,20}محفوظة",
        r"©|copyright\b|.{0,40}all rights reserved",
    ),
    _begins(
        COOKIES,
        120,
        rf"(?!.*(?:\"|{_REPORTED}))"
        r"(?=.*(?:ملفات (?:تعريف )?(?:الارتباط|الكوكيز|كوكيز)|الكوكيز|سياسة الخصوصية|cookies?\b))"
        r".*(?:نستخدم|يستخدم (?:هذا )?(?:ال)?موقع|موقعنا|باستخدامك|باستمرارك|بمواصلتك|بتسجيلك|بالتسجيل|بالنقر|تصفحك"
        r"|توافق علي|موافقتك|قبول الكل|اقبل|we use|you agree|accept)",
    ),
    _whole(MENU, 30, listed(MENU_LABELS)),
    _whole(MENU, 40, rf"(?=.*[|•·/>]){listed(f'(?:{MENU_LABELS}|{SECTIONS})', at_least=3)}"),
    _begins(
        MENU,
        20,
        r"(?:متصفحك|المتصفح) لا يدعم|your browser does not support|تحتاج الي تفعيل (?:جافا|javascript)",
    ),
    _begins(
        TAGS,
        40,
        r"(?:الكلمات (?:المفتاحية|الدالة|الدلالية)|كلمات (?:مفتاحية|دلالية|دالة)|الوسوم|وسوم) ?(?:[:|]|\Z)",
        r"(?:tags?|keywords?|التصنيفات?) ?(?:[:|]|\Z)",
    ),
    _whole(TAGS, 40, r"#\w+(?:[\s,،|]+#\w+)*+"),
    _begins(
        BYLINE,
        10,
        r"(?:كتب|كتبت|كتبه|بقلم|اعداد|اعدت|تحرير|ترجمة|ترجمه|اعد التقرير|مراسلنا|by) ?[:|/-]",
        r"بقلم(?: \S+){1,5}\Z",
    ),
    _whole(
        BYLINE,
        16,
        r"(?:اخر تحديث|(?:تاريخ|تم) (?:النشر|التحديث|الاضافة)|نشرت?|تحديث|حدث|(?:last )?updated|published)"
        rf"(?: ?[:|-]| (?:في|يوم|بتاريخ)(?!\w))?{SEPARATOR}(?:(?:في|بتاريخ) )?{listed(WHEN_WORDS)}",
    ),
    _whole(BYLINE, 14, rf"(?=.*[0-9]){listed(WHEN_WORDS)}"),
    _whole(
        BYLINE,
        8,
        rf"(?:{CITIES}|متابعة|متابعات) ?[-–—/:|,،(]+ ?(?:{AGENCIES}|{OUTLETS})(?:{SEPARATOR}(?:{AGENCIES}|{OUTLETS}))*",
    ),
)

_ALEFS: Final = str.maketrans("أإآى", "اااي")
_EDGES: Final = " \t\n.,،؛:!*•●▪■–—-_=~>\"'«»“”()[]|"


def boilerplate_reason(paragraph: str) -> str | None:
    """Tell why a paragraph belongs to the page around the article and not to its text.

    Args:
        paragraph: One paragraph, cleaned or not.

    Returns:
        One of this module's reasons, or None when the paragraph is content.
    """
    if not any(map(str.isalpha, paragraph)):
        return EMPTY
    if len(paragraph) > _LONGEST and (len(paragraph) > _LONGEST_NOTICE or not _CONSENT_HINT.search(paragraph)):
        return None
    simple = " ".join(clean(paragraph).text.lower().translate(_ALEFS).split()).strip(_EDGES)
    words = simple.count(" ") + 1
    for rule in _RULES:
        if words <= rule.most_words and rule.pattern.match(simple):
            return rule.reason
    return None
