"""Bytes become the text that was meant, or are refused."""

import codecs
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.readers.base import Unreadable
from pipeline.readers.decode import decode, wide_encoding
from tests.readers.reading import NEWS, SEEDS

# What ISO-8859-6 has no letters for, as a typist of its time would have written it.
TYPED = str.maketrans({"“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": "...", "\xa0": " "})


def _seed(path: Path, encoding: str) -> bytes:
    text = path.read_text(encoding="utf-8")
    return (text.translate(TYPED) if encoding == "iso8859-6" else text).encode(encoding, "ignore")


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem[:3])
@pytest.mark.parametrize(
    ("encoding", "reported"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1256", "windows-1256"),
        ("iso8859-6", "iso-8859-6"),
    ],
)
def test_seed_articles_are_read_from_every_usual_encoding(path: Path, encoding: str, reported: str) -> None:
    content = _seed(path, encoding)
    decoded = decode(content)
    assert decoded.text == content.decode(encoding)
    assert (decoded.encoding, decoded.replaced) == (reported, 0)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem[:3])
@pytest.mark.parametrize("encoding", ["cp1256", "iso8859-6"])
def test_a_piece_of_an_article_is_decoded_rightly_or_refused(path: Path, encoding: str) -> None:
    content = _seed(path, encoding)
    sure = 0
    for size in (12, 25, 50, 100, 200):
        for start in range(0, len(content) - size, 97):
            piece = content[start : start + size]
            try:
                decoded = decode(piece)
            except Unreadable:
                continue
            sure += size >= 100
            assert decoded.text == piece.decode(encoding)
    assert sure == sum(len(range(0, len(content) - size, 97)) for size in (100, 200))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    assert decode(text.encode()).text == text.removeprefix("\ufeff")
    assert decode(codecs.BOM_UTF8 + text.encode()).text == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_utf16_with_a_mark_comes_back_as_it_was(text: str) -> None:
    assert decode(text.encode("utf-16")).text == text.removeprefix("\ufeff")


@given(st.binary(), st.sampled_from(["auto", "utf-8", "windows-1256", "utf-16"]))
def test_garbage_is_decoded_or_refused_and_raises_nothing_else(content: bytes, encoding: str) -> None:
    with suppress(Unreadable):
        decode(content, encoding, declared="windows-1252").text.encode()


def test_a_text_cut_off_within_a_character_loses_only_that_character() -> None:
    decoded = decode(NEWS.encode()[:-2])
    assert decoded.text == NEWS[:-2] + "\ufffd"
    assert decoded.replaced == 1


def test_a_replacement_character_of_the_author_is_no_damage() -> None:
    decoded = decode((NEWS + "\ufffd").encode())
    assert decoded.replaced == 0
    assert decode((NEWS + "\ufffd").encode() + b"\xff").replaced == 1


def test_much_damage_is_refused_with_its_place() -> None:
    content = NEWS.encode().replace(b" ", b"\xff")
    with pytest.raises(Unreadable, match=r"damaged utf-8: 13 characters cannot be decoded, the first at byte 8"):
        decode(content)


def test_a_named_encoding_is_applied_strictly() -> None:
    assert decode(NEWS.encode("cp1256"), "windows-1256").text == NEWS
    with pytest.raises(Unreadable, match=r"not utf-8 at byte 0; correct read\.encoding"):
        decode(NEWS.encode("cp1256"), "utf-8")


def test_what_is_too_short_to_judge_goes_by_the_rest_of_the_file() -> None:
    short = "خبر قصير".encode("cp1256")
    with pytest.raises(Unreadable, match=r"unknown encoding; set read\.encoding"):
        decode(short)
    assert decode(short, expected="windows-1256").text == "خبر قصير"


def test_a_page_is_believed_only_where_its_bytes_say_nothing_else() -> None:
    assert decode(NEWS.encode(), declared="windows-1256").encoding == "utf-8"
    assert decode(NEWS.encode("cp1256"), declared="iso-8859-1").encoding == "windows-1256"
    assert decode("café".encode("cp1252"), declared="windows-1252").text == "café"
    for nonsense in ("utf-8", "no-such-thing", "utf-16", "utf-7", "uu", "hex", "zip", "rot13", "idna", "punycode"):
        with pytest.raises(Unreadable, match="unknown encoding"):
            decode("café".encode("cp1252"), declared=nonsense)
    assert decode("café".encode("cp1252"), declared="unicode_escape", expected="cp1252").text == "café"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7\n\xe2\xe3\xcf\xd3", "a PDF file"),
        (b"PK\x03\x04\x14\0\x06\0", "a ZIP file or Office document"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "gzip data; name the file .gz"),
        (b"abc\0def\0\0", "NUL byte at byte 3"),
        (b"\x01\x02\x03\x04", "control characters"),
        (b"%PDF-1.4\n1 0 obj\n", "a PDF file; export it as text or HTML"),
        (rb"{\rtf1\ansi \u1608?}", "an RTF document; save it as text or HTML"),
        (("\ufeff" + "\1\2\3\4" * 9).encode("utf-16-le"), "a binary file or damaged text"),
    ],
)
def test_binary_files_are_refused_by_their_kind(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        decode(content)


@pytest.mark.parametrize("encoding", ["windows-1256", "iso-8859-6", "utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0", "a picture|not "),
        (b"\1\0\2\0\3\0\4\0" * 99, "a binary file or damaged text"),
        (b"%PDF-1.4\n", "a PDF file"),
    ],
)
def test_no_encoding_makes_text_of_a_binary_file(content: bytes, reason: str, encoding: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        decode(content, encoding)


def test_a_long_text_in_utf16_is_judged_by_its_beginning() -> None:
    before = time.process_time()
    assert wide_encoding("خبر ابجد ".encode("utf-16-le") * 2_000_000) == "utf-16-le"
    assert time.process_time() - before < 2  # It took 8 s when every character was looked at.
