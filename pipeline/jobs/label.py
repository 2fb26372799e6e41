"""Batch labelling: articles in, a folder of labelled paragraphs out, everything accounted for."""

import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from pipeline.config import LabelConfig
from pipeline.decision import Decision
from pipeline.errors import ConfigError
from pipeline.jobs.results_folder import RUN_FILE, results_folder, write_json
from pipeline.model_folder import find_model, model_version, read_decision
from pipeline.readers.sources import list_sources
from pipeline.records import Dropped, Prediction, Record, Rejection, Source, Tally
from pipeline.shipped import code_version
from pipeline.writers.output_folder import FILE_NAMES

_FILES = (RUN_FILE, *FILE_NAMES)


@dataclass(frozen=True, slots=True)
class LabelRun:
    """What a finished run did.

    Attributes:
        out: Folder with the results.
        decision: Decision file of the model.
        model: Name and version of the model.
        tally: All counts.
    """

    out: Path
    decision: Decision
    model: str
    tally: Tally

    @property
    def labelled(self) -> int:
        """Paragraphs labelled."""
        return self.tally["write_predictions: labelled"]

    @property
    def dropped(self) -> int:
        """Paragraphs set aside as boilerplate or another language."""
        return self.tally["write_predictions: dropped"]

    @property
    def rejected(self) -> int:
        """Inputs and articles that could not be read."""
        return self.tally["write_predictions: rejected"]

    @property
    def articles(self) -> int:
        """Articles of which at least one paragraph was written."""
        return self.tally["write_predictions: articles"]


def label(config: LabelConfig, console: Console | None = None) -> LabelRun:
    """Label articles.

    Args:
        config: What to read, with which model, and where to write.
        console: Where progress is shown; nowhere without it.

    Raises:
        ConfigError: No inputs are given, or the output folder cannot be used.
        InputError: An input is missing or holds nothing to read.
        ModelError: The model is missing or damaged.
    """
    if not config.inputs:
        message = "no inputs; give files, folders or globs, for example: taawun label seeds/articles --out labels"
        raise ConfigError(message)
    sources = list_sources(config.inputs)
    folder = find_model(config.model)
    decision = read_decision(folder)
    model = model_version(folder)
    tally = Tally()
    started = datetime.now(UTC)
    with results_folder(config.out, _FILES, overwrite=config.overwrite) as partial:
        chain = config.flow(decision, folder, partial)
        stream: Iterable[Record] = sources
        for stage in chain:
            stream = stage(stream, tally)
        for _ in _show_progress(stream, sources, console):
            pass
        check_accounts(tally)
        run = {
            "job": "label",
            "code": code_version(),
            "model": model,
            "settings": config.model_dump(mode="json"),
            "flow": [stage.model_dump(mode="json") for stage in chain],
            "sources": len(sources),
            "counts": dict(sorted(tally.items())),
            "started": started.isoformat(timespec="seconds"),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "platform": describe_platform(),
        }
        write_json(run, partial / RUN_FILE)
    return LabelRun(config.out, decision, model, tally)


def check_accounts(tally: Tally) -> None:
    """Check that all that went in came out: labelled, dropped or rejected.

    Raises:
        RuntimeError: A record was lost or doubled. This is a bug in taawun.
    """
    paragraphs = tally["split_paragraphs: paragraphs"]
    written = tally["write_predictions: labelled"] + tally["write_predictions: dropped"]
    seen = tally["read_articles: articles"] + tally["read_articles: rejected"]
    ended = tally["write_predictions: articles"] + tally["write_predictions: rejected"]
    if (paragraphs, seen) != (written, ended):
        message = (
            f"the accounts do not add up: {paragraphs} paragraphs found but {written} written; "
            f"{seen} articles and rejected inputs read but {ended} written. Please report this"
        )
        raise RuntimeError(message)


def describe_platform() -> dict[str, Any]:
    """Name the machine and the libraries that decide a run's numbers."""
    libraries = ("torch", "transformers", "tokenizers", "numpy", "trafilatura")
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "system": platform.system(),
        "libraries": {name: version(name) for name in libraries},
    }


def _show_progress(stream: Iterable[Record], sources: list[Source], console: Console | None) -> Iterator[Record]:
    order = {source.name: index for index, source in enumerate(sources)}
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("inputs · {task.fields[paragraphs]:,} paragraphs"),
        TimeElapsedColumn(),
    )
    shown = console is not None and console.is_terminal
    with Progress(*columns, console=console, disable=not shown, transient=True) as progress:
        task = progress.add_task("Labelling", total=len(sources), paragraphs=0)
        paragraphs = 0
        for count, record in enumerate(stream, start=1):
            yield record
            paragraphs += not isinstance(record, Rejection)
            if count % 64 == 0:
                progress.update(task, completed=order.get(_source_name(record), 0), paragraphs=paragraphs)
        progress.update(task, completed=len(sources), paragraphs=paragraphs)


def _source_name(record: Record) -> str:
    match record:
        case Prediction(paragraph=paragraph) | Dropped(paragraph=paragraph):
            place = paragraph.article.place
        case Rejection(place=place):
            pass
        case _:
            return ""
    name, colon, line = place.rpartition(":")
    return name if colon and line.isdigit() else place
