"""Predictions get their evidence, in offsets of the article as it was read."""

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import pytest

from pipeline.model_folder import read_decision
from pipeline.records import Article, BlockEnd, Dropped, Paragraph, Prediction, Record, Tally
from pipeline.stages import CleanArticles, ExplainPredictions, SplitParagraphs

ORNATE = (
    "\u200fعُقِدَت قمّةٌ 😀😀\r\n\r\n"
    "وقّعت الصـــين ورُوسيا اتِّفاقاً لِتَوريدِ الغـــازِ (والنِّفط)، \u202bبقرضٍ\u202c 🛢️ ﻻستيراد 😀الطاقةِ"
    " &amp; &quot;النفط&quot;\r\n"
    "اتِّفاقُ الغازِ والغـازُ &lt;ﷺ&gt; ٢٠٢٤"
)
WORDS = {
    *("عُقِدَت", "قمّةٌ", "وقّعت", "الصـــين", "ورُوسيا", "اتِّفاقاً", "لِتَوريدِ", "الغـــازِ", "والنِّفط", "بقرضٍ\u202c"),
    *("ﻻستيراد", "الطاقةِ", "النفط", "اتِّفاقُ", "الغازِ", "والغـازُ", "ﷺ", "٢٠٢٤"),
}
"""The words of the text as they stand in it, with all that is written on and in them."""


@pytest.fixture(params=["tiny_classifier", "linear_classifier"])
def model(request: pytest.FixtureRequest) -> Path:
    """A classifier of either kind."""
    folder: Path = request.getfixturevalue(request.param)
    return folder


def paragraphs_of(text: str, *, cleaned: bool = True) -> list[Paragraph]:
    stream: Sequence[Record] = [Article("1", text, "a.txt")]
    if cleaned:
        stream = list(CleanArticles()(stream, Tally()))
    return [each for each in SplitParagraphs()(stream, Tally()) if isinstance(each, Paragraph)]


def predict(paragraph: Paragraph, *labels: str) -> Prediction:
    return Prediction(paragraph, labels, next(iter(labels), None), {}, 1, needs_review=False, model="m@1")


def explain(model: Path, records: Sequence[Record], tally: Tally | None = None) -> list[Record]:
    stage = ExplainPredictions(model=model, device="cpu", precision="float32", threads=1)
    return list(stage(records, Tally() if tally is None else tally))


def evidence_of(record: Record) -> dict[str, list[str]]:
    """Cut the evidence out of the article as read."""
    assert isinstance(record, Prediction)
    text = record.paragraph.article.text
    return {label: [text[start:end] for start, end in spans] for label, spans in record.evidence.items()}


@pytest.mark.parametrize("cleaned", [True, False], ids=["cleaned before", "cleaned here"])
def test_offsets_lead_to_whole_words_of_the_article_as_read(model: Path, *, cleaned: bool) -> None:
    labels = read_decision(model).taxonomy.ids
    found = explain(model, [predict(each, *labels) for each in paragraphs_of(ORNATE, cleaned=cleaned)])
    told = {
        word for each in found for stretches in evidence_of(each).values() for one in stretches for word in one.split()
    }
    assert told <= WORDS
    assert len(told) >= 0.7 * len(WORDS)


def test_stretches_stand_in_their_paragraph_in_order_and_apart(model: Path) -> None:
    labels = read_decision(model).taxonomy.ids
    for each in explain(model, [predict(each, *labels) for each in paragraphs_of(ORNATE)]):
        assert isinstance(each, Prediction)
        for spans in each.evidence.values():
            borders = [border for span in spans for border in span]
            assert borders == sorted(set(borders))
            assert all(each.paragraph.start <= border <= each.paragraph.end for border in borders)


def test_what_came_from_one_character_is_told_once(model: Path) -> None:
    [paragraph] = paragraphs_of("ﷺ")
    assert len(paragraph.cleaned.split()) > 1
    for spans in evidence_of(explain(model, [predict(paragraph, *read_decision(model).taxonomy.ids)])[0]).values():
        assert spans in ([], ["ﷺ"])


def test_every_label_and_nothing_else_has_its_entry(model: Path) -> None:
    one, other, *_ = read_decision(model).taxonomy.ids
    paragraphs = paragraphs_of("وقعت الصين وروسيا اتفاقا لتوريد الغاز.\nفاز الفريق.\nقرض من البنك")
    records = [predict(paragraphs[0], other, one), predict(paragraphs[1]), predict(paragraphs[2], one)]
    found = explain(model, records)
    assert [list(evidence_of(each)) for each in found] == [[other, one], [], [one]]


def test_other_records_keep_their_place_and_inputs_stay_unchanged(model: Path) -> None:
    [paragraph] = paragraphs_of("وقعت الصين وروسيا اتفاقا لتوريد الغاز.")
    prediction = predict(paragraph, read_decision(model).taxonomy.ids[0])
    records: list[Record] = [Dropped(paragraph, "menu"), prediction, BlockEnd(0, 1), BlockEnd(1, 1)]
    before = deepcopy(records)
    found = explain(model, records)
    assert [type(each) for each in found] == [Dropped, Prediction, BlockEnd, BlockEnd]
    assert found[0] is records[0]
    assert records == before


def test_the_same_predictions_get_the_same_evidence(model: Path) -> None:
    labels = read_decision(model).taxonomy.ids
    records = [predict(each, *labels) for each in paragraphs_of(ORNATE)]
    assert explain(model, records) == explain(model, records)


def test_neither_blocks_nor_batches_change_the_evidence(model: Path) -> None:
    labels = read_decision(model).taxonomy.ids
    records = [predict(each, *labels) for each in paragraphs_of(ORNATE)]
    one_by_one: list[Record] = [mark for k, each in enumerate(records) for mark in (each, BlockEnd(0, k + 1))]
    stage = ExplainPredictions(model=model, device="cpu", precision="float32", threads=1, batch_tokens=512)
    apart = [each for each in stage(one_by_one, Tally()) if isinstance(each, Prediction)]
    assert apart == explain(model, records)


def test_a_long_paragraph_of_several_windows_is_explained_by_few_words(model: Path) -> None:
    sentence = "وبحث الوزيران سبل تعزيز التعاون في مجالات الطاقة والنقل والزراعة والتعليم بين البلدين "
    [paragraph] = paragraphs_of(sentence * 40 + "الغاز")
    tally = Tally()
    [found] = explain(model, [predict(paragraph, read_decision(model).taxonomy.ids[0])], tally)
    [stretches] = evidence_of(found).values()
    assert len({word for stretch in stretches for word in stretch.split()}) <= 5
    assert tally["explain_predictions: texts scored"] <= 1 + len(set(sentence.split())) + 1 + 1 + 12


def test_labels_for_which_no_word_speaks_are_counted(model: Path) -> None:
    [paragraph] = paragraphs_of("😀 ...")
    tally = Tally()
    [found] = explain(model, [predict(paragraph, *read_decision(model).taxonomy.ids[:2])], tally)
    assert [*evidence_of(found).values()] == [[], []]
    assert tally == {"explain_predictions: labels without evidence": 2}


def test_settling_decides_what_was_left_to_the_machine(model: Path) -> None:
    settled = ExplainPredictions(model=model).settled()
    assert "auto" not in {settled.device, settled.precision}
    assert settled.settled() == settled
