"""Taxonomies: the labels that a classifier chooses from. A taxonomy is data; `configs/cooperation.yaml` is one."""

from collections import Counter
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

NONE = "none"
"""Stands for no domain in files and reports, so no domain is called so."""


class Domain(BaseModel):
    """One label of a taxonomy.

    Attributes:
        id: Name in files and settings.
        arabic: Name shown to readers of Arabic.
        english: Name shown to readers of English.
        definition: What it covers and what not, in a sentence or two.
        crosswalk: Codes of the same subject in other schemes, by the scheme's name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    arabic: str = Field(min_length=1)
    english: str = Field(min_length=1)
    definition: str = ""
    crosswalk: dict[str, str] = {}


class Taxonomy(BaseModel):
    """The labels of one task, and how many of them a paragraph may have.

    Attributes:
        name: Name of the taxonomy.
        labels_per_paragraph: `any`: every label applies or not on its own, often none does (multi-label);
            `one`: exactly one label applies (single-label).
        domains: The labels, in the order of the classifier's outputs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    labels_per_paragraph: Literal["any", "one"] = "any"
    domains: tuple[Domain, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        twice = [name for name, count in Counter(self.ids).items() if count > 1]
        if twice:
            message = f"domain ids given more than once: {', '.join(twice)}"
            raise ValueError(message)
        if NONE in self.ids:
            message = f"{NONE} stands for no domain; choose another id"
            raise ValueError(message)
        if self.labels_per_paragraph == "one" and len(self.domains) == 1:
            message = "a taxonomy of one label per paragraph needs at least two domains"
            raise ValueError(message)
        return self

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the domains, in the order of the classifier's outputs."""
        return tuple(domain.id for domain in self.domains)
