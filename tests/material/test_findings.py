from dataclasses import replace

from pipeline.material.counts import LabelCounts
from pipeline.material.findings import FileFindings, Findings, find_row_mistakes, look_at_file, warnings
from pipeline.material.texts import find_faults
from tests.material.labelled_rows import IDS, make_row, make_taxonomy

PLENTY = LabelCounts(base=90, extra=0, base_held_out=10, extra_held_out=0, decided=300, is_far=False)


def _findings(**changes: object) -> Findings:
    good = Findings(files={}, mistakes=(), held_out=0.1, labels=dict.fromkeys(IDS, PLENTY))
    return replace(good, **changes)  # type: ignore[arg-type]


def test_good_rows_are_warned_of_in_no_way() -> None:
    files = {"a.jsonl": FileFindings("base", find_faults([make_row("وقعت الصين اتفاقا"), make_row("ﺍﻟﺴﻼﻡ")]), None)}

    assert not list(warnings(_findings(files=files, superseded=3, changed=2, dropped={"drop_boilerplate: x": 4})))


def test_what_is_left_out_is_told_in_one_line() -> None:
    (warning,) = warnings(_findings(evaluation_copies=4, held_out_copies=3, extra_copies=1))

    assert (
        warning == "not trained on: 4 copies of evaluation rows, 3 copies of held-out rows (1 of them in extra files)"
    )
    assert list(warnings(_findings(repeats=2))) == ["not trained on: 2 repeats of other extra rows"]


def test_contradictions_among_base_rows_are_counted_and_the_first_are_named() -> None:
    pairs = [(make_row("", place=f"a.jsonl:{k}"), make_row("", place=f"b.jsonl:{k}")) for k in range(5)]

    (warning,) = warnings(_findings(contradictions=pairs))

    assert warning.startswith("5 labelled rows contradict others of the same text: b.jsonl:0 and a.jsonl:0, ")
    assert warning.count(" and ") == 3


def test_damage_is_told_by_file_with_a_place() -> None:
    faults = find_faults([make_row("كلام \ufffd سليم", place="a.jsonl:7")])

    (warning,) = warnings(_findings(files={"a.jsonl": FileFindings("extra", faults, None)}))

    assert warning == "damaged texts: a.jsonl: characters lost (U+FFFD) in 1 rows, such as a.jsonl:7"


def test_labels_without_rows_with_few_and_with_a_far_share_are_told_apart() -> None:
    labels = {
        "energy": replace(PLENTY, base=0, base_held_out=0, decided=0),
        "finance": replace(PLENTY, base_held_out=9),
        "diplomacy": replace(PLENTY, base=50, base_held_out=50, is_far=True),
    }

    lacking, undecided, few, far = warnings(_findings(labels=labels))

    assert lacking == "1 domains have no row and cannot be learned: energy"
    assert undecided == "1 domains were annotated in no row: energy"
    assert few.endswith("is chance: finance 9")
    assert far == "held out is far from 10% of the rows of diplomacy 50%"


def test_where_nothing_is_held_out_no_held_out_rows_are_missed() -> None:
    labels = dict.fromkeys(IDS, replace(PLENTY, base_held_out=0, is_far=False))

    assert not list(warnings(_findings(labels=labels, held_out=0.0)))


def test_rows_with_open_labels_that_are_not_checked_on_are_counted() -> None:
    (warning,) = warnings(_findings(partial=5))

    assert warning.startswith("5 rows are not checked on")


def test_contradictions_among_extra_rows_are_mistakes_that_name_both_places() -> None:
    extra = [make_row("خبر", "energy", place="n.csv:1"), make_row("خبر", "", place="n.csv:4")]

    mistakes = find_row_mistakes([make_row("خبر", "finance")], extra, make_taxonomy())

    assert mistakes == ["n.csv:4: labels none, but the same text has energy at n.csv:1; decide for one"]


def test_an_id_that_another_text_has_is_a_mistake() -> None:
    (mistake,) = find_row_mistakes(
        [make_row("خبر", id="7")], [make_row("نبأ", id="7", place="n.csv:1")], make_taxonomy()
    )

    assert mistake.startswith("n.csv:1: id 7 was given before, at base.jsonl:1, to another text")


def test_open_labels_are_a_mistake_only_where_one_label_is_chosen() -> None:
    rows = [make_row("خبر", "energy", annotated=["energy"])]

    assert not find_row_mistakes(rows, [], make_taxonomy())
    (mistake,) = find_row_mistakes(rows, [], make_taxonomy(is_single=True))
    assert mistake.startswith("base.jsonl:1: annotated for some domains only, but tiny has exactly one label")


def test_of_many_mistakes_of_a_kind_the_first_are_named_and_the_others_counted() -> None:
    rows = [make_row(f"خبر {k}", annotated=["energy"], place=f"n.csv:{k}") for k in range(25)]

    mistakes = find_row_mistakes([], rows, make_taxonomy(is_single=True))

    assert len(mistakes) == 11
    assert mistakes[-1] == "… and 15 more of this kind"


def test_agreement_is_measured_where_rows_have_several_codings() -> None:
    both, one = (frozenset({"energy"}), frozenset({"energy"})), (frozenset({"energy"}),)
    rows = [make_row("خبر", "energy", codings=codings) for codings in (both, both, one, ())]

    agreement = look_at_file("extra", rows, IDS).agreement

    assert agreement
    assert (agreement.rows, agreement.annotators, agreement.micro_f1) == (2, 2, 1.0)
    assert look_at_file("extra", rows[2:], IDS).agreement is None
