from dataclasses import replace

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.taxonomy import Taxonomy
from pipeline.training.rows import UNKNOWN, EncodedRows, LengthGroupedOrder, PaddedBatch

ROWS = EncodedRows(
    windows=(((2, 5, 3),), ((2, 6, 7, 3), (2, 7, 3)), ((2, 3),)),
    gold=np.array([[True, False], [False, True], [False, False]]),
)


def _taxonomy(labels_per_paragraph: str) -> Taxonomy:
    domains = [{"id": name, "arabic": name, "english": name} for name in ("energy", "finance")]
    return Taxonomy.model_validate({"name": "t", "labels_per_paragraph": labels_per_paragraph, "domains": domains})


def test_every_window_of_a_long_paragraph_carries_its_labels() -> None:
    rows = ROWS.dataset(_taxonomy("any"))

    assert rows["input_ids"][:] == [[2, 5, 3], [2, 6, 7, 3], [2, 7, 3], [2, 3]]
    assert rows["labels"][:] == [[1, 0], [0, 1], [0, 1], [0, 0]]


def test_a_single_label_is_given_by_its_number() -> None:
    assert ROWS.select(np.array([True, True, False])).dataset(_taxonomy("one"))["labels"][:] == [0, 1, 1]


def test_labels_that_were_not_annotated_are_marked_as_unknown_whatever_is_said_of_them() -> None:
    known = np.array([[True, True], [True, False], [False, True]])
    soft = np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.4]])

    for learned, first in ((None, [1, 0]), (soft, [0.9, 0.1])):
        labels = replace(ROWS, known=known, soft=learned).dataset(_taxonomy("any"))["labels"][:]
        assert labels[0] == pytest.approx(first)
        assert [labels[1][1], labels[2][1], labels[3][0]] == [UNKNOWN] * 3
        assert UNKNOWN not in (labels[1][0], labels[2][0], labels[3][1])


def test_chosen_rows_bring_along_what_is_known_of_them() -> None:
    known = np.array([[True, True], [True, False], [False, True]])

    assert replace(ROWS, known=known).select(np.array([True, False, True])).is_known.tolist() == known[[0, 2]].tolist()
    assert replace(ROWS, known=known).by_length().is_known.tolist() == known[[1, 0, 2]].tolist()
    assert ROWS.is_known.all()


def test_of_one_label_per_paragraph_rows_must_be_annotated_for_all() -> None:
    rows = replace(ROWS, known=np.array([[True, True], [True, False], [False, True]]))

    with pytest.raises(InputError, match="2 of 3 rows are annotated for some labels only"):
        rows.dataset(_taxonomy("one"))


def test_an_epoch_has_every_window_once_in_batches_of_similar_length() -> None:
    lengths = np.random.default_rng(0).integers(5, 200, 1001)
    order = list(LengthGroupedOrder(lengths.tolist(), 8, seed=1))

    assert sorted(order) == list(range(1001))
    spans = [np.ptp(lengths[order[start : start + 8]]) for start in range(0, 1000, 8)]
    assert np.mean(spans) < 20


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    first, second = (LengthGroupedOrder([3, 4, 5, 6, 7] * 9, 4, seed=1) for _ in range(2))
    epoch_0 = list(first)
    first.set_epoch(2)
    second.set_epoch(2)

    assert list(first) == list(second) != epoch_0


def test_a_batch_is_padded_to_its_longest_window() -> None:
    batch = PaddedBatch(9)([{"input_ids": [2, 3], "labels": [0.0]}, {"input_ids": [2, 5, 3], "labels": [1.0]}])

    assert batch["input_ids"].tolist() == [[2, 3, 9], [2, 5, 3]]
    assert batch["attention_mask"].tolist() == [[1, 1, 0], [1, 1, 1]]
    assert batch["labels"].tolist() == [[0.0], [1.0]]
