"""CSV is read row by row, whatever its delimiter; a broken row does not spoil the others."""

import csv
import io
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.readers.csv_files import MAX_REREAD
from pipeline.records import Article, Rejection
from tests.readers.reading import NEWS, only_article, only_reason, read_bytes

CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")).filter(
    lambda text: "<" not in text and not text.startswith("\ufeff")
)


@pytest.mark.parametrize(
    ("name", "delimiter"), [("a.csv", ","), ("a.csv", ";"), ("a.csv", "\t"), ("a.csv", "|"), ("a.tsv", "\t")]
)
def test_the_delimiter_is_told_by_the_header(tmp_path: Path, name: str, delimiter: str) -> None:
    content = delimiter.join(["id", " text ", "x,y;z"]) if delimiter == "\t" else delimiter.join(["id", " text ", "n"])
    content += f"\n{delimiter.join(['7', NEWS, '5'])}\n"
    article = only_article(read_bytes(tmp_path, name, content.encode("utf-8-sig"))[0])
    assert (article.id, article.text, article.place) == ("7", NEWS, f"{name}:2")


def test_places_are_the_lines_where_rows_begin(tmp_path: Path) -> None:
    found, _ = read_bytes(tmp_path, "a.csv", b'text,id\n"two\nlines",\n\n"three\n\nlines, ""quoted""",\nx,\n')
    assert [(record.place, getattr(record, "text", None)) for record in found] == [
        ("a.csv:2", "two\nlines"),
        ("a.csv:5", 'three\n\nlines, "quoted"'),
        ("a.csv:8", "x"),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("one", "the row has 1 cells, the header 2"),
        ("a,b,c", "the row has 3 cells, the header 2"),
        ('"a"b,c', "not a row of CSV: ',' expected after '\"'"),
        ("x" * 300_000 + ",2", "not a row of CSV: line longer than 200,000 bytes"),
        ('"a\0",b', "not a row of CSV: a binary file or damaged text"),
    ],
)
def test_a_bad_row_is_rejected_with_its_place_and_the_rest_goes_on(tmp_path: Path, row: str, reason: str) -> None:
    found, _ = read_bytes(tmp_path, "a.csv", f"text,id\nx,1\n{row}\ny,2\n".encode(), max_line_bytes=200_000)
    assert [type(record) for record in found] == [Article, Rejection, Article]
    assert found[1].place == "a.csv:3"
    assert isinstance(found[1], Rejection)
    assert found[1].reason.startswith(reason)


def test_a_missing_quotation_mark_does_not_swallow_the_rows_after_it(tmp_path: Path) -> None:
    rows = "".join(f'{number},"خبر رقم {number}"\n' for number in range(3, 200))
    found, _ = read_bytes(tmp_path, "a.csv", f'id,text\n1,"خبر\n{rows}'.encode())
    assert [record.place for record in found if isinstance(record, Rejection)] == ["a.csv:2"]
    assert [record.id for record in found[1:]] == [str(number) for number in range(3, 200)]


def test_a_row_without_end_is_bounded(tmp_path: Path) -> None:
    endless = b'id,text\n1,"' + b"x" * 50 + b"\n" + b"y,z\n" * 1000
    found, _ = read_bytes(tmp_path, "a.csv", endless, max_line_bytes=100)
    assert isinstance(found[0], Rejection)
    assert "row longer than 100 bytes" in found[0].reason
    assert len(found) == 1001


def test_a_stray_quotation_mark_costs_no_more_time_than_its_row_has_bytes(tmp_path: Path) -> None:
    number = 2**20 // 13
    before = time.process_time()
    found, _ = read_bytes(tmp_path, "a.csv", b'id,text\n1,"x\n' + b"1234,a text.\n" * number)
    assert time.process_time() - before < 15  # It took 47 s when the row was summed up anew at every line.
    assert [type(record) for record in found[:2]] == [Rejection, Article]
    assert len(found) == number + 1


def test_lines_that_are_not_read_again_are_rejected_and_counted(tmp_path: Path) -> None:
    row = b'1,"x\n' + b"y,z\n" * 30
    content = b"id,text\n" + row * (MAX_REREAD + 4) + b"1,last\n"
    found, tally = read_bytes(tmp_path, "a.csv", content, max_line_bytes=100)
    skipped = [record for record in found if isinstance(record, Rejection) and "skipped" in record.reason]
    places = [re.match(r"rows in lines (\d+)–(\d+) skipped: .*quotation mark", record.reason) for record in skipped]
    lost = [range(int(place[1]), int(place[2]) + 1) for place in places if place]
    assert lost
    assert [record.place for record in skipped] == [f"a.csv:{lines.start}" for lines in lost]
    assert tally == {"read_articles: lines skipped": sum(map(len, lost))}
    named = [int(record.place.removeprefix("a.csv:")) for record in found if record not in skipped]
    assert sorted([*named, *(line for lines in lost for line in lines)]) == list(range(2, content.count(b"\n") + 1))


@pytest.mark.parametrize("blank", ["\n", "\r\n", " \n", ",,\n", "\n;;\n\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_blank_lines_before_the_header_are_left_aside_and_counted(tmp_path: Path, blank: str, mark: str) -> None:
    found, tally = read_bytes(tmp_path, "a.csv", f"{mark}{blank}id,text\n7,x\n".encode())
    article = only_article(found)
    assert (article.id, article.text, article.place) == ("7", "x", f"a.csv:{blank.count(chr(10)) + 2}")
    assert tally == {"read_articles: blank lines": blank.count("\n")}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
@pytest.mark.parametrize("blank", ["", "\r"])
def test_lines_may_end_with_cr_alone(tmp_path: Path, encoding: str, blank: str) -> None:
    content = f'{blank}id,text\r1,{NEWS}\r2,"سطر\nسطر\rسطر\r\nسطر"\r\r3,خبر'.encode(encoding)
    found, _ = read_bytes(tmp_path, "a.csv", content)
    first = 2 + len(blank)
    assert [(record.place, getattr(record, "text", None)) for record in found] == [
        (f"a.csv:{first}", NEWS),
        (f"a.csv:{first + 1}", "سطر\nسطر\rسطر\r\nسطر"),
        (f"a.csv:{first + 5}", "خبر"),
    ]


@pytest.mark.parametrize("content", [b'"a\rb",text\n1,x\n', b"id,text\r\r\n1,x\r\r\n", b"text\r\nx\r\n"])
def test_cr_elsewhere_ends_no_line(tmp_path: Path, content: bytes) -> None:
    article = only_article(read_bytes(tmp_path, "a.csv", content)[0])
    assert (article.text, article.place) == ("x", "a.csv:2")


def test_empty_cells_behind_the_last_column_do_no_harm(tmp_path: Path) -> None:
    assert only_article(read_bytes(tmp_path, "a.csv", b"text\nx,,\n")[0]).text == "x"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("id;body\n1;x\n", "no articles: text: field required; the fields are: id, body; set read.fields.text=body"),
        ("text,text\nx,y\n", "column text is there twice; rename one of the two"),
        ("text,id\n", "no article in the file"),
        ("text,id\r", "no article in the file"),
        ("\n \r\n,,\n", "empty file: nothing but blank lines"),
        ("x" * 500, "header: line longer than 300 bytes"),
    ],
)
def test_a_file_without_use_is_rejected_once(tmp_path: Path, content: str, reason: str) -> None:
    assert only_reason(read_bytes(tmp_path, "a.csv", content.encode(), max_line_bytes=300)[0]).startswith(reason)


def test_ten_thousand_columns_are_read(tmp_path: Path) -> None:
    header, row = ",".join(["text", *map(str, range(10_000))]), ",".join(["x"] * 10_001)
    assert only_article(read_bytes(tmp_path, "a.csv", f"{header}\n{row}\n".encode())[0]).text == "x"


def test_the_limit_of_the_csv_module_is_left_as_it_was(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    read_bytes(tmp_path, "a.csv", b"text\nx\n")
    assert csv.field_size_limit() == before


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5), st.sampled_from(",;\t|"))
def test_what_is_written_as_csv_is_read_back(rows: list[tuple[str, str]], delimiter: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows([("text", "title"), *rows])
    with TemporaryDirectory() as folder:
        found, _ = read_bytes(Path(folder), "a.csv", written.getvalue().encode())
    read = [(record.text, record.title or "") for record in found if isinstance(record, Article)]
    assert read == [row for row in rows if any(row)]


@pytest.mark.parametrize(("line", "delimiter"), [("sep=;\r\n", ";"), ("SEP=,\n", ","), ("\n sep=\t\n", "\t")])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_line_that_tells_excel_the_delimiter_is_left_aside(
    tmp_path: Path, line: str, delimiter: str, encoding: str
) -> None:
    content = f"{line}id{delimiter}text\n7{delimiter}{NEWS}\n".encode(encoding)
    found, tally = read_bytes(tmp_path, "a.csv", content)
    article = only_article(found)
    assert (article.id, article.text) == ("7", NEWS)
    assert tally["read_articles: separator lines"] == 1
