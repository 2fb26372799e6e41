import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import TrainConfig, TrainLinearConfig
from pipeline.errors import InputError
from pipeline.jobs.training.material import TrainingMaterial, gather_material
from pipeline.splits import is_held_out

ROOT = Path(__file__).parents[3]
SUBJECTS = ("energy", "finance", "diplomacy")
TEXT = "أعلنت الوزارة في البيان رقم {} أن الوفد {} وقع اتفاقا مع الجانب الآخر بشأن {} بعد جولة مشاورات طويلة"


def _text(k: int) -> str:
    """Compose a paragraph that is no near copy of another one."""
    words = [f"كلمة{k}{letter}" for letter in "ابتثجحخدذرزسشصض"]
    return TEXT.format(k, words[0], words[1]) + " " + " ".join(words)


def _row(k: int, label: str, **fields: object) -> dict[str, object]:
    return {"id": f"r{k}", "text": _text(k), "labels": [label]} | fields


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """60 rows, each of its own article."""
    return _write(tmp_path / "base.jsonl", [_row(k, SUBJECTS[k % 3]) for k in range(60)])


def _config(base: Path, *extra: Path, **changes: object) -> TrainConfig:
    values: dict[str, object] = {
        "taxonomy": ROOT / "configs" / "cooperation.yaml",
        "labelled": [str(base)],
        "extra": [str(path) for path in extra],
        "training": {"held_out": 0.3},
    }
    return TrainConfig.model_validate(values | changes)


def _sides(material: TrainingMaterial) -> dict[str, str]:
    sides = zip(material.used, material.trains, material.checks, strict=True)
    return {row.id: "trains" if trains else "checks" if checks else "neither" for row, trains, checks in sides}


def _held(base: Path, *, held: bool) -> int:
    """Number the first row of the base that is, or is not, held out."""
    sides = _sides(gather_material(_config(base)))
    return next(k for k in range(60) if (sides[f"r{k}"] == "checks") == held)


def test_rows_are_trained_on_or_held_out_by_the_hash_of_their_group(base: Path) -> None:
    material = gather_material(_config(base))

    assert material.checks.tolist() == is_held_out(material.used, 0.3).tolist()
    assert material.trains.tolist() == (~material.checks).tolist()
    assert material.known.all()
    assert not material.is_extra.any()
    assert material.count == len(material.used) == 60


def test_a_linear_classifier_holds_nothing_out(base: Path) -> None:
    linear = TrainLinearConfig(
        taxonomy=ROOT / "configs" / "cooperation.yaml", labelled=(str(base),), calibration={"folds": 3}
    )

    material = gather_material(linear)

    assert material.trains.all()
    assert not material.checks.any()
    assert material.is_calibrated_on.all()


def test_adding_rows_moves_no_row_to_the_other_side(base: Path, tmp_path: Path) -> None:
    before = _sides(gather_material(_config(base)))
    extra = _write(tmp_path / "extra.jsonl", [_row(k, "energy") for k in range(100, 160)])

    after = _sides(gather_material(_config(base, extra)))

    assert before.items() <= after.items()


def test_an_extra_row_corrects_the_row_of_its_text_on_whichever_side_it_stands(base: Path, tmp_path: Path) -> None:
    held, trained = _held(base, held=True), _held(base, held=False)
    rows = [{"text": _text(k), "labels": ["culture_education"], "article": "another"} for k in (held, trained)]
    before = _sides(gather_material(_config(base)))

    material = gather_material(_config(base, _write(tmp_path / "extra.jsonl", rows)))

    assert _sides(material) == before
    corrected = {row.id: row.labels for row, is_extra in zip(material.used, material.is_extra, strict=True) if is_extra}
    assert corrected == {f"r{k}": ("culture_education",) for k in (held, trained)}
    assert material.gold.sum() == 60


def test_a_correction_may_bear_the_id_of_the_row_that_it_corrects(base: Path, tmp_path: Path) -> None:
    extra = _write(tmp_path / "extra.jsonl", [_row(4, "culture_education")])

    material = gather_material(_config(base, extra))

    assert material.used[4].labels == ("culture_education",)
    other = _write(tmp_path / "other.jsonl", [_row(4, "energy", text=_text(400))])
    with pytest.raises(InputError, match=r"other\.jsonl:1: id r4 was given before, at .*base\.jsonl:5"):
        gather_material(_config(base, other))


def test_near_copies_of_held_out_rows_are_not_trained_on(
    base: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    text, names = _text(_held(base, held=True)), [f"n{k}" for k in range(20)]
    copies = [{"id": n, "text": text.replace("طويلة", n), "labels": ["energy"], "article": n} for n in names]

    sides = _sides(gather_material(_config(base, _write(tmp_path / "extra.jsonl", copies))))

    assert {sides[name] for name in names} == {"checks", "neither"}
    assert "copies of held-out rows" in caplog.text


def test_extra_rows_that_repeat_each_other_are_used_once(base: Path, tmp_path: Path) -> None:
    rows = [{"id": f"n{k}", "text": _text(200), "labels": ["energy"], "article": f"n{k}"} for k in range(20)]

    material = gather_material(_config(base, _write(tmp_path / "extra.jsonl", rows)))

    assert material.count == len(material.used) == 61
    assert material.checks[60], "the one that is kept is held out, as some of its copies are"


def test_rows_of_the_evaluation_are_neither_trained_on_nor_checked_on(
    base: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    held, trained = _held(base, held=True), _held(base, held=False)
    copies = [_text(held), _text(trained).replace("طويلة", "قصيرة")]
    gold = _write(tmp_path / "gold.jsonl", [{"text": text, "labels": ["energy"]} for text in copies])

    material = gather_material(_config(base, evaluation=[str(gold)]))

    assert not {f"r{held}", f"r{trained}"} & _sides(material).keys()
    assert material.count == 58
    assert "not trained on: 2 copies of evaluation rows" in caplog.text
    assert [each["file"] for each in material.files] == ["base.jsonl"]


def test_rows_with_open_labels_are_trained_on_and_neither_checked_on_nor_calibrated_on(
    base: Path, tmp_path: Path
) -> None:
    rows = [_row(k, "energy", annotated=["energy", "finance"]) for k in range(100, 130)]

    material = gather_material(_config(base, _write(tmp_path / "extra.jsonl", rows)))

    is_partial = np.array([row.annotated is not None for row in material.used])
    assert is_partial.sum() == 30
    assert material.known[is_partial].sum() == 60
    assert material.known[~is_partial].all()
    assert not material.checks[is_partial].any()
    assert not material.is_calibrated_on[is_partial].any()
    assert material.trains[is_partial].any()
    assert not material.trains[is_partial].all(), "those on the held-out side are not trained on"


def test_open_labels_are_refused_where_a_paragraph_has_exactly_one(base: Path, tmp_path: Path) -> None:
    extra = _write(tmp_path / "extra.jsonl", [_row(100, "energy", annotated=["energy"])])
    taxonomy = tmp_path / "one.yaml"
    text = (ROOT / "configs" / "cooperation.yaml").read_text(encoding="utf-8")
    taxonomy.write_text(text.replace("labels_per_paragraph: any", "labels_per_paragraph: one"), encoding="utf-8")

    with pytest.raises(InputError, match=r"extra\.jsonl:1: annotated for some domains only, but cooperation has"):
        gather_material(_config(base, extra, taxonomy=taxonomy))


def test_contradictions_stop_training_in_extra_files_and_are_warned_of_in_others(
    base: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [{"text": _text(100), "labels": ["energy"]}, {"text": _text(100) + "!", "labels": ["finance"]}]
    unlike = _write(tmp_path / "unlike.jsonl", rows)

    with pytest.raises(
        InputError, match=r"unlike\.jsonl:2: labels finance, but .* energy at .*unlike\.jsonl:1; decide"
    ):
        gather_material(_config(base, unlike))
    gather_material(_config(base, labelled=[str(base), str(unlike)]))

    assert "1 labelled rows contradict others of the same text" in caplog.text


def test_all_that_is_wrong_with_all_files_is_told_at_once(base: Path, tmp_path: Path) -> None:
    foreign = _write(
        tmp_path / "foreign.jsonl", [{"text": f"Talks number {k} in Moscow", "labels": []} for k in range(4)]
    )
    wrong = _write(tmp_path / "wrong.jsonl", [_row(100, "energi"), _row(101, "energy"), _row(101, "energy")])
    gold = _write(tmp_path / "gold.jsonl", [_row(1, "enrgy")])

    with pytest.raises(InputError) as caught:
        gather_material(_config(base, foreign, wrong, evaluation=[str(gold), str(tmp_path / "gone.jsonl")]))

    message = str(caught.value)
    assert f"{foreign}: not Arabic in 100% of 4 rows, such as {foreign}:1" in message
    assert "wrong.jsonl:1: labels: 'energi'" in message
    assert "wrong.jsonl:3: id r101 was given before" in message
    assert "gone.jsonl: no such file" in message


def test_other_languages_are_welcome_where_they_are_kept(base: Path, tmp_path: Path) -> None:
    foreign = _write(
        tmp_path / "foreign.jsonl", [{"text": f"Talks {k} in Moscow today", "labels": []} for k in range(4)]
    )
    stages = [{"stage": "clean_articles"}, {"stage": "split_paragraphs"}]

    for kept in (stages, [*stages, {"stage": "drop_boilerplate", "keep_foreign": True}]):
        assert len(gather_material(_config(base, foreign, prepare=kept)).used) == 64


def test_what_prepare_drops_is_counted(base: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    rows = [_row(100, "energy", text="اقرأ أيضا: " + _text(100)), _row(101, "energy")]
    with caplog.at_level(logging.WARNING):
        material = gather_material(_config(base, _write(tmp_path / "extra.jsonl", rows)))

    assert (material.count, len(material.used)) == (62, 61)
    assert "1 rows are not trained on, 1 of them labelled: prepare drops them" in caplog.text


def test_a_file_that_is_given_twice_is_read_once_and_as_extra(base: Path) -> None:
    material = gather_material(_config(base, base))

    assert material.count == 60
    assert material.is_extra.all()
    assert len(material.files) == 1


def test_columns_may_be_called_otherwise(base: Path, tmp_path: Path) -> None:
    extra = _write(tmp_path / "extra.jsonl", [{"body": _text(100), "topic": "energy"}])

    material = gather_material(_config(base, extra, columns={"text": ["text", "body"], "labels": ["labels", "topic"]}))

    assert material.used[-1].labels == ("energy",)
