"""JSON Lines, and JSON, are read article by article; a bad one does not spoil the others."""

import json
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.readers import ReadSettings, read_source
from pipeline.readers.rows import Repeating
from pipeline.records import Article, Rejection, Source, Tally
from tests.readers.reading import NEWS, only_article, only_reason, read_bytes

TOO_LONG = "2,000 characters, too long to stand beside every paragraph"
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).filter(lambda text: "<" not in text)


def test_fields_are_carried_and_named_by_the_settings(tmp_path: Path) -> None:
    row = {"body": NEWS, "headline": "عنوان", "n": 7, "day": "2024-01-02", "outlet": {"name": "وكالة"}, "title": "x"}
    fields = {"text": ["content", "body"], "title": "headline", "id": "n", "date": "day", "source": "outlet"}
    found, _ = read_bytes(tmp_path, "day.jsonl", json.dumps(row).encode(), fields=fields)
    assert only_article(found) == Article("7", NEWS, "day.jsonl:1", "عنوان", "2024-01-02", '{"name": "وكالة"}')


def test_articles_without_id_are_named_by_their_place(tmp_path: Path) -> None:
    found, tally = read_bytes(tmp_path, "day.jsonl", '{"text": "ا"}\n\n{"text": "ب", "id": ""}\n'.encode())
    assert [record.id for record in found] == ["day.jsonl:1", "day.jsonl:3"]
    assert tally == {"read_articles: blank lines": 1}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            '{"title": "t", "body": "long enough"}',
            "not an article: text: field required; the fields are: title, body; set read.fields.text=body",
        ),
        ('{"text": null}', "not an article: text: null where text belongs"),
        ('{"text": 5}', "not an article: text: a number where text belongs"),
        ('{"text": ["a"]}', "not an article: text: a list where text belongs"),
        ('{"text": true}', "not an article: text: true or false where text belongs"),
        (
            r'{"\ud800": "x"}',
            "not an article: text: field required; the fields are: ?; set read.fields.text=?",
        ),
        ("{}", "not an article: text: field required; there are no fields; set read.fields.text=…"),
        ('"text"', "not an article: text where an object with fields belongs"),
        ("5", "not an article: a number where an object with fields belongs"),
        ('{"text": "a"', "invalid JSON: Expecting ',' delimiter at character 14"),
        ("[" * 100_000, "JSON nested too deeply"),
        ('{"text": ' + "9" * 5000 + "}", "invalid JSON: a number with too many digits"),
        ('{"text": "' + "x" * 3000 + '"}', "line longer than 2,000 bytes; split it, or raise read.max_line_bytes"),
        ('{"text": "a\0b"}', "a binary file or damaged text (NUL byte at byte 11); only text can be read"),
        ('{"text": NaN}', "not an article: text: a number where text belongs"),
        (
            '{"text": "a", "n": {"x": 1}, "text": "b"}',
            "not an article: text is given twice, and differently; keep one of the two",
        ),
        ('{"text": {"a": 1, "a": 2}}', "not an article: text: an object where text belongs"),
        ('{"text": "a", "title": ' + '{"b":' * 5000 + "1" + "}" * 5000 + "}", "JSON nested too deeply"),
        (
            '{"text": "a", "id": "7", "source": "' + "x" * 2001 + '"}',
            f"not an article: source: longer than {TOO_LONG}; shorten it, or set read.fields.source=null",
        ),
    ],
)
def test_a_bad_line_is_rejected_with_its_place_and_the_rest_goes_on(tmp_path: Path, line: str, reason: str) -> None:
    content = f'{{"text": "قبل"}}\n{line}\n{{"text": "بعد"}}'.encode()
    limit = 2_000 if "x" * 3000 in line else 200_000
    found, _ = read_bytes(tmp_path, "day.jsonl", content, max_line_bytes=limit)
    assert [type(record) for record in found] == [Article, Rejection, Article]
    assert found[1] == Rejection("day.jsonl:2", reason, found[1].id)


def test_many_fields_are_named_in_part(tmp_path: Path) -> None:
    row = json.dumps({f"column {number}" + "x" * 99: 1 for number in range(10_000)})
    assert len(only_reason(read_bytes(tmp_path, "a.jsonl", row.encode())[0])) < 1200


def test_characters_that_cannot_be_written_are_replaced_and_counted(tmp_path: Path) -> None:
    found, tally = read_bytes(
        tmp_path, "a.jsonl", rb'{"text": "a\ud800b\u0000", "title": "\udfff", "id": "\ud83d\ude00"}'
    )
    article = only_article(found)
    assert (article.text, article.title, article.id) == ("a\ufffdb\ufffd", "\ufffd", "\U0001f600")
    assert tally == {"read_articles: lone surrogates replaced": 2, "read_articles: NUL characters replaced": 1}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256", "utf-32"])
def test_lines_are_read_from_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    lines = [NEWS, "خبر قصير", f"{NEWS} {NEWS}"]
    content = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\r\n" for text in lines).encode(encoding)
    found, tally = read_bytes(tmp_path, "a.jsonl", content)
    assert [record.text for record in found if isinstance(record, Article)] == lines
    assert bool(tally) == (encoding != "utf-8-sig")


@pytest.mark.parametrize(
    "line", [b"\0\n", b" \0\n", b"\0{\0}\0\n", b"\xfe\xff\0a\0\n", '{"text": "x"}\n'.encode("utf-16-be")]
)
def test_a_line_is_not_taken_for_utf16_where_the_file_is_not(tmp_path: Path, line: bytes) -> None:
    found, tally = read_bytes(tmp_path, "a.jsonl", b'{"text": "x"}\n' + line + b'{"text": "y"}\n')
    assert [record.place for record in found] == ["a.jsonl:1", "a.jsonl:2", "a.jsonl:3"]
    assert isinstance(found[1], Rejection)
    assert found[1].reason.startswith("a binary file or damaged text (NUL byte")
    assert not tally


def test_a_nul_in_a_utf16_file_is_no_blank_line(tmp_path: Path) -> None:
    found, _ = read_bytes(tmp_path, "a.jsonl", '{"text": "x"}\n\0\n{"text": "y"}\n'.encode("utf-16"))
    assert [type(record) for record in found] == [Article, Rejection, Article]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "windows-1256", "utf-8"])
@pytest.mark.parametrize(
    "content",
    [b"garbage\nand more \xff\n", b"\xff\xfe", b"\xff\xfe\0\0\xd8", "{}\n".encode("utf-16-le"), b"\xff\xfex\ny"],
)
def test_a_wrongly_named_encoding_gives_rejections(tmp_path: Path, encoding: str, content: bytes) -> None:
    for name in ("a.jsonl", "a.csv", "a.json"):
        found, _ = read_bytes(tmp_path, name, content, encoding=encoding)
        assert found
        assert all(isinstance(record, Rejection) for record in found)


def test_lines_of_a_file_may_differ_in_encoding(tmp_path: Path) -> None:
    line = json.dumps({"text": NEWS}, ensure_ascii=False) + "\n"
    found, tally = read_bytes(tmp_path, "a.jsonl", line.encode() + line.encode("cp1256") + line.encode("iso8859-6"))
    assert [record.text for record in found if isinstance(record, Article)] == [NEWS] * 3
    assert tally == {"read_articles: decoded as windows-1256": 1, "read_articles: decoded as iso-8859-6": 1}


def test_memory_does_not_grow_with_the_file_or_the_line(tmp_path: Path) -> None:
    line = json.dumps({"text": NEWS * 20}).encode() + b"\n"
    path = tmp_path / "long.jsonl"
    path.write_bytes(line * 1000 + b'{"text": "' + b"x" * 30_000_000 + b'"}\n' + line)
    tracemalloc.start()
    number = sum(1 for _ in read_source(Source(path, path.name), ReadSettings(max_line_bytes=100_000), Tally()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert number == 1002
    assert peak < 2_000_000


@given(st.lists(TEXTS.filter(lambda text: text.strip()), min_size=1, max_size=5), st.booleans())
def test_what_is_written_as_json_lines_is_read_back(texts: list[str], ascii_only: bool) -> None:  # noqa: FBT001
    content = "".join(json.dumps({"text": text}, ensure_ascii=ascii_only) + "\n" for text in texts).encode()
    with TemporaryDirectory() as folder:
        found, _ = read_bytes(Path(folder), "a.jsonl", content)
    assert [getattr(record, "text", None) for record in found] == texts


@given(st.sampled_from(["a.jsonl", "a.json", "a.csv", "a.tsv", "a.txt", "a.html"]), st.binary(max_size=200))
def test_garbage_becomes_articles_or_rejections_and_raises_nothing(name: str, content: bytes) -> None:
    with TemporaryDirectory() as folder:
        for whole in (content, b'{"text": "x"}\n' + content, b"text,id\n" + content):
            found, _ = read_bytes(Path(folder), name, whole)
            assert found
            for record in found:
                assert record.place.startswith(name)
                str(record).encode()


def test_a_json_file_holds_a_list_or_one_article(tmp_path: Path) -> None:
    found, _ = read_bytes(tmp_path, "a.json", json.dumps([{"text": NEWS}, 5, {"text": NEWS, "id": "x"}]).encode())
    assert [(record.place, record.id) for record in found] == [
        ("a.json:1", "a.json:1"),
        ("a.json:2", None),
        ("a.json:3", "x"),
    ]
    assert only_article(read_bytes(tmp_path, "a.json", json.dumps({"text": NEWS}).encode())[0]).id == "a"
    assert only_reason(read_bytes(tmp_path, "a.json", b"[]")[0]) == "an empty list: no article in it"
    assert only_reason(read_bytes(tmp_path, "a.json", b"[" * 10_000)[0]) == "JSON nested too deeply"


def test_json_lines_and_json_under_each_others_name_are_read_or_explained(tmp_path: Path) -> None:
    found, _ = read_bytes(tmp_path, "a.json", b'{"text": "x"}\n{"text": "y"}\n')
    assert [record.place for record in found] == ["a.json:1", "a.json:2"]
    found, _ = read_bytes(tmp_path, "a.jsonl", b'[\n{"text": "x"}\n]')
    assert only_reason(found).startswith("JSON spread over several lines; write one list, in a file named .json")


def test_no_depth_of_nesting_ends_the_run(tmp_path: Path) -> None:
    # Parsing gives up at some depth, writing at another; between the two lay a crash.
    rows = [f'{{"text": "a", "title": {"[" * depth}{"]" * depth}}}\n' for depth in range(700, 1010)]
    found, _ = read_bytes(tmp_path, "a.jsonl", "".join(rows).encode())
    assert len(found) == len(rows)


def test_what_is_no_number_is_not_carried(tmp_path: Path) -> None:
    row = '{"text": "x", "id": NaN, "title": Infinity, "date": 1e999, "source": -0.0}'
    article = only_article(read_bytes(tmp_path, "a.jsonl", row.encode())[0])
    assert article == Article("a.jsonl:1", "x", "a.jsonl:1", "inf", "inf", "-0.0")


@pytest.mark.parametrize(
    "row",
    [
        '{"text": "x", "text": "x"}',
        '{"text": "x", "n": 1, "n": 2}',
        '{"text": "x", "n": {"text": 1, "text": 2}}',
        '{"text": "x", "id": NaN, "id": NaN}',
    ],
)
def test_a_field_given_twice_does_no_harm_where_it_says_the_same_or_is_not_read(tmp_path: Path, row: str) -> None:
    assert only_article(read_bytes(tmp_path, "a.jsonl", row.encode())[0]).text == "x"


class _Spelled:
    """A value that counts how often it is spelled."""

    times = 0

    def __repr__(self) -> str:
        """Count."""
        self.times += 1
        return "x"


def test_a_field_given_often_is_spelled_once_each_time_and_only_where_it_is_read() -> None:
    value = _Spelled()
    row = Repeating([("n", value)] * 1000)
    assert row.contradiction(["text", "id"]) is None
    assert value.times == 0
    assert row.contradiction(["n"]) is None
    assert value.times == 1000


@pytest.mark.parametrize("depth", [500, 900, 980, 20_000])
def test_deep_values_given_twice_are_rejected(tmp_path: Path, depth: int) -> None:
    row = json.dumps({"text": NEWS})[:-1] + f', "title": {"[" * depth}{"]" * depth}, "title": 1}}'
    reason = only_reason(read_bytes(tmp_path, "a.jsonl", row.encode())[0])
    assert reason.startswith(("not an article: title is given twice", "JSON nested too deeply"))


@pytest.mark.parametrize(
    ("content", "texts", "reason"),
    [
        (
            '[{"text": "a"}, {"text": "b"}, {"te',
            ["a", "b"],
            "invalid JSON: Unterminated string at character 33",
        ),
        ('[{"text": "a"} {"text": "b"}]', ["a"], "invalid JSON: Expecting ',' delimiter at character 16"),
        ('[{"text": "a"}, ]', ["a"], "invalid JSON: Expecting value at character 17"),
        ('[{"text": "a"}]\n[{"text": "b"}]', ["a"], "invalid JSON: Extra data at character 17"),
        ('[{"text": "a"}, ' + "[" * 5000, ["a"], "JSON nested too deeply"),
        ('[{"text": "a"}', ["a"], "invalid JSON: Expecting ',' delimiter at character 15"),
        ("[", [], "invalid JSON: Expecting value at character 2"),
        (" [ ] ", [], "an empty list: no article in it"),
    ],
)
def test_the_articles_of_a_list_before_a_broken_place_are_read(
    tmp_path: Path, content: str, texts: list[str], reason: str
) -> None:
    found, _ = read_bytes(tmp_path, "a.json", content.encode())
    assert [record.text for record in found if isinstance(record, Article)] == texts
    last = found[-1]
    assert isinstance(last, Rejection)
    assert last.reason == reason + ("; what stands before was read" if texts else "")


def test_a_list_of_a_million_takes_no_more_memory_than_its_text(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"[" + b"[]," * 30_000 + b"0]")
    tracemalloc.start()
    number = sum(1 for _ in read_source(Source(path, path.name), ReadSettings(), Tally()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert number == 30_001
    assert peak < 4 * path.stat().st_size + 2_000_000  # whole, the lists would take another 20 times
