import logging
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.config import TrainConfig
from pipeline.decision import Decision
from pipeline.errors import ConfigError, InputError, ModelError
from pipeline.jobs.training.continued import check_continued, choose_checks
from pipeline.jobs.training.material import gather_material
from pipeline.model_folder import read_decision, write_decision
from pipeline.taxonomy import Domain


def _fresh(classifier: Path, **changes: object) -> Decision:
    """What settings make that are those of the classifier but for some."""
    decision = read_decision(classifier)
    values = decision.model_dump(exclude={"calibration", "thresholds", "review_margin"})
    return Decision.model_validate(values | changes)


def test_an_encoder_and_a_classifier_of_the_same_settings_pass(
    tiny_encoder: Path, tiny_classifier: Path, tiny_settings: TrainConfig, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        check_continued(tiny_settings, _fresh(tiny_classifier, max_tokens=16, overlap=0), tiny_encoder)
        check_continued(tiny_settings, _fresh(tiny_classifier), tiny_classifier)

    assert not caplog.text


def test_every_setting_that_differs_is_named(tiny_classifier: Path, tiny_settings: TrainConfig) -> None:
    config = tiny_settings.model_copy(
        update={"calibration": tiny_settings.calibration.model_copy(update={"folds": 3}), "base_model": "models/old"}
    )
    prepare = [dict(stage) for stage in read_decision(tiny_classifier).prepare]
    prepare[2]["keep_foreign"] = True
    now = _fresh(tiny_classifier, preprocess="none", overlap=4, prepare=tuple(prepare))

    with pytest.raises(ConfigError) as error:
        check_continued(config, now, tiny_classifier)

    assert str(error.value).splitlines() == [
        "models/old: its training cannot go on with other settings",
        "  window.preprocess: arabert-v02 there, none here",
        "  window.overlap: 8 there, 4 here",
        "  prepare.drop_boilerplate.keep_foreign: False there, True here",
        "  calibration.folds: 3 here; it was trained on rows of all folds: set 0",
        "take those of the classifier, or train from an encoder instead: base_model=models/encoder",
    ]


def test_other_stages_are_named_one_after_the_other(tiny_classifier: Path, tiny_settings: TrainConfig) -> None:
    now = _fresh(tiny_classifier, prepare=read_decision(tiny_classifier).prepare[:2])

    with pytest.raises(
        ConfigError, match=r"prepare: .*, drop_boilerplate there, clean_articles, split_paragraphs here"
    ):
        check_continued(tiny_settings, now, tiny_classifier)


def test_settings_that_an_earlier_version_did_not_store_count_as_their_defaults(
    tiny_classifier: Path, tiny_settings: TrainConfig, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    shutil.copytree(tiny_classifier, old)
    decision = read_decision(old)
    write_decision(decision.model_copy(update={"prepare": tuple({"stage": s["stage"]} for s in decision.prepare)}), old)

    check_continued(tiny_settings, _fresh(tiny_classifier), old)


def test_domains_that_come_and_go_are_told(
    tiny_classifier: Path, tiny_settings: TrainConfig, caplog: pytest.LogCaptureFixture
) -> None:
    taxonomy = read_decision(tiny_classifier).taxonomy
    fresh = Domain(id="space", arabic="الفضاء", english="Space")
    changed = taxonomy.model_copy(update={"domains": (fresh, *taxonomy.domains[1:])})

    with caplog.at_level(logging.WARNING):
        check_continued(tiny_settings, _fresh(tiny_classifier, taxonomy=changed.model_dump()), tiny_classifier)

    assert "9 domains go on as they were; new: space; gone: economy_trade" in caplog.text


def test_a_linear_classifier_is_refused(linear_classifier: Path, tiny_settings: TrainConfig) -> None:
    with pytest.raises(ModelError, match="cannot be trained further"):
        check_continued(tiny_settings, read_decision(linear_classifier), linear_classifier)


def test_rows_that_the_classifier_was_trained_on_are_no_longer_checked_on(
    tiny_classifier: Path, tiny_settings: TrainConfig, caplog: pytest.LogCaptureFixture
) -> None:
    before = gather_material(tiny_settings)
    training = tiny_settings.training.model_copy(update={"held_out": 0.6})
    now = gather_material(tiny_settings.model_copy(update={"training": training}))
    assert now.checks.sum() > before.checks.sum()

    with caplog.at_level(logging.WARNING):
        checks = choose_checks(now, tiny_classifier)

    assert 0 < checks.sum() <= before.checks.sum()
    assert not (checks & before.trains).any()
    assert f"{(now.checks & ~checks).sum()} of {now.checks.sum()} rows held out are not checked on" in caplog.text


def test_of_an_encoder_all_rows_held_out_are_checked_on(tiny_encoder: Path, tiny_settings: TrainConfig) -> None:
    material = gather_material(tiny_settings)

    assert choose_checks(material, tiny_encoder) is material.checks


def test_where_no_row_is_left_to_check_on_training_does_not_start(
    tiny_classifier: Path, tiny_settings: TrainConfig
) -> None:
    material = gather_material(tiny_settings)
    material = replace(material, checks=material.trains, trains=material.checks)

    with pytest.raises(InputError, match="cannot be checked on them; give rows of articles that are new to it"):
        choose_checks(material, tiny_classifier)


def test_a_classifier_that_does_not_remember_its_texts_is_told_of(
    tiny_classifier: Path, tiny_settings: TrainConfig, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(tiny_classifier, tmp_path / "old")
    (tmp_path / "old" / "training_texts.npz").unlink()
    material = gather_material(tiny_settings)

    with caplog.at_level(logging.WARNING):
        assert choose_checks(material, tmp_path / "old") is material.checks

    assert "what it was trained on is not known" in caplog.text
