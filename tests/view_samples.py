"""Labelled paragraphs as `taawun label` writes them."""

from typing import Any

from pipeline.decision import Decision
from pipeline.taxonomy import Domain, Taxonomy
from pipeline.writers.rows import DroppedRow, Row

DECISION = Decision(
    taxonomy=Taxonomy(
        name="two",
        domains=(
            Domain(id="energy", arabic="الطاقة", english="Energy"),
            Domain(id="finance", arabic="المال", english="Finance"),
        ),
    ),
    prepare=(),
    thresholds={"energy": 0.4},
)


def row(text: str = "نص", labels: tuple[str, ...] = (), **changed: Any) -> Row:
    """One labelled paragraph."""
    told: dict[str, Any] = {
        "article_id": "a",
        "title": "عنوان",
        "date": "2024-05-17",
        "source": "s",
        "place": "a.txt",
        "paragraph": 0,
        "start": 0,
        "end": len(text),
        "primary": labels[0] if labels else None,
        "probabilities": {"energy": 0.91, "finance": 0.1234},
        "needs_review": False,
        "windows": 1,
        "model": "m@1",
    }
    return Row(text=text, labels=labels, **(told | changed))


def dropped(text: str = "شارك", **changed: Any) -> DroppedRow:
    """One paragraph that was not classified."""
    told: dict[str, Any] = {"article_id": "a", "place": "a.txt", "paragraph": 1, "start": 5, "end": 9, "reason": "menu"}
    return DroppedRow(text=text, **(told | changed))
