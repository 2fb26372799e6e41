"""The names by which annotators call domains: ids, Arabic and English names, and the choice of none."""

import ast
from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches

from pipeline.taxonomy import NONE, Taxonomy

NONE_NAMES = (NONE, "none of them", "لا شيء منها")
"""What the choice of no domain may be called; a domain of the same name goes before."""

_SEPARATORS = ("|", ";", "؛", ",", "،", "#")
"""Marks that join labels in one text: the Arabic ones stand on the same keys, the last is doccano's. No domain id
contains any."""


class LabelNames:
    """Finds the domains that annotators name.

    Attributes:
        taxonomy: The labels that exist.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        """Learn the names of a taxonomy's domains; a name that two domains share names none."""
        self.taxonomy = taxonomy
        pairs = {(_plain(name), each.id) for each in taxonomy.domains for name in (each.id, each.arabic, each.english)}
        often = Counter(name for name, _ in pairs)
        self._ids = dict.fromkeys(map(_plain, NONE_NAMES), NONE)
        self._ids |= {name: domain for name, domain in pairs if often[name] == 1}
        self._ids |= {_plain(domain): domain for domain in taxonomy.ids}

    def id_of(self, label: str) -> str | None:
        """Give the id of the domain that a label names, `none` for the choice of none, `None` for no known name."""
        return label if label in self.taxonomy.ids else self._ids.get(_plain(label))

    def split(self, joined: str) -> list[str]:
        """Part labels that are joined in one text, or written there as a list (`['energy']`, as pandas does)."""
        text = joined.strip()
        listed = _listed(text) if text.startswith("[") else None
        return self._parts(text, _SEPARATORS) if listed is None else listed

    def unknown(self, label: str) -> str:
        """Say that a label names no domain, and which could be meant."""
        near = get_close_matches(_plain(label), self._ids, n=1, cutoff=0.4)
        hint = f"did you mean {self._ids[near[0]]}?" if near else f"known: {', '.join(self.taxonomy.ids)}"
        return f"{label!r} is not in the taxonomy {self.taxonomy.name}; {hint}"

    def _parts(self, text: str, separators: Sequence[str]) -> list[str]:
        """Part a text at one separator after the other, but not within a name that holds one."""
        if not text or self.id_of(text) is not None or not separators:
            return [text] if text else []
        parts = text.split(separators[0])
        return [label for part in parts for label in self._parts(part.strip(), separators[1:])]


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _listed(text: str) -> list[str] | None:
    """Read a list of texts as Python or JSON writes it; `None` where it is none."""
    try:
        found = ast.literal_eval(text)
    except (ValueError, TypeError, ArithmeticError, SyntaxError, RecursionError, MemoryError):
        return None
    return found if isinstance(found, list) and all(isinstance(each, str) for each in found) else None
