"""The learning curve: training on growing shares of the rows, each time scored on the gold rows.

Every training has its row in a working folder beside the report; an interrupted curve goes on where it stopped.
"""

import hashlib
import json
import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.config import ANY_TRAIN_CONFIG, EvaluateConfig, TrainConfig, TrainLinearConfig, load_config
from pipeline.errors import ConfigError, InputError
from pipeline.evaluation.leakage import are_copies, fingerprint
from pipeline.evaluation.learning_curve import CurvePoint, fit_trends
from pipeline.jobs.evaluating.scoring import score_rows
from pipeline.jobs.progress_lines import ProgressLines
from pipeline.jobs.results.folder import RUN_FILE, write_json
from pipeline.jobs.train import train
from pipeline.jobs.training.material import gather_material
from pipeline.jobs.training.rows import read_training_rows
from pipeline.kinds import load_classifier
from pipeline.labelled import Columns
from pipeline.metrics import measure
from pipeline.model_folder import find_model, model_version
from pipeline.records import LabelledParagraph, Tally
from pipeline.shipped import find_shipped
from pipeline.splits import is_drawn
from pipeline.taxonomy import Taxonomy

_log = logging.getLogger(__name__)

SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
"""Shares of the articles: each step doubles the rows, as a power law is straight on logarithmic scales."""

DRAWS = 3
"""Draws of each share below 1: the fewest whose spread can be seen."""

_TRAINING_PLACES = {
    "out",
    "overwrite",
    "run",
    "gate",
    "taxonomy",
    "labelled",
    "extra",
    "license",
    "licenses",
    "base_model",
}
"""Settings of training that leave its outcome alone, or whose content is compared instead of their names."""


@dataclass(frozen=True, slots=True)
class CurvePlan:
    """All that a learning curve starts from.

    Attributes:
        config: How to train.
        rows: What to train on, growing shares of it.
        files: The training files by content.
        gold: What to score on.
        copies: Gold rows that are among the training rows, exactly or nearly.
        folder: Keeps what is finished until the report is written.
    """

    config: TrainConfig | TrainLinearConfig
    rows: Sequence[LabelledParagraph]
    files: list[dict[str, Any]]
    gold: Sequence[LabelledParagraph]
    copies: int
    folder: Path


def plan_curve(config: EvaluateConfig, taxonomy: Taxonomy, gold: Sequence[LabelledParagraph]) -> CurvePlan:
    """Read and check all that a learning curve starts from, and make its working folder or open an interrupted one.

    Args:
        config: With `learning_curve`, the file of settings to train by.
        taxonomy: That of the gold rows.
        gold: What to score on.

    Raises:
        ConfigError: The settings of training are wrong or of another taxonomy, or the working folder holds something
            else.
        InputError: The training rows are missing or wrong.
        ModelError: The encoder is missing.
    """
    settings = load_config(ANY_TRAIN_CONFIG, find_shipped(str(config.learning_curve)), more={"extra": config.extra})
    if load_config(Taxonomy, find_shipped(settings.taxonomy)) != taxonomy:
        message = f"{config.learning_curve}: trains for another taxonomy than that of {config.model}; take the same"
        raise ConfigError(message)
    read = read_training_rows(settings, taxonomy)
    if read.mistakes:
        raise InputError("\n".join(read.mistakes))
    rows = read.rows
    copies = int(are_copies(fingerprint([row.text for row in rows]), [row.text for row in gold]).sum())
    if copies:
        _log.warning("learning curve: %d of %d gold rows are trained on, so its scores are too good", copies, len(gold))
    place = config.out.resolve()
    plan = CurvePlan(
        config=settings,
        rows=rows,
        files=read.described,
        gold=gold,
        copies=copies,
        folder=place.with_name(f"{place.name}.learning-curve"),
    )
    _open_folder(plan, taxonomy, overwrite=config.overwrite)
    return plan


def trace_curve(plan: CurvePlan, config: EvaluateConfig, console: Console | None = None) -> dict[str, Any]:
    """Train on growing shares, score each on the gold rows, and fit the trend.

    A share that is too small to be trained on has no scores.

    Args:
        plan: What to train and to score on.
        config: How scores are made.
        console: Where progress is shown; nowhere without it.

    Raises:
        InputError: Even all rows are too few to train on.
        ModelError: The encoder is damaged or of an unsupported kind.
    """
    # All rows first: what is wrong with them, or with the settings, shows at once.
    wanted = [(1.0, None), *((share, draw) for share in SHARES if share < 1 for draw in range(DRAWS))]
    points, lines = [], ProgressLines(console)
    with _shown_progress(console) as progress:
        for share, draw in progress.track(wanted):
            place = plan.folder / ("all" if draw is None else f"share {share:g}, draw {draw}")
            points.append(_read_point(place) or _make_point(plan, config, share, draw, place))
            lines.tell(f"learning curve: {len(points)} of {len(wanted)} trainings")
    points.sort(key=lambda point: (point["share"], point["draw"] or 0))
    return {
        "kind": plan.config.kind,
        "files": plan.files,
        "copies": plan.copies,
        "shares": list(SHARES),
        "points": points,
        "fits": fit_trends(points, config.resamples),
    }


def close_curve(plan: CurvePlan) -> None:
    """Remove the working folder, once the report holds what was in it."""
    shutil.rmtree(plan.folder)


def _open_folder(plan: CurvePlan, taxonomy: Taxonomy, *, overwrite: bool) -> None:
    """Make the working folder; keep what it holds of an interrupted run of the same settings, rows and gold."""
    content = {"files": plan.files, "gold": _hash(plan.gold), "taxonomy": taxonomy.model_dump(mode="json")}
    if isinstance(plan.config, TrainConfig):
        content["encoder"] = model_version(find_model(plan.config.base_model)).rpartition("@")[2]
    settings = plan.config.model_dump(mode="json", exclude=_TRAINING_PLACES)
    tie = {"job": "learning curve", "settings": settings, "content": content}
    if plan.folder.exists():
        earlier = _read_json(plan.folder / RUN_FILE)
        if earlier == tie:
            return
        if earlier is None or earlier.get("job") != tie["job"]:
            message = f"{plan.folder}: holds no learning curve; move it away, or choose another --out"
            raise ConfigError(message)
        if not overwrite:
            message = (
                f"{plan.folder}: holds an unfinished learning curve of other settings, rows or gold; finish it with "
                "those, choose another --out, or replace it: --overwrite"
            )
            raise ConfigError(message)
        shutil.rmtree(plan.folder)
    try:
        plan.folder.mkdir(parents=True)
        write_json(tie, plan.folder / RUN_FILE)
    except OSError as error:
        message = f"{plan.folder}: cannot be made ({error.strerror}); choose another --out"
        raise ConfigError(message) from error


def _hash(rows: Sequence[LabelledParagraph]) -> str:
    named = json.dumps([(row.id, row.text, sorted(row.labels), *_annotated(row).values()) for row in rows])
    return hashlib.sha256(named.encode()).hexdigest()


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _read_point(place: Path) -> CurvePoint | None:
    found = _read_json(_finished(place))
    return CurvePoint(**found) if found else None  # type: ignore[typeddict-item]


def _finished(place: Path) -> Path:
    """Name the file that tells the outcome of the training in this folder."""
    return place.with_name(f"{place.name}.json")


def _make_point(plan: CurvePlan, config: EvaluateConfig, share: float, draw: int | None, place: Path) -> CurvePoint:
    """Train, score and write down; an interrupted training goes on, what it leaves behind is removed at the end."""
    chosen = is_drawn(plan.rows, share, draw or 0)
    rows = [row for row, is_in in zip(plan.rows, chosen, strict=True) if is_in]
    point = CurvePoint(share=share, draw=draw, rows=len(rows), macro_f1=None, mean_average_precision=None)
    try:
        with _unheard() if share < 1 else nullcontext():
            model = _train(plan.config, rows, place)
    except InputError as error:
        if share == 1:
            raise
        _log.warning("learning curve: %d rows (share %g, draw %s) have no score: %s", len(rows), share, draw, error)
    else:
        classifier = load_classifier(str(model), threads=config.threads)
        scored = score_rows(plan.gold, classifier, Tally())
        measured = measure(scored.gold, scored.applies, scored.probabilities, scored.ids)
        point["macro_f1"], point["mean_average_precision"] = measured["macro_f1"], measured["mean_average_precision"]
    write_json({**point}, place / "point.json")
    (place / "point.json").replace(_finished(place))
    shutil.rmtree(place)
    return point


def _train(config: TrainConfig | TrainLinearConfig, rows: Sequence[LabelledParagraph], place: Path) -> Path:
    """Train on these rows, or go on with it, inside a folder; give the model's."""
    model, run, labelled = place / "model", place / "run", place / "rows.jsonl"
    if model.exists():
        return model
    place.mkdir(exist_ok=True)
    labelled.write_text("".join(map(_line, rows)), encoding="utf-8")
    changes: dict[str, Any] = {"labelled": (str(labelled),), "extra": (), "licenses": {}, "out": model, "gate": None}
    changes["columns"] = Columns()
    if isinstance(config, TrainConfig):
        changes["run"] = run
    return train(config.model_copy(update=changes), resume=run.exists())


def _line(row: LabelledParagraph) -> str:
    """Write a row as training reads it: with the same labels, in the same group."""
    fields = {"id": row.id, "text": row.text, "labels": row.labels, "article": row.article, "source": row.source}
    return json.dumps(fields | _annotated(row), ensure_ascii=False) + "\n"


def _annotated(row: LabelledParagraph) -> dict[str, list[str]]:
    return {} if row.annotated is None else {"annotated": sorted(row.annotated)}


@contextmanager
def _unheard() -> Iterator[None]:
    """Keep training from telling of each share what it told of all rows: how many it leaves out, empty domains."""
    logger = logging.getLogger(gather_material.__module__)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def _shown_progress(console: Console | None) -> Iterator[Progress]:
    columns = (TextColumn("Learning curve"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    shown = console is not None and console.is_terminal
    with Progress(*columns, console=console, disable=not shown) as progress:
        yield progress
