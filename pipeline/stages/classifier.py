"""What the stages that ask a classifier have in common."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field

from pipeline.stages.base import BlockStage

if TYPE_CHECKING:
    from pipeline.kinds import Classifier


class ClassifierStage(BlockStage):
    """A stage that loads a classifier. What its settings mean stands with `ClassifyParagraphs`, where users read it."""

    model: Path = Field(Path("models/cooperation"), exclude=True)
    device: str = "auto"
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    batch_tokens: int = Field(8192, ge=512)
    threads: int | None = Field(None, ge=1)

    def settled(self) -> Self:
        """Choose device and precision now, where they are left to the machine."""
        from pipeline.kinds import settle

        device, precision = settle(str(self.model), device=self.device, precision=self.precision, threads=self.threads)
        return self.model_copy(update={"device": device, "precision": precision})

    def load_classifier(self) -> "Classifier":
        """Load the model as these settings say.

        Raises:
            ConfigError: There is no such device.
            ModelError: The folder is missing or damaged.
        """
        from pipeline.kinds import load_classifier

        return load_classifier(str(self.model), device=self.device, precision=self.precision, threads=self.threads)
