"""Batch labelling: articles in, a folder of labelled paragraphs out, everything accounted for.

The work is done block by block in a hidden folder, and each block is noted in a journal when it is on the disk: a run
that was interrupted, however hard, is gone on with by the same command, and its results are the same.
"""

import logging
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from pipeline.config import LabelConfig
from pipeline.decision import Decision
from pipeline.errors import ConfigError
from pipeline.jobs.labelling.blocks import Block, MadeAhead, Reading
from pipeline.jobs.labelling.failures import told_how_to_go_on, without_useless_work
from pipeline.jobs.labelling.folder import empty_work, find_work, work_folder
from pipeline.jobs.labelling.interrupts import Interrupts
from pipeline.jobs.labelling.plan import Plan, describe_platform, make_plan, remove_work
from pipeline.jobs.labelling.progress import Report, shown_progress
from pipeline.jobs.labelling.work import RESULT_FILES, RESULTS_FOLDER, LabelWork, begin, read_left
from pipeline.jobs.results.folder import RUN_FILE, check_is_free, explained, write_json
from pipeline.model_folder import find_model, model_version, read_decision
from pipeline.readers.sources import list_sources
from pipeline.records import BlockEnd, Record, Source, Tally, TokenizedParagraph
from pipeline.shipped import code_version
from pipeline.stages.base import Stage
from pipeline.writers.output_folder import FILE_NAMES

logger = logging.getLogger(__name__)


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
    """Label articles, or go on labelling them where an interrupted run of the same settings and inputs ended.

    Args:
        config: What to read, with which model, and where to write.
        console: Where progress is shown; nowhere without it.

    Raises:
        ConfigError: No inputs are given, the output folder cannot be used, or an interrupted run of other settings or
            inputs waits there.
        InputError: An input is missing or holds nothing to read.
        ModelError: The model is missing or damaged.
    """
    if config.engine.name == "ray":
        from pipeline.jobs.label_parts import label_parts

        return label_parts(config, console)
    if not config.inputs:
        message = "no inputs; give files, folders or globs, for example: taawun label seeds/articles --out labels"
        raise ConfigError(message)
    sources = list_sources(config.inputs)
    model = find_model(config.model)
    decision = read_decision(model)
    plan = make_plan(config, model_version(model), sources)
    if find_work(config.out) is None:
        check_is_free(config.out, RESULT_FILES, overwrite=config.overwrite)
    with work_folder(config.out) as folder, without_useless_work(folder):
        flow = config.flow(decision, model, folder / RESULTS_FOLDER)
        with explained(config.out, folder / RESULTS_FOLDER):
            work = _take_up(config, plan, sources, flow, folder)
        with told_how_to_go_on(folder), explained(config.out, work.results):
            if not work.is_complete:
                if work.has_blocks and console is not None:
                    console.print(f"resuming after {work.articles:,} articles", highlight=False)
                _label(config, sources, as_settled(flow, work.plan), work, console)
            work.move_in(config.out, overwrite=config.overwrite)
        remove_work(folder)
    return LabelRun(config.out, decision, plan.model, work.tally)


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


def _take_up(
    config: LabelConfig, plan: Plan, sources: Sequence[Source], flow: Sequence[Stage], folder: Path
) -> LabelWork:
    """Take up the work that an interrupted run left in a folder, or begin.

    Raises:
        ConfigError: The results cannot have their place, or what is there is the work of another plan.
    """
    left = read_left(folder)
    differences = left.differences(plan, sources) if left else []
    if left and left.is_complete:
        if left.plan.is_repeatable and not differences:
            return left
        left.move_in(config.out, overwrite=config.overwrite)  # as that run would have done
        empty_work(folder)
        left = None
    check_is_free(config.out, RESULT_FILES, overwrite=config.overwrite, ignore=folder)
    if left and not left.plan.is_repeatable:
        logger.warning("an earlier run over standard input broke off; it cannot be gone on with, so all starts anew")
    elif left and not config.restart:
        if differences:
            raise ConfigError(told_differences(config, left, differences))
        left.cut_back()
        return left
    return begin(folder, replace(plan, flow=[stage.settled().model_dump(mode="json") for stage in flow]), sources)


def told_differences(config: LabelConfig, left: LabelWork, differences: Sequence[str]) -> str:
    """Say why a run cannot go on with the work that waits for it, and what to do."""
    head = f"{config.out}: an interrupted run, {left.articles:,} articles of it labelled, waits there but is another:"
    ways = "go on with it by its own settings and inputs, throw its work away with --restart, or choose another --out"
    return "\n  ".join([head, *differences, ways])


def as_settled(flow: Sequence[Stage], plan: Plan) -> list[Stage]:
    """Give stages what the plan says was left to the machine."""
    return [
        stage.model_copy(
            update={name: value for name, value in type(stage).model_validate(settings) if name in settings}
        )
        for stage, settings in zip(flow, plan.flow, strict=True)
    ]


def _label(
    config: LabelConfig, sources: Sequence[Source], flow: Sequence[Stage], work: LabelWork, console: Console | None
) -> None:
    """Label what is not labelled, and complete the results."""
    with shown_progress(len(sources), console) as report:
        _label_blocks(config, sources, flow, work, report)
    check_accounts(work.tally)
    run: dict[str, Any] = {
        "job": "label",
        "code": code_version(),
        "model": work.plan.model,
        "settings": config.model_dump(mode="json"),
        "flow": work.plan.flow,
        "sources": len(sources),
        "counts": dict(sorted(work.tally.items())),
        "started": work.plan.started,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "platform": describe_platform(),
    }
    write_json(run, work.results / RUN_FILE)
    work.complete([name for name in (RUN_FILE, *FILE_NAMES) if (work.results / name).exists()])


def _label_blocks(
    config: LabelConfig, sources: Sequence[Source], flow: Sequence[Stage], work: LabelWork, report: Report
) -> None:
    """Label block after block, each on the disk before the next one is classified."""
    classify = next(number for number, stage in enumerate(flow) if stage.consumes is TokenizedParagraph)
    blocks = MadeAhead(Reading(sources, work.end).blocks(flow[:classify], config.blocks))
    counts: deque[Tally] = deque()
    tally = Tally()
    stream: Iterable[Record] = _records(blocks, counts)
    for stage in flow[classify:]:
        stream = stage(stream, tally)
    ends = _ends(stream)
    with Interrupts() as interrupts, blocks, closing(ends):
        report(work.end, work.tally)
        for end in ends:
            counted = counts.popleft()
            counted.update(tally)
            tally.clear()
            work.commit(end, counted)
            report(end, work.tally)
            interrupts.check()


def _records(blocks: Iterable[Block], counts: deque[Tally]) -> Iterator[Record]:
    for block in blocks:
        counts.append(block.tally)
        yield from block.records


def _ends(stream: Iterable[Record]) -> Generator[BlockEnd]:
    return (record for record in stream if isinstance(record, BlockEnd))
