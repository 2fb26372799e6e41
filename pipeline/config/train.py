"""The settings of training, `configs/train.yaml` and its kin."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from pipeline.calibration import CalibrationSettings
from pipeline.config.fitting import TrainingSettings, WindowSettings
from pipeline.config.prepare import check_prepare
from pipeline.linear.settings import LinearSettings, NGramSettings
from pipeline.stages import AnyStage, CleanArticles, DropBoilerplate, SplitParagraphs


class TrainBasis(BaseModel):
    """What training has for settings, whatever kind of classifier it is that gets trained.

    Attributes:
        taxonomy: File of the labels.
        labelled: Files of labelled paragraphs, JSON Lines; globs too.
        extra: More of them, as given by `--extra`.
        license: License of the trained model, as hubs name licenses; for its card.
        licenses: Where the rows of a file come from and under which license, by the file's name; for the model's card.
        out: Folder of the trained model; made by the run.
        overwrite: Replace the model that is there.
        prepare: Stages that make paragraphs of articles; stored with the model.
        calibration: How the decision rule is fitted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    taxonomy: Path = Path("configs/cooperation.yaml")
    labelled: tuple[str, ...] = ("seeds/labelled/*.jsonl",)
    extra: tuple[str, ...] = ()
    license: str = "apache-2.0"
    licenses: dict[str, str] = {}
    out: Path = Path("models/mine")
    overwrite: bool = False
    prepare: tuple[AnyStage, ...] = Field((CleanArticles(), SplitParagraphs(), DropBoilerplate()), min_length=1)
    calibration: CalibrationSettings = CalibrationSettings()

    @model_validator(mode="after")
    def _check_prepare_here(self) -> Self:
        check_prepare(self.prepare)
        return self


class TrainConfig(TrainBasis):
    """Training a transformer.

    Attributes:
        kind: Of classifier; this one where none is named.
        base_model: Folder or hub id of the encoder to start from.
        run: Folder for checkpoints and logs; `runs/<name of out>` where not given.
        window: How paragraphs become windows; stored with the model.
        training: How weights are fitted.
    """

    kind: Literal["transformer"] = "transformer"
    base_model: str = "models/encoder"
    run: Path | None = None
    window: WindowSettings = WindowSettings()
    training: TrainingSettings = TrainingSettings()

    @model_validator(mode="after")
    def _check_rows_to_calibrate_on(self) -> Self:
        if self.calibration.folds == 1 or not (self.calibration.folds or self.training.held_out):
            message = (
                "calibration needs rows that were not trained on: set calibration.folds ≥ 2 or training.held_out > 0"
            )
            raise ValueError(message)
        return self

    @property
    def run_folder(self) -> Path:
        """Folder for checkpoints and logs."""
        return self.run or Path("runs") / self.out.name


class TrainLinearConfig(TrainBasis):
    """Training a linear classifier, which takes a minute or two: there are no checkpoints, and no rows held out.

    Attributes:
        kind: Of classifier.
        ngrams: What the classifier sees of a paragraph; stored with the model.
        training: How coefficients are fitted.
    """

    kind: Literal["linear"] = "linear"
    ngrams: NGramSettings = NGramSettings()
    training: LinearSettings = LinearSettings()
    calibration: CalibrationSettings = CalibrationSettings(folds=5)

    @model_validator(mode="after")
    def _check_folds(self) -> Self:
        if self.calibration.folds < 2:  # noqa: PLR2004
            message = "a linear model is calibrated by cross-validation: set calibration.folds ≥ 2"
            raise ValueError(message)
        return self


def _fill_in_kind(given: Any) -> Any:
    """Take settings that name no kind of classifier for those of a transformer."""
    return {"kind": "transformer"} | given if isinstance(given, dict) else given


ANY_TRAIN_CONFIG: TypeAdapter[TrainConfig | TrainLinearConfig] = TypeAdapter(
    Annotated[
        Annotated[TrainConfig | TrainLinearConfig, Field(discriminator="kind")],
        BeforeValidator(_fill_in_kind),
    ]
)
"""The settings of training, of the kind that they name."""
