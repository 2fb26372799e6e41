"""The settings of the page on which labelled articles are read."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class ViewConfig(BaseModel):
    """Writing the page.

    Attributes:
        labels: What `taawun label` wrote: its folder, or one of its files `labels.*`.
        out: Folder for the page; made by the run.
        overwrite: Replace an earlier page in `out`.
        model: Folder or hub id of the classifier that labelled, which tells the names of the domains and thresholds.
        title: The page's title; the name of `labels` where not given.
        whole_megabytes: Up to so much text, data stands in the page itself, which then is a single file.
        articles: Most articles that are shown, the first ones; the others are counted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    labels: Path = Path("labels")
    out: Path = Path("view")
    overwrite: bool = False
    model: str = "models/cooperation"
    title: str | None = None
    whole_megabytes: float = Field(8, ge=0)
    articles: int = Field(200_000, ge=1)
