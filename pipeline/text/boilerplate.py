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
    CLAUSES,
    CREDITS,
    FIGURES,
    LATIN_CREDITS,
    MENU_LABELS,
    NETWORKS,
    OUTLETS,
    OWN_CHANNELS,
    OWNERS,
    PAST_TENSE,
    REPORTED,
    SCENES,
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


# A paragraph with any of these is no caption.
_NEWS: Final = rf"(?:{PAST_TENSE}|.*(?:{REPORTED}|{CLAUSES}|{FIGURES}|[\"«]))"
_BEFORE_CREDIT: Final = r"(?:[-–—|©]|\s/)\s*"
# Nouns with their article, which no verb begins like but a few.
_DEFINITE: Final = r"(?: ال(?!تق|تز|تح|تم|غي|زم)\w+)"
_PAGE_NOUNS: Final = r"(?:هذا |هذه )?(?:المقال|المقالة|الخبر|الموضوع|القصة|التقرير|المادة)"
_RIGHTS: Final = (
    r"(?:(?:جميع|كافة|كل) (?:الحقوق|حقوق(?: (?:النشر|الطبع|الصور|الملكية))?)|حقوق (?:النشر|الطبع))(?: والنشر| والطبع)?"
    r" محفوظة(?!\w)"
)

_RULES: Final = (
    _whole(
        ADVERTISEMENT,
        8,
        r"advertisements?|advertising|ads?|sponsored(?: content)?",
        r"اعلان(?:ات)?|الاعلانات|اعلان (?:ممول|تجاري|مدفوع)|(?:مادة|مساحة) اعلانية",
        r"محتوي (?:مدعوم|ممول|دعائي|برعاية)",
        r"(?:(?:يستمر|يتبع|تابع|تتابع) )?(?:المحتوي|الخبر|المقال|القراءة|قراءة (?:المقال|الخبر)|التقرير)"
        r"(?: يستمر| يتبع)? بعد (?:هذا )?الاعلان",
    ),
    _begins(
        READ_ALSO,
        40,
        r"و?اقر[ؤء](?:وا|ي)? (?:ايضا|المزيد|كذلك)(?!\w)",
        # These are also verbs in the past ("he watched as well"), hence the sign of a link after them.
        r"و?(?:اقرا|انظر|شاهد(?:وا)?|طالع(?:وا)?|تابع(?:وا)?|استمع) (?:ايضا|المزيد|كذلك) ?(?:[:|>«\"“(-]|\.\.|\Z)",
        r"(?:مواضيع|موضوعات|اخبار|مقالات|قصص|تقارير|روابط) (?:ذات صلة|متعلقة|مشابهة|مرتبطة|قد تهمك) ?(?:[:|-]|\Z)",
        r"(?:قد|ربما) (?:يهمك|تهمك|يعجبك|يهمكم)(?: ايضا| كذلك)? ?(?:[:|-]|\Z)",
        r"(?:لقراءة|لمتابعة|لمشاهدة|للاطلاع علي) (?:المزيد|بقية|باقي|كامل|النص|الخبر|المقال)(?!\w)"
        r".{0,40}(?:(?<!\w)(?:اضغط|انقر)(?:وا|ي)?(?!\w)|(?<!\w)هنا\Z|: ?(?:http|www|\Z))",
        r"(?:للمزيد|لمزيد من (?:التفاصيل|المعلومات|الاخبار))(?!\w)"
        r".{0,40}(?<!\w)(?:(?:اضغط|انقر)(?:وا|ي)?(?!\w)|هنا\Z|زوروا (?:موقع|صفح))",
        r"(?:الاكثر|الاعلي) (?:قراءة|مشاهدة|تداولا)\Z|read (?:more|also)\b|related (?:articles|stories|topics)\b",
    ),
    _begins(
        CAPTION,
        40,
        r"(?:الصورة|الصور|تصوير|بعدسة|عدسة|مصدر الصورة|مصدر الصور|التعليق علي الصورة|شرح الصورة) ?(?:[:©|]|\Z)",
        r"(?:photo|image|caption|photo by|image source) ?(?:[:©|]|\Z)",
        r"(?:صورة|صور) (?:ارشيفية|من الارشيف|تعبيرية|توضيحية)(?: ?[-–—(|/].{0,60}| ل(?![منا] )\S+(?: \S+){0,3})?\Z",
        rf"(?:ارشيفية|من الارشيف)\Z|مصدر الصورة(?: (?:{AGENCIES}|[a-z./,&-]+)){{1,5}}\Z",
        r"(?:getty|afp|reuters).{0,20}image(?: caption)?(?!\w)",
    ),
    # "المصدر: ..." goes on with the name of a source or with the news from there.
    _whole(
        CAPTION,
        14,
        rf"(?:المصدر|المصادر|source) ?[:|] ?{listed(f'(?:{AGENCIES}|{OUTLETS}|مواقع الكترونية|صحف)')}",
        r"(?:المصدر|المصادر|source) ?[:|] ?[a-z0-9 .,&+/|'()-]+",
        r"(?:المصدر|المصادر) ?[:|] ?(?:موقع|صحيفة|جريدة|مجلة|قناة|شبكة|وزارة|هيئة|مركز|معهد|حكومة|منظمة|صندوق|البنك)"
        rf"{_DEFINITE}{{1,3}}",
    ),
    _whole(
        CAPTION,
        12,
        rf"(?!مواقع التواصل\Z)(?:(?:المصدر|مصدر|الصورة|تصوير|عن|نقلا عن|©|photo|credit) ?[:|-]? ?)?{AGENCIES}"
        rf"(?:{SEPARATOR}(?:{AGENCIES}|{OUTLETS}))*",
    ),
    # A caption with its credit, "... في بكين - REUTERS". News may end like that too: a picture must be recognizable.
    _whole(
        CAPTION,
        45,
        rf"(?!{_NEWS})(?=.*{SCENES}).*{_BEFORE_CREDIT}{LATIN_CREDITS}",
        rf"(?!{_NEWS}).*[(.،–—-] ?(?:صورة |صور )?(?:من ال)?ارشيف(?:ية)? ?{_BEFORE_CREDIT}{CREDITS}",
    ),
    _whole(
        SHARE,
        25,
        rf"(?=.*(?:شارك|مشاركة|انشر|غرد|نسخ الرابط|ارسل|طباعة|share|tweet|{NETWORKS}[\s|,/،]+{NETWORKS}))"
        rf"{listed(SHARE_WORDS)}",
    ),
    _begins(
        SHARE,
        25,
        # Most of these are verbs in the past as well ("they joined"): only what they go on with makes buttons of them.
        rf"(?:تابعونا|لمتابعتنا)(?!\w).{{0,30}}(?:علي|عبر) (?:\S+ ){{0,2}}?(?:{NETWORKS}|{OWN_CHANNELS})(?!\w)",
        rf"تابعنا (?:علي|عبر) {listed(f'و?(?:{NETWORKS}|{OWN_CHANNELS}|علي|عبر)')}(?: ليصلك.*)?\Z",
        r"تابعوا (?:اخر|احدث|اهم|ابرز|كل) (?:الاخبار|المستجدات|التطورات|الانباء|اخبار)(?!\w)"
        rf".{{0,40}}(?<!\w)(?:علي|عبر) (?:{NETWORKS}|{OWN_CHANNELS})(?!\w)",
        rf"(?:تابعوا|انضم(?:وا)? الي) {OWN_CHANNELS} (?:علي|عبر|في) {NETWORKS}(?!\w)",
        rf"انضم(?:وا)? الينا (?:علي|عبر) {NETWORKS}(?!\w)",
        r"حمل(?:وا)? (?:تطبيقنا|تطبيق \S+ (?:مجانا|الان|علي (?:هاتفك|جوالك)|من (?:متجر|app|google)))(?!\w)",
        rf"شارك(?:وا)? {_PAGE_NOUNS}(?: (?:علي|عبر))?(?: مع (?:اصدقائك|اصدقائكم)(?!\w)| ?[:|]|\Z)",
    ),
    _begins(
        NEWSLETTER,
        35,
        r"(?:اشترك(?:وا)?|سجل(?:وا)?|للاشتراك|انضم(?:وا)?) (?:الان |مجانا )?(?:في |الي |علي |عبر |ب)(?:خدمة )?"
        r"(?:نشرتنا|نشراتنا|قائمتنا البريدية|قناتنا (?:علي|عبر|ل)"
        r"|(?:النشرة|القائمة) (?:البريدية|الاخبارية)(?: (?:اليومية|الاسبوعية|لتصلك|ليصلك|لتلقي|للحصول)| ?[:،.|]|\Z))",
        r"(?:اشترك(?:وا)?|سجل(?:وا)?|للاشتراك)(?!\w).{0,60}?(?<!\w)بريدك(?!\w)",
        r"(?:subscribe|sign up)\b.{0,60}newsletter",
        r"(?:النشرة البريدية|نشرتنا البريدية|newsletter)\Z|ادخل بريدك الالكتروني",
    ),
    _begins(
        COMMENTS,
        20,
        r"(?:عدد )?(?:التعليقات|تعليقات|comments?)(?: ?[:(|-]? ?[0-9]*\)?)\Z",
        r"[0-9]+ (?:تعليق|تعليقات|تعليقا|comments?)\Z",
        # "He sent an answer to the offer" is news.
        rf"(?:اضف|اترك|اكتب|شارك|ارسل) (?:تعليقا?|ردا?)(?: جديدا?)?(?: هنا| علي {_PAGE_NOUNS})?\Z",
        r"(?:اضف|اترك|اكتب|شارك|شاركنا|ارسل) (?:تعليقك|ردك|رايك|برايك)(?!\w)|لن يتم نشر (?:عنوان )?بريدك",
        rf"(?:لا توجد|لا يوجد) (?:اي )?(?:تعليق|تعليقات)(?: بعد| حتي الان)?(?: علي {_PAGE_NOUNS})?\Z",
        r"كن اول من (?:يعلق|يضيف تعليقا|يكتب تعليقا)(?!\w)|leave a (?:comment|reply)",
    ),
    # Rights of people are preserved in the same words: only the page's come first and belong to its owner.
    _begins(
        COPYRIGHT,
        25,
        rf"(?!.*(?:{REPORTED}|{CLAUSES}))(?:[0-9]{{4}} ?)?{_RIGHTS}(?: {OWNERS}|[\s(–—-]*(?:©|[0-9]{{4}})|\Z)",
        rf".{{0,60}}(?:©|\(c\)|copyright) ?(?:[0-9 –-]*)[.|]? ?{_RIGHTS}",
        r"©|copyright\b|.{0,40}all rights reserved",
    ),
    _begins(
        COOKIES,
        120,
        rf"(?!.*(?:\"|{REPORTED}))"
        r"(?=.*(?:ملفات (?:تعريف )?(?:الارتباط|الكوكيز|كوكيز)|الكوكيز|سياسة الخصوصية|cookies?\b))"
        r".*(?<!\w)(?:(?:و|ف)?نستخدم|يستخدم (?:هذا الموقع|موقعنا)|موقعنا|باستخدامك|باستمرارك|بمواصلتك|بتسجيلك|م?تصفحك"
        r"|(?:ف?انك|ف?انكم|انت|انتم) توافق|موافقتك|قبول الكل|اقبل (?:الكل|الجميع|جميع|كل)|we use|you agree|accept)",
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
        rf"(?:tags?|keywords?) ?(?:[:|]|\Z)|التصنيفات?(?: ?[:|] ?{listed(SECTIONS)})?\Z",
    ),
    _whole(TAGS, 40, r"#\w+(?:[\s,،|]+#\w+)*+"),
    _begins(
        BYLINE,
        7,
        rf"(?!.*(?:{REPORTED}|{CLAUSES}|{FIGURES}|(?<!\w)(?:في|مع|من|الي|بين|عن)(?!\w)))"
        r"(?:(?:كتب|كتبت|كتبه|بقلم|اعدت|ترجمه|اعد التقرير|مراسلنا|by) ?[:|/-]"
        r"|(?:اعداد|تحرير|ترجمة) ?[:|/](?!.*(?<!\w)[يت]\w{3}))",
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

_ALEFS: Final = tuple(zip("أإآى", "اااي", strict=True))
# Kept apart from "the two approved as well", which is written alike without its hamza.
_READ: Final = ("قرأ", "قرء")
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
    simple = clean(paragraph).text.lower().replace(*_READ)
    for letter, plain in _ALEFS:
        simple = simple.replace(letter, plain)
    simple = " ".join(simple.split()).strip(_EDGES)
    words = simple.count(" ") + 1
    for rule in _RULES:
        if words <= rule.most_words and rule.pattern.match(simple):
            return rule.reason
    return None
