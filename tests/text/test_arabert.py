import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from pipeline.text import clean, preprocess_arabert
from tests.text.texts import any_texts

GOLDEN = Path(__file__).parent / "golden" / "arabert.jsonl"


def golden_rows() -> list[tuple[str, str]]:
    with GOLDEN.open(encoding="utf-8") as lines:
        return [(row["text"], row["expected"]) for row in map(json.loads, lines)]


@pytest.mark.parametrize(("text", "expected"), golden_rows())
def test_a_text_comes_out_as_from_the_arabert_package(text: str, expected: str) -> None:
    assert preprocess_arabert(text) == expected


@pytest.mark.parametrize(
    ("written", "broken", "repaired"),
    [
        ("الصین", "الص ن", "الصين"),
        ("ﺍﻟﺼﲔ", "", "الصين"),
        ("الص\u200cين", "الص ين", "الصين"),
        ("\u200fالصين\ufeffمعا", "الصين معا", "الصينمعا"),
        ("هٰذا", "ه ذا", "هذا"),
        ("قال <نعم> ثم", "قال ثم", "قال « نعم » ثم"),
        ("وBRICS", "وBRICS", "و BRICS"),
        ("١٢٫٥٪", "12 ٫ 5 ٪", "12 . 5 %"),
    ],
)
def test_cleaning_first_prevents_what_the_preprocessor_breaks(written: str, broken: str, repaired: str) -> None:
    assert preprocess_arabert(written) == broken
    assert preprocess_arabert(clean(written).text) == repaired


@settings(max_examples=500, deadline=None)
@given(any_texts)
def test_words_and_signs_have_one_space_between_them(text: str) -> None:
    prepared = preprocess_arabert(text)
    assert prepared == " ".join(prepared.split())
    prepared.encode("utf-8")


@pytest.mark.parametrize(
    "piece",
    [
        "ب",
        "a",
        "1",
        "a.",
        "<",
        "a@",
        "@",
        "w",
        "http",
        "http://a.bc/",
        "&",
        "&#9",
        "-a@b.c",
        ".com",
        "ب1",
        "[",
        "ﻻ",
        " ",
    ],
)
def test_a_hostile_text_is_finished(piece: str) -> None:
    """The package's patterns are quadratic on these, and would take hours."""
    assert isinstance(preprocess_arabert(piece * (500_000 // len(piece))), str)


def test_what_stops_the_package_does_not_stop_us() -> None:
    assert preprocess_arabert("قبل &#" + "9" * 5000 + "; بعد") == "قبل بعد"
    assert preprocess_arabert("&#" + "0" * 5000 + "1575;") == "ا"
    assert preprocess_arabert("@http://" + "a" * 300) == "@ [رابط]"
