"""The settings of handing labelled paragraphs to annotation tools."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

_USUAL_PLACES = {"label-studio": "tasks", "doccano": "doccano.jsonl", "jsonl": "labelled.jsonl"}


class ExportConfig(BaseModel):
    """Exporting labelled paragraphs.

    Attributes:
        labels: What `taawun label` wrote: its folders, or files `labels.*` in them.
        to: For Label Studio, a folder with tasks and the configuration of a project; for doccano, or in the format of
            training (`jsonl`), a file of JSON Lines.
        out: The folder, or the file; made by the run. `tasks`, `doccano.jsonl` or `labelled.jsonl` where not given.
        overwrite: Replace an earlier export in `out`.
        model: Folder or hub id of the classifier that labelled, which tells the names of the domains and thresholds.
        needs_review: Only paragraphs that are flagged as worth a person's look.
        limit: Most paragraphs, the first ones; all where not given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    labels: tuple[str, ...] = ("labels",)
    to: Literal["label-studio", "doccano", "jsonl"] = "label-studio"
    out: Path | None = None
    overwrite: bool = False
    model: str = "models/cooperation"
    needs_review: bool = False
    limit: int | None = Field(None, ge=1)

    @property
    def place(self) -> Path:
        """The folder, or the file."""
        return self.out or Path(_USUAL_PLACES[self.to])
