"""The settings of measuring a classifier."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class EvaluateConfig(BaseModel):
    """Measuring a classifier on labelled paragraphs.

    Attributes:
        gold: Files of labelled paragraphs, JSON Lines; globs too.
        model: Folder or hub id of the classifier.
        out: Folder for the report; made by the run.
        overwrite: Replace an earlier report in `out`.
        device: `auto` takes the first GPU, if any; else `cpu`, `cuda`, `cuda:1`, …
        precision: Type of the weights in memory; `auto` probes what is faster on this machine.
        threads: Processor threads; as many as this process may use where not given.
        resamples: Bootstrap resamples for the intervals.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    gold: tuple[str, ...] = ()
    model: str = "models/cooperation"
    out: Path = Path("report")
    overwrite: bool = False
    device: str = "auto"
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    threads: int | None = Field(None, ge=1)
    resamples: int = Field(1000, ge=100)
