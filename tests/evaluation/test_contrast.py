from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from pipeline.config import load_config
from pipeline.decision import BoolArray, FloatArray
from pipeline.evaluation.contrast import ContrastPair, measure_pairs
from pipeline.evaluation.robustness import Predict
from pipeline.taxonomy import Taxonomy
from pipeline.text import boilerplate_reason, clean

ROOT = Path(__file__).parents[2]
IDS = ("energy", "finance")


def _pair(name: str, text: str, changed: str, kind: str = "swap") -> ContrastPair:
    labels = [tuple(label for label in IDS if label[0] in side) for side in (text, changed)]
    return ContrastPair(id=name, kind=kind, text=text, labels=labels[0], changed=changed, changed_labels=labels[1])


def _says(*sets: str) -> Predict:
    """Predict the labels that begin with the letters given, text by text."""

    def predict(texts: Sequence[str]) -> tuple[BoolArray, FloatArray]:
        assert len(texts) == len(sets)
        applies = np.array([[name[0] in each for name in IDS] for each in sets])
        return applies, applies.astype(np.float64)

    return predict


def test_pairs_worked_by_hand() -> None:
    pairs = [_pair("p1", "e", "f"), _pair("p2", "e", "-"), _pair("p3", "e", "ef", "add"), _pair("p4", "f", "-", "add")]
    # p1 right; p2 never moves; p3 right on the first side alone; p4 moves as it should beside a wrong label.
    report = measure_pairs(pairs, IDS, _says("e", "e", "e", "ef", "f", "e", "f", "e"))

    assert report["failed"] == ["p2", "p3", "p4"]
    assert list(report["kinds"]) == ["swap", "add"]
    whole = report["all"]
    assert whole["pairs"] == 4
    assert (whole["both_right"], whole["change_right"], whole["unmoved"]) == (0.25, 0.5, 0.25)
    assert (whole["first_right"], whole["second_right"]) == (0.75, 0.25)
    assert report["kinds"]["swap"]["both_right"] == 0.5
    assert report["kinds"]["add"]["both_right"] == 0.0
    assert report["kinds"]["add"]["change_right"] == 0.5
    # z² / (n + z²) for none of two
    assert report["kinds"]["add"]["both_right_interval"] == pytest.approx((0.0, 0.657620), abs=1e-6)


def test_pairs_need_labels_that_exist_and_predictions_that_fit() -> None:
    with pytest.raises(ValueError, match="unknown labels in pairs: energy"):
        measure_pairs([_pair("p1", "e", "f")], ("finance",), _says("", ""))
    with pytest.raises(ValueError, match="no contrast pair"):
        measure_pairs([], IDS, _says())
    with pytest.raises(ValueError, match="same shape"):
        measure_pairs([_pair("p1", "e", "f")], IDS, lambda _: (np.zeros((1, 2), bool), np.zeros((1, 2))))


def test_a_pair_that_does_not_change_is_refused() -> None:
    with pytest.raises(ValidationError, match="pair p1: text and labels both have to change"):
        _pair("p1", "e x", "e y")
    with pytest.raises(ValidationError, match="Extra inputs"):
        ContrastPair.model_validate({**_pair("p1", "e", "f").model_dump(), "note": ""})


@pytest.fixture(scope="module")
def shipped() -> list[ContrastPair]:
    """The pairs in seeds/contrast."""
    lines = (ROOT / "seeds" / "contrast" / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
    return [ContrastPair.model_validate_json(line) for line in lines]


def test_the_shipped_pairs_are_valid_and_cover_all_domains(shipped: list[ContrastPair]) -> None:
    ids = load_config(Taxonomy, ROOT / "configs" / "cooperation.yaml").ids
    uses = Counter(name for pair in shipped for name in (*pair.labels, *pair.changed_labels))

    assert set(uses) == set(ids)
    assert min(uses.values()) >= 5
    assert len({pair.id for pair in shipped}) == len(shipped)
    assert len({text for pair in shipped for text in (pair.text, pair.changed)}) == 2 * len(shipped)
    for pair in shipped:
        assert len(set(pair.labels)) == len(pair.labels)
        assert len(set(pair.changed_labels)) == len(pair.changed_labels)


def test_each_kind_of_shipped_pairs_changes_what_its_name_says(shipped: list[ContrastPair]) -> None:
    readme = (ROOT / "seeds" / "contrast" / "README.md").read_text(encoding="utf-8")
    for kind, count in Counter(pair.kind for pair in shipped).items():
        assert f"| `{kind}` |" in readme
        assert f"| {count} |" in next(line for line in readme.splitlines() if f"`{kind}`" in line)
    for pair in shipped:
        assert pair.labels
        if pair.kind in {"conflict", "domestic", "same_words"}:
            assert not pair.changed_labels
        elif pair.kind == "second_domain":
            assert set(pair.changed_labels) > set(pair.labels)
        else:
            assert len(pair.changed_labels) == len(pair.labels)


def test_shipped_pairs_share_words_and_are_no_boilerplate(shipped: list[ContrastPair]) -> None:
    for pair in shipped:
        first, second = (set(clean(text).text.split()) for text in (pair.text, pair.changed))
        assert len(first & second) >= 0.2 * min(len(first), len(second)), pair.id
        assert boilerplate_reason(pair.text) is None
        assert boilerplate_reason(pair.changed) is None
