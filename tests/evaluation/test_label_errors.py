import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from pipeline.evaluation.label_errors import confident_classes, suspect_labels

from .scored_samples import IDS, make_scored


def test_confident_classes_worked_by_hand() -> None:
    probabilities = np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8], [0.1, 0.9], [0.45, 0.55], [0.8, 0.2]])
    given = np.array([0, 0, 0, 1, 1, 1])

    # class 0 is confident from (0.9 + 0.7 + 0.2) / 3 = 0.6, class 1 from (0.9 + 0.55 + 0.2) / 3 = 0.55
    assert confident_classes(probabilities, given).tolist() == [0, 0, 1, 1, 1, 0]


def test_a_row_of_which_no_class_is_confident_has_none_and_a_class_of_no_row_is_never_confident() -> None:
    probabilities = np.array([[0.6, 0.0, 0.4], [0.5, 0.1, 0.4], [0.0, 1.0, 0.0]])

    assert confident_classes(probabilities, np.array([0, 0, 0])).tolist() == [0, 0, -1]


def test_equal_probabilities_are_confident_of_their_own_class() -> None:
    probabilities = np.full((7, 2), (0.1, 0.9))

    assert confident_classes(probabilities, np.zeros(7, dtype=np.intp)).tolist() == [0] * 7


def _plainly(probabilities: np.ndarray, given: np.ndarray) -> list[int]:
    """The definition of the confident joint, cell by cell."""
    found = []
    for row, own in zip(probabilities, given, strict=True):
        confident = [
            (row[k], -k)
            for k in range(probabilities.shape[1])
            if (given == k).any() and row[k] >= probabilities[given == k, k].mean() - 1e-12
        ]
        if confident and -max(confident)[1] != own:
            found.append(-max(confident)[1])
        else:
            found.append(-1)
    return found


@pytest.mark.parametrize("seed", range(5))
def test_one_label_per_row_agrees_with_the_definition(seed: int) -> None:
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.ones(3), size=80)
    given = np.array([random.choice(3, p=each) for each in probabilities])
    applies = np.eye(3)[probabilities.argmax(axis=1)]

    found = suspect_labels(make_scored(np.eye(3)[given], applies, probabilities, is_single=True))

    expected = _plainly(probabilities, given)
    assert {each["row"]: each["suggested"] for each in found} == {k: IDS[j] for k, j in enumerate(expected) if j >= 0}
    for each in found:
        row = probabilities[each["row"]]
        own = IDS.index(each["label"])
        assert each["is_given"]
        assert each["probability"] == row[own]
        assert each["margin"] == pytest.approx(row[own] - np.delete(row, own).max())
    assert [each["margin"] for each in found] == sorted(each["margin"] for each in found)


def test_labels_that_apply_or_not_are_problems_of_their_own() -> None:
    random = np.random.default_rng(0)
    probabilities = random.random((60, 3))
    gold = random.random((60, 3)) < probabilities

    found = suspect_labels(make_scored(gold, probabilities >= 0.5, probabilities))

    for k, name in enumerate(IDS):
        both = np.stack([1 - probabilities[:, k], probabilities[:, k]], axis=1)
        expected = _plainly(both, gold[:, k].astype(int))
        own = {each["row"]: each for each in found if each["label"] == name}
        assert {row: int(not each["is_given"]) for row, each in own.items()} == {
            row: j for row, j in enumerate(expected) if j >= 0
        }
        for row, each in own.items():
            given = int(gold[row, k])
            assert each["margin"] == pytest.approx(both[row, given] - both[row, 1 - given])
            assert each["suggested"] is None


def test_nothing_is_suspected_without_probabilities_nor_in_rows_that_no_model_saw() -> None:
    gold = np.array([[1], [1], [1], [0], [0]])
    probabilities = np.array([[0.9], [0.8], [0.0], [0.1], [0.05]])
    margins = np.array([2.0, 1.0, 3.0, 2.0, 4.0])

    assert suspect_labels(make_scored(gold, gold)) == []
    assert [each["row"] for each in suspect_labels(make_scored(gold, gold, probabilities, margins=margins))] == [2]
    margins[2] = np.inf
    assert suspect_labels(make_scored(gold, gold, probabilities, margins=margins)) == []


def test_a_label_that_no_row_was_given_is_never_missed() -> None:
    probabilities = np.array([[0.9], [0.1], [0.2]])

    assert suspect_labels(make_scored(np.zeros((3, 1)), probabilities >= 0.5, probabilities)) == []


def _simulate(seed: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Features and three true labels that follow from them with a little noise."""
    random = np.random.default_rng(seed)
    features = random.normal(size=(rows, 6))
    return features, features[:, :3] + 0.15 * random.normal(size=(rows, 3)) > (0.3, 0.8, 0.0)


@pytest.mark.parametrize("seed", range(3))
def test_planted_errors_are_found_far_better_than_by_chance(seed: int) -> None:
    features, truth = _simulate(seed, 1500)
    planted = np.random.default_rng(seed + 100).random(truth.shape) < 0.06
    gold = truth ^ planted
    model = LogisticRegression()
    probabilities = np.stack(
        [cross_val_predict(model, features, gold[:, k], cv=5, method="predict_proba")[:, 1] for k in range(3)], axis=1
    )

    found = suspect_labels(make_scored(gold, probabilities >= 0.5, probabilities))

    hits = [planted[each["row"], IDS.index(each["label"])] for each in found]
    # by chance the precision is the share of planted errors, 0.06, and the recall the share of cells suspected
    precision, recall = np.mean(hits), sum(hits) / planted.sum()
    assert recall > 0.65
    assert recall > 12 * len(found) / planted.size
    assert precision > 0.9
    assert precision > 12 * planted.mean()
    half = len(hits) // 2
    assert np.mean(hits[:half]) == 1.0 > np.mean(hits[half:])


def test_planted_errors_are_found_where_one_label_applies() -> None:
    random = np.random.default_rng(5)
    truth = random.integers(0, 3, 1500)
    features = np.eye(3)[truth] * 2.5 + random.normal(size=(1500, 3))
    planted = random.random(1500) < 0.08
    given = np.where(planted, (truth + random.integers(1, 3, 1500)) % 3, truth)
    probabilities = cross_val_predict(LogisticRegression(), features, given, cv=5, method="predict_proba")
    scored = make_scored(np.eye(3)[given], np.eye(3)[probabilities.argmax(axis=1)], probabilities, is_single=True)

    found = suspect_labels(scored)

    rows = [each["row"] for each in found]
    # by chance they would be 0.06 and 0.08
    assert planted[rows].sum() / planted.sum() > 0.6
    assert planted[rows].mean() > 0.85
    right = [IDS[truth[each["row"]]] == each["suggested"] for each in found if planted[each["row"]]]
    assert np.mean(right) > 0.9
