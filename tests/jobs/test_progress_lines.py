"""Where no bar can be drawn, a line a minute tells that an unattended run goes on."""

import io

import pytest
from rich.console import Console

from pipeline.jobs import progress_lines
from pipeline.jobs.labelling.progress import shown_progress as shown_labelling
from pipeline.jobs.progress_lines import ProgressLines
from pipeline.jobs.training.progress import shown_progress as shown_training
from pipeline.records import BlockEnd, Tally
from pipeline.training import part_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress_lines, "time", clock)
    return clock


def console_of(written: io.StringIO, *, terminal: bool = False) -> Console:
    return Console(file=written, force_terminal=terminal, width=40)


def test_a_line_a_minute_at_most(clock: Clock) -> None:
    written = io.StringIO()
    lines = ProgressLines(console_of(written))
    for second in range(0, 125, 5):
        clock.now = 1000.0 + second
        lines.tell(f"step {second} [of many]")
    assert written.getvalue() == "step 60 [of many] · 0:01:00\nstep 120 [of many] · 0:02:00\n"


def test_the_time_left_counts_only_what_this_run_did(clock: Clock) -> None:
    written = io.StringIO()
    lines = ProgressLines(console_of(written))
    lines.tell("resumed", 0.5)
    clock.now += 100
    lines.tell("on", 0.6)
    assert written.getvalue() == "on · 0:01:40, about 0:06:40 left\n"


def test_no_lines_on_a_terminal_or_without_a_console(clock: Clock, capfd: pytest.CaptureFixture[str]) -> None:
    written = io.StringIO()
    for console in (console_of(written, terminal=True), None):
        lines = ProgressLines(console)
        clock.now += 600
        lines.tell("done")
    assert not written.getvalue()
    assert capfd.readouterr() == ("", "")


def test_where_lines_cannot_be_written_the_job_goes_on(clock: Clock) -> None:
    class Gone(io.StringIO):
        tries = 0

        def write(self, _text: str) -> int:
            self.tries += 1
            raise BrokenPipeError

    gone = Gone()
    lines = ProgressLines(console_of(gone))
    for _ in range(3):
        clock.now += 61
        lines.tell("on")
    assert gone.tries == 1


def test_fittings_of_several_folds_are_one_way(clock: Clock) -> None:
    written = io.StringIO()
    with shown_training(console_of(written)) as report:
        part_of(report, 0, 3)(1, 100, {})
        clock.now += 61
        part_of(report, 1, 3)(50, 100, {})
    assert written.getvalue().startswith("training: step 150 of 300 · 0:01:01, about 0:01:0")


def test_training_tells_its_step_and_what_was_measured_last(clock: Clock) -> None:
    written = io.StringIO()
    with shown_training(console_of(written)) as report:
        report(1, 1600, {})
        report(50, 1600, {"loss": 0.1234, "learning_rate": 1.0})
        clock.now += 61
        report(101, 1600, {})
    assert "training: step 101 of 1,600 · loss 0.123 · 0:01:01, about 0:15:" in written.getvalue()
    assert written.getvalue().count("training:") == 1


def test_labelling_tells_what_is_done(clock: Clock) -> None:
    written = io.StringIO()
    with shown_labelling(7, console_of(written)) as report:
        clock.now += 3600
        report(BlockEnd(3, 0), Tally({"read_articles: articles": 12345, "split_paragraphs: paragraphs": 67890}))
    assert "labelling: 3 of 7 inputs · 12,345 articles · 67,890 paragraphs · 1:00:00\n" in written.getvalue()
