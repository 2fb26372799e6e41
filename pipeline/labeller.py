"""Labelling from Python: texts in, their paragraphs with domains out, over the very stages that `taawun label` runs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.config import prepare_stages
from pipeline.errors import InputError
from pipeline.kinds import Precision
from pipeline.model_folder import find_model, read_decision
from pipeline.records import Article, Dropped, Prediction, Record, Tally
from pipeline.stages import ClassifyParagraphs, ExplainPredictions, TokenizeParagraphs
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
    """A classifier with all that leads to it: loads once, labels as often as asked.

    Attributes:
        model: Folder or hub id of the classifier.
        device: `auto` takes the first GPU, if any; else `cpu`, `cuda`, …
        precision: Type of the weights in memory; `auto` probes what is faster.
        explain: Tell of each label which words speak for it, `Prediction.evidence`; takes several times as long.
        tally: Counts of all that happened to the texts so far.

    Raises:
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
        self._stages = [
            *prepare_stages(self._decision),
            TokenizeParagraphs(model=folder),
            ClassifyParagraphs(model=folder, device=self.device, precision=self.precision),
        ]
        if self.explain:
            self._stages.append(ExplainPredictions(model=folder, device=self.device, precision=self.precision))

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
            ModelError: The classifier's weights are damaged.
        """
        given = list(_checked(texts))
        stream: Iterable[Record] = [Article(str(k), text, f"texts[{k}]") for k, text in enumerate(given)]
        for stage in self._stages:
            stream = stage(stream, self.tally)
        found: list[list[Prediction | Dropped]] = [[] for _ in given]
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
        model: Folder or hub id of the classifier; it stays loaded for the next call.

    Raises:
        InputError: Something among them is not a text.
        ModelError: There is no such classifier, or it is damaged.
    """
    return _labeller(model).label(texts)


@lru_cache(maxsize=1)
def _labeller(model: str) -> Labeller:
    return Labeller(model)


def _checked(texts: Iterable[str]) -> Iterator[str]:
    if isinstance(texts, str):
        message = "texts: a list of texts expected, not one text; write [text]"
        raise InputError(message)
    for k, text in enumerate(texts):
        if not isinstance(text, str):
            message = f"texts[{k}]: text expected, not {type(text).__name__}; leave out what is missing"
            raise InputError(message)
        yield text
