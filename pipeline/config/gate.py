"""The settings of the promotion gate, section `gate` of `configs/train.yaml` and its kin."""

from pydantic import BaseModel, ConfigDict, Field


class GateSettings(BaseModel):
    """What a trained model is compared with before it becomes the current one of its line, and how strictly.

    It is compared on rows that were held out of training and on those of `evaluation`.

    Attributes:
        incumbent: Folder or hub id of the model to compare with while the line has no current one; `null`: the first
            version becomes current without a comparison.
        margin: Loss of macro-F1 that the 95 % interval of the difference has to exclude.
        resamples: Bootstrap resamples for the intervals.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    incumbent: str | None = "models/cooperation"
    margin: float = Field(0.03, ge=0, lt=1)
    resamples: int = Field(1000, ge=100)
