"""The short way of texts that need no repair gives what the long way gives."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text import Cleaned, clean, cleaning, foreign_reason, languages
from pipeline.text.characters import LETTERS, PLAIN

NEVER = re.compile("(?!)")
NEARLY_PLAIN = st.text(st.sampled_from(PLAIN + "\u064b\u0640\r&<>aA٣ک–ھé\u200f"), max_size=40)


def test_no_plain_character_is_changed_alone_or_between_others(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        f"{before}{character}{after}" for character in PLAIN for before in ("", "من ") for after in ("", "ا", " 3")
    ]
    short = [clean(text) for text in texts]
    monkeypatch.setattr(cleaning, "_PLAIN", NEVER)

    assert short == [clean(text) for text in texts] == [Cleaned(text, {}) for text in texts]


@settings(deadline=None, max_examples=300)
@given(NEARLY_PLAIN, st.booleans())
def test_a_text_is_cleaned_alike_on_both_ways(text: str, keep: bool) -> None:  # noqa: FBT001
    short = clean(text, strip_diacritics=not keep, fold_letters=not keep)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cleaning, "_PLAIN", NEVER)
        assert clean(text, strip_diacritics=not keep, fold_letters=not keep) == short


@settings(deadline=None, max_examples=300)
@given(NEARLY_PLAIN)
def test_a_text_is_told_from_other_languages_alike_on_both_ways(text: str) -> None:
    short = foreign_reason(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "_PLAIN", NEVER)
        assert foreign_reason(text) == short


def test_the_short_way_to_arabic_is_open_to_no_other_letter() -> None:
    admitted = {chr(code) for code in range(0x110000) if languages._PLAIN.fullmatch(chr(code))}

    assert {character for character in admitted if character.isalpha()} == set(LETTERS)
