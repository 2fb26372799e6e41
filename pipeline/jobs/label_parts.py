"""Batch labelling with several workers: shards of the inputs in, parts of the results out, everything accounted for.

The workers lead the same stages over the same blocks as `pipeline.jobs.label` does. Each shard becomes a part as a
whole; a run that was interrupted goes on with the shards that are left.
"""

import logging
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from pipeline.config import LabelConfig
from pipeline.errors import ConfigError
from pipeline.jobs.label import LabelRun, check_accounts, told_differences
from pipeline.jobs.labelling.failures import told_how_to_go_on, without_useless_work
from pipeline.jobs.labelling.folder import empty_work, find_work, work_folder
from pipeline.jobs.labelling.plan import Plan, describe_platform, make_plan, remove_work
from pipeline.jobs.labelling.progress import shown_progress
from pipeline.jobs.labelling.work import RESULT_FILES, RESULTS_FOLDER, begin, read_left
from pipeline.jobs.results.folder import RUN_FILE, check_is_free, explained, write_json
from pipeline.jobs.scaling.cluster import Cluster, check_is_installed, connected
from pipeline.jobs.scaling.parts import PartsWork, part_name
from pipeline.jobs.scaling.shards import Shard, cut_shards
from pipeline.jobs.scaling.worker import Order
from pipeline.model_folder import find_model, model_version, read_decision
from pipeline.readers.sources import list_sources
from pipeline.records import BlockEnd, Source, Tally
from pipeline.shipped import code_version
from pipeline.stages.read_articles import warn_of_decodings

_PASSED_ON = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE")
"""Variables of this process that workers on other machines are to have."""
logger = logging.getLogger(__name__)


def label_parts(config: LabelConfig, console: Console | None = None) -> LabelRun:
    """Label articles with several workers, or go on where an interrupted run of the same settings and inputs ended.

    Args:
        config: What to read, with which model, where to write, and who labels.
        console: Where progress is shown; nowhere without it.

    Raises:
        ConfigError: Ray is missing or cannot be reached, no inputs are given, the output folder cannot be used, or an
            interrupted run of other settings or inputs waits there.
        InputError: An input is missing or holds nothing to read.
        ModelError: The model is missing or damaged.
    """
    check_is_installed()
    sources = list_sources(config.inputs)
    if any(source.path is None for source in sources):
        message = "standard input cannot be shared out among workers; give files, or leave --engine ray out"
        raise ConfigError(message)
    model = find_model(config.model)
    decision = read_decision(model)
    plan = make_plan(config, model_version(model), sources)
    shards = cut_shards(sources, config.engine.shards)
    if find_work(config.out) is None:
        check_is_free(config.out, RESULT_FILES, overwrite=config.overwrite)
    with work_folder(config.out) as folder, without_useless_work(folder):
        order = _order(config, model, plan, folder)
        with explained(config.out, folder / RESULTS_FOLDER):
            work = _take_up(config, plan, sources, folder)
        with told_how_to_go_on(folder), explained(config.out, folder / RESULTS_FOLDER):
            if work is None or not work.is_complete:
                with connected(config.engine) as cluster:
                    work = work or _begin(cluster, order, plan, sources, folder)
                    _label(cluster, order, shards, work, console)
                _complete(config, shards, len(sources), work)
            work.move_in(config.out, overwrite=config.overwrite)
        remove_work(folder)
    return LabelRun(config.out, decision, plan.model, work.tally)


def _order(config: LabelConfig, model: Path, plan: Plan, folder: Path) -> Order:
    return Order(
        config=config.model_dump_json(),
        model=str(model.absolute()),
        version=plan.model,
        code=code_version(),
        folder=str(folder.absolute()),
        environment={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
    )


def _take_up(config: LabelConfig, plan: Plan, sources: Sequence[Source], folder: Path) -> PartsWork | None:
    """Take up the work that an interrupted run left in a folder; `None` where there is none to go on with.

    Raises:
        ConfigError: The results cannot have their place, or what is there is the work of another plan.
    """
    left = read_left(folder)
    differences = left.differences(plan, sources) if left else []
    if left and left.is_complete:
        if not differences:
            return PartsWork(folder, left.plan)
        left.move_in(config.out, overwrite=config.overwrite)  # as that run would have done
        empty_work(folder)
        left = None
    check_is_free(config.out, RESULT_FILES, overwrite=config.overwrite, ignore=folder)
    if left is None or config.restart:
        return None
    if differences:
        raise ConfigError(told_differences(config, left, differences))
    work = PartsWork(folder, left.plan)
    work.tidy_up()
    return work


def _begin(cluster: Cluster, order: Order, plan: Plan, sources: Sequence[Source], folder: Path) -> PartsWork:
    begun = begin(folder, replace(plan, flow=cluster.settle(order)), sources)
    return PartsWork(folder, begun.plan)


def _label(cluster: Cluster, order: Order, shards: Sequence[Shard], work: PartsWork, console: Console | None) -> None:
    """Label the shards of which no part is there."""
    work.take_stock(shards)
    left = work.left(shards)
    if len(left) < len(shards) and console is not None:
        console.print(f"resuming after {work.articles:,} articles", highlight=False)
    inputs = sum(len(shard.sources) for shard in shards)
    done = inputs - sum(len(shard.sources) for shard in left)
    with shown_progress(inputs, console) as report:
        report(BlockEnd(done, 0), work.tally)
        for outcome in cluster.label(order, left) if left else ():
            done += outcome["inputs"]
            work.commit(BlockEnd(done, 0), Tally(outcome["counts"]))
            report(BlockEnd(done, 0), work.tally)


def _complete(config: LabelConfig, shards: Sequence[Shard], sources: int, work: PartsWork) -> None:
    """Check that the parts add up to the whole, and complete the results."""
    runs = work.take_stock(shards)
    if sum(run["sources"] for run in runs) != sources or len(runs) != len(shards):
        message = f"the parts do not add up: {len(runs)} of {len(shards)} are there. Please report this"
        raise RuntimeError(message)
    check_accounts(work.tally)
    warn_of_decodings(work.tally)
    if again := sum(run["attempted"] for run in runs):
        logger.warning("%d time(s) a worker ended in the middle of a shard, which was then labelled by another", again)
    platforms = Counter(repr(run["platform"]) for run in runs)
    run: dict[str, Any] = {
        "job": "label",
        "code": code_version(),
        "model": work.plan.model,
        "settings": config.model_dump(mode="json"),
        "flow": work.plan.flow,
        "sources": sources,
        "parts": len(shards),
        "attempted again": again,
        "counts": dict(sorted(work.tally.items())),
        "started": work.plan.started,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "platform": describe_platform(),
        "platforms of parts": [
            {"parts": platforms[told], **platform}
            for told, platform in {repr(run["platform"]): run["platform"] for run in runs}.items()
        ],
    }
    write_json(run, work.results / RUN_FILE)
    work.complete([RUN_FILE, *(part_name(shard.number) for shard in shards)])
