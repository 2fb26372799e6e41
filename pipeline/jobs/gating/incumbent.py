"""The model that a trained one is compared with before it may take its place."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.config import GateSettings, TrainBasis
from pipeline.errors import ConfigError
from pipeline.jobs.training.texts import read_fingerprint
from pipeline.model_folder import find_model, model_version, read_decision
from pipeline.model_line import ModelLine, is_line
from pipeline.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Incumbent:
    """The model whose place a candidate may take.

    Attributes:
        folder: Its folder.
        version: `name@hash`.
        shared: Domains that both know, in the candidate's order.
        new: Those that only the candidate knows.
        gone: Those that only the incumbent knows.
    """

    folder: Path
    version: str
    shared: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]


def meet_incumbent(config: TrainBasis, gate: GateSettings, taxonomy: Taxonomy) -> Incumbent | None:
    """Find the model to compare a candidate with: the current one of its line or, where none is, `gate.incumbent`.

    Args:
        config: By which the candidate is trained.
        gate: Its gate.
        taxonomy: The candidate's labels.

    Returns:
        The incumbent; `None` where there is nothing to compare with.

    Raises:
        ConfigError: The incumbent has other labels.
        ModelError: It is missing or damaged.
    """
    line = ModelLine(config.out) if is_line(config.out) else None
    current = line.current() if line else None
    if line and current:
        folder = line.place(current)
    elif gate.incumbent is not None:
        folder = find_model(gate.incumbent)
    else:
        return None
    other, version = read_decision(folder).taxonomy, model_version(folder)
    shared = tuple(name for name in taxonomy.ids if name in other.ids)
    least = 1 if taxonomy.labels_per_paragraph == "any" else 2
    if other.labels_per_paragraph != taxonomy.labels_per_paragraph or len(shared) < least:
        mend = "add to another line: out=models/another" if current else "compare with none: gate.incumbent=null"
        message = (
            f"gate.incumbent: {version} has other labels ({other.name}: {', '.join(other.ids)}) than those to be "
            f"trained ({taxonomy.name}: {', '.join(taxonomy.ids)}); {mend}"
        )
        raise ConfigError(message)
    read_fingerprint(folder)  # damage is told now and not after hours of training
    new, gone = (tuple(sorted({*one.ids} - {*shared})) for one in (taxonomy, other))
    return Incumbent(folder, version, shared, new, gone)
