"""The words that web pages put around an article, as patterns of simplified text (see `boilerplate`).

Simplified: lower case, hamza left off the alef, ى written ي. Alternatives that begin alike stand longest first.
"""

from typing import Final

AGENCIES: Final = (
    r"(?:(?:وكاله|وكالة) )?(?:الانباء )?(?:رويترز|ا\.? ?ف\.? ?ب|اف ب|فرانس برس|الفرنسية|غيتي(?: ايمج[زي]س?)?|"
    r"جيتي(?: ايمج[زي]س?)?|اسوشيتد برس|ا\.? ?ب|الاسوشيتد برس|د\.? ?ب\.? ?ا|الالمانية|شينخوا|سبوتنيك|ريا نوفوستي|"
    r"نوفوستي|تاس|الاناضول|بترا|سانا|واس|وام|وفا|كونا|وكالات|الوكالات|وكالات الانباء|مواقع التواصل|"
    r"afp|reuters|ap|epa|upi|xinhua|sputnik|tass|getty(?: images)?|shutterstock|bloomberg|alamy)"
)
# Agencies that sign pictures, at the end of a caption.
CREDITED: Final = (
    r"(?:afp|reuters|ap|epa|xinhua|sputnik|getty(?: images)?|shutterstock|رويترز|ا ف ب|ا\.ف\.ب|اف ب|غيتي(?: ايمجز)?|"
    r"جيتي|اسوشيتد برس|د ب ا)"
)
OUTLETS: Final = (
    r"(?:الشرق|الشرق الاوسط|الجزيرة|الجزيرة نت|العربية|العربية نت|العربي الجديد|سكاي نيوز عربية|سكاي نيوز|"
    r"بي بي سي|بي بي سي عربي|روسيا اليوم|اندبندنت عربية|الحرة|النهار|الاهرام|cnn|bbc|rt)"
)
CITIES: Final = (
    r"(?:دبي|ابوظبي|ابو ظبي|الرياض|جدة|القاهرة|بيروت|الدوحة|لندن|واشنطن|موسكو|بكين|باريس|عمان|بغداد|دمشق|تونس|الجزائر|"
    r"الرباط|الكويت|المنامة|مسقط|صنعاء|عدن|الخرطوم|طرابلس|القدس|غزة|رام الله|اسطنبول|انقرة|طهران|نيويورك|جنيف|"
    r"بروكسل|برلين|فيينا|طوكيو|نيودلهي)"
)
NETWORKS: Final = (
    r"(?:فيسبوك|فيس بوك|تويتر|اكس|منصة اكس|واتساب|واتس اب|تيليغرام|تيليجرام|تلغرام|تليغرام|تلجرام|انستغرام|انستجرام|"
    r"انستقرام|يوتيوب|لينكد ?ان|تيك توك|سناب ?شات|غوغل نيوز|جوجل نيوز|اخبار غوغل|بنترست|ماسنجر|ايميل|"
    r"facebook|twitter|x|whatsapp|telegram|instagram|youtube|linkedin|tiktok|snapchat|google news|pinterest|messenger|"
    r"email|e-mail|rss)"
)
SHARE_WORDS: Final = (
    rf"(?:{NETWORKS}|شارك(?:ها|وا|ه)?|مشاركة|انشر|نشر|غرد|ارسل|ارسال|المقال|المقالة|الخبر|الموضوع|القصة|الصفحة|هذا|هذه|"
    r"علي|عبر|مع|اصدقائك|البريد(?: الالكتروني)?|نسخ(?: الرابط)?|الرابط|رابط|طباعة|اطبع|حفظ|احفظ|اعجبني|استمع|"
    r"share|tweet|copy(?: link)?|print|save|like|on|this|article)"
)
OWN_CHANNELS: Final = r"(?:صفحتنا|صفحاتنا|حسابنا|حساباتنا|قناتنا|قنواتنا|مجموعتنا|تطبيقنا)"
MENU_LABELS: Final = (
    r"(?:القائمة(?: الرئيسية| الجانبية)?|امكانية الوصول|الصفحة الرئيسية|الرئيسية|تسجيل الدخول|تسجيل الخروج|انشاء حساب|"
    r"حسابي|من نحن|عن الموقع|اتصل بنا|اتصلوا بنا|تواصل معنا|اعلن معنا|وظائف شاغرة|سياسة الخصوصية|"
    r"شروط الاستخدام|الشروط والاحكام|خريطة الموقع|تخطي? الي المحتوي(?: الرئيسي)?|انتقل الي المحتوي|بحث|ابحث|اغلاق|اغلق|"
    r"عودة|العودة الي الاعلي|التالي|السابق|الصفحة التالية|الصفحة السابقة|عرض المزيد|عرض الكل|تحميل المزيد|المزيد|"
    r"الاقسام|كل الاقسام|البث المباشر|بث مباشر|تغيير اللغة|english|menu|home|search|login|sign in|skip to content|"
    r"accessibility|about us|contact us|privacy policy|terms of use|close|next|previous)"
)
# Section names: navigation only among others, since one alone may be a heading of the article.
SECTIONS: Final = (
    r"(?:اخبار|الاخبار|سياسة|اقتصاد|رياضة|ثقافة وفن|ثقافة|فن|فنون|منوعات|مقالات|راي|الراي|اراء|تكنولوجيا|علوم|صحة|عربي|"
    r"دولي|محليات|العالم|عالمي|مال واعمال|فيديو|صور|تقارير|تحقيقات|حوارات|بودكاست|مدونات|كاريكاتير|اسواق|سيارات|سفر)"
)
MONTHS: Final = (
    r"(?:يناير|فبراير|مارس|ابريل|مايو|يونيو|يونية|يوليو|يولية|اغسطس|سبتمبر|اكتوبر|نوفمبر|ديسمبر|كانون الثاني|شباط|اذار|"
    r"نيسان|ايار|حزيران|تموز|اب|ايلول|تشرين الاول|تشرين الثاني|كانون الاول|جانفي|فيفري|افريل|ماي|جوان|جويلية|اوت)"
)
WHEN_WORDS: Final = (
    rf"(?:{MONTHS}|(?:يوم )?(?:السبت|الاحد|الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعة)|[0-9]{{1,4}}|ص|م|صباحا|مساء|"
    r"بتوقيت|غرينتش|جرينتش|مكة(?: المكرمة)?|ابوظبي|القاهرة|gmt|utc|ه|هـ|الساعة|am|pm|منذ|ساعة|ساعات|دقيقة|دقائق)"
)
SEPARATOR: Final = r"(?:[\s|/\\,،؛:·•>»«()\[\]+&–—-]| و )++"


def listed(words: str, *, at_least: int = 1) -> str:
    """Write the pattern of `words`, one after the other with separators between them.

    Each word is matched once and for all (longest alternative first), so that no line of buttons takes long to refuse.
    """
    word = rf"(?>{words}(?!\w))"
    return rf"{word}(?:{SEPARATOR}{word}){{{at_least - 1},}}+"
