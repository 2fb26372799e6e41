"""The settings of fitting a linear classifier."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Length = Annotated[int, Field(ge=1, le=10)]


class NGramSettings(BaseModel):
    """Which n-grams of a paragraph the classifier sees; stored with the model.

    Attributes:
        preprocess: What is done to a paragraph before it is taken apart; as in `pipeline.decision.Decision`.
        words: Shortest and longest run of words.
        characters: Shortest and longest run of characters, inside words framed by spaces.
        min_rows: Training rows that an n-gram must occur in.
        max_words: Runs of words that are kept, those of the most rows.
        max_characters: Runs of characters that are kept, those of the most rows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    preprocess: Literal["arabert-v02", "none"] = "arabert-v02"
    words: tuple[Length, Length] = (1, 2)
    characters: tuple[Length, Length] = (2, 5)
    min_rows: int = Field(2, ge=1)
    max_words: int = Field(20_000, ge=1)
    max_characters: int = Field(40_000, ge=1)

    @model_validator(mode="after")
    def _check_lengths(self) -> Self:
        for name, (shortest, longest) in (("words", self.words), ("characters", self.characters)):
            if shortest > longest:
                message = f"{name}: the shortest length comes first, [{longest}, {shortest}]"
                raise ValueError(message)
        return self


class LinearSettings(BaseModel):
    """How coefficients are fitted.

    Attributes:
        c: Inverse strength of the L2 penalty, scikit-learn's `C`; larger follows the training rows more closely.
        save_precision: Of the saved coefficients.
        held_out: Share of the articles (or paragraphs that name none) that the promotion gate compares classifiers on,
            and that are not trained on for its sake; without a gate there are none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    c: float = Field(16.0, gt=0)
    save_precision: Literal["float16", "float32"] = "float16"
    held_out: float = Field(0.1, ge=0, lt=1)
