"""Plain text, Markdown and HTML files are one article each."""

from pathlib import Path

import pytest

from tests.readers.reading import NEWS, SEEDS, only_article, only_reason, read_bytes


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem[:3])
def test_a_seed_article_is_read_as_it_stands(path: Path, tmp_path: Path) -> None:
    found, tally = read_bytes(tmp_path, path.name, path.read_bytes())
    article = only_article(found)
    assert article.text.encode() == path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    assert (article.id, article.place, article.markup) == (path.stem, path.name, "none")
    assert not tally


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b"x\r\ny\rz\n"),
        ("a.csv", b'text\r\n"x\r\ny\rz\n"\r\n'),
        ("a.jsonl", rb'{"text": "x\r\ny\rz\n"}' + b"\r\n"),
        ("a.json", b'{"text": "x\r\ny\rz\n"}'),
    ],
)
def test_line_ends_are_not_translated_so_that_offsets_count_them_as_they_are(
    tmp_path: Path, name: str, content: bytes
) -> None:
    assert only_article(read_bytes(tmp_path, name, content)[0]).text == "x\r\ny\rz\n"


def test_markdown_stays_as_it_is_written(tmp_path: Path) -> None:
    text = f"# عنوان\n\n- بند\n\n{NEWS}\n"
    assert only_article(read_bytes(tmp_path, "a.md", text.encode())[0]).text == text


def test_the_encoding_is_counted(tmp_path: Path) -> None:
    found, tally = read_bytes(tmp_path, "a.txt", NEWS.encode("cp1256"))
    assert only_article(found).text == NEWS
    assert tally == {"read_articles: decoded as windows-1256": 1}


def test_damage_is_counted(tmp_path: Path) -> None:
    found, tally = read_bytes(tmp_path, "a.txt", NEWS.encode()[:-2])
    assert only_article(found).text.endswith("\ufffd")
    assert tally == {"read_articles: damaged characters replaced": 1}


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_white_space_is_no_article(tmp_path: Path, name: str) -> None:
    assert only_reason(read_bytes(tmp_path, name, b" \n\t\n")[0]) == "empty file: nothing but white space"


def test_an_article_beyond_the_limit_is_rejected(tmp_path: Path) -> None:
    found, _ = read_bytes(tmp_path, "a.txt", NEWS.encode(), max_article_chars=20)
    assert only_reason(found).startswith("text longer than 20 characters; split it, or raise read.max_article_chars")


def test_text_that_was_spoiled_before_is_rejected(tmp_path: Path) -> None:
    found, _ = read_bytes(tmp_path, "a.txt", NEWS.encode().decode("cp1256").encode())
    assert only_reason(found).startswith("unreadable text: UTF-8 that was taken for windows-1256")


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.HTML"])
def test_a_page_is_passed_on_to_be_extracted(tmp_path: Path, name: str) -> None:
    page = f'<html><head><meta charset="windows-1256"></head><body><p>{NEWS}</p></body></html>'
    for encoding in ("cp1256", "utf-8"):
        article = only_article(read_bytes(tmp_path, name, page.encode(encoding))[0])
        assert (article.text, article.markup, article.id) == (page, "html", "a")


def test_a_short_page_is_decoded_as_it_declares(tmp_path: Path) -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1256"><p>خبر</p>'
    assert "خبر" in only_article(read_bytes(tmp_path, "a.html", page.encode("cp1256"))[0]).text


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        (f"<p>{NEWS}</p><p>{NEWS}</p>", "html"),
        (f"<!-- x -->\n<!DOCTYPE html>\n<html><body>{NEWS}</body></html>", "html"),
        (f"{NEWS} <p>", "none"),
        (f"<{NEWS}>", "none"),
        (f"<p> {NEWS}", "none"),
        ("<الوكالة> قالت إن </p>", "none"),
    ],
)
def test_only_what_plainly_is_html_is_taken_for_it(tmp_path: Path, text: str, markup: str) -> None:
    assert only_article(read_bytes(tmp_path, "a.txt", text.encode())[0]).markup == markup
    assert only_article(read_bytes(tmp_path, "a.txt", text.encode(), html="never")[0]).markup == "none"
    assert only_article(read_bytes(tmp_path, "a.txt", text.encode(), html="always")[0]).markup == "html"
