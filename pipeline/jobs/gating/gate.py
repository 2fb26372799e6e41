"""The promotion gate: a trained model beside the one whose place it may take, on rows that neither was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.config import GateSettings, TrainConfig, TrainLinearConfig
from pipeline.errors import PipelineError
from pipeline.evaluation.comparison import Difference
from pipeline.evaluation.gate import Judgement, doubt_corrections, judge, keep_domains, look_back
from pipeline.evaluation.scored import Scored
from pipeline.gold import gold_array
from pipeline.jobs.gating.incumbent import Incumbent, meet_incumbent
from pipeline.jobs.gating.rows import GateRows, choose_gate_rows
from pipeline.jobs.gating.scoring import score_candidate, score_incumbent
from pipeline.jobs.training.material import TrainingMaterial
from pipeline.jobs.training.outcome import TrainingOutcome
from pipeline.kinds import Classifier, load_classifier
from pipeline.model_folder import content_of, model_version, read_decision


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trained model that has not taken anyone's place yet.

    Attributes:
        folder: Its folder, decision rule included.
        config: By which it was trained.
        material: Its rows.
        outcome: What fitting gave.
    """

    folder: Path
    config: TrainConfig | TrainLinearConfig
    material: TrainingMaterial
    outcome: TrainingOutcome


def run_gate(candidate: Candidate, gate: GateSettings) -> dict[str, Any]:
    """Compare a candidate with its incumbent; gives what `gate.json` tells of it.

    Whatever keeps the two from being compared, now that one is trained, is the reason why nothing can be told.
    """
    config, taxonomy = candidate.config, candidate.material.decision.taxonomy
    told: dict[str, Any] = {
        "model": model_version(candidate.folder),
        "incumbent": None,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": gate.model_dump(mode="json", include={"margin", "resamples"}),
    }
    try:
        incumbent = meet_incumbent(config, gate, taxonomy)
        if incumbent is None:
            reason = "there was nothing to compare it with: no version was current, and gate.incumbent is null"
            return told | {"verdict": "not compared", "reasons": [reason]}
        told["incumbent"] = incumbent.version
        if content_of(incumbent.version) == content_of(told["model"]):
            return told | {"verdict": "passed", "reasons": ["it is the same model, from its weights to its thresholds"]}
        rows = choose_gate_rows(config, candidate.material, incumbent.folder, candidate.outcome.base)
        judgement, remarks = _judge(candidate, incumbent, rows, gate)
    except PipelineError as error:
        return told | {"verdict": "cannot tell", "reasons": [str(error)]}
    told |= {"remarks": [*rows.remarks, *remarks]}
    return told | _tell(judgement) | _tell_rows(rows, incumbent, judgement)


def _judge(
    candidate: Candidate, incumbent: Incumbent, rows: GateRows, gate: GateSettings
) -> tuple[Judgement, list[str]]:
    """Give the judgement, and what is to be remarked of the two models' labels."""
    if not rows.rows:
        return Judgement("cannot tell", ("there is no row that neither was trained on",), None, {}), []
    config, material, outcome = candidate.config, candidate.material, candidate.outcome
    one = score_candidate(_load(candidate.folder, config), rows, config, material, outcome)
    other, remarks = score_incumbent(_load(incumbent.folder, config), rows, incumbent.folder)
    before = _share(_as_before(one, rows), _as_before(other, rows), incumbent.shared)
    judgement = judge(*_share(one, other, incumbent.shared), margin=gate.margin, resamples=gate.resamples)
    return _look_back(judgement, before, rows, gate.resamples), remarks


def _share(one: Scored, other: Scored, ids: Sequence[str]) -> tuple[Scored, Scored]:
    """Leave of what the two say the domains that both know."""
    one, other = keep_domains(one, ids), keep_domains(other, ids)
    return one, replace(other, taxonomy=one.taxonomy)


def _as_before(scored: Scored, rows: GateRows) -> Scored:
    """Keep the rows that were there before the extra files, with the gold labels that they had then."""
    earlier = [row for row in rows.before if row is not None]
    kept = scored.select(np.array([row is not None for row in rows.before], dtype=np.bool_))
    return replace(kept, rows=tuple(earlier), gold=gold_array(earlier, scored.taxonomy))


def _look_back(judgement: Judgement, before: tuple[Scored, Scored], rows: GateRows, resamples: int) -> Judgement:
    """Refuse a candidate that lost on the rows that were there before, however good it is on those of the new batch.

    One whose gain rests on corrections that leave too little to look back on is not refused, but nor is it known good.
    """
    one, other = before
    now = {row.place: row for row in rows.rows}  # ids may be given twice
    corrected = gold_array([now[row.place] for row in one.rows], one.taxonomy)
    is_kept = np.asarray((corrected == one.gold).all(axis=1))
    if judgement.comparison is None or (None not in rows.before and is_kept.all()):
        return judgement
    if lost := look_back(one.select(is_kept), other.select(is_kept), resamples=resamples):
        reasons = (*(judgement.reasons if judgement.verdict == "refused" else ()), *lost)
        return replace(judgement, verdict="refused", reasons=reasons)
    if judgement.verdict != "passed":
        return judgement
    of_files = {row.place for row in rows.rows[len(rows.held_out) :]}
    is_gold = np.array([row.place in of_files for row in one.rows], dtype=np.bool_)
    doubts = doubt_corrections(one, other, corrected, is_gold, resamples=resamples)
    return replace(judgement, verdict="cannot tell", reasons=tuple(doubts)) if doubts else judgement


def _load(folder: Path, config: TrainConfig | TrainLinearConfig) -> Classifier:
    """Load a classifier where the candidate was trained, in the precision that is the same on all machines."""
    if isinstance(config, TrainLinearConfig) or read_decision(folder).kind == "linear":
        return load_classifier(str(folder), precision="float32")
    return load_classifier(
        str(folder), device=config.training.device, precision="float32", threads=config.training.threads
    )


def _tell(judgement: Judgement) -> dict[str, Any]:
    told: dict[str, Any] = {"verdict": judgement.verdict, "reasons": list(judgement.reasons)}
    comparison = judgement.comparison
    if comparison is None:
        return told
    domains = {
        name: {
            "rows": each.rows,
            "articles": each.articles,
            "is_judged": each.is_judged,
            "incumbent_interval": each.incumbent_interval,
            **_numbers(comparison.f1[name]),
        }
        for name, each in judgement.domains.items()
    }
    return told | {"macro_f1": _numbers(comparison.averages["macro_f1"]), "domains": domains}


def _numbers(found: Difference) -> dict[str, Any]:
    """Name the sides of a difference as the gate calls them."""
    return {
        "candidate": found.a,
        "incumbent": found.b,
        "difference": found.difference,
        "interval": found.interval,
        "p": found.p,
    }


def _tell_rows(rows: GateRows, incumbent: Incumbent, judgement: Judgement) -> dict[str, Any]:
    compared = judgement.comparison.rows if judgement.comparison else len(rows.rows)
    unshared = {"of a domain that only one of the two knows": len(rows.rows) - compared}
    return {
        "rows": {
            "compared": compared,
            "held_out": len(rows.held_out),
            "evaluation": len(rows.rows) - len(rows.held_out),
        },
        "left_out": rows.left_out | (unshared if compared < len(rows.rows) else {}),
        "evaluation": rows.evaluation,
        "not_compared": {"new": list(incumbent.new), "gone": list(incumbent.gone)},
    }
