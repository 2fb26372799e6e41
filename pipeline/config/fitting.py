"""The settings of a transformer's fitting, sections `window` and `training` of `configs/train.yaml` and its kin."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.decision import check_overlap


class WindowSettings(BaseModel):
    """How a paragraph becomes what the model sees at once; stored with the model, see `pipeline.decision.Decision`.

    Attributes:
        preprocess: What is done to a paragraph before its tokenizer sees it.
        max_tokens: Length of a window in tokens, special tokens included.
        overlap: Tokens that neighboring windows of a long paragraph share.
        combine: How the windows of one paragraph make one probability.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    preprocess: Literal["arabert-v02", "none"] = "arabert-v02"
    max_tokens: int = Field(256, ge=8, le=512)
    overlap: int = Field(64, ge=0)
    combine: Literal["max", "mean"] = "max"

    @model_validator(mode="after")
    def _check_overlap(self) -> Self:
        check_overlap(self.overlap, self.max_tokens)
        return self


class TrainingSettings(BaseModel):
    """How weights are fitted.

    Attributes:
        epochs: Passes over the rows, at most.
        patience: Checks (one after each epoch) without a better mean average precision on the rows held out before
            training stops.
        held_out: Share of the articles (or paragraphs that name none) on which checks are made and, without
            cross-validation, calibration too; 0: none, all epochs are run.
        batch_rows: Windows per step; similar lengths come together.
        accumulate: Steps whose gradients are added before the weights change; `batch_rows` × this is the batch.
        learning_rate: Peak, reached after warmup and followed by linear decay to 0.
        head_learning_rate: Peak of the new layers (pooler and output); as `learning_rate` where not given.
        layer_decay: Factor on the learning rate for each layer further down; 1 treats all alike.
        warmup: Share of the steps in which the learning rate rises.
        weight_decay: AdamW's; not applied to biases and normalization.
        dropout: Of hidden states; as in the base model where not given.
        attention_dropout: Of attention; as in the base model where not given. 0 saves an eighth of a step on a
            processor.
        freeze_word_embeddings: Leave word vectors as they are: words that training lacks stay comparable, steps get
            faster.
        freeze_layers: Layers, from the lowest one up, that stay as they are, and all embeddings below them: steps get
            faster; 0: none. Word vectors are then frozen, too.
        positive_power: Weight of a label's positive rows in the loss: (negative rows / positive rows) to this power;
            0 weighs all alike, 0.5 is the square root.
        positive_bound: Largest such weight.
        soup: Fittings that differ in the order of the rows and in dropout; the model is the average of their weights.
            Each takes as long as one alone.
        average_decay: Decay of the running average of weights, which is what gets checked and kept; 0: no average.
        seed: Of everything random: new layers, order of rows, dropout.
        device: `auto` takes the first GPU, if any; else `cpu`, `cuda`, …; of several GPUs always the first one that can
            be seen (`CUDA_VISIBLE_DEVICES`).
        precision: Of matrix products in training (weights stay in float32); `auto` probes what is faster.
        attention: `eager` is faster in training on processors, `sdpa` on GPUs; `auto` takes the one for the device.
        save_precision: Of the saved weights.
        checkpoint_steps: Steps between additional checkpoints, besides those after each epoch; 0: none.
        log_steps: Steps between two lines of the log.
        threads: Processor threads; as many as this process may use where not given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = Field(6, ge=1)
    patience: int = Field(3, ge=1)
    held_out: float = Field(0.1, ge=0, lt=1)
    batch_rows: int = Field(32, ge=1)
    accumulate: int = Field(1, ge=1)
    learning_rate: float = Field(1e-4, gt=0)
    head_learning_rate: float | None = Field(None, gt=0)
    layer_decay: float = Field(1.0, gt=0, le=1)
    warmup: float = Field(0.1, ge=0, le=1)
    weight_decay: float = Field(0.01, ge=0)
    dropout: float | None = Field(None, ge=0, lt=1)
    attention_dropout: float | None = Field(None, ge=0, lt=1)
    freeze_word_embeddings: bool = True
    freeze_layers: int = Field(0, ge=0)
    positive_power: float = Field(0.5, ge=0, le=1)
    positive_bound: float = Field(5.0, ge=1)
    soup: int = Field(1, ge=1)
    average_decay: float = Field(0.99, ge=0, lt=1)
    seed: int = Field(1, ge=0)
    device: str = "auto"
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    attention: Literal["auto", "eager", "sdpa"] = "auto"
    save_precision: Literal["float16", "bfloat16", "float32"] = "float16"
    checkpoint_steps: int = Field(0, ge=0)
    log_steps: int = Field(50, ge=1)
    threads: int | None = Field(None, ge=1)
