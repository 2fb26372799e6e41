"""The settings of handing a model to other tools: as ONNX, or as a repository of the Hugging Face hub."""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class ExportModelConfig(BaseModel):
    """Exporting a model.

    Attributes:
        model: Folder, line of models or hub id of the classifier.
        to: `onnx`: its network for ONNX Runtime, with all else that its labels need. `hub`: the very files of a
            repository of the Hugging Face hub.
        out: Folder for the results; made by the run. `onnx` or `hub` where not given.
        overwrite: Replace an earlier export in `out`.
        repo: The repository that the files are for, such as `ORG/NAME`, whose name goes into the card; hub only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = "models/cooperation"
    to: Literal["onnx", "hub"]
    out: Path | None = None
    overwrite: bool = False
    repo: str | None = Field(None, pattern=r"^[\w-][\w.-]*/[\w-][\w.-]*$")

    @model_validator(mode="after")
    def _check_repo(self) -> Self:
        if (self.repo is None) == (self.to == "hub"):
            message = "repo: name the repository that the files are for, --repo ORG/NAME; with --to hub and only there"
            raise ValueError(message)
        return self

    @property
    def place(self) -> Path:
        """The folder."""
        return self.out or Path(self.to)
