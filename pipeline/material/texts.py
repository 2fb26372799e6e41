"""Faults of the texts of labelled rows, as they were read: damage, other languages, too little to tell a label by."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.records import LabelledParagraph
from pipeline.text import MENDED, UNREADABLE, find_damage, foreign_reason

LEAST_WORDS: Final = 3
SHORT: Final = f"fewer than {LEAST_WORDS} words"


@dataclass(frozen=True, slots=True)
class TextFaults:
    """Faults of some texts, by what is wrong; a text may have several.

    Attributes:
        texts: Number of the texts.
        foreign: How many are in another language, by which.
        damaged: How many show signs of damage, by kind.
        unreadable: How many are damaged beyond reading.
        unusable: How many are that, or in another language.
        short: How many have fewer than 3 words.
        first: Place of the first text with each of these faults.
    """

    texts: int
    foreign: Mapping[str, int]
    damaged: Mapping[str, int]
    unreadable: int
    unusable: int
    short: int
    first: Mapping[str, str]

    @property
    def arabic_share(self) -> float:
        """Share of texts that can be read, and as Arabic; 0 where there is no text."""
        return 1 - self.unusable / self.texts if self.texts else 0.0

    @property
    def lasting_damage(self) -> dict[str, int]:
        """The damage that cleaning does not mend."""
        return {kind: count for kind, count in self.damaged.items() if kind not in MENDED}


def find_faults(rows: Sequence[LabelledParagraph]) -> TextFaults:
    """Look for faults in the texts of rows."""
    foreign, damaged = Counter[str](), Counter[str]()
    unreadable = unusable = short = 0
    first: dict[str, str] = {}
    for row in rows:
        language, damage = foreign_reason(row.text), find_damage(row.text)
        is_short = len(row.text.split()) < LEAST_WORDS
        foreign.update([language] if language else [])
        damaged.update(damage)
        is_unreadable = not UNREADABLE.isdisjoint(damage)
        unreadable += is_unreadable
        unusable += is_unreadable or language is not None
        short += is_short
        for fault in [*filter(None, [language]), *damage, *([SHORT] if is_short else [])]:
            first.setdefault(fault, row.place)
    return TextFaults(len(rows), foreign, damaged, unreadable, unusable, short, first)


def refuse_texts(faults_by_file: Mapping[str, TextFaults], *, keep_foreign: bool) -> Iterator[str]:
    """Say which files are for the most part damaged beyond reading or, unless these are kept, in other languages."""
    for file, faults in faults_by_file.items():
        lost = faults.unreadable if keep_foreign else faults.unusable
        if 2 * lost <= faults.texts:
            continue
        spoiled = {kind: count for kind, count in faults.damaged.items() if kind in UNREADABLE}
        is_spoiled = keep_foreign or 2 * faults.unreadable >= faults.unusable  # what is unreadable is not Arabic either
        what, count = max((spoiled if is_spoiled else faults.foreign).items(), key=lambda each: each[1])
        told = f"{file}: {what} in {count / faults.texts:.0%} of {faults.texts} rows, such as {faults.first[what]}"
        mend = "read the file in its own encoding and save it as UTF-8" if is_spoiled else "give Arabic paragraphs"
        yield f"{told}; {mend}"


def by_file(rows: Iterable[LabelledParagraph]) -> dict[str, list[LabelledParagraph]]:
    """Sort rows by the file that they were read from."""
    sorted_rows: dict[str, list[LabelledParagraph]] = {}
    for row in rows:
        sorted_rows.setdefault(row.file, []).append(row)
    return sorted_rows
