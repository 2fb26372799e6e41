"""What the stages that ask a classifier have in common."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field

from pipeline.stages.base import BlockStage

if TYPE_CHECKING:
    from pipeline.kinds import Classifier


class ClassifierStage(BlockStage):
    """A stage that loads a classifier.

    Attributes:
        model: Folder of the classifier; told by the job.
        device: `auto` takes the first GPU, if any; else `cpu`, `cuda`, `cuda:1`, …
        precision: Type of the weights in memory; `auto` probes what is faster on this machine.
        batch_tokens: Tokens that one batch may hold, padding included; more needs more memory, and what
            does not fit is halved.
        threads: Processor threads; as many as this process may use where not given.
    """

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
