"""The stages, one per file, named verb and plural noun. A new stage is one more name in the registry, `AnyStage`."""

from typing import Annotated

from pydantic import Field

from pipeline.stages.classify_paragraphs import ClassifyParagraphs
from pipeline.stages.clean_articles import CleanArticles
from pipeline.stages.drop_boilerplate import DropBoilerplate
from pipeline.stages.explain_predictions import ExplainPredictions
from pipeline.stages.extract_articles import ExtractArticles
from pipeline.stages.read_articles import ReadArticles
from pipeline.stages.split_paragraphs import SplitParagraphs
from pipeline.stages.tokenize_paragraphs import TokenizeParagraphs
from pipeline.stages.write_predictions import WritePredictions

AnyStage = Annotated[
    ReadArticles
    | ExtractArticles
    | CleanArticles
    | SplitParagraphs
    | DropBoilerplate
    | TokenizeParagraphs
    | ClassifyParagraphs
    | ExplainPredictions
    | WritePredictions,
    Field(discriminator="stage"),
]

__all__ = [
    "AnyStage",
    "ClassifyParagraphs",
    "CleanArticles",
    "DropBoilerplate",
    "ExplainPredictions",
    "ExtractArticles",
    "ReadArticles",
    "SplitParagraphs",
    "TokenizeParagraphs",
    "WritePredictions",
]
