"""What holds of every input: nothing is lost, nothing is made up, and nothing raises."""

import glob
import gzip
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st
from pyarrow import parquet

from pipeline.readers import ReadSettings, read_source
from pipeline.readers.base import Found
from pipeline.readers.pages import extract_page
from pipeline.readers.patterns import match_pattern, walk
from pipeline.records import Article, Rejection, Source, Tally
from tests.readers.reading import NEWS, read_bytes

MARKED = ("utf-8", "utf-8-sig", "utf-16", "utf-32")
LETTERS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<\ufeff"), min_size=1)
SOUND = LETTERS.filter(lambda text: text.strip() != "" and not text.startswith(("%PDF-", "%!PS", "{\\rtf")))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)
ROWS = st.dictionaries(st.sampled_from(["text", "id", "title", "date", "source", "x"]), JSON, max_size=5)
NAMES = st.sampled_from(["a", "b.txt", "c", ".d", "e.txt"])
PARTS = st.sampled_from(["**", "*", "?", "*.txt", "[a-c]*", "a", "b.txt", ".*", "c", ".."])


def _read(name: str, content: bytes, **settings: Any) -> tuple[list[Found], Tally]:
    with TemporaryDirectory() as folder:
        return read_bytes(Path(folder), name, content, **settings)


def _texts(found: list[Found]) -> list[str]:
    return [record.text for record in found if isinstance(record, Article)]


@given(SOUND, st.sampled_from(MARKED))
def test_a_text_is_read_as_it_was_written(text: str, encoding: str) -> None:
    found, _ = _read("a.txt", text.encode(encoding))
    assert _texts(found) == [text]


@given(st.lists(SOUND | st.none(), min_size=1, max_size=9), st.integers(1, 4))
def test_what_is_written_as_parquet_is_read_back(texts: list[str | None], group: int) -> None:
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.table({"text": pa.array(texts, pa.string())}), sink, row_group_size=group)
    found, _ = _read("a.parquet", bytes(sink.getvalue()))
    assert [getattr(record, "text", None) for record in found] == texts


@given(st.lists(ROWS | JSON, min_size=1, max_size=5))
@example([{"text": "x", "id": 10**300, "title": float("nan")}])
def test_every_element_of_a_list_is_an_article_or_a_rejection_in_its_place(rows: list[object]) -> None:
    found, _ = _read("a.json", json.dumps(rows).encode())
    assert [record.place for record in found] == [f"a.json:{number}" for number in range(1, len(rows) + 1)]
    assert [isinstance(record, Article) for record in found] == [_has_text(row) for row in rows]
    in_lines, _ = _read("a.json", "\n".join(json.dumps(row) for row in [{"text": "x"}, *rows]).encode())
    assert _texts(in_lines)[1:] == _texts(found)


def _has_text(row: object) -> bool:
    return isinstance(row, dict) and isinstance(row.get("text"), str)


@given(st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")), max_size=9), st.booleans())
@example([b"\xff\xfe", b"\0"], False)
def test_every_line_of_json_lines_is_accounted_for(lines: list[bytes], is_packed: bool) -> None:  # noqa: FBT001
    content = b"\n".join([b'{"text": "x"}', *lines, b'{"text": "y"}'])
    found, tally = _read("a.jsonl.gz", gzip.compress(content)) if is_packed else _read("a.jsonl", content)
    assert len(found) + tally["read_articles: blank lines"] == content.count(b"\n") + 1
    assert [_texts(found)[0], _texts(found)[-1]] == ["x", "y"]


@given(st.lists(SOUND, min_size=1, max_size=9), st.integers(1, 60), st.sampled_from(MARKED))
def test_before_the_place_where_a_file_breaks_off_nothing_is_lost_or_changed(
    texts: list[str], missing: int, encoding: str
) -> None:
    lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
    packed = gzip.compress(lines.encode(encoding))
    found, _ = _read("a.jsonl.gz", packed[:-missing])
    assert isinstance(found[-1], Rejection)
    assert _texts(found) == texts[: len(_texts(found))]


@given(st.sampled_from(["txt", "md", "html", "jsonl", "json", "csv", "tsv", "parquet"]), st.binary(max_size=99))
@example("csv", b"text\n\xf1")
def test_garbage_in_any_format_packed_or_not_raises_nothing(kind: str, content: bytes) -> None:
    for name, raw in ((f"a.{kind}", content), (f"a.{kind}.gz", content), (f"a.{kind}.gz", gzip.compress(content))):
        found, _ = _read(name, raw)
        assert found
        for record in found:
            assert record.place.startswith(name)
            json.dumps(str(record), ensure_ascii=False).encode()


@given(
    st.lists(st.tuples(st.sampled_from(["p", "div", "li", "b", "span", "td", "h2", "blockquote"]), LETTERS), max_size=9)
)
def test_a_fragment_of_html_loses_no_word(pieces: list[tuple[str, str]]) -> None:
    words = [f"كلمة{number}" for number in range(len(pieces))]
    html = "".join(f"<{tag}>{word} {_escaped(text)}</{tag}>" for (tag, text), word in zip(pieces, words, strict=True))
    assert [word for word in words if word not in extract_page(f"<p>{NEWS}</p>{html}").text] == []


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;")


@contextmanager
def _tree(paths: list[tuple[str, ...]]) -> Iterator[None]:
    """A folder with files, some in folders; the working directory meanwhile.

    It is so far down that three steps up do not lead to what other programs keep in temporary folders.
    """
    here = Path.cwd()
    with TemporaryDirectory() as top:
        folder = Path(top, "one", "two", "three")
        folder.mkdir(parents=True)
        for steps in paths:
            path = Path(folder, *steps)
            if not path.exists() and not any(parent.is_file() for parent in path.parents):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(here)


@given(
    st.lists(st.lists(NAMES, min_size=1, max_size=3).map(tuple), max_size=6),
    st.lists(PARTS, min_size=1, max_size=3),
)
@example([], ["a", "**"])
@example([], ["..", "..", "**"])
def test_a_pattern_matches_what_glob_matches_where_there_are_no_links(
    paths: list[tuple[str, ...]], parts: list[str]
) -> None:
    with _tree(paths):
        matches = {os.path.normpath(match) for match in match_pattern(Path(), parts)}
        found = glob.glob("/".join(parts), recursive=True)  # noqa: PTH207
        # Some Pythons give a/** for a match where there is no a.
        expected = {os.path.normpath(match) for match in found if Path(match).exists() and match}
        if parts == ["**"]:
            expected = {"."}  # the folder stands for all that is in it
        if parts[-1] == "**":
            matches = {os.path.normpath(file) for match in matches for file in walk(Path(match)) or [match]}
            expected = {os.path.normpath(file) for match in expected for file in walk(Path(match))}
    assert matches == expected


def test_records_are_the_same_whether_a_file_is_read_or_piped_in(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"text": "{NEWS}"}}\nx\n', encoding="utf-8")
    records = list(read_source(Source(path, "a.jsonl"), ReadSettings(), Tally()))
    packed, _ = _read("a.jsonl.gz", gzip.compress(path.read_bytes()))
    assert [type(record) for record in records] == [type(record) for record in packed] == [Article, Rejection]
