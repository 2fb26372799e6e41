import pytest

from pipeline.material.texts import SHORT, by_file, find_faults, refuse_texts
from pipeline.text.damage import LATIN_1, PRESENTATION_FORMS, QUESTION_MARKS, REPLACED
from tests.material.labelled_rows import make_row

ARABIC = "وقعت الصين وروسيا اتفاقا في مجال الطاقة"


def test_faults_are_counted_with_the_place_of_the_first() -> None:
    texts = [ARABIC, "China and Russia signed", ARABIC + "\ufffd", "توتر متصاعد", "Russia and China signed too"]

    faults = find_faults([make_row(text, place=f"a.jsonl:{k}") for k, text in enumerate(texts)])

    assert (faults.texts, faults.unusable, faults.short) == (5, 2, 1)
    assert faults.foreign == {"not Arabic": 2}
    assert faults.damaged == {REPLACED: 1}
    assert faults.first == {"not Arabic": "a.jsonl:1", REPLACED: "a.jsonl:2", SHORT: "a.jsonl:3"}
    assert faults.arabic_share == pytest.approx(0.6)


def test_damage_that_cleaning_mends_does_not_last() -> None:
    faults = find_faults([make_row("ﺍﻟﺴﻼﻡ عليكم جميعا"), make_row(ARABIC + "\ufffd")])

    assert faults.damaged == {PRESENTATION_FORMS: 1, REPLACED: 1}
    assert faults.lasting_damage == {REPLACED: 1}
    assert faults.unusable == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("China and Russia signed an agreement", "not Arabic in 75% of 4 rows, such as new.csv:1; give Arabic"),
        ("رئیس جمهور ایران گفت که این توافق مفید است", "looks like Persian in 75% of 4 rows, such as new.csv:1; give"),
        (ARABIC.encode("ascii", "replace").decode(), f"{QUESTION_MARKS} in 75% of 4 rows, such as new.csv:1; read"),
        (ARABIC.encode("cp1256").decode("latin-1"), f"{LATIN_1} in 75% of 4 rows, such as new.csv:1; read the file in"),
    ],
)
def test_a_file_that_is_mostly_not_arabic_is_refused_with_share_and_place(text: str, reason: str) -> None:
    rows = [make_row(each, place=f"new.csv:{k}") for k, each in enumerate([ARABIC, text, text, text])]

    (refusal,) = refuse_texts({"new.csv": find_faults(rows), "old.csv": find_faults(rows[:1])}, keep_foreign=False)

    assert refusal.startswith(f"new.csv: {reason}")


def test_a_file_with_some_foreign_rows_is_not_refused() -> None:
    rows = [make_row(ARABIC), make_row("China and Russia signed")]

    assert not list(refuse_texts({"new.csv": find_faults(rows), "empty.csv": find_faults([])}, keep_foreign=False))


def test_where_other_languages_are_kept_only_lost_texts_are_refused() -> None:
    english = [make_row("China and Russia signed") for _ in range(3)]
    lost = [make_row(ARABIC.encode("cp1256").decode("latin-1"))]

    assert not list(refuse_texts({"new.csv": find_faults([*english, *lost])}, keep_foreign=True))
    assert len(list(refuse_texts({"new.csv": find_faults([*lost, *lost, *english])}, keep_foreign=False))) == 1
    assert len(list(refuse_texts({"new.csv": find_faults([*english, *lost * 4])}, keep_foreign=True))) == 1


def test_a_file_is_refused_for_what_most_of_its_rows_are() -> None:
    english = [make_row("China and Russia signed", place=f"new.csv:{k}") for k in range(9)]
    lost = make_row(ARABIC.encode("cp1256").decode("latin-1"), place="new.csv:9")
    faults = {"new.csv": find_faults([*english, lost])}

    (refusal,) = refuse_texts(faults, keep_foreign=False)

    assert refusal == "new.csv: not Arabic in 100% of 10 rows, such as new.csv:0; give Arabic paragraphs"


def test_rows_are_sorted_by_the_file_that_they_were_read_from() -> None:
    rows = [make_row("", place=place) for place in ("a:b.jsonl:2", "c.jsonl:1", "a:b.jsonl:9")]

    assert by_file(rows) == {"a:b.jsonl": [rows[0], rows[2]], "c.jsonl": [rows[1]]}
