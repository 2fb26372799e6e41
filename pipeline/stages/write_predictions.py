"""Write labelled paragraphs, and account for those dropped and the inputs rejected, in files."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from pipeline.records import Dropped, Prediction, Record, Rejection, Tally
from pipeline.stages.base import Stage, cut_blocks
from pipeline.writers.output_folder import Format, OutputFolder
from pipeline.writers.rows import dropped_row_of, rejected_row_of, row_of, storable


class WritePredictions(Stage):
    """Write predictions in every format asked for, dropped paragraphs and rejections in side files.

    Records go on when the block that holds them is safely on the disk. What is in the files depends on the records and
    the settings only, never on when they came: written on after an interruption, they are as if there had been none.

    Attributes:
        formats: Formats of `labels.<format>`.
        folder: Folder to write into, told by the job. It must exist; files in it are written on.
        domains: Ids of the domains, which name columns in some formats; told by the job.
        explained: Whether the predictions have their evidence, which then is written too; told by the job.
    """

    stage: Literal["write_predictions"] = "write_predictions"
    formats: tuple[Format, ...] = Field(("jsonl",), min_length=1)
    folder: Path = Field(Path("labels"), exclude=True)
    domains: tuple[str, ...] = Field((), exclude=True)
    explained: bool = Field(False, exclude=True)
    consumes: ClassVar[type] = Prediction
    produces: ClassVar[type] = Prediction

    @model_validator(mode="after")
    def _check_formats_differ(self) -> Self:
        if len(set(self.formats)) < len(self.formats):
            message = f"formats given more than once: {', '.join(self.formats)}"
            raise ValueError(message)
        return self

    def __call__(self, records: Iterable[Record], tally: Tally, /) -> Iterator[Record]:
        """Write the records block by block and pass them on.

        Raises:
            ConfigError: The folder is missing or cannot be written.
        """
        with OutputFolder(self.folder, self.formats, self.domains, explained=self.explained) as output:
            for block in cut_blocks(records):
                self._write(block, output, tally)
                yield from block
            output.complete()

    def _write(self, block: Sequence[Record], output: OutputFolder, tally: Tally) -> None:
        predictions = [record for record in block if isinstance(record, Prediction)]
        dropped = [record for record in block if isinstance(record, Dropped)]
        rejections = [record for record in block if isinstance(record, Rejection)]
        output.write(
            [row_of(prediction, explained=self.explained) for prediction in predictions],
            [dropped_row_of(paragraph) for paragraph in dropped],
            [rejected_row_of(rejection) for rejection in rejections],
        )
        paragraphs = [*(prediction.paragraph for prediction in predictions), *(record.paragraph for record in dropped)]
        tally[f"{self.stage}: labelled"] += len(predictions)
        tally[f"{self.stage}: dropped"] += len(dropped)
        tally[f"{self.stage}: rejected"] += len(rejections)
        tally[f"{self.stage}: articles"] += sum(paragraph.index == 0 for paragraph in paragraphs)
        if repaired := sum(storable(paragraph.text) != paragraph.text for paragraph in paragraphs):
            tally[f"{self.stage}: lone surrogates replaced"] += repaired
        self._count_domains(predictions, tally)

    def _count_domains(self, predictions: Sequence[Prediction], tally: Tally) -> None:
        for prediction in predictions:
            for domain in prediction.labels:
                tally[f"{self.stage}: domain {domain}"] += 1
            if not prediction.labels:
                tally[f"{self.stage}: no domain"] += 1
            if prediction.needs_review:
                tally[f"{self.stage}: needs review"] += 1
