import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.labelled.label_names import LabelNames
from pipeline.taxonomy import Taxonomy

from .samples import taxonomy

NAMES = LabelNames(taxonomy())
CALLED = ["energy", "الطاقة", "Finance and banking", "Politics, diplomacy"]


@pytest.mark.parametrize(
    ("joined", "parts"),
    [
        ("energy", ["energy"]),
        ("energy|finance", ["energy", "finance"]),
        ("energy; finance ;diplomacy", ["energy", "finance", "diplomacy"]),
        ("energy, finance,", ["energy", "finance"]),
        ("energy، finance؛ diplomacy", ["energy", "finance", "diplomacy"]),
        ("energy#finance", ["energy", "finance"]),
        ("Politics, diplomacy", ["Politics, diplomacy"]),
        ("Politics, diplomacy|الطاقة", ["Politics, diplomacy", "الطاقة"]),
        ("['energy', 'finance']", ["energy", "finance"]),
        ('["energy"]', ["energy"]),
        ("[]", []),
        ("  ", []),
        ("enrgy,finance", ["enrgy", "finance"]),
    ],
)
def test_labels_in_one_cell_are_told_apart(joined: str, parts: list[str]) -> None:
    assert NAMES.split(joined) == parts


@pytest.mark.parametrize("broken", ["[energy]", "['energy'", "[1]", "[" * 1000, "[{[]:1}]"])
def test_what_looks_like_a_list_and_is_none_is_taken_as_written(broken: str) -> None:
    assert NAMES.split(broken) == [broken]


@given(st.lists(st.sampled_from(CALLED), unique=True), st.sampled_from(["|", ";", "؛"]))
def test_joining_and_splitting_gives_the_same_labels(called: list[str], separator: str) -> None:
    assert NAMES.split(separator.join(called)) == called


def test_a_name_that_two_domains_share_names_neither() -> None:
    domains = [{"id": name, "arabic": "طاقة", "english": name} for name in ("gas", "oil")]
    names = LabelNames(Taxonomy.model_validate({"name": "t", "domains": domains}))

    assert names.id_of("طاقة") is None
    assert names.id_of("gas") == "gas"


def test_an_unknown_label_is_answered_with_the_domain_whose_name_is_near() -> None:
    assert NAMES.unknown("الطاقه").endswith("did you mean energy?")
    assert NAMES.unknown("zzz").endswith("known: energy, finance, diplomacy")
