"""The settings of suggesting paragraphs to annotate."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from pipeline.labelled import Columns
from pipeline.suggestion import SuggestionSettings


class SuggestConfig(BaseModel):
    """Suggesting the paragraphs that are most worth annotating.

    Attributes:
        labels: What `taawun label` wrote: its folders, or files `labels.*` in them.
        count: Paragraphs to suggest.
        exclude: Paragraphs that are annotated already, in any format of labelled paragraphs, or folders of earlier
            suggestions: neither they nor near copies are suggested.
        columns: What the columns of those files are called, where they are not called as usual.
        exclude_trained: Suggest no paragraphs that the model was trained on, exactly or nearly.
        out: Folder for tasks of Label Studio and the reasons; made by the run.
        overwrite: Replace earlier suggestions in `out`.
        model: Folder or hub id of the classifier that labelled, which tells the names of the domains and thresholds.
        method: How paragraphs are chosen.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    labels: tuple[str, ...] = ("labels",)
    count: int = Field(100, ge=1)
    exclude: tuple[str, ...] = ()
    columns: Columns = Columns()
    exclude_trained: bool = True
    out: Path = Path("suggested")
    overwrite: bool = False
    model: str = "models/cooperation"
    method: SuggestionSettings = SuggestionSettings()
