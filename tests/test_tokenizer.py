import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.decision import Decision
from pipeline.errors import ModelError
from pipeline.model_folder import read_decision
from pipeline.taxonomy import Domain, Taxonomy
from pipeline.text import clean, preprocess_arabert
from pipeline.tokenizer import ParagraphTokenizer, load_tokenizer, refuse_segmented
from tests.text.texts import any_texts

TAXONOMY = Taxonomy(name="t", domains=(Domain(id="energy", arabic="الطاقة", english="Energy"),))
CLS, SEP = 2, 3


def _tokenizer(folder: Path, max_tokens: int, overlap: int) -> ParagraphTokenizer:
    return ParagraphTokenizer.load(
        folder, Decision(taxonomy=TAXONOMY, prepare=(), max_tokens=max_tokens, overlap=overlap)
    )


def test_a_paragraph_is_preprocessed_as_arabert_and_framed(tiny_encoder: Path) -> None:
    (windows,) = _tokenizer(tiny_encoder, 64, 8).windows(["وقّعت الصين اتفاقاً: https://example.com/a"])

    plain = load_tokenizer(tiny_encoder)
    expected = plain("وقعت الصين اتفاقا : [رابط]")["input_ids"]
    assert windows == (tuple(expected),)
    assert plain.convert_tokens_to_ids("[رابط]") in windows[0]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(words=st.integers(0, 200), max_tokens=st.integers(8, 64), share=st.floats(0, 0.5))
def test_windows_overlap_fit_and_lose_no_token(tiny_encoder: Path, words: int, max_tokens: int, share: float) -> None:
    overlap = int(share * max_tokens)
    text = " ".join(["التعاون", "الصين", "وروسيا", "الطاقة"][index % 4] for index in range(words))
    whole = load_tokenizer(tiny_encoder).backend_tokenizer.encode(text, add_special_tokens=False).ids

    (windows,) = _tokenizer(tiny_encoder, max_tokens, overlap).windows([text])

    joined: list[int] = []
    for window in windows:
        assert len(window) <= max_tokens
        assert (window[0], window[-1]) == (CLS, SEP)
        inside = list(window[1:-1])
        assert joined[len(joined) - overlap :] == inside[:overlap] if joined and overlap else True
        joined += inside[overlap if joined else 0 :]
    assert joined == whole


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(any_texts, max_size=4), st.sampled_from([(8, 0), (8, 4), (9, 3), (64, 8)]))
def test_the_windows_of_any_texts_lose_no_token_and_do_not_depend_on_each_other(
    tiny_encoder: Path, texts: list[str], lengths: tuple[int, int]
) -> None:
    tokenizer, whole = _tokenizer(tiny_encoder, *lengths), load_tokenizer(tiny_encoder).backend_tokenizer
    cleaned = [clean(text).text for text in texts]
    for text, windows in zip(cleaned, tokenizer.windows(cleaned), strict=True):
        ids = whole.encode(preprocess_arabert(text), add_special_tokens=False).ids
        inside = [window[1:-1] for window in windows]
        assert windows == tokenizer.windows([text])[0]
        assert [*inside[0], *(token for window in inside[1:] for token in window[lengths[1] :])] == ids


def test_no_text_is_still_one_window(tiny_encoder: Path) -> None:
    assert _tokenizer(tiny_encoder, 64, 8).windows(["", "😀"]) == [((CLS, SEP),), ((CLS, SEP),)]
    assert _tokenizer(tiny_encoder, 64, 8).windows([]) == []


def test_many_paragraphs_are_cut_as_each_alone(tiny_classifier: Path) -> None:
    tokenizer = ParagraphTokenizer.load(tiny_classifier, read_decision(tiny_classifier))
    texts = ["زار الوزير بكين.", "الطاقة " * 100, "بلغ حجم التبادل التجاري 190.3 مليار دولار."]

    assert tokenizer.windows(texts) == [tokenizer.windows([text])[0] for text in texts]


@pytest.mark.parametrize(
    "name",
    [
        "aubmindlab/bert-base-arabertv2",
        "aubmindlab/bert-large-arabertv2",
        "aubmindlab/bert-base-arabert",
        "m/bert-base-arabertv1/",
    ],
)
def test_checkpoints_that_need_farasa_are_refused_with_the_one_to_take(name: str) -> None:
    with pytest.raises(
        ModelError, match=r"needs Java and is not supported; take the v0\.2 checkpoint.*bert-base-arabertv02"
    ):
        refuse_segmented(name)


@pytest.mark.parametrize(
    "name", ["aubmindlab/bert-base-arabertv02", "aubmindlab/bert-base-arabertv02-twitter", "models/cooperation"]
)
def test_checkpoints_of_plain_words_are_taken(name: str) -> None:
    refuse_segmented(name, ["ال", "##ال"])


def test_a_renamed_checkpoint_that_needs_farasa_shows_by_its_word_pieces() -> None:
    with pytest.raises(ModelError, match="Farasa"):
        refuse_segmented("models/mine", ["[CLS]", "ال+", "كتاب"])


def test_a_folder_without_tokenizer_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no tokenizer that can be read"):
        load_tokenizer(tmp_path)


def test_the_tokenizer_of_a_classifier_is_the_one_that_transformers_reads(tiny_classifier: Path) -> None:
    text = "وقعت الصين [رابط] اتفاقا، 2024 x"
    (windows,) = ParagraphTokenizer.load(tiny_classifier, read_decision(tiny_classifier)).windows([text])

    assert windows == (tuple(load_tokenizer(tiny_classifier)(text)["input_ids"]),)


def test_a_damaged_tokenizer_of_a_classifier_is_told(tiny_classifier: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_classifier, folder)
    (folder / "tokenizer.json").write_text("{", encoding="utf-8")

    with pytest.raises(ModelError, match=r"tokenizer\.json: cannot be read"):
        ParagraphTokenizer.load(folder, read_decision(folder))
