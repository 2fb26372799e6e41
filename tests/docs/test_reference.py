"""The reference names all that is public: what the package exports, and every class of settings."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

import pipeline
import pipeline.config
from pipeline.adaptation.settings import AdaptConfig, HealConfig
from pipeline.config import (
    EvaluateConfig,
    ExportConfig,
    ExportModelConfig,
    LabelConfig,
    SuggestConfig,
    TrainConfig,
    TrainLinearConfig,
    ViewConfig,
)
from pipeline.distillation.settings import DistillConfig
from pipeline.errors import PipelineError
from pipeline.taxonomy import Taxonomy

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
JOBS: tuple[type[BaseModel], ...] = (
    *(LabelConfig, TrainConfig, TrainLinearConfig, EvaluateConfig, ViewConfig, SuggestConfig),
    *(ExportConfig, ExportModelConfig),
    *(Taxonomy, DistillConfig, AdaptConfig, HealConfig),
)


def _named() -> set[str]:
    """Give the full names of all that the reference shows."""
    named = set()
    for match in re.finditer(r"^::: (\S+)(?:\n +options: \{members: \[([^]]*)\]\})?", REFERENCE, re.MULTILINE):
        names = [name.strip() for name in match[2].split(",")] if match[2] else []
        named |= {f"{match[1]}.{name}" for name in names} or {match[1]}
    return named


def _models_in(kind: Any) -> Iterator[type[BaseModel]]:
    """Give the classes of settings that a type is made of, be it a union or a tuple of them."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from _models_in(field.annotation)
    for part in get_args(kind):
        yield from _models_in(part)


def _full_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


SETTINGS = sorted({_full_name(kind) for job in JOBS for kind in _models_in(job)})


@pytest.mark.parametrize("name", SETTINGS)
def test_every_class_of_settings_is_in_the_reference(name: str) -> None:
    assert name in _named()


def test_the_settings_of_every_job_were_looked_for() -> None:
    jobs = {getattr(pipeline.config, name) for name in pipeline.config.__all__ if name.endswith("Config")}
    assert {job for job in jobs if isinstance(job, type)} <= set(JOBS)


def test_the_settings_of_all_sections_were_looked_for() -> None:
    found = {name.rpartition(".")[2] for name in SETTINGS}
    assert {"BlockSettings", "Fields", "ClassifyParagraphs", "CleanArticles", "GateSettings", "Domain"} <= found


@pytest.mark.parametrize("name", sorted(set(pipeline.__all__) - {"__version__"}))
def test_every_export_of_the_package_is_in_the_reference(name: str) -> None:
    assert _full_name(getattr(pipeline, name)) in _named()


def test_every_error_that_can_be_caught_is_in_the_reference() -> None:
    errors: list[type] = [PipelineError, *PipelineError.__subclasses__()]
    assert {_full_name(kind) for kind in errors} <= _named()


@pytest.mark.parametrize("name", sorted(_named()))
def test_what_the_reference_names_is_there(name: str) -> None:
    module, _, what = name.rpartition(".")
    assert hasattr(__import__(module, fromlist=[what]), what)
