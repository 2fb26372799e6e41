import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigError
from pipeline.records import Article, Paragraph, Prediction, Record, Tally
from pipeline.stages import ClassifyParagraphs, TokenizeParagraphs

TEXTS = ["وقعت الصين وروسيا اتفاقا لتوريد الغاز.", "الطاقة والنقل " * 60, "فاز الفريق بالكأس."]


def classify(model: Path, texts: Sequence[str], **settings: Any) -> tuple[list[Record], Tally]:
    """Take paragraphs through the two stages."""
    tally = Tally()
    records: list[Record] = []
    for number, text in enumerate(texts):
        article = Article(id=str(number), text=text, place="a.txt")
        records.append(Paragraph(article=article, index=0, start=0, end=len(text), cleaned=text))
    stage = ClassifyParagraphs(model=model, **settings)
    return list(stage(TokenizeParagraphs(model=model)(records, tally), tally)), tally


def test_paragraphs_are_classified_in_their_order_and_counted(tiny_classifier: Path) -> None:
    found, tally = classify(tiny_classifier, TEXTS, precision="float32", device="cpu")

    assert [each.paragraph.text for each in found if isinstance(each, Prediction)] == TEXTS
    windows = [each.windows for each in found if isinstance(each, Prediction)]
    assert windows[0] == windows[2] == 1 < windows[1]
    assert tally["classify_paragraphs: windows in float32 on cpu"] == sum(windows)
    assert 0 < tally["classify_paragraphs: tokens"] <= tally["tokenize_paragraphs: tokens"]
    assert tally["classify_paragraphs: tokens of padding"] == 0


def test_a_paragraph_copied_word_for_word_is_scored_once_and_written_each_time(tiny_classifier: Path) -> None:
    once, tally_once = classify(tiny_classifier, TEXTS, precision="float32")
    twice, tally = classify(tiny_classifier, [*TEXTS, TEXTS[0], TEXTS[0]], precision="float32")

    assert tally["classify_paragraphs: tokens"] == tally_once["classify_paragraphs: tokens"]
    repeated = (
        tally["classify_paragraphs: windows scored before"] - tally_once["classify_paragraphs: windows scored before"]
    )
    assert repeated == 2
    assert [_scores(twice[index]) for index in (0, 1, 2, 3, 4)] == [_scores(once[index]) for index in (0, 1, 2, 0, 0)]


def _scores(record: Record) -> tuple[object, ...]:
    assert isinstance(record, Prediction)
    return tuple(getattr(record, field.name) for field in dataclasses.fields(record) if field.name != "paragraph")


def test_settling_decides_what_was_left_to_the_machine(tiny_classifier: Path, linear_classifier: Path) -> None:
    settled = ClassifyParagraphs(model=tiny_classifier, device="cpu").settled()
    linear = ClassifyParagraphs(model=linear_classifier).settled()

    assert (settled.device, settled.precision in {"float32", "bfloat16"}) == ("cpu", True)
    assert settled.settled() == settled
    assert (linear.device, linear.precision) == ("cpu", "float32")


def test_settling_keeps_what_was_decided(tiny_classifier: Path) -> None:
    for precision in ("float32", "bfloat16"):
        stage = ClassifyParagraphs(model=tiny_classifier, device="cpu", precision=precision)
        assert stage.settled() == stage


def test_settling_for_a_device_that_is_not_there_is_refused(tiny_classifier: Path) -> None:
    with pytest.raises(ConfigError, match="device cuda:77: cannot be used here"):
        ClassifyParagraphs(model=tiny_classifier, device="cuda:77").settled()
