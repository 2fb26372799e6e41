"""The settings of batch labelling, `configs/label.yaml`."""

from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.config.engine import EngineSettings
from pipeline.config.prepare import check_joints, prepare_stages
from pipeline.decision import Decision
from pipeline.records import Article, Paragraph
from pipeline.stages import (
    AnyStage,
    ClassifyParagraphs,
    ExplainPredictions,
    ExtractArticles,
    ReadArticles,
    TokenizeParagraphs,
    WritePredictions,
)
from pipeline.stages.base import Stage

_SET_BY_THE_JOB = {"model": "model", "folder": "out", "domains": "model", "explained": "explain"}
"""What stages are told by the job, and the setting that decides it."""


class BlockSettings(BaseModel):
    """How much is worked on and written together; an interruption costs no more than the block in hand.

    Attributes:
        articles: A block ends with so many articles (and unreadable inputs),
        chars: or with the article in which it reaches so many characters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    articles: int = Field(2048, ge=1)
    chars: int = Field(500_000, ge=1)


class LabelConfig(BaseModel):
    """Batch labelling: `configs/label.yaml`.

    The text flows read → extract → prepare (clean → split → drop boilerplate) → tokenize → classify → write, and
    between the last two through explain where that is asked for. The prepare stages change what the model sees; they
    are stored with the model and not set here.

    Attributes:
        inputs: Files, folders, globs, or `-` for standard input.
        out: Folder for the results; made by the run.
        overwrite: Replace the results of an earlier run in `out`.
        restart: Start anew where an interrupted run left work to go on with.
        model: Folder or hub id of the classifier.
        explain: Tell of each label which words speak for it; costs ten times as much and more.
        blocks: How much is worked on and written together.
        engine: Who labels: this process, or workers.
        read: How files become articles.
        extract: How HTML becomes text.
        tokenize: How paragraphs become token ids.
        classify: How token ids become labels.
        write: Which files are written.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    inputs: tuple[str, ...] = ()
    out: Path = Path("labels")
    overwrite: bool = False
    restart: bool = False
    model: str = "models/cooperation"
    explain: bool = False
    blocks: BlockSettings = BlockSettings()
    engine: EngineSettings = EngineSettings()
    read: AnyStage = ReadArticles()
    extract: AnyStage = ExtractArticles()
    tokenize: AnyStage = TokenizeParagraphs()
    classify: AnyStage = ClassifyParagraphs()
    write: AnyStage = WritePredictions()

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, given: Any) -> Any:
        """Give each section its usual stage."""
        if not isinstance(given, dict):
            return given
        filled = dict(given)
        for section in ("read", "extract", "tokenize", "classify", "write"):
            settings = filled.get(section, {})
            if isinstance(settings, dict):
                for name, elsewhere in _SET_BY_THE_JOB.items():
                    if name in settings:
                        message = f"{section}.{name} is not set here; set {elsewhere}, once for all stages"
                        raise ValueError(message)
                filled[section] = {"stage": cls.model_fields[section].default.stage} | settings
        return filled

    @model_validator(mode="after")
    def _check_joints_here(self) -> Self:
        check_joints([self.read, self.extract])
        check_joints([self.tokenize, self.classify, self.write])
        if self.extract.produces is not Article or self.tokenize.consumes is not Paragraph:
            message = "between extract and tokenize, the model's stages make paragraphs of articles"
            raise ValueError(message)
        return self

    def flow(self, decision: Decision, model: Path, folder: Path) -> list[Stage]:
        """Give the whole chain of stages for a run.

        Args:
            decision: The model's decision file.
            model: The model's folder.
            folder: Where to write.

        Raises:
            ModelError: The model's prepare stages do not fit.
        """
        told = {"model": model, "folder": folder, "domains": decision.taxonomy.ids, "explained": self.explain}
        chain = [self.read, self.extract, *prepare_stages(decision), self.tokenize, self.classify]
        if self.explain:
            chain.append(ExplainPredictions.model_validate(self.classify.model_dump(exclude={"stage"})))
        chain.append(self.write)
        return [
            stage.model_copy(update={name: told[name] for name in told.keys() & type(stage).model_fields.keys()})
            for stage in chain
        ]
