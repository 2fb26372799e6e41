"""Labelling from Python says what the command says."""

import json
from pathlib import Path

import pytest

import pipeline
from pipeline.__main__ import main
from pipeline.errors import InputError, ModelError
from pipeline.labeller import Labeller, label_texts

ROOT = Path(__file__).parents[1]
ARTICLES = sorted((ROOT / "seeds" / "articles").glob("*.txt"))


@pytest.fixture(scope="module")
def labeller(linear_classifier: Path) -> Labeller:
    """A labeller that is loaded once."""
    return Labeller(str(linear_classifier))


def _read(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as stream:
        return stream.read()


def test_texts_get_the_labels_and_offsets_that_the_command_writes(
    labeller: Labeller, linear_classifier: Path, tmp_path: Path
) -> None:
    out = tmp_path / "labels"
    told = ["label", *map(str, ARTICLES), "--model", str(linear_classifier), "--out", str(out), "--quiet"]
    assert main(told) == 0
    rows = [json.loads(line) for line in (out / "labels.jsonl").read_text(encoding="utf-8").split("\n")[:-1]]
    written = [(row["start"], row["end"], tuple(row["labels"]), row["needs_review"]) for row in rows]
    labelled = labeller.label(map(_read, ARTICLES))
    said = [
        (each.paragraph.start, each.paragraph.end, each.labels, each.needs_review)
        for text in labelled
        for each in text.paragraphs
    ]
    assert said == written
    assert sum(len(each.dropped) for each in labelled) == len((out / "dropped.jsonl").read_text().splitlines())


def test_a_text_has_all_labels_of_its_paragraphs_once(labeller: Labeller) -> None:
    [labelled] = labeller.label([_read(ARTICLES[0])])
    assert len(set(labelled.labels)) == len(labelled.labels) > 1
    assert set(labelled.labels) == {label for each in labelled.paragraphs for label in each.labels}


def test_labels_are_explained_where_that_is_asked_for(labeller: Labeller, linear_classifier: Path) -> None:
    text = "وقّعت مصر والصـــين اتفاقا لبناء محطة كهرباء، وقرضا لها"
    [explained] = Labeller(str(linear_classifier), explain=True).label([text])
    [plain] = labeller.label([text])
    assert explained.labels == plain.labels
    assert [each.evidence for each in plain.paragraphs] == [{}]
    [paragraph] = explained.paragraphs
    words = {word for spans in paragraph.evidence.values() for start, end in spans for word in text[start:end].split()}
    assert tuple(paragraph.evidence) == paragraph.labels
    assert words
    assert words <= set(text.replace("،", "").split())


def test_a_text_without_a_letter_has_no_paragraph_and_keeps_its_place(labeller: Labeller) -> None:
    labelled = labeller.label(["", "وقعت مصر والصين اتفاقا لبناء محطة كهرباء", " \n"])
    assert [len(each.paragraphs) for each in labelled] == [0, 1, 0]
    assert labeller.label([]) == []


@pytest.mark.parametrize(("texts", "told"), [("نص", "write \\[text\\]"), (["نص", None], r"texts\[1\]: text expected")])
def test_what_is_no_list_of_texts_is_refused(texts: list[str], told: str, labeller: Labeller) -> None:
    with pytest.raises(InputError, match=told):
        labeller.label(texts)


def test_a_missing_model_is_told_at_once() -> None:
    with pytest.raises(ModelError, match="no such model folder"):
        Labeller("models/nothing")


def test_the_package_offers_what_its_readers_need_and_loads_it_late(linear_classifier: Path) -> None:
    assert pipeline.label_texts is label_texts
    assert label_texts(["نص عربي قصير"], str(linear_classifier))[0].text == "نص عربي قصير"
    with pytest.raises(AttributeError, match="no attribute 'labelTexts'"):
        _ = pipeline.labelTexts
