"""Give each paragraph its domains."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from pipeline.records import Prediction, Record, Tally, TokenizedParagraph
from pipeline.stages.base import BlockWork
from pipeline.stages.classifier import ClassifierStage

if TYPE_CHECKING:
    from pipeline.kinds import Classifier


class ClassifyParagraphs(ClassifierStage):
    """Score windows with the model, calibrate, combine per paragraph and decide by the model's thresholds.

    Attributes:
        model: Folder of the classifier; told by the job.
        device: `auto` takes the first GPU, if any; else `cpu`, `cuda`, `cuda:1`, …
        precision: Type of the weights in memory; `auto` probes what is faster on this machine.
        batch_tokens: Tokens that one batch may hold, padding included; more needs more memory, and what
            does not fit is halved.
        threads: Processor threads; as many as this process may use where not given.
    """

    stage: Literal["classify_paragraphs"] = "classify_paragraphs"
    consumes: ClassVar[type] = TokenizedParagraph
    produces: ClassVar[type] = Prediction

    def start(self) -> BlockWork:
        """Load the model."""
        classifier = self.load_classifier()

        def classify(tokenized: Sequence[TokenizedParagraph], tally: Tally) -> Sequence[Record]:
            windows = np.array([len(each.windows) for each in tokenized], dtype=np.int64)
            counts = Counter({f"windows in {classifier.precision} on {classifier.device}": int(windows.sum())})
            every = [window for each in tokenized for window in each.windows]
            logits = classifier.logits(every, self.batch_tokens, counts)
            tally.update({f"{self.stage}: {what}": count for what, count in counts.items() if count})
            return _decide(classifier, tokenized, classifier.decision.probabilities(logits, windows))

        return classify


def _decide(
    classifier: "Classifier", tokenized: Sequence[TokenizedParagraph], probabilities: np.ndarray
) -> list[Record]:
    decision = classifier.decision
    ids = decision.taxonomy.ids
    applies = decision.applies(probabilities)
    close = decision.margins(probabilities) < decision.review_margin
    predictions: list[Record] = []
    for each, row, chosen, is_close in zip(tokenized, probabilities, applies, close, strict=True):
        labels = tuple(ids[index] for index in np.argsort(-row, kind="stable") if chosen[index])
        predictions.append(
            Prediction(
                paragraph=each.paragraph,
                labels=labels,
                primary=labels[0] if labels else None,
                probabilities=dict(zip(ids, row.tolist(), strict=True)),
                windows=len(each.windows),
                needs_review=bool(is_close),
                model=classifier.version,
            )
        )
    return predictions
