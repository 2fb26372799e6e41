from hypothesis import given
from hypothesis import strategies as st

from pipeline.labelled.annotators import Annotation, in_order, last_of_each, lay_out, settle

CHOICES = st.lists(st.sampled_from("abcd"), unique=True)


def _each(*choices: str) -> list[Annotation]:
    return [Annotation(f"{k}", list(each)) for k, each in enumerate(choices)]


def test_labels_are_what_more_than_half_chose_the_most_chosen_first() -> None:
    assert settle(_each("ab", "bc", "bad")) == ["b", "a"]


def test_half_is_not_enough() -> None:
    assert settle(_each("ab", "b")) == ["b"]
    assert settle(_each("a", "b")) == []


def test_one_annotator_decides_alone_in_the_order_given() -> None:
    assert settle(_each("ca")) == ["c", "a"]
    assert settle(_each("")) == []


def test_a_ground_truth_goes_before_all_others() -> None:
    truth = [Annotation("9", ["d"], "1", is_truth=True), Annotation("8", ["c"], "2", is_truth=True)]

    assert settle([*_each("ab", "ab"), truth[0]]) == ["d"]
    assert settle([*_each("ab", "ab"), *truth]) == ["c"]


@given(st.lists(CHOICES, min_size=1, max_size=5))
def test_the_labels_do_not_depend_on_the_order_of_annotators(choices: list[list[str]]) -> None:
    annotations = [Annotation(str(k), each) for k, each in enumerate(choices)]

    assert set(settle(annotations)) == set(settle(annotations[::-1]))


def test_the_last_annotation_of_an_annotator_counts_and_the_truth_before_it() -> None:
    first, last = Annotation("1", ["a"], "2024-01-01"), Annotation("1", ["b"], "2024-01-02")
    truth = Annotation("1", ["c"], "2023-01-01", is_truth=True)

    assert last_of_each([last, first]) == {"1": last}
    assert last_of_each([last, truth, first]) == {"1": truth}


def test_annotations_that_name_nobody_count_each() -> None:
    assert len(last_of_each([Annotation("", ["a"]), Annotation("", ["a"])])) == 2


def test_codings_stand_in_the_order_of_the_annotators_of_the_file() -> None:
    order = in_order(["10", "9", "b", "a", "9"])

    assert order == ["9", "10", "a", "b"]
    assert in_order(["1" * 5000, "2", "007", "x"]) == ["2", "007", "1" * 5000, "x"]
    assert lay_out({"b": Annotation("b", ["x"]), "9": Annotation("9", [])}, order) == [[], None, None, ["x"]]
