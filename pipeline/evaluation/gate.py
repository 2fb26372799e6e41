"""Whether a new classifier may take the place of the one in use: the verdict, from what both say of the same rows.

Pure. A loss must not slip through; that a classifier of equal worth is now and then kept aside is the price of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from pipeline.bootstrap import Interval, Resampling, intervals
from pipeline.decision import BoolArray
from pipeline.evaluation.comparison import Comparison, Difference, compare
from pipeline.evaluation.scored import Scored

Verdict = Literal["passed", "refused", "cannot tell", "not compared"]
"""`not compared`: there is nothing that the classifier would take the place of."""

LEAST_ROWS: Final = 50
"""Rows below which nothing is said."""

LEAST_ARTICLES: Final = 6
"""Articles with a domain below which a loss in it cannot be shown: five tosses of a coin all come out alike in one of
16 cases, six in one of 32, which is what an interval of 95 % takes for chance."""


@dataclass(frozen=True, slots=True)
class DomainRows:
    """What there is of a domain in the rows that both were asked about.

    Attributes:
        rows: Rows that have it.
        articles: Articles that these are from.
        incumbent_interval: Of the incumbent's F1.
    """

    rows: int
    articles: int
    incumbent_interval: Interval

    @property
    def is_judged(self) -> bool:
        """Whether a loss could be shown."""
        return self.articles >= LEAST_ARTICLES


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and what it rests on.

    Attributes:
        verdict: Of the two classifiers' comparison.
        reasons: Why, in plain words with numbers; all of them.
        comparison: A is the candidate, B the incumbent; `None` where the rows were too few to compare them.
        domains: By the label's id.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    comparison: Comparison | None
    domains: dict[str, DomainRows]


def judge(candidate: Scored, incumbent: Scored, *, margin: float, resamples: int) -> Judgement:
    """Judge whether a candidate may take the place of an incumbent.

    It may if its macro-F1 is not lower and, as far as the interval of the difference tells, is not lower by `margin`
    or more either; and if in no domain its F1 is shown to be lower, or lies below the interval of the incumbent's.

    Args:
        candidate: What the one says; of rows that it was not trained on.
        incumbent: What the other says of the same rows, which it was not trained on either.
        margin: Loss of macro-F1 that the interval of the difference has to exclude.
        resamples: Bootstrap resamples for the intervals.
    """
    if reason := _too_few(candidate):
        return Judgement("cannot tell", (reason,), None, {})
    comparison = compare(candidate, incumbent, resamples=resamples)
    domains = _look_at_domains(incumbent, resamples)
    found = comparison.averages["macro_f1"]
    if found.interval is None:
        reason = "all rows are from one article, so that chance cannot be told from a difference"
        return Judgement("cannot tell", (reason,), comparison, domains)
    lost = [*_lost_on_average(found, margin), *_lost_domains(comparison, domains)]
    if lost:
        return Judgement("refused", tuple(lost), comparison, domains)
    judged = [name for name in domains if domains[name].is_judged]
    reason = f"macro-F1 {_told(found)}; in none of {len(judged)} domains a loss is shown"
    return Judgement("passed", (reason,), comparison, domains)


def look_back(candidate: Scored, incumbent: Scored, *, resamples: int) -> list[str]:
    """Tell what the candidate is shown to have lost on rows that did not come with the new batch.

    Gold labels that came with the batch are as wrong as the batch: on them a candidate that learned the errors looks
    better. Here only losses count that chance does not explain, as the rows are judged together with the others too.

    Args:
        candidate: What the one says of the rows that were there before.
        incumbent: What the other says of them.
        resamples: Bootstrap resamples for the intervals.
    """
    if _too_few(candidate):
        return []
    comparison = compare(candidate, incumbent, resamples=resamples)
    found = comparison.averages["macro_f1"]
    lost = _lost_domains(comparison, _look_at_domains(incumbent, resamples))
    if found.interval is not None and found.interval[1] < 0:
        lost.insert(0, f"macro-F1 is lower: {_told(found)}")
    return [f"on the {len(candidate)} rows that were there before the extra files: {reason}" for reason in lost]


def doubt_corrections(
    candidate: Scored, incumbent: Scored, corrected: BoolArray, is_gold: BoolArray, *, resamples: int
) -> list[str]:
    """Tell what the candidate lost by the labels before the new batch, where that changes most of what is known.

    A batch that corrects most rows of a domain leaves none to look back on which would show that it is wrong. Then the
    labels before are a second opinion: a loss by them does not tell that the batch is wrong, but that nobody knows.

    Args:
        candidate: What the one says of the rows that were there before, with the labels they had then.
        incumbent: What the other says of them.
        corrected: Which labels apply to them now, shape (rows, labels).
        is_gold: Which rows are of evaluation files; the batch has no say in these, shape (rows,).
        resamples: Bootstrap resamples for the intervals.
    """
    is_changed = candidate.gold != corrected
    if not is_changed.any() or _too_few(candidate):
        return []
    changed, kept = is_changed.sum(axis=0), (candidate.gold & corrected).sum(axis=0)
    few = (~is_changed.any(axis=1)).sum() < LEAST_ROWS
    of_gold = [len(np.unique(candidate.groups[is_gold & has])) for has in candidate.gold.T]
    doubted = [k for k, count in enumerate(of_gold) if changed[k] > kept[k] * (not few) and count < LEAST_ARTICLES]
    if not doubted:
        return []
    comparison, domains = compare(candidate, incumbent, resamples=resamples), _look_at_domains(incumbent, resamples)
    return [
        f"of the rows that were there before the extra files, these give {changed[k]} another answer for "
        f"{candidate.ids[k]}, and {kept[k]} keep it; by the labels before, {reason}: look which labels are right"
        for k in doubted
        for reason in _lost_domains(comparison, {candidate.ids[k]: domains[candidate.ids[k]]})
    ]


def keep_domains(scored: Scored, ids: Sequence[str]) -> Scored:
    """Leave out all other domains of what a classifier says, and rows that must have one of those."""
    columns = [scored.ids.index(name) for name in ids]
    taxonomy = scored.taxonomy.model_copy(update={"domains": tuple(scored.taxonomy.domains[k] for k in columns)})
    kept = replace(
        scored,
        taxonomy=taxonomy,
        gold=scored.gold[:, columns],
        applies=scored.applies[:, columns],
        probabilities=None if scored.probabilities is None else scored.probabilities[:, columns],
    )
    has_any = np.asarray(kept.gold.any(axis=1))
    return kept.select(has_any) if taxonomy.labels_per_paragraph == "one" else kept


def _too_few(scored: Scored) -> str | None:
    if len(scored) < LEAST_ROWS:
        return f"{len(scored)} rows that neither was trained on are too few to compare them, {LEAST_ROWS} are needed"
    if not scored.gold.any():
        return f"none of the {len(scored)} rows that neither was trained on has a label"
    return None


def _look_at_domains(incumbent: Scored, resamples: int) -> dict[str, DomainRows]:
    resampling = Resampling(incumbent.groups, resamples)
    found = intervals(incumbent.gold, incumbent.applies, None, incumbent.ids, resampling)
    return {
        name: DomainRows(int(has.sum()), len(np.unique(incumbent.groups[has])), found[f"f1.{name}"])
        for name, has in zip(incumbent.ids, incumbent.gold.T, strict=True)
    }


def _lost_on_average(found: Difference, margin: float) -> list[str]:
    lost = []
    if found.difference is not None and found.difference < 0:
        lost.append(f"macro-F1 is lower: {_told(found)}")
    if found.interval is not None and found.interval[0] < 0 and found.interval[0] <= -margin:
        lost.append(
            f"macro-F1 may be lower by {margin:.3f} or more, which the interval of the difference, "
            f"{_range(found.interval, '+')}, does not exclude"
        )
    return lost


def _lost_domains(comparison: Comparison, domains: dict[str, DomainRows]) -> list[str]:
    lost = []
    for name, each in domains.items():
        found = comparison.f1[name]
        if not each.is_judged or found.a is None:
            continue
        if found.interval is not None and found.interval[1] < 0:
            lost.append(f"{name} got worse: F1 {_told(found)}, {each.rows} rows")
        elif each.incumbent_interval is not None and found.a < each.incumbent_interval[0]:
            between = _range(each.incumbent_interval)
            lost.append(f"{name} got worse: F1 {found.a:.3f} is below the incumbent's interval, {between}")
    return lost


def _told(found: Difference) -> str:
    between = "" if found.interval is None else f" {_range(found.interval, '+')}"
    return f"{found.a:.3f} against {found.b:.3f}, difference {found.difference:+.3f}{between}"


def _range(interval: tuple[float, float], sign: str = "") -> str:
    return f"[{interval[0]:{sign}.3f}, {interval[1]:{sign}.3f}]"
