"""Turn paragraphs into the windows of token ids that the classifier sees."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from pipeline.model_folder import read_decision
from pipeline.records import Paragraph, Record, Tally, TokenizedParagraph
from pipeline.stages.base import BlockStage, BlockWork


class TokenizeParagraphs(BlockStage):
    """Preprocess and tokenize paragraphs exactly as the model was trained; long ones become overlapping windows.

    Attributes:
        model: Folder of the classifier whose tokenizer and window are used; told by the job.
    """

    stage: Literal["tokenize_paragraphs"] = "tokenize_paragraphs"
    model: Path = Field(Path("models/cooperation"), exclude=True)
    consumes: ClassVar[type] = Paragraph
    produces: ClassVar[type] = TokenizedParagraph

    def start(self) -> BlockWork:
        """Load the model's tokenizer."""
        from pipeline.kinds import load_tokenizer_of

        tokenizer = load_tokenizer_of(self.model, read_decision(self.model))

        def tokenize(paragraphs: Sequence[Paragraph], tally: Tally) -> Sequence[Record]:
            windows = tokenizer.windows([paragraph.cleaned for paragraph in paragraphs])
            tally[f"{self.stage}: tokens"] += sum(len(window) for cut in windows for window in cut)
            tally[f"{self.stage}: paragraphs of several windows"] += sum(len(cut) > 1 for cut in windows)
            return [TokenizedParagraph(*pair) for pair in zip(paragraphs, windows, strict=True)]

        return tokenize
