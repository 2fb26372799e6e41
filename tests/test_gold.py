import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import TrainConfig
from pipeline.errors import InputError
from pipeline.gold import describe_files, gold_array, known_array, prepare_rows
from pipeline.records import LabelledParagraph, Tally
from pipeline.taxonomy import Taxonomy

PREPARE = TrainConfig().prepare


def _row(text: str, *labels: str, place: str = "f:1") -> LabelledParagraph:
    return LabelledParagraph(place, text, labels, place)


def test_rows_are_cleaned_as_articles_are() -> None:
    rows = [_row("وقّعت الصّين اتفاقاً مع روسيا في مجال الطاقة")]

    assert prepare_rows(rows, PREPARE, Tally()) == ["وقعت الصين اتفاقا مع روسيا في مجال الطاقة"]


def test_a_row_stays_one_paragraph_whatever_breaks_it_holds() -> None:
    (text,) = prepare_rows([_row("وقعت الصين اتفاقا\n\nمع روسيا في مجال الطاقة")], PREPARE, Tally())

    assert text
    assert text.startswith("وقعت الصين اتفاقا")
    assert text.endswith("الطاقة")
    assert "\n" not in text


def test_a_row_that_labelling_would_drop_is_not_seen_by_a_model() -> None:
    tally = Tally()

    assert prepare_rows([_row("Read also: the news of today in full"), _row("\u200b")], PREPARE, tally) == [None, None]
    assert any(key.startswith("drop_boilerplate") for key in tally)


def test_gold_is_an_array_in_the_order_of_the_taxonomy() -> None:
    domains = [{"id": name, "arabic": name, "english": name} for name in ("energy", "finance")]
    taxonomy = Taxonomy.model_validate({"name": "t", "domains": domains})

    assert gold_array([_row("أ", "finance"), _row("ب")], taxonomy).tolist() == [[False, True], [False, False]]


def test_labels_are_known_unless_their_row_was_annotated_for_others_only() -> None:
    domains = [{"id": name, "arabic": "س", "english": name} for name in ("energy", "finance")]
    taxonomy = Taxonomy.model_validate({"name": "t", "domains": domains})
    rows = [_row("نص", "energy"), replace(_row("نص"), annotated=frozenset({"finance"}))]

    assert known_array(rows, taxonomy).tolist() == [[True, True], [False, True]]
    assert known_array([], taxonomy).shape == gold_array([], taxonomy).shape == (0, 2)


def test_files_are_described_by_content_and_without_their_folders(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"x")

    (described,) = describe_files([path], [_row("أ", place=f"{path}:1"), _row("ب", place=f"{path}:2")])

    assert described == {"file": "a.jsonl", "sha256": hashlib.sha256(b"x").hexdigest(), "rows": 2}


def test_a_folder_is_described_by_all_that_is_in_it(tmp_path: Path) -> None:
    for name in ("train", "test"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / "a.arrow").write_bytes(b"x")
    rows = [_row("أ", place=f"{tmp_path / 'train'}:1")]

    train, test = describe_files([tmp_path / "train", tmp_path / "test"], rows)
    (tmp_path / "test" / "deep" / "a.arrow").rename(tmp_path / "test" / "deep" / "b.arrow")
    (renamed,) = describe_files([tmp_path / "test"], [])

    assert (train["file"], train["rows"], test["rows"]) == ("train", 1, 0)
    assert train["sha256"] == test["sha256"]
    assert renamed["sha256"] != test["sha256"]


def test_a_file_that_cannot_be_read_is_told_also_within_a_folder(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "a.arrow").symlink_to(tmp_path / "gone")

    for path, told in ((tmp_path / "b.jsonl", "b.jsonl"), (tmp_path / "train", "train/a.arrow")):
        with pytest.raises(
            InputError, match=rf"{told}: cannot be read \(No such file or directory\); take an undamaged"
        ):
            describe_files([path], [])
