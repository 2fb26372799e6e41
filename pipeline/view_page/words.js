"use strict";
// What the page says, in both languages; names of domains come with the data.
// Why paragraphs are left out, as `pipeline.text` names it.
const REASONS = {
  "advertisement": "إعلان", "read-also link": "رابط «اقرأ أيضا»", "caption or credit": "تعليق على صورة أو مصدرها", "share buttons": "أزرار المشاركة",
  "cookie or consent notice": "إشعار بملفات الارتباط أو الموافقة", "menu or navigation": "قائمة أو تنقل", "byline or date line": "سطر الكاتب أو التاريخ",
  "tags": "وسوم", "newsletter subscription": "اشتراك في نشرة بريدية", "comments": "تعليقات", "copyright notice": "إشعار بحقوق النشر", "empty of words": "بلا كلمات",
  "not Arabic": "ليست بالعربية", "looks like Persian": "تبدو بالفارسية", "looks like Urdu": "تبدو بالأردية", "looks like Kurdish": "تبدو بالكردية",
  "looks like Pashto": "تبدو بالبشتوية", "looks like another language in Arabic script": "تبدو بلغة أخرى تكتب بالحرف العربي",
};
const WORDS = {
  en: {
    skip: "to the article", read: "Read", overview: "Overview", search: "search the texts", filters: "filters", source: "source", from: "from", to: "to",
    only_review: "only what needs review", clear: "clear", all_sources: "all", none: "no domain", review: "worth a second look",
    probabilities: "probabilities", next: "next article", previous: "previous article", untitled: "untitled",
    found: (n, of) => n === of ? `${n} articles` : `${n} of ${of} articles`, paragraphs: (n) => n === 1 ? "1 paragraph" : `${n} paragraphs`,
    about: (m) => `${m.articles} articles · ${m.paragraphs} paragraphs · ${m.model}`,
    nothing: "No article fits. Take a filter away, or clear them all.", left_out: (reason) => `left out: ${reason}`, searching: "searching …", unopened: (n) => `${n} not searched`,
    missing: (folder) => `The article cannot be opened: is the folder “${folder}” beside the page?`, show_more: "show more",
    show_words: "show the words that speak for it", choose_domain: "Choose a domain below a paragraph: the words that speak for it are underlined.",
    keys: "Keys", key_next: "next, previous paragraph", key_article: "next, previous article", key_review: "next paragraph that needs review",
    key_search: "search", key_probabilities: "probabilities of this paragraph", key_words: "words that speak for its domains, one after another", key_tab: "read or overview", close: "close",
    tile_articles: "articles", tile_paragraphs: "paragraphs", tile_labelled: "with a domain", tile_review: "need review",
    by_domain: "Domains", by_domain_note: "Share of all paragraphs; a paragraph may have several.",
    over_time: "Over time", over_time_note: (unit) => `Paragraphs with the domain, by ${unit}. Each scale is its own.`, undated: (n) => `${n} paragraphs without a date are not shown.`,
    most: (n) => `at most ${n}`, no_dates: "The articles carry no dates.", year: "year", month: "month", day: "day",
    together: "Domains together", together_note: "Of the paragraphs with the domain of the row, the share that also has that of the column.",
    by_source: "Sources", paragraphs_head: "paragraphs", review_head: "need review", mix: "domains", unknown: "not stated",
  },
  ar: {
    skip: "إلى المقال", read: "قراءة", overview: "نظرة عامة", search: "ابحث في النصوص", filters: "التصفية", source: "المصدر", from: "من", to: "إلى",
    only_review: "ما يحتاج إلى مراجعة فقط", clear: "مسح", all_sources: "الكل", none: "لا مجال", review: "يستحق نظرة ثانية",
    probabilities: "الاحتمالات", next: "المقال التالي", previous: "المقال السابق", untitled: "بلا عنوان",
    found: (n, of) => n === of ? `المقالات: ${n}` : `المقالات: ${n} من ${of}`, paragraphs: (n) => `الفقرات: ${n}`,
    about: (m) => `المقالات: ${m.articles} · الفقرات: ${m.paragraphs} · ${m.model}`,
    nothing: "لا مقال يوافق التصفية. أزل مرشحا أو امسحها كلها.", left_out: (reason) => `مستبعدة: ${REASONS[reason] ?? reason}`, searching: "جار البحث …", unopened: (n) => `لم يُبحث فيها: ${n}`,
    missing: (folder) => `تعذر فتح المقال: هل المجلد «${folder}» بجانب الصفحة؟`, show_more: "المزيد",
    show_words: "أظهر الكلمات التي تدل عليه", choose_domain: "اختر مجالا تحت فقرة، فيوضع خط تحت الكلمات التي تدل عليه.",
    keys: "المفاتيح", key_next: "الفقرة التالية والسابقة", key_article: "المقال التالي والسابق", key_review: "الفقرة التالية التي تحتاج إلى مراجعة",
    key_search: "بحث", key_probabilities: "احتمالات هذه الفقرة", key_words: "الكلمات التي تدل على مجالاتها واحدا بعد آخر", key_tab: "قراءة أو نظرة عامة", close: "إغلاق",
    tile_articles: "مقالات", tile_paragraphs: "فقرات", tile_labelled: "لها مجال", tile_review: "تحتاج إلى مراجعة",
    by_domain: "المجالات", by_domain_note: "الحصة من كل الفقرات، وقد تكون للفقرة مجالات عدة.",
    over_time: "عبر الزمن", over_time_note: (unit) => `فقرات المجال بحسب ${unit}، ولكل رسم مقياسه.`, undated: (n) => `فقرات بلا تاريخ غير معروضة: ${n}`,
    most: (n) => `الأعلى ${n}`, no_dates: "المقالات بلا تواريخ.", year: "السنة", month: "الشهر", day: "اليوم",
    together: "المجالات معا", together_note: "من فقرات مجال السطر: حصة ما له أيضا مجال العمود.",
    by_source: "المصادر", paragraphs_head: "فقرات", review_head: "للمراجعة", mix: "المجالات", unknown: "غير مذكور",
  },
};
