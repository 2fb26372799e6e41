import json
from itertools import groupby
from pathlib import Path

import pytest

from pipeline.evaluation.edits import EDITS, Edit
from pipeline.text import clean, preprocess_arabert

BY_NAME = {edit.name: edit for edit in EDITS}
LABELLED = Path(__file__).parents[2] / "seeds" / "labelled"

# What the model sees is another sign (quotation marks, dots) or another letter after these.
NOT_UNDONE = {"persian_final_yeh", "ellipsis", "straight_quotes", "curly_quotes", "low_quotes"}
# These two come back as guillemets: undone where the text had guillemets.
BACK_TO_GUILLEMETS = {"single_guillemets", "doubled_brackets"}


@pytest.fixture(scope="module")
def paragraphs() -> list[str]:
    """Every twentieth labelled paragraph, and some with what they have too little of."""
    with (LABELLED / "authored.jsonl").open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    rare = [
        "نمو ـ أو ركود ـ بنسبة 1,250.9% في 12-3-2024",
        "قال: «نعم»... و<لا> & AT&T على https://a.b/c?d=1",
        "ـ هيئة شؤون آسيا",
    ]
    return [*texts[::20], *rare]


def _seen(text: str) -> str:
    """Give what the model's tokenizer is given."""
    return preprocess_arabert(clean(text).text)


def test_names_are_given_once_and_every_kind_has_edits() -> None:
    assert len(BY_NAME) == len(EDITS)
    assert [kind for kind, _ in groupby(edit.kind for edit in EDITS)] == ["encoding", "spelling", "context"]
    assert all(edit.description for edit in EDITS)


@pytest.mark.parametrize("name", [e.name for e in EDITS if e.kind == "encoding" and e.name not in NOT_UNDONE])
def test_cleaning_undoes_an_edit_of_the_encoding(name: str, paragraphs: list[str]) -> None:
    texts = paragraphs
    if name in BACK_TO_GUILLEMETS | {"guillemets"}:
        texts = [BY_NAME["guillemets"].apply(text) for text in paragraphs]
    edited = [BY_NAME[name].apply(text, seed=3) for text in texts]

    if name != "guillemets":
        assert edited != texts
    assert [_seen(text) for text in edited] == [_seen(text) for text in texts]


@pytest.mark.parametrize("name", sorted(NOT_UNDONE))
def test_cleaning_leaves_alone_what_it_does_not_promise_to_undo(name: str) -> None:
    text = "على «الطريق»... قال"

    assert _seen(BY_NAME[name].apply(text)) != _seen(text)


@pytest.mark.parametrize(
    ("name", "text", "edited"),
    [
        ("persian_letters", "في مكة على", "فی مکة على"),
        ("urdu_letters", "هذه مكتبة", "ہذہ مکتبۃ"),
        ("persian_final_yeh", "على", "علی"),
        ("presentation_forms", "سلام", "ﺳﻼﻡ"),
        ("arabic_indic_digits", "2.5%", "٢٫٥٪"),
        ("persian_digits", "2,500", "۲٬۵۰۰"),
        ("full_width", "G7", "Ｇ７"),
        ("decomposed", "أمر", "ا\u0654مر"),
        ("straight_quotes", "«نعم» ‘لا’", "\"نعم\" 'لا'"),
        ("curly_quotes", "«نعم» 'لا'", "“نعم” ’لا’"),
        ("low_quotes", "«نعم»", "„نعم“"),
        ("guillemets", '"نعم"', "«نعم»"),
        ("single_guillemets", "«نعم»", "‹نعم›"),
        ("doubled_brackets", "«نعم»", "<<نعم>>"),
        ("ellipsis", "ثم…", "ثم..."),
        ("missing_hamza", "أمر إلى آخر مؤتمر", "امر الى اخر مؤتمر"),
        ("heh_for_teh_marbuta", "قمة", "قمه"),
        ("yeh_for_alef_maqsura", "على", "علي"),
        ("alef_maqsura_for_yeh", "في", "فى"),
        ("detached_waw", "والصين", "و الصين"),
        ("added_spaces", "قال، ثم", "قال ، ثم"),
        ("latin_punctuation", "قال، ثم؛ لماذا؟", "قال, ثم; لماذا?"),
        ("latin_capitals", "شركة BlackRock Inc", "شركة BLACKROCK INC"),
    ],
)
def test_edits_without_chance(name: str, text: str, edited: str) -> None:
    assert BY_NAME[name].apply(text) == edited


@pytest.mark.parametrize("name", [edit.name for edit in EDITS if edit.kind == "context"])
def test_words_of_the_page_stand_around_the_whole_paragraph(name: str) -> None:
    text = "قال الوزير BRICS"
    edited = BY_NAME[name].apply(text, seed=1)

    if name == "latin_capitals":
        assert edited == text
    elif name.endswith("_behind"):
        assert edited.startswith(f"{text} ")
    else:
        assert edited.endswith(f" {text}")


def test_every_phrase_is_used() -> None:
    made = {BY_NAME["link_before"].apply("خبر", seed=seed) for seed in range(100)}

    assert len(made) == 4


@pytest.mark.parametrize("name", [edit.name for edit in EDITS if edit.kind == "spelling"])
def test_a_spelling_leaves_most_letters_where_they_are(name: str, paragraphs: list[str]) -> None:
    edited = [BY_NAME[name].apply(text) for text in paragraphs]

    assert edited != paragraphs
    for before, after in zip(paragraphs, edited, strict=True):
        assert abs(len(after) - len(before)) <= max(2, len(before) / 10)


@pytest.mark.parametrize("name", ["diacritics", "tatweel", "zero_width", "typing_slips", "dateline"])
def test_chance_depends_on_seed_and_text_alone(name: str) -> None:
    text = "تعاون الجانبان في مجالات الطاقة والتجارة والاستثمار والنقل والزراعة والتعليم العالي والبحث العلمي"
    edit = BY_NAME[name]

    assert edit.apply(text, seed=1) == edit.apply(text, seed=1)
    assert len({edit.apply(text, seed=seed) for seed in range(20)}) > 1


@pytest.mark.parametrize("edit", [e for e in EDITS if e.kind != "context"], ids=lambda edit: edit.name)
def test_an_edit_without_place_changes_nothing(edit: Edit) -> None:
    assert edit.apply("") == ""
    assert edit.apply("\u4e2d") == "\u4e2d"
