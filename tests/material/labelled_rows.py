"""Labelled rows made on the spot for the tests of what is known of them before training."""

from collections.abc import Collection

from pipeline.records import LabelledParagraph
from pipeline.taxonomy import Domain, Taxonomy

IDS = ("energy", "finance", "diplomacy")

WORDS = (
    "بلغت قيمة صادرات البلاد من النفط الخام ستين مليون دولار في شهر مارس بعد أن أعادت الشركة الوطنية فتح الحقول "
    "التي أغلقتها العاصفة وبعد أن وقعت الحكومة عقدا مع شركاء من آسيا لتوسيع خط الأنابيب نحو ميناء التصدير الكبير"
)
"""A paragraph whose near copies are told: one or two of its many words exchanged."""


def make_row(text: str, labels: str = "", *, place: str = "base.jsonl:1", **fields: object) -> LabelledParagraph:
    """Make a row; labels are parted by spaces, the id is the place unless told otherwise."""
    annotated = fields.pop("annotated", None)
    assert annotated is None or isinstance(annotated, Collection)
    values = {"id": place, "annotated": None if annotated is None else frozenset(annotated)} | fields
    return LabelledParagraph(text=text, labels=tuple(labels.split()), place=place, **values)  # type: ignore[arg-type]


def make_taxonomy(*, is_single: bool = False) -> Taxonomy:
    """Make a taxonomy of the labels `IDS`."""
    domains = tuple(Domain(id=name, arabic=name, english=name.title()) for name in IDS)
    return Taxonomy(name="tiny", labels_per_paragraph="one" if is_single else "any", domains=domains)
