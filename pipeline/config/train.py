"""The settings of training, `configs/train.yaml` and its kin."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from pipeline.calibration import CalibrationSettings
from pipeline.config.fitting import TrainingSettings, WindowSettings
from pipeline.config.gate import GateSettings
from pipeline.config.prepare import check_prepare
from pipeline.labelled import Columns
from pipeline.linear.settings import LinearSettings, NGramSettings
from pipeline.stages import AnyStage, CleanArticles, DropBoilerplate, SplitParagraphs


class TrainBasis(BaseModel):
    """What training has for settings, whatever kind of classifier it is that gets trained.

    Attributes:
        taxonomy: File of the labels.
        labelled: Files of labelled paragraphs, of any format that `pipeline.labelled` reads; globs too.
        extra: More of them, as given by `--extra`.
        evaluation: Files of gold paragraphs that are never trained on: copies of them are left out.
        columns: What the columns of all these files are called, where they are not called as usual.
        license: License of the trained model, as hubs name licenses; for its card.
        licenses: Where the rows of a file come from and under which license, by the file's name; for the model's card.
        out: Folder of the trained model; made by the run. With a gate it is that of a line of models, to which the
            trained one is added.
        overwrite: Replace the model that is there.
        gate: What a trained model has to show before it becomes the current one of its line; without a gate there is
            no line, but one model in `out`.
        prepare: Stages that make paragraphs of articles; stored with the model.
        calibration: How the decision rule is fitted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    taxonomy: Path = Path("configs/cooperation.yaml")
    labelled: tuple[str, ...] = ("seeds/labelled/*.jsonl",)
    extra: tuple[str, ...] = ()
    evaluation: tuple[str, ...] = ()
    columns: Columns = Columns()
    license: str = "apache-2.0"
    licenses: dict[str, str] = {}
    out: Path = Path("models/mine")
    overwrite: bool = False
    gate: GateSettings | None = None
    prepare: tuple[AnyStage, ...] = Field((CleanArticles(), SplitParagraphs(), DropBoilerplate()), min_length=1)
    calibration: CalibrationSettings = CalibrationSettings()

    @model_validator(mode="after")
    def _check_prepare_here(self) -> Self:
        check_prepare(self.prepare)
        return self

    @model_validator(mode="after")
    def _check_overwrite(self) -> Self:
        if self.gate and self.overwrite:
            message = "overwrite: a line of models keeps all its versions; leave it out, or set gate=null"
            raise ValueError(message)
        return self


class TrainConfig(TrainBasis):
    """Training a transformer.

    Attributes:
        kind: Of classifier; this one where none is named.
        base_model: Folder or hub id of the encoder to start from, or of a classifier whose training goes on: it keeps
            what it knows of the labels of the taxonomy.
        rehearsal: Rows of `labelled` that are trained on again per row of `extra` (a draw of whole articles that
            depends on `training.seed`); all where not given, or where there are no extra rows. Those held out stay.
        respelled: Share of the rows trained on that are learned in another spelling: ه for ة, ا for أ, slips, other
            quotation marks and the like, see `pipeline.jobs.training.respelling`.
        run: Folder for checkpoints and logs; `runs/<name of out>` where not given.
        window: How paragraphs become windows; stored with the model.
        training: How weights are fitted.
    """

    kind: Literal["transformer"] = "transformer"
    base_model: str = "models/encoder"
    rehearsal: float | None = Field(None, gt=0)
    respelled: float = Field(0, ge=0, le=1)
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
    """Training a linear classifier, which takes a minute or two: there are no checkpoints.

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
