import gzip
import json
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.labelled import list_labelled, read_labelled
from pipeline.taxonomy import Taxonomy

from .samples import taxonomy, write_lines, write_text

ROOT = Path(__file__).parents[2]


def test_a_row_keeps_what_it_says_of_itself(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "a.jsonl", {"id": "x7", "text": "نص", "labels": ["finance"], "article": "n1", "source": "s"}
    )

    (row,) = read_labelled([path], taxonomy())

    assert (row.id, row.text, row.labels, row.article, row.source) == ("x7", "نص", ("finance",), "n1", "s")
    assert row.place == f"{path}:1"


def test_a_row_without_an_id_is_named_by_article_and_paragraph_or_by_its_place(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "a.jsonl",
        {"article": "n1", "paragraph": 4, "text": "نص", "labels": []},
        {"text": "نص آخر", "labels": []},
    )

    rows = read_labelled([path], taxonomy())

    assert [row.id for row in rows] == ["n1#4", f"{path}:2"]


@pytest.mark.parametrize(("name", "article"), [("XX-123#p4", "XX-123"), ("SK-1#a3152", "SK-1"), ("a0001", None)])
def test_an_id_may_name_the_article(tmp_path: Path, name: str, article: str | None) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"id": name, "text": "نص", "labels": []})

    assert read_labelled([path], taxonomy())[0].article == article


def test_all_mistakes_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    write_lines(
        path,
        {"id": "1", "text": "نص", "labels": ["finanse", "energy"]},
        {"id": "2", "text": "  ", "labels": []},
        {"id": "3", "labels": 7},
        {"id": "1x", "text": "نص", "labels": ["energy", "energy"]},
        ["no object"],
        {"id": "4", "text": "نص", "labels": []},
        {"id": "4", "text": "نص", "labels": []},
    )
    with path.open("a", encoding="utf-8") as stream:
        stream.write("{broken\n")

    with pytest.raises(InputError) as caught:
        read_labelled([path], taxonomy())

    lines = str(caught.value).splitlines()
    assert lines[0] == "8 mistake(s) in labelled rows"
    assert lines[1] == f"{path}:1: labels: 'finanse' is not in the taxonomy t; did you mean finance?"
    assert lines[2].startswith(f"{path}:2: text: is empty")
    assert lines[3].startswith(f"{path}:3: text: the paragraph's text is required")
    assert lines[4].startswith(f"{path}:3: labels: a list of domain ids is required")
    assert lines[5].startswith(f"{path}:4: labels: a label is given twice")
    assert lines[6].startswith(f"{path}:5: not an object but list")
    assert lines[7].startswith(f"{path}:7: id 4 was given before, at {path}:6")
    assert lines[8].startswith(f"{path}:8: not JSON")


@pytest.mark.parametrize("name", ["text", "id", "article", "source"])
def test_half_a_character_is_a_mistake_of_its_row(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.jsonl"
    row = {"text": "نص", "labels": []} | {name: "نص \ud83d"}
    path.write_text(json.dumps({"text": "نص", "labels": []}) + "\n" + json.dumps(row) + "\n", encoding="utf-8")

    with pytest.raises(InputError, match=rf"a\.jsonl:2: {name}: holds half a character"):
        read_labelled([path], taxonomy())


def test_a_whole_character_written_as_two_escapes_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "نص \\ud83d\\ude00", "labels": []}\n', encoding="utf-8")

    assert read_labelled([path], taxonomy())[0].text == "نص 😀"


def test_a_line_nested_too_deeply_is_a_mistake_of_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "نص", "labels": []}\n' + "[" * 200_000 + "\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"a\.jsonl:2: nested too deeply"):
        read_labelled([path], taxonomy())


def test_a_label_like_no_other_is_answered_with_those_that_exist(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": ["zzz"]})

    with pytest.raises(InputError, match="known: energy, finance, diplomacy"):
        read_labelled([path], taxonomy())


@pytest.mark.parametrize("labels", [[], ["energy", "finance"]])
def test_a_single_label_taxonomy_wants_exactly_one(tmp_path: Path, labels: list[str]) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": labels})

    with pytest.raises(InputError, match="exactly one label expected"):
        read_labelled([path], taxonomy("one"))


def test_many_mistakes_are_counted_rather_than_listed(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", *[{"text": "", "labels": []}] * 100)

    with pytest.raises(InputError) as caught:
        read_labelled([path], taxonomy())

    assert str(caught.value).splitlines()[-1] == "… and 60 more"


def test_compressed_rows_read_the_same(tmp_path: Path) -> None:
    plain = write_lines(tmp_path / "a.jsonl", {"id": "1", "text": "نص", "labels": []})
    packed = tmp_path / "b.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert read_labelled([packed], taxonomy())[0].text == "نص"


def test_a_truncated_gzip_file_is_told_from_wrong_rows(tmp_path: Path) -> None:
    packed = tmp_path / "b.jsonl.gz"
    packed.write_bytes(gzip.compress(b'{"text": "x", "labels": []}\n' * 1000)[:-12])

    with pytest.raises(InputError, match="cannot be read"):
        read_labelled([packed], taxonomy())


def test_files_that_are_not_utf8_or_hold_no_row_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes("نص".encode("windows-1256"))
    (tmp_path / "b.jsonl").write_text("\n\n", encoding="utf-8")

    with pytest.raises(InputError, match="not UTF-8"):
        read_labelled([tmp_path / "a.jsonl"], taxonomy())
    with pytest.raises(InputError, match="no labelled row"):
        read_labelled([tmp_path / "b.jsonl"], taxonomy())


def test_globs_and_names_give_each_file_once_and_missing_ones_are_all_named(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl"):
        (tmp_path / name).touch()

    assert list_labelled([f"{tmp_path}/*.jsonl", f"{tmp_path}/a.jsonl"]) == [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    with pytest.raises(InputError, match=r"(?s)x\.jsonl: no such file.*y\*: no such file"):
        list_labelled([f"{tmp_path}/x.jsonl", f"{tmp_path}/y*"])


def test_the_rows_of_the_repository_are_right() -> None:
    from pipeline.config import load_config

    cooperation = load_config(Taxonomy, ROOT / "configs" / "cooperation.yaml")
    rows = read_labelled(list_labelled([f"{ROOT}/seeds/labelled/*.jsonl"]), cooperation)

    assert len(rows) > 1700
    assert len({row.article for row in rows if row.article}) == 5


def test_codings_and_plain_fields_are_carried_along(tmp_path: Path) -> None:
    row = {"text": "خبر", "labels": ["energy"], "codings": [["energy"], None, []], "date": "2020-01-02", "year": 2020}
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(row | {"nested": {}, "broken": "\ud83d"}) + "\n", encoding="utf-8")

    [read] = read_labelled([path], taxonomy())

    assert read.codings == (frozenset({"energy"}), None, frozenset())
    assert read.carried == {"date": "2020-01-02", "year": "2020"}


def test_codings_outside_the_taxonomy_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(
        '{"text": "خبر", "labels": [], "codings": [["enrgy"]]}\n{"text": "a", "labels": [], "codings": 3}\n'
    )
    with pytest.raises(InputError, match=r"(?s):1: codings: 'enrgy'.*:2: codings: a list"):
        read_labelled([path], taxonomy())


def test_mistakes_of_all_files_are_told_at_once_also_of_those_that_cannot_be_read(tmp_path: Path) -> None:
    rows = write_lines(tmp_path / "a.jsonl", {"id": "1", "text": "نص", "labels": ["zzz"]})
    (tmp_path / "b.jsonl").write_bytes("نص".encode("windows-1256"))
    table = write_text(tmp_path / "c.csv", "text,labels", ",energy")

    with pytest.raises(InputError) as caught:
        read_labelled([rows, tmp_path / "b.jsonl", table], taxonomy())

    lines = str(caught.value).splitlines()
    assert lines[0] == "3 mistake(s) in labelled rows"
    assert lines[1].startswith(f"{rows}:1: labels: 'zzz'")
    assert lines[2].startswith(f"{tmp_path / 'b.jsonl'}: not UTF-8")
    assert lines[3].startswith(f"{table}:2: text: is empty")


def test_an_id_that_two_files_give_is_told_with_both_places(tmp_path: Path) -> None:
    first = write_lines(tmp_path / "a.jsonl", {"id": 7, "text": "نص", "labels": []})
    second = write_text(tmp_path / "b.csv", "id,text,labels", "7,نص آخر,energy")

    with pytest.raises(InputError, match=rf"{second}:2: id 7 was given before, at {first}:1; give each row its own"):
        read_labelled([first, second], taxonomy())


def test_a_file_without_a_row_is_warned_of_beside_others(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": []})
    empty = write_text(tmp_path / "b.csv", "text,labels")

    assert len(read_labelled([rows, empty], taxonomy())) == 1
    assert caplog.messages == [f"{empty}: there is no labelled row in it"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"x\.jsonl: cannot be read"):
        read_labelled([tmp_path / "x.jsonl"], taxonomy())


def test_of_the_rows_of_the_repository_is_told_where_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(InputError) as error:
        list_labelled(["seeds/labelled/*.jsonl", "mine/*.jsonl"])

    seeds, mine = str(error.value).splitlines()
    assert "no such file; it is part of the repository: run in a clone, or give your own, labelled=[FILE]" in seeds
    assert "repository" not in mine
