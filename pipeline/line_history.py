"""The history of a line of models, `history.jsonl`: what was made, promoted and rolled back. Lines are only ever added.

That another version becomes current stands here before it is done; `current` itself tells whether it was.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pipeline.durable import append_line

HISTORY_FILE = "history.jsonl"

What = Literal["opened", "made", "promoted", "rolled back"]


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the history.

    Attributes:
        what: What was done.
        version: With which version; `None` where the line was opened.
        was: What was current before; `None` for nothing.
        why: The reason, in plain words.
        when: Moment, in UTC.
    """

    what: What
    version: str | None
    was: str | None
    why: str
    when: str


def note(folder: Path, what: What, version: str | None, was: str | None, why: str) -> None:
    """Add an event, of now, to the history in a line's folder."""
    event = Event(what, version, was, why, datetime.now(UTC).isoformat(timespec="seconds"))
    append_line(json.dumps(asdict(event), ensure_ascii=False), folder / HISTORY_FILE)


def read_history(folder: Path) -> list[Event]:
    """Give the events of a line's folder in their order; half a line that a power cut left counts as not written."""
    lines = (folder / HISTORY_FILE).read_text(encoding="utf-8", errors="replace").split("\n")
    return [event for line in lines if (event := _read_event(line))]


def promoted_before(events: list[Event], current: str | None) -> list[str]:
    """Name the versions that were current before the current one, the latest last; those rolled back do not count.

    Args:
        events: The history.
        current: What is current, according to the file of that name: the last event may have been cut off before it
            came true, and so may earlier ones, of which the next event tells what was current instead.
    """
    stack: list[str] = []
    before = stack
    for event in events:
        if event.what in {"promoted", "rolled back"} and event.version:
            stack = before = _agreeing(stack, before, event.was)
            stack = [*stack, event.version] if event.what == "promoted" else stack[:-1]
    return _agreeing(stack, before, current)[:-1]


def _agreeing(stack: list[str], before: list[str], current: str | None) -> list[str]:
    """Give the one of two states that ends with what is current; where neither does, somebody switched by hand."""
    for each in (stack, before):
        if (each[-1] if each else None) == current:
            return each
    return [*stack, *filter(None, [current])]


def _read_event(line: str) -> Event | None:
    try:
        return Event(**json.loads(line))
    except (ValueError, TypeError):
        return None
