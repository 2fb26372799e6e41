"""No cell is taken for a formula, and every text comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.writers.csv_cells import guard, unguard


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "−", "＝", "＋", "－", "＠"])
def test_a_cell_that_begins_with_a_sign_gets_an_apostrophe(sign: str) -> None:
    assert guard(f"{sign}1+1") == f"'{sign}1+1"
    assert unguard(guard(f"{sign}1+1")) == f"{sign}1+1"


@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n", "\u2028", "\x85", "\x0b", "\t", ";"])
def test_a_later_line_or_cell_within_gets_an_apostrophe(line_break: str) -> None:
    assert guard(f"سطر{line_break}=cmd|' /C calc'!A0") == f"سطر{line_break}'=cmd|' /C calc'!A0"


@pytest.mark.parametrize("cover", [" ", "\u200f", "\u202b", "\ufeff", "\xa0", "\x00", '"', "'", " \u200e '"])
def test_nothing_hides_a_sign(cover: str) -> None:
    assert guard(f"{cover}=1") == f"'{cover}=1"


@pytest.mark.parametrize("text", ["", "نص", "it's", "'اقتباس'", "x@y.example", "من 5-7 إلى 1+1=2", "سطر\nثان", "؛-"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert guard(text) == text


def test_an_apostrophe_of_the_text_itself_is_kept() -> None:
    assert (guard("'=1"), unguard("''=1")) == ("''=1", "'=1")


@given(st.text() | st.text("'=+-@\t\r\n; \u200fا"))
def test_every_text_comes_back(text: str) -> None:
    assert unguard(guard(text)) == text


@given(st.text("'=+-@\t\r\n; \u200fا"))
def test_no_guarded_line_begins_with_a_sign(text: str) -> None:
    lines = guard(text).replace("\r", "\n").replace(";", "\n").split("\n")
    assert not any(line.startswith(("=", "+", "-", "@", "\t")) for line in lines)
