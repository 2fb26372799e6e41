"""The settings of `configs/distill.yaml`: which teachers teach which student on which text."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.config import TrainingSettings, WindowSettings


class DistillConfig(BaseModel):
    """Teach an encoder the task: `configs/distill.yaml`.

    Attributes:
        text: Running text, one paragraph a line; `.xz` is read too.
        apart: JSON Lines with a field `text`: evaluation data, near copies of which are left out.
        teachers: Folders of trained classifiers of one taxonomy; the mean of their probabilities is learned.
        selector: Folder of a fast classifier that finds paragraphs of the rarer domains; none: all are drawn at random.
        student: Folder of the encoder, or of the classifier, to start from.
        work: Folder for the chosen paragraphs, the teachers' answers and checkpoints; a stopped run goes on there, as
            long as settings, models and the content of `text` and `apart` stay the same.
        out: Folder for the taught encoder; must not exist.
        passages: Paragraphs to learn from.
        candidates: Lines of the text that these are chosen from.
        drawn_by_domain: Share of the passages that is drawn for the domains, alike for each, by the selector.
        fewest_words: Shortest paragraph.
        most_words: Longest paragraph.
        held_out: Passages that are not trained on, to check on.
        seed: Of the draw.
        window: How a paragraph becomes what the student sees.
        training: How weights are fitted; `training.held_out`, a share of articles, is refused: `held_out` above counts
            the passages to check on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Path
    apart: tuple[Path, ...] = ()
    teachers: tuple[str, ...] = Field(min_length=1)
    selector: str | None = None
    student: str
    work: Path
    out: Path
    passages: int = Field(60_000, ge=10)
    candidates: int = Field(150_000, ge=10)
    drawn_by_domain: float = Field(0.5, ge=0, le=1)
    fewest_words: int = Field(6, ge=1)
    most_words: int = Field(150, ge=1)
    held_out: int = Field(1000, ge=2)
    seed: int = Field(1, ge=0)
    window: WindowSettings = WindowSettings()
    training: TrainingSettings = TrainingSettings()

    @field_validator("training")
    @classmethod
    def _check_no_share_is_held_out(cls, training: TrainingSettings) -> TrainingSettings:
        if "held_out" in training.model_fields_set:
            message = "held_out has no effect here; leave it out, and set held_out outside of training, in passages"
            raise ValueError(message)
        return training

    @model_validator(mode="after")
    def _check_amounts(self) -> Self:
        if self.held_out >= self.passages or self.passages > self.candidates:
            message = (
                f"held_out {self.held_out} < passages {self.passages} ≤ candidates {self.candidates} is expected: "
                "passages are chosen from the candidates, and the held-out ones are some of them"
            )
            raise ValueError(message)
        return self
