"""Rows made by hand: labelled, unlabelled and awkward ones."""

from dataclasses import replace

from hypothesis import strategies as st

from pipeline.writers.rows import Row

DOMAINS = ("energy", "culture_education", "finance")

LABELLED = Row(
    article_id="a1",
    title="اتفاق جديد",
    date="2024-03-05",
    source="وكالة",
    place="day.jsonl:1",
    paragraph=0,
    start=3,
    end=36,
    text="وقعت الشركتان عقداً لتوريد الغاز.",
    labels=("energy", "finance"),
    primary="energy",
    probabilities={"energy": 0.9876, "culture_education": 0.0, "finance": 0.5001},
    needs_review=True,
    windows=2,
    model="cooperation@0123abcd",
)

UNLABELLED = replace(
    LABELLED,
    title=None,
    date=None,
    source=None,
    paragraph=7,
    labels=(),
    primary=None,
    probabilities={"energy": 0.0001, "culture_education": 1.0, "finance": 0.0},
    needs_review=False,
)

AWKWARD_TEXTS = (
    '=HYPERLINK("http://x.example","انقر")',
    "\u200f\u202bنص من اليمين\u202c \u2066left\u2069\u200f",
    'اقتباس "مزدوج" و, فاصلة; ومنقوطة | وعمود',
    "سطر\nثان\r\nوثالث\rورابع\u2028وخامس\u2029وسادس\x85وسابع",
    "\x00\x01\t\x0b\x0c\x1c\x7f",
    "😀 العَرَبِيَّةُ ﷺ ـــ \ufeff",
    " ",
    "'",
)

SAMPLES = (
    LABELLED,
    UNLABELLED,
    *(replace(LABELLED, article_id=text, title=text, place=text, text=text) for text in AWKWARD_TEXTS),
)

EXPLAINED = (
    replace(LABELLED, evidence={"energy": ((31, 35),), "finance": ((8, 15), (16, 21))}),
    replace(LABELLED, evidence={"energy": (), "finance": ((8, 15),)}),
    replace(UNLABELLED, evidence={}),
)
"""Rows that tell why they have their labels."""

_ANY_TEXT = st.text(st.characters(codec="utf-8"))
_RISKY_TEXT = st.text("=+-@'\";,|\t\r\n\u200f\u2028 \x00اب1")
_TEXT = _ANY_TEXT | _RISKY_TEXT
_PROBABILITY = st.integers(0, 10_000).map(lambda ten_thousandths: ten_thousandths / 10_000)
_PROBABILITIES = st.tuples(*[_PROBABILITY] * len(DOMAINS)).map(lambda scores: dict(zip(DOMAINS, scores, strict=True)))

ANY_ROW = st.builds(
    Row,
    article_id=_TEXT,
    title=st.none() | _TEXT,
    date=st.none() | _TEXT,
    source=st.none() | _TEXT,
    place=_TEXT,
    paragraph=st.integers(0, 10**6),
    start=st.integers(0, 10**9),
    end=st.integers(0, 10**9),
    text=_TEXT,
    labels=st.lists(st.sampled_from(DOMAINS), unique=True).map(tuple),
    primary=st.none() | st.sampled_from(DOMAINS),
    probabilities=_PROBABILITIES,
    needs_review=st.booleans(),
    windows=st.integers(1, 1000),
    model=_TEXT,
)
