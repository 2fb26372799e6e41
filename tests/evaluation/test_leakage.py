import io
import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipeline.evaluation.leakage import (
    NEAR,
    Copy,
    Fingerprint,
    find_copies,
    fingerprint,
    first_copies,
    from_arrays,
    hash_words,
    to_arrays,
)

AUTHORED = Path(__file__).parents[2] / "seeds" / "labelled" / "authored.jsonl"
PAIRS = ("b4", "b5", "c2", "c3", "c4", "c5")
"""Ids of paragraphs that were composed as near copies of each other."""
PARAGRAPH = (
    "اتفق رئيسا الصين وروسيا، في اتصال هاتفي جرى مساء الخميس، على إبقاء قنوات التشاور بين العاصمتين مفتوحة على أعلى "
    "مستوى، وعلى توحيد مواقفهما داخل مجلس الأمن ومنظمة شنغهاي للتعاون بعد تجاوز التبادل 110 مليارات دولار عام 2020."
)


@pytest.fixture(scope="module")
def paragraphs() -> list[str]:
    rows = [json.loads(line) for line in AUTHORED.read_text(encoding="utf-8").splitlines()]
    return [row["text"] for row in rows if not row["id"].startswith(PAIRS)]


@pytest.fixture(scope="module")
def known(paragraphs: list[str]) -> Fingerprint:
    return fingerprint(paragraphs)


def _resemblance(one: str, other: str) -> float:
    """Jaccard's coefficient of the pairs of words, counted out."""
    first, second = (set(pairwise(words)) for words in (re.findall(r"\w+", text) for text in (one, other)))
    return len(first & second) / len(first | second)


def _edit(text: str, words: list[str], random: np.random.Generator, share: float) -> str:
    edited = text.split()
    for _ in range(max(1, round(share * len(edited)))):
        edited[random.integers(len(edited))] = words[random.integers(len(words))]
    return " ".join(edited)


def test_each_paragraph_is_its_own_exact_copy(paragraphs: list[str], known: Fingerprint) -> None:
    found = find_copies(known, paragraphs)

    assert found == [Copy("exact", 1.0, paragraphs.index(text)) for text in paragraphs]


@pytest.mark.parametrize(
    "copy",
    [
        PARAGRAPH.replace(" ", "  \n\t"),
        PARAGRAPH.replace("الصين", "الصِّينُ").replace("مساء", "مَسَاءً"),
        PARAGRAPH.replace("روسيا", "روســـيا"),
        PARAGRAPH.replace("،", "").replace(".", "!") + "»",
        PARAGRAPH.replace("2020", "٢٠٢٠").replace("110", "۱۱۰"),
        PARAGRAPH.replace("أعلى", "اعلى").replace("إبقاء", "ابقاء"),
        PARAGRAPH.replace("ي", "ی").replace("ك", "ک"),
        f"\ufeff{PARAGRAPH.replace(' ', chr(0xA0))}\u200f",
    ],
    ids=["spaces", "diacritics", "tatweel", "punctuation", "digits", "hamzas", "Persian letters", "invisible signs"],
)
def test_what_is_written_differently_is_an_exact_copy(copy: str) -> None:
    assert copy != PARAGRAPH
    assert find_copies(fingerprint(["نص آخر لا شأن له به", PARAGRAPH]), [copy]) == [Copy("exact", 1.0, 1)]


def test_planted_copies_are_found_where_they_were_planted(paragraphs: list[str], known: Fingerprint) -> None:
    rows = [row for row, text in enumerate(paragraphs) if len(text.split()) >= 40]
    byline = "كتب مراسل الوكالة في القاهرة أمس: "
    words = sorted({word for text in paragraphs for word in text.split()})
    random = np.random.default_rng(0)
    for planted in (
        [byline + paragraphs[row] for row in rows],
        [paragraphs[row] + " المصدر: وكالات الأنباء" for row in rows],
        [_edit(paragraphs[row], words, random, share=0) for row in rows],
    ):
        found = find_copies(known, planted)
        assert [copy.row for copy in found if copy] == rows
        assert {copy.kind for copy in found if copy} <= {"exact", "near"}


def test_paragraphs_of_their_own_raise_no_alarm(paragraphs: list[str]) -> None:
    found = find_copies(fingerprint(paragraphs[::2]), paragraphs[1::2])

    assert found.count(None) == len(paragraphs[1::2])


def test_similarity_is_estimated_without_bias_and_recall_at_eight_tenths_is_high(
    paragraphs: list[str], known: Fingerprint
) -> None:
    random = np.random.default_rng(1)
    words = sorted({word for text in paragraphs for word in text.split()})
    rows = [row for row, text in enumerate(paragraphs) if len(text.split()) >= 20]
    edited = [_edit(paragraphs[row], words, random, share) for row in rows for share in (0.03, 0.055)]
    true = np.array([_resemblance(text, paragraphs[row]) for row, text in zip(np.repeat(rows, 2), edited, strict=True)])
    found = find_copies(known, edited)

    at_eight_tenths = [copy is not None for copy, value in zip(found, true, strict=True) if 0.78 <= value <= 0.82]
    assert len(at_eight_tenths) > 150
    assert np.mean(at_eight_tenths) > 0.9
    sure = [(copy.similarity, value) for copy, value in zip(found, true, strict=True) if copy and value > 0.88]
    errors = np.array([estimate - value for estimate, value in sure])
    assert len(errors) > 500
    assert errors.mean() == pytest.approx(0, abs=0.01)
    assert errors.std() < 0.06


def test_the_most_similar_row_is_named_and_the_first_of_equals() -> None:
    nearer, farther = f"{PARAGRAPH} انتهى", f"{PARAGRAPH} وكان الزعيمان قد التقيا في موسكو قبل أشهر"

    found = find_copies(fingerprint([farther, nearer, nearer]), [PARAGRAPH, nearer])

    assert found[0]
    assert (found[0].kind, found[0].row) == ("near", 1)
    assert found[0].similarity >= NEAR
    assert found[1] == Copy("exact", 1.0, 1)


@pytest.mark.parametrize("text", ["", " \n", "…!", "ـــ"])
def test_texts_without_a_word_are_copies_of_nothing(text: str) -> None:
    assert find_copies(fingerprint(["", "…", PARAGRAPH]), [text]) == [None]


def test_one_word_is_a_copy_of_itself_alone() -> None:
    known = fingerprint(["تعاون", "تعاون مشترك"])

    assert find_copies(known, ["تعاونٌ", "شراكة"]) == [Copy("exact", 1.0, 0), None]


def test_nothing_is_found_in_nothing() -> None:
    assert find_copies(fingerprint([]), [PARAGRAPH]) == [None]
    assert find_copies(fingerprint([PARAGRAPH]), []) == []


def test_a_fingerprint_of_many_is_that_of_each() -> None:
    texts = [PARAGRAPH, "تعاون", "", "وقع البلدان اتفاقا"]
    together = fingerprint(texts)

    for row, text in enumerate(texts):
        alone = fingerprint([text])
        assert together.hashes[row] == alone.hashes[0]
        np.testing.assert_array_equal(together.sketches[row], alone.sketches[0])


def test_a_fingerprint_comes_back_from_a_file_without_pickle_and_is_small(known: Fingerprint) -> None:
    stream = io.BytesIO()
    np.savez(stream, **to_arrays(known))
    stream.seek(0)
    with np.load(stream, allow_pickle=False) as arrays:
        again = from_arrays(arrays)

    np.testing.assert_array_equal(again.hashes, known.hashes)
    np.testing.assert_array_equal(again.sketches, known.sketches)
    assert len(again) == len(known)
    of_25_000_rows = len(stream.getvalue()) / len(known) * 25_000
    assert of_25_000_rows < 3_000_000


def test_fingerprints_stored_with_models_stay_readable() -> None:
    # If these change, every stored fingerprint is void: count `_FORMAT` up.
    found = fingerprint(["وقّع البلدان اتفاقًا للتعاون في مجال الطاقة عام ٢٠٢٤"])

    assert found.hashes.tolist() == [15993926780565528970]
    assert found.sketches[0, :4].tolist() == [48584, 13968, 21648, 61104]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": np.array(2)}, "format 2, this version reads 1"),
        ({"hashes": np.zeros(2, dtype=np.uint64)}, "damaged fingerprint"),
        ({"hashes": np.array(1, dtype=np.uint64)}, "damaged fingerprint"),
        ({"sketches": np.zeros((1, 48))}, "damaged fingerprint"),
        ({"sketches": np.zeros((1, 47), dtype=np.uint16)}, "damaged fingerprint"),
    ],
)
def test_damaged_arrays_are_refused(change: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_arrays(to_arrays(fingerprint([PARAGRAPH])) | change)


def test_missing_arrays_are_named() -> None:
    with pytest.raises(ValueError, match="hashes, sketches missing"):
        from_arrays({"format": np.array(1)})


def test_copies_among_texts_belong_to_the_first_of_them(paragraphs: list[str]) -> None:
    long = [text for text in paragraphs if len(text.split()) >= 40][:50]
    pool = [*long, *[f"{text} المصدر: وكالات الأنباء" for text in long], *[text.replace("،", "") for text in long]]

    assert first_copies(fingerprint(pool)).tolist() == [*range(50)] * 3


def test_paragraphs_of_their_own_belong_to_themselves(paragraphs: list[str]) -> None:
    firsts = first_copies(fingerprint(paragraphs))

    assert (firsts == np.arange(len(paragraphs))).mean() > 0.99


def test_copies_of_copies_belong_together_though_the_ends_of_the_chain_differ() -> None:
    words = PARAGRAPH.split()
    chain = [" ".join(words[start : start + 30]) for start in range(0, 9, 3)]
    assert find_copies(fingerprint(chain[:1]), chain[2:]) == [None]

    assert first_copies(fingerprint([chain[0], "نص آخر لا شأن له به", chain[2], chain[1]])).tolist() == [0, 1, 0, 0]


def test_texts_without_a_word_belong_together() -> None:
    assert first_copies(fingerprint(["", PARAGRAPH, "…!", ""])).tolist() == [0, 1, 0, 0]
    assert first_copies(fingerprint([])).tolist() == []


def test_copies_are_found_behind_a_text_that_has_only_some_shingles_in_common_with_them() -> None:
    one = np.arange(1, 49, dtype=np.uint16)
    other, stranger = one.copy(), np.zeros(48, dtype=np.uint16)
    other[6::3] = 0  # in all bands but the first two
    stranger[:6] = one[:6]
    assert NEAR < (one == other).mean() < NEAR + 0.01

    firsts = first_copies(Fingerprint(np.arange(3, dtype=np.uint64), np.stack([stranger, one, other])))

    assert firsts.tolist() == [0, 1, 1]


def test_more_pairs_than_are_compared_at_once_are_all_compared() -> None:
    rows = 60_000
    sketches = np.ones((rows, 48), dtype=np.uint16)
    sketches[-1, 16:] = 2  # has bands in common with the others, but is not near to them

    firsts = first_copies(Fingerprint(np.arange(rows, dtype=np.uint64), sketches))

    assert firsts.tolist() == [0] * (rows - 1) + [rows - 1]


def test_fingerprints_join_to_that_of_all_texts(paragraphs: list[str]) -> None:
    joined = fingerprint(paragraphs[:3]).join(fingerprint(paragraphs[3:5]))

    whole = fingerprint(paragraphs[:5])
    np.testing.assert_array_equal(joined.hashes, whole.hashes)
    np.testing.assert_array_equal(joined.sketches, whole.sketches)


def test_texts_of_the_same_words_have_one_hash_and_texts_without_words_have_none() -> None:
    first, same, other, nothing = hash_words(["اتفاق الطاقة", "«إتفاق» الطَّاقة!", "اتفاق طاقة", "؟ …"])

    assert first == same != other
    assert nothing is None
