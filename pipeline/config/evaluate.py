"""The settings of measuring a classifier."""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.labelled import Columns


class EvaluateConfig(BaseModel):
    """Measuring a classifier on labelled paragraphs.

    Attributes:
        gold: Files of labelled paragraphs, of any format that `pipeline.labelled` reads; globs too.
        columns: What the columns of the gold files are called, where they are not called as usual.
        model: Folder or hub id of the classifier.
        against: What to compare it with: folder or hub id of another classifier, or a file of predictions (JSON Lines
            with `id`, `labels` and possibly `probabilities`).
        out: Folder for the report; made by the run.
        overwrite: Replace an earlier report in `out`.
        exclude_copies: Leave out gold rows that the classifier was trained on, exactly or nearly.
        robustness: Measure how decisions bear edits of the texts as well; this labels the rows up to forty times.
        pairs: Texts that differ in what matters, JSON Lines; used with `robustness`.
        learning_curve: Settings of training, a file such as `configs/train_linear.yaml`: train by them on growing
            shares of the rows, score each on the gold rows, and fit the trend.
        extra: More labelled paragraphs to train on; of `learning_curve` only, beside those it names. Its settings tell
            the names of their columns.
        add_to_card: Put the numbers into the model's card as well.
        texts: Name the rows behind the numbers, with their texts; off, the report can be shown where these may not.
        mistakes: Mistakes to show of each label and kind, the surest first.
        device: `auto` takes the first GPU, if any; else `cpu`, `cuda`, `cuda:1`, …
        precision: Type of the weights in memory; `auto` probes what is faster on this machine.
        threads: Processor threads; as many as this process may use where not given.
        resamples: Bootstrap resamples for the intervals.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    gold: tuple[str, ...] = ()
    columns: Columns = Columns()
    model: str = "models/cooperation"
    against: str | None = None
    out: Path = Path("report")
    overwrite: bool = False
    exclude_copies: bool = False
    robustness: bool = False
    pairs: Path = Path("seeds/contrast/pairs.jsonl")
    learning_curve: Path | None = None
    extra: tuple[str, ...] = ()
    add_to_card: bool = False
    texts: bool = True
    mistakes: int = Field(20, ge=0)
    device: str = "auto"
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    threads: int | None = Field(None, ge=1)
    resamples: int = Field(1000, ge=100)

    @model_validator(mode="after")
    def _check_extra(self) -> Self:
        if self.extra and not self.learning_curve:
            message = "extra: only a learning curve trains; give its settings too: --learning-curve configs/train.yaml"
            raise ValueError(message)
        return self
