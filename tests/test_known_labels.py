import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.known_labels import prior_log_odds, refuse_partial


def test_the_odds_of_a_label_are_those_of_the_rows_that_it_was_decided_on() -> None:
    gold = np.zeros((40, 3), dtype=np.bool_)
    gold[:9, 0] = gold[:20, 1] = True
    known = np.ones_like(gold)
    known[30:, 0] = known[:, 2] = False

    odds = prior_log_odds(gold, known)

    assert odds == pytest.approx([np.log(9.5 / 21.5), 0, np.log(0.5 / 40.5)])


def test_rows_that_leave_labels_open_cannot_teach_a_choice_of_one() -> None:
    known = np.ones((3, 2), dtype=np.bool_)
    refuse_partial(known)
    known[1, 0] = False
    with pytest.raises(InputError, match="1 of 3 rows are annotated for some labels only"):
        refuse_partial(known)
