from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.decision import Decision
from pipeline.jobs.training.material import TrainingMaterial
from pipeline.jobs.training.rehearsal import FEWEST, choose_rows
from pipeline.records import LabelledParagraph
from pipeline.taxonomy import Taxonomy

ROOT = Path(__file__).parents[3]
TAXONOMY = load_config(Taxonomy, ROOT / "configs" / "cooperation.yaml")
COMMON, RARE, RAREST = 0, 1, 2
EXTRA = 20


def _material(base: int = 1000, *, articles: int | None = None) -> TrainingMaterial:
    """Rows of which one domain has nine tenths, one has sixty and one has five; the last `EXTRA` rows are extra."""
    count = base + EXTRA
    rows = [
        LabelledParagraph(f"{k}", f"نص {k}", (), f"f:{k}", f"article {k % articles}" if articles else None)
        for k in range(count)
    ]
    gold = np.zeros((count, len(TAXONOMY.ids)), dtype=bool)
    gold[:, COMMON] = np.arange(count) % 10 > 0
    gold[:60, RARE] = gold[60:65, RAREST] = True
    return TrainingMaterial(
        decision=Decision(taxonomy=TAXONOMY, prepare=()),
        count=count,
        used=rows,
        texts=[row.text for row in rows],
        gold=gold,
        known=np.ones_like(gold),
        trains=np.arange(count) % 7 != 0,
        checks=np.arange(count) % 7 == 0,
        is_extra=np.arange(count) >= base,
        before=[*rows[:base], *[None] * EXTRA],
        is_calibrated_on=np.ones(count, dtype=bool),
        files=[],
    )


def test_all_extra_rows_are_trained_on_and_so_many_others_for_each() -> None:
    material = _material()
    extra = material.is_extra & material.trains

    chosen = choose_rows(material, 4, seed=1)

    assert chosen[extra].all()
    others = int((chosen & ~material.is_extra).sum())
    assert 4 * extra.sum() <= others <= 4 * extra.sum() + FEWEST + 5
    assert not (chosen & ~material.trains).any()


def test_of_rare_domains_enough_rows_stay_however_few_are_drawn() -> None:
    material = _material()

    chosen = choose_rows(material, 0.1, seed=1)

    support = material.gold[chosen & ~material.is_extra].sum(axis=0)
    assert support[RARE] >= FEWEST
    assert support[RAREST] == (material.gold[:, RAREST] & material.trains).sum()
    assert support[COMMON] < 3 * FEWEST


def test_a_row_that_was_not_annotated_for_a_domain_is_none_of_its_rows() -> None:
    material = _material()
    known = np.ones_like(material.known)
    known[60:65, RAREST] = False

    chosen = choose_rows(replace(material, known=known), 0.1, seed=1)

    assert material.gold[chosen, RAREST].sum() < (material.gold[:, RAREST] & material.trains).sum()


def test_whole_articles_are_drawn() -> None:
    material = _material(articles=100)
    material = replace(material, gold=np.zeros_like(material.gold), trains=np.ones_like(material.trains))

    chosen = choose_rows(material, 4, seed=1)

    for article in range(100):
        rows = np.array([row.article == f"article {article}" for row in material.used]) & ~material.is_extra
        assert chosen[rows].all() or not chosen[rows].any()


def test_a_larger_draw_has_all_rows_of_a_smaller_one_and_another_seed_draws_others() -> None:
    material = _material()

    small, large, other = (choose_rows(material, *how) for how in ((2, 1), (8, 1), (2, 2)))

    assert not (small & ~large).any()
    assert large.sum() > 2 * small.sum()
    assert (small != other).sum() > 30


def test_more_than_there_are_means_all() -> None:
    material = _material()

    assert (choose_rows(material, 1000, seed=1) == material.trains).all()


@pytest.mark.parametrize("rehearsal", [None, 4])
def test_without_a_limit_and_without_extra_rows_all_are_trained_on(rehearsal: float | None) -> None:
    material = _material()
    if rehearsal:
        material = replace(material, is_extra=np.zeros_like(material.is_extra))

    assert (choose_rows(material, rehearsal, seed=1) == material.trains).all()
