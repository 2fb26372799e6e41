"""taawun: label paragraphs of Arabic news by domain of international cooperation.

Articles flow one way, `Article -> Paragraph -> Prediction`; start with `pipeline.records`. From Python:

    from pipeline import label_texts

    for paragraph in label_texts(["وقعت مصر والصين اتفاقا لبناء محطة كهرباء"])[0].paragraphs:
        print(paragraph.labels, paragraph.probabilities)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.classifier import DomainClassifier
    from pipeline.labeller import LabelledText, Labeller, label_texts
    from pipeline.tables import label_table

__version__ = "0.1.0"

__all__ = ["DomainClassifier", "LabelledText", "Labeller", "__version__", "label_table", "label_texts"]

_HOMES = {
    "DomainClassifier": "classifier",
    "LabelledText": "labeller",
    "Labeller": "labeller",
    "label_table": "tables",
    "label_texts": "labeller",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: `import pipeline` and `taawun --help` stay quick."""
    if name not in _HOMES:
        message = f"module 'pipeline' has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module

    return getattr(import_module(f"pipeline.{_HOMES[name]}"), name)
