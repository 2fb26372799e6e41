"""Tell which words of a paragraph speak for each of its domains."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from pipeline.decision import FloatArray
from pipeline.evidence import Question, Score, find_evidence
from pipeline.records import Paragraph, Prediction, Record, Span, Tally
from pipeline.stages.base import BlockWork
from pipeline.stages.classifier import ClassifierStage
from pipeline.text import clean

if TYPE_CHECKING:
    from pipeline.kinds import Classifier

_CHARS_AT_ONCE = 200_000
"""Characters of text that are tokenized and scored together."""


class ExplainPredictions(ClassifierStage):
    """Find the evidence of each label that was given: the words that speak most for it, by asking the model again.

    The model is asked of single words, and of the paragraph without one of them: see `pipeline.evidence`. What it sees
    is the cleaned text; the evidence is told in offsets of the article as read.

    Attributes:
        model: Folder of the classifier; told by the job.
        device: As for `classify_paragraphs`.
        precision: As for `classify_paragraphs`.
        batch_tokens: As for `classify_paragraphs`.
        threads: As for `classify_paragraphs`.
    """

    stage: Literal["explain_predictions"] = "explain_predictions"
    consumes: ClassVar[type] = Prediction
    produces: ClassVar[type] = Prediction

    def start(self) -> BlockWork:
        """Load the model."""
        classifier = self.load_classifier()
        ids = classifier.decision.taxonomy.ids

        def explain(predictions: Sequence[Prediction], tally: Tally) -> Sequence[Record]:
            questions = [Question(each.paragraph.cleaned, [*map(ids.index, each.labels)]) for each in predictions]
            answers = find_evidence(questions, self._scoring(classifier, tally))
            tally[f"{self.stage}: labels without evidence"] += sum(
                not spans for answer in answers for spans in answer.values()
            )
            return [
                replace(each, evidence={ids[label]: _in_article(answer[label], each.paragraph) for label in answer})
                for each, answer in zip(predictions, answers, strict=True)
            ]

        return explain

    def _scoring(self, classifier: "Classifier", tally: Tally) -> Score:
        """Give the function that scores texts, however many, and counts them."""

        def score(texts: Iterable[str]) -> FloatArray:
            parts = []
            for together in _parts(texts):
                parts.append(classifier.probabilities(together, self.batch_tokens))
                tally[f"{self.stage}: texts scored"] += len(together)
            return np.concatenate(parts)

        return score


def _parts(texts: Iterable[str]) -> Iterator[list[str]]:
    part: list[str] = []
    chars = 0
    for text in texts:
        part.append(text)
        chars += len(text)
        if chars >= _CHARS_AT_ONCE:
            yield part
            part, chars = [], 0
    if part:
        yield part


def _in_article(spans: Sequence[Span], paragraph: Paragraph) -> tuple[Span, ...]:
    """Lead stretches of a cleaned paragraph back to the article; what came from one character becomes one stretch."""
    cleaned = paragraph.article.cleaned or _clean_once(paragraph.article.text)
    found: list[Span] = []
    for span in spans:
        start, end = cleaned.source_span(*(paragraph.cleaned_start + offset for offset in span))
        if found and start < found[-1][1]:
            start = found.pop()[0]
        found.append((start, end))
    return tuple(found)


_clean_once = lru_cache(maxsize=1)(clean)
"""For articles that no stage cleaned on the way: their paragraphs come one behind the other."""
