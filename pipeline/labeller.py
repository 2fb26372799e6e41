"""Labelling from Python: texts in, their paragraphs with domains out, over the very stages that `taawun label` runs."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock

from pipeline.config import prepare_stages
from pipeline.errors import InputError
from pipeline.kinds import Precision
from pipeline.model_folder import find_model, read_decision
from pipeline.records import Article, Dropped, Prediction, Record, Tally
from pipeline.shipped import find_shipped
from pipeline.stages import ClassifyParagraphs, ExplainPredictions, TokenizeParagraphs
from pipeline.stages.base import Stage
from pipeline.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class LabelledText:
    """What a classifier says of one text.

    Attributes:
        text: As it was given; offsets of paragraphs count its characters.
        paragraphs: Its paragraphs with their domains, in order.
        dropped: Paragraphs that were not classified, with the reason: boilerplate, another language.
    """

    text: str
    paragraphs: tuple[Prediction, ...]
    dropped: tuple[Dropped, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Ids of all domains that apply to some paragraph, in the order in which they come up."""
        return tuple(dict.fromkeys(label for each in self.paragraphs for label in each.labels))


@dataclass(eq=False)
class Labeller:
    """A classifier with all that leads to it: loaded when it is made, it labels as often as asked.

    Nothing is read from the model's folder afterwards. Threads may share one; they label one after another. A copy
    that is sent to another process loads the classifier anew there, and counts from zero.

    Examples:
        >>> from pipeline import Labeller
        >>> text = "اتفقت قطر وألمانيا على توريد الغاز الطبيعي المسال"
        >>> [paragraph] = Labeller(explain=True).label([text])[0].paragraphs
        >>> [text[start:end] for start, end in paragraph.evidence["energy"]]
        ['توريد الغاز']

    Attributes:
        model: Folder or hub id of the classifier.
        device: `auto` takes the first GPU, if any; else `cpu`, `cuda`, …
        precision: Type of the weights in memory; `auto` probes what is faster.
        explain: Tell of each label which words speak for it, `Prediction.evidence`; costs ten times as much and more.
        tally: Counts of all that happened to the texts so far.

    Raises:
        ConfigError: There is no such device, or the classifier cannot use it.
        ModelError: There is no such classifier, or it is damaged.
    """

    model: str = "models/cooperation"
    device: str = "auto"
    precision: Precision = "auto"
    explain: bool = False
    tally: Tally = field(default_factory=Tally, init=False, repr=False)

    def __post_init__(self) -> None:
        folder = find_model(self.model)
        self._decision = read_decision(folder)
        classify = ClassifyParagraphs(model=folder, device=self.device, precision=self.precision).settled()
        stages: list[Stage] = [*prepare_stages(self._decision), TokenizeParagraphs(model=folder), classify]
        if self.explain:
            stages.append(ExplainPredictions(model=folder, device=classify.device, precision=classify.precision))
        self._flows = [stage.loaded() for stage in stages]
        self._turn = Lock()

    def __reduce__(self) -> tuple[type["Labeller"], tuple[str, str, Precision, bool]]:
        """Travel to other processes without what is loaded."""
        return Labeller, (self.model, self.device, self.precision, self.explain)

    @property
    def taxonomy(self) -> Taxonomy:
        """The domains, in the order of every table of probabilities."""
        return self._decision.taxonomy

    def label(self, texts: Iterable[str]) -> list[LabelledText]:
        """Label texts; each is an article, which is split into paragraphs where its author broke it.

        Args:
            texts: Any number of them; a text without a letter gives no paragraph.

        Raises:
            InputError: Something among them is not a text.
        """
        given = list(_checked(texts))
        stream: Iterable[Record] = [Article(str(k), text, f"texts[{k}]") for k, text in enumerate(given)]
        found: list[list[Prediction | Dropped]] = [[] for _ in given]
        with self._turn:
            for flow in self._flows:
                stream = flow(stream, self.tally)
            for record in stream:
                if isinstance(record, Prediction | Dropped):
                    found[int(record.paragraph.article.id)].append(record)
        return [
            LabelledText(
                text,
                tuple(each for each in records if isinstance(each, Prediction)),
                tuple(each for each in records if isinstance(each, Dropped)),
            )
            for text, records in zip(given, found, strict=True)
        ]


def label_texts(texts: Iterable[str], model: str = "models/cooperation") -> list[LabelledText]:
    """Label texts; each is an article, which is split into paragraphs where its author broke it.

    Examples:
        >>> from pipeline import label_texts
        >>> for paragraph in label_texts(["وقعت مصر والصين اتفاقا لبناء محطة كهرباء"])[0].paragraphs:
        ...     print(paragraph.labels)
        ('energy',)

    Args:
        texts: Any number of them.
        model: Folder or hub id of the classifier; see `kept_labeller`.

    Raises:
        InputError: Something among them is not a text.
        ModelError: There is no such classifier, or it is damaged.
    """
    return kept_labeller(model).label(texts)


def kept_labeller(model: str = "models/cooperation") -> Labeller:
    """Give the labeller of a classifier, the one that was given before if it was asked for last.

    A line of models is asked for its current version each time. What is written into a model's folder while its
    labeller is kept is not seen.

    Raises:
        ModelError: There is no such classifier, or it is damaged.
    """
    is_here = os.path.exists(find_shipped(model))  # noqa: PTH110  (unlike the method, it bears every name)
    return _labeller(str(find_model(model).resolve()) if is_here else model)


@lru_cache(maxsize=1)
def _labeller(model: str) -> Labeller:
    return Labeller(model)


def _checked(texts: Iterable[str]) -> Iterator[str]:
    if isinstance(texts, str):
        message = "texts: a list of texts expected, not one text; write [text]"
        raise InputError(message)
    if isinstance(texts, Mapping) or hasattr(type(texts), "columns"):
        message = (
            f"texts: a list of texts expected, not {type(texts).__name__}; give the column of texts, or use label_table"
        )
        raise InputError(message)
    for k, text in enumerate(texts):
        if not isinstance(text, str):
            message = f"texts[{k}]: text expected, not {type(text).__name__}; leave out what is missing"
            raise InputError(message)
        yield text
