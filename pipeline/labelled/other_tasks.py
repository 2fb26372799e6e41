"""Files that are of another task, or of another taxonomy: told once, in place of one mistake for each of their rows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from numbers import Number
from pathlib import Path
from typing import Any

from pipeline.labelled.label_names import LabelNames

_TASKS = (
    ("spans in texts", ({"entities"}, {"spans"}, {"ner_tags"}, {"tokens", "tags"}, {"relations"})),
    ("questions and answers", ({"answers"}, {"answer"}, {"question"})),
    (
        "pairs of texts",
        (
            {"premise", "hypothesis"},
            {"sentence1", "sentence2"},
            {"text1", "text2"},
            {"text_a", "text_b"},
            {"query", "passage"},
        ),
    ),
    ("ratings", ({"rating"}, {"ratings"}, {"stars"}, {"score"})),
)
"""Tasks, and columns of which one set is enough to tell each by."""

_LIKE = 0.75
"""How alike an unknown label and a known one are where the one is probably the other misspelt."""

_FEWEST = 2
"""Different unknown labels that make a taxonomy; a single one is a slip."""

_SHOWN = 5


class TaskAccount:
    """What the rows of one file are about: takes note of each, and says at the end if that is no labelling of ours.

    Attributes:
        names: The labels that exist.
    """

    def __init__(self, path: Path, names: LabelNames) -> None:
        """Open the account of a file."""
        self._path = path
        self.names = names
        self._rows = 0
        self._columns: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._labels: Counter[str] = Counter()

    def note(self, fields: Mapping[str, Any]) -> None:
        """Take note of a row's fields, by part."""
        self._rows += 1
        self._columns.update(fields.keys())
        labels = fields.get("labels")
        listed = self.names.split(labels) if isinstance(labels, str) else labels
        if listed is None:
            return
        if not isinstance(listed, list):
            self._kinds["ratings" if isinstance(listed, Number) else "other"] += 1
        elif listed and all(isinstance(each, list | dict) for each in listed):
            self._kinds["spans in texts"] += 1
        elif listed and all(_is_number(each) for each in listed):
            self._kinds["ratings"] += 1
        else:
            self._kinds["labels"] += 1
            self._labels.update(each for each in listed if isinstance(each, str))

    def refusal(self) -> str | None:
        """Say of which other task or taxonomy the file is, and what to do; `None` where it is of ours."""
        return next((f"{self._path}: {what}" for what in (*self._other_task(), *self._other_taxonomy())), None)

    def _other_task(self) -> Iterator[str]:
        if not self._rows or self._kinds["labels"]:
            return
        for task, signs in _TASKS:
            column = next((sign for sign in signs if all(2 * self._columns[name] > self._rows for name in sign)), None)
            if column and not self._kinds.total():
                what = f"holds {task} ({', '.join(sorted(column))}) and no labels"
            elif 2 * self._kinds[task] > self._rows:
                what = f"holds {task} where labels are expected"
            else:
                continue
            ids = ", ".join(self.names.taxonomy.ids)
            yield f"{what}: another task; give paragraphs, each with the labels that apply to it: {ids}"

    def _other_taxonomy(self) -> Iterator[str]:
        """Compare labels; those that are probably misspelt are left to be told row by row."""
        taxonomy = self.names.taxonomy
        unlike = {
            label: count
            for label, count in self._labels.most_common()
            if self.names.id_of(label) is None and not get_close_matches(label, taxonomy.ids, n=1, cutoff=_LIKE)
        }
        if len(unlike) < _FEWEST or 2 * sum(unlike.values()) <= self._labels.total():
            return
        shown = ", ".join([*list(unlike)[:_SHOWN], *(["…"] if len(unlike) > _SHOWN else [])])
        yield (
            f"its labels belong to another taxonomy: {shown}; known in {taxonomy.name}: {', '.join(taxonomy.ids)}; "
            "give its taxonomy: taxonomy=FILE"
        )


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().replace(".", "", 1).isdecimal()
    return isinstance(value, Number)
