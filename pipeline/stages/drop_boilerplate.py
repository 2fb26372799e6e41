"""Set aside paragraphs that are about the page rather than the news, and those in another language."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pipeline.records import Dropped, Paragraph, Record, Tally
from pipeline.stages.base import RecordStage
from pipeline.text import boilerplate_reason, foreign_reason


class DropBoilerplate(RecordStage):
    """Drop captions, share buttons, read-also links and the like, and text that is not Arabic.

    Dropped paragraphs stay in the flow as `Dropped` with their reason, and are counted by it.

    Attributes:
        keep_foreign: Classify paragraphs in other languages as well.
    """

    stage: Literal["drop_boilerplate"] = "drop_boilerplate"
    keep_foreign: bool = False
    consumes: ClassVar[type] = Paragraph
    produces: ClassVar[type] = Paragraph

    def apply(self, paragraph: Paragraph, tally: Tally, /) -> Iterator[Record]:
        """Let the paragraph pass, or give the reason why not."""
        reason = boilerplate_reason(paragraph.cleaned)
        if reason is None and not self.keep_foreign:
            reason = foreign_reason(paragraph.text)
        if reason is None:
            yield paragraph
            return
        tally[f"{self.stage}: {reason}"] += 1
        yield Dropped(paragraph, reason)
