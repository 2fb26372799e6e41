"""A line of models: numbered versions that never change, and which of them is current.

`versions/0001`, `versions/0002` … are ordinary model folders. The file `current` names the one that the line stands
for; it is switched in one step, so that at every moment, whatever is cut off, the line is one whole model. What was
done stands in `history.jsonl`. What decides about a promotion is none of this module's business.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from pipeline.durable import sync_file, sync_folder, write_whole
from pipeline.errors import ConfigError, ModelError
from pipeline.line_history import HISTORY_FILE, Event, note, promoted_before, read_history

CURRENT_FILE = "current"
VERSIONS_FOLDER = "versions"
LOCK_FILE = ".lock"
"""Held by the training that adds to the line."""

SWITCH_LOCK_FILE = ".switch.lock"
"""Held for the moment in which somebody looks what is current and makes another version so."""

_PATIENCE = 15
"""Seconds to wait for that moment to pass: a version's weights may be hashed in it."""

_VERSION = re.compile(r"\d{4,}")
_OWN = {CURRENT_FILE, f".{CURRENT_FILE}.partial", HISTORY_FILE, VERSIONS_FOLDER, LOCK_FILE, SWITCH_LOCK_FILE}


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A line of models.

    Attributes:
        folder: Its folder.
    """

    folder: Path

    @classmethod
    def open(cls, folder: Path) -> "ModelLine":
        """Give the line in a folder, or begin one.

        Raises:
            ConfigError: The folder holds something else or cannot be made.
        """
        check_line_place(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not is_line(folder):
                note(folder, "opened", None, None, "by a training with a gate")
            (folder / VERSIONS_FOLDER).mkdir(exist_ok=True)
            sync_folder(folder)
        except OSError as error:
            message = f"{folder}: cannot be made ({error.strerror}); choose another output folder"
            raise ConfigError(message) from error
        return cls(folder)

    @classmethod
    def find(cls, folder: Path) -> "ModelLine":
        """Give the line in a folder.

        Raises:
            ModelError: There is none.
        """
        if not is_line(folder):
            message = f"{folder}: not a line of models; give the folder that taawun train made with a gate"
            raise ModelError(message)
        return cls(folder)

    def versions(self) -> list[str]:
        """Name the versions that are there, the oldest first."""
        place = self.folder / VERSIONS_FOLDER
        found = [path.name for path in place.iterdir() if _VERSION.fullmatch(path.name)] if place.is_dir() else []
        return sorted(found, key=int)

    def place(self, version: str) -> Path:
        """Give a version's folder, be it there or not."""
        return self.folder / VERSIONS_FOLDER / version

    def history(self) -> list[Event]:
        """Give what was done, in its order."""
        return read_history(self.folder)

    def next_version(self) -> str:
        """Name the version to be made next: its number was never given before, be that version gone or not."""
        noted = [event.version for event in self.history() if event.version and _VERSION.fullmatch(event.version)]
        return f"{max(map(int, [*self.versions(), *noted]), default=0) + 1:04d}"

    def current(self) -> str | None:
        """Name the current version; `None` where none was ever promoted.

        Raises:
            ModelError: The version that should be current is not there.
        """
        version = self._named()
        if version is not None and version not in self.versions():
            message = f"{self.folder / CURRENT_FILE}: names the version {version!r}, which is not there; {self._mend()}"
            raise ModelError(message)
        return version

    def current_folder(self) -> Path:
        """Give the folder of the current version.

        Raises:
            ModelError: No version is current, or that version is not there.
        """
        version = self.current()
        if version is None:
            message = f"{self.folder}: a line of models without a current version; {self._mend()}"
            raise ModelError(message)
        return self.place(version)

    def note_made(self, version: str, why: str) -> None:
        """Note in the history that a version was made.

        Raises:
            ConfigError: The system refused to write.
        """
        with self._explained(version):
            note(self.folder, "made", version, self._named(), why)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let nobody else make a version current for as long as the block runs, so that what it looked at holds.

        Raises:
            ConfigError: Somebody else is at it, or the system refused to lock.
        """
        lock = FileLock(self.folder / SWITCH_LOCK_FILE)
        try:
            lock.acquire(timeout=_PATIENCE)
        except Timeout as error:
            message = (
                f"{self.folder}: another command is making a version current; wait for its end, then: taawun promote "
                f"{self.folder} VERSION, or taawun rollback {self.folder}"
            )
            raise ConfigError(message) from error
        except OSError as error:
            message = f"{self.folder}: cannot be locked ({error.strerror}); check its permissions and the disk"
            raise ConfigError(message) from error
        try:
            yield
        finally:
            lock.release()

    def promote(self, version: str, why: str) -> None:
        """Make a version current. Who looks first whether it may be so has the line held.

        Raises:
            ConfigError: The system refused to write.
            ModelError: There is no such version.
        """
        if version not in self.versions():
            there = ", ".join(self.versions()) or "none"
            message = f"{self.folder}: has no version {version}; there are: {there}"
            raise ModelError(message)
        self._switch("promoted", version, why)

    def roll_back(self, why: str) -> str:
        """Make current what was so before the current version, and name it; again, and it is the one before that.

        Raises:
            ConfigError: The system refused to write, or somebody else is making a version current.
            ModelError: Nothing was current before, or that version is gone.
        """
        with self.held():
            earlier = promoted_before(self.history(), self._named())
            if not earlier or earlier[-1] not in self.versions():
                what = f"{earlier[-1]} was current before, but is gone" if earlier else "no version was current before"
                message = f"{self.folder}: {what}; {self._mend()}"
                raise ModelError(message)
            self._switch("rolled back", earlier[-1], why)
            return earlier[-1]

    def _switch(self, what: Literal["promoted", "rolled back"], version: str, why: str) -> None:
        with self._explained(version):
            note(self.folder, what, version, self._named(), why)
            write_whole(f"{version}\n", self.folder / CURRENT_FILE)

    @contextmanager
    def _explained(self, version: str) -> Iterator[None]:
        """Explain why a version did not become current."""
        try:
            yield
        except OSError as error:
            message = (
                f"{self.folder}: {version} cannot be made current ({error.strerror}); what was current stays so; mend "
                f"that, then: taawun promote {self.folder} {version}"
            )
            raise ConfigError(message) from error

    def _named(self) -> str | None:
        """Name the current version, also where it is gone."""
        try:
            return (self.folder / CURRENT_FILE).read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None

    def _mend(self) -> str:
        there = ", ".join(self.versions())
        if not there:
            return f"it has no version yet: train one, out={self.folder}"
        return f"make one of {there} current: taawun promote {self.folder} VERSION"


def is_line(folder: Path) -> bool:
    """Tell whether a folder is a line of models."""
    return (folder / HISTORY_FILE).is_file()


def line_of(folder: Path) -> Path | None:
    """Give the line that a version's folder, ready or being made, belongs to; `None` for all other folders."""
    place = folder.resolve()
    if place.parent.name.startswith("."):
        place = place.parent  # one that is being made stands in a hidden folder of its own
    is_version = place.parent.name == VERSIONS_FOLDER and is_line(place.parent.parent)
    return place.parent.parent if is_version else None


def check_line_place(folder: Path) -> None:
    """Check that a folder is a line of models, or may become one.

    Raises:
        ConfigError: It may not.
    """
    if folder.exists() and not folder.is_dir():
        message = f"{folder}: is a file; choose another output folder"
        raise ConfigError(message)
    present = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if is_line(folder) or present <= _OWN:
        return
    if "decision.json" in present:
        message = (
            f"{folder}: holds a single model, and a gate needs a line of versions; choose another folder, "
            "out=models/another, or train without a gate: gate=null"
        )
        raise ConfigError(message)
    named = ", ".join(sorted(present - _OWN)[:3])
    message = f"{folder}: holds something else ({named}); choose another output folder"
    raise ConfigError(message)


def seal(folder: Path) -> None:
    """Make the files of a version read-only, and make sure that all of it is on the disk."""
    for path in sorted(folder.iterdir()):
        sync_file(path)
        path.chmod(path.stat().st_mode & ~0o222)
    sync_folder(folder)
