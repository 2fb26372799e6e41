"""Labelling from Python says what the command says."""

import copy
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import pipeline
from pipeline.__main__ import main
from pipeline.errors import InputError, ModelError
from pipeline.labeller import Labeller, kept_labeller, label_texts
from pipeline.model_line import ModelLine
from pipeline.records import Tally
from tests.line_samples import add_version

ROOT = Path(__file__).parents[1]
TEXT = "وقعت مصر والصين اتفاقا لبناء محطة كهرباء"
ARTICLES = sorted((ROOT / "seeds" / "articles").glob("*.txt"))


class SlowTally(Tally):
    """Loses counts where two count at once."""

    def __setitem__(self, what: str, count: int) -> None:
        sleep(0.001)
        super().__setitem__(what, count)


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


@pytest.fixture(params=["tiny_classifier", "linear_classifier"])
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a classifier of either kind, which may be removed."""
    place: Path = shutil.copytree(request.getfixturevalue(request.param), tmp_path / "mine")
    return place


def test_a_labeller_reads_nothing_from_its_folder_after_it_was_made(model: Path) -> None:
    labeller = Labeller(str(model), precision="float32", explain=True)
    before = labeller.label([TEXT])
    assert before[0].paragraphs
    shutil.rmtree(model)
    assert labeller.label([TEXT]) == before


def test_counts_of_all_calls_add_up(linear_classifier: Path) -> None:
    labeller = Labeller(str(linear_classifier))
    for _ in range(2):
        labeller.label([TEXT, TEXT])
    assert labeller.tally["split_paragraphs: paragraphs"] == 4


def test_threads_that_share_a_labeller_get_what_each_would_get_alone(model: Path) -> None:
    labeller = Labeller(str(model), precision="float32", explain=True)
    texts = [f"{TEXT} {number}" for number in range(12)]
    alone = [labeller.label([text]) for text in texts]
    labeller.tally = SlowTally()
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda text: labeller.label([text]), texts)) == alone
    assert labeller.tally["split_paragraphs: paragraphs"] == len(texts)


def test_a_copy_for_another_process_is_loaded_anew_and_says_the_same(linear_classifier: Path) -> None:
    labeller = Labeller(str(linear_classifier), explain=True)
    said = labeller.label([TEXT])
    copied = copy.deepcopy(labeller)  # as pickling does it
    assert copied.tally == {}
    assert copied.label([TEXT]) == said


def test_texts_are_labelled_by_a_classifier_that_stays_loaded(model: Path) -> None:
    assert kept_labeller(str(model)) is kept_labeller(str(model))
    label_texts([TEXT], str(model))
    assert kept_labeller(str(model)).tally["split_paragraphs: paragraphs"] == 1


def test_the_same_name_in_another_folder_is_another_classifier(
    model: Path, linear_classifier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = kept_labeller("mine")
    shutil.copytree(linear_classifier, tmp_path / "elsewhere" / "mine")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert kept_labeller("mine") is not first
    monkeypatch.chdir(model.parent)


def test_a_version_that_became_current_labels_the_next_texts(linear_classifier: Path, tmp_path: Path) -> None:
    line = ModelLine.open(tmp_path / "line")
    for _ in range(2):
        add_version(line, linear_classifier)
    line.promote("0001", "test")
    first = kept_labeller(str(line.folder))
    line.promote("0002", "test")
    assert kept_labeller(str(line.folder)) is not first


def test_a_text_without_a_letter_has_no_paragraph_and_keeps_its_place(labeller: Labeller) -> None:
    labelled = labeller.label(["", "وقعت مصر والصين اتفاقا لبناء محطة كهرباء", " \n"])
    assert [len(each.paragraphs) for each in labelled] == [0, 1, 0]
    assert labeller.label([]) == []


@pytest.mark.parametrize(("texts", "told"), [("نص", "write \\[text\\]"), (["نص", None], r"texts\[1\]: text expected")])
def test_what_is_no_list_of_texts_is_refused(texts: list[str], told: str, labeller: Labeller) -> None:
    with pytest.raises(InputError, match=told):
        labeller.label(texts)


@pytest.mark.parametrize("table", [pd.DataFrame({"text": [TEXT]}), pa.table({"text": [TEXT]}), {"text": TEXT}])
def test_a_table_is_not_taken_for_the_names_of_its_columns(table: Any, labeller: Labeller) -> None:
    with pytest.raises(InputError, match=r"not .*; give the column of texts, or use label_table"):
        labeller.label(table)


def test_a_column_of_a_table_is_a_list_of_texts(labeller: Labeller) -> None:
    column = pd.Series([TEXT, TEXT], index=["columns", "b"])
    assert [each.text for each in labeller.label(column)] == [TEXT, TEXT]


def test_a_missing_model_is_told_at_once() -> None:
    with pytest.raises(ModelError, match="no such model folder"):
        Labeller("models/nothing")


def test_the_package_offers_what_its_readers_need_and_loads_it_late(linear_classifier: Path) -> None:
    assert pipeline.label_texts is label_texts
    assert label_texts(["نص عربي قصير"], str(linear_classifier))[0].text == "نص عربي قصير"
    with pytest.raises(AttributeError, match="no attribute 'labelTexts'"):
        _ = pipeline.labelTexts
