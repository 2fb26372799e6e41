"""A disk on which every step can go wrong: what Python programs call to write is wrapped, in this process only.

After a power cut only that is left which was synced: the content of files as at their last fsync, the names in folders
as at theirs. A name that moved is never in two places.
"""

import errno
import io
import os
import shutil
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, Literal

Fault = Literal["kill", "tear", "refuse", "power cut"]
FAULTS: tuple[Fault, ...] = ("kill", "tear", "refuse", "power cut")
"""The process ends before the step; half of what is to be written is, then it ends; the system refuses the step, having
written half; the power fails before the step."""

_CALLS = ("replace", "rename", "truncate", "mkdir", "rmdir", "unlink")


class Disk:
    """Steps that change what is in a folder, with a fault at one of them.

    Attributes:
        steps: What was done so far and to which file, such as `fsync labels.csv`.
    """

    def __init__(self, folder: Path, fault: Fault | None = None, at: int = -1) -> None:
        """Watch a folder that is synced as it is; the fault comes at the step of that number, from 0."""
        self.steps: list[str] = []
        self._folder = folder.resolve()
        self._fault = fault
        self._at = at
        self._synced = _Synced(self._folder)

    def install(self) -> None:
        """Put wrapped calls in place of the system's."""
        for name in _CALLS:
            self._wrap(name)
        fsync, opened, disk = os.fsync, io.open, self

        def watched_fsync(number: int) -> None:
            path = Path(f"/proc/self/fd/{number}").readlink()
            if disk._is_within(path):
                disk._step("fsync", path, errno.EIO)
            fsync(number)
            if disk._is_within(path):
                disk._synced.sync(path)

        class Watched(io.FileIO):
            def write(self, content: Any, /) -> int:
                content = memoryview(content).cast("B")
                half = content[: len(content) // 2]
                disk._step("write", str(self.name), errno.ENOSPC, lambda: super(Watched, self).write(half))
                return super().write(content)

        def watched_open(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
            if isinstance(file, int) or not set(mode) & set("wax+") or not disk._is_within(file):
                return opened(file, mode, *arguments, **named)
            disk._step("open", file, errno.ENOSPC)
            is_new = not os.path.lexists(file)
            raw = Watched(file, mode.replace("b", "").replace("t", ""))
            if is_new:
                disk._synced.make(Path(file))
            binary = io.BufferedWriter(raw)
            return binary if "b" in mode else io.TextIOWrapper(binary, encoding="utf-8", newline="")

        os.fsync = watched_fsync  # type: ignore[assignment]
        io.open = watched_open

    def _wrap(self, name: str) -> None:
        call = getattr(os, name)

        def watched(path: Any, *arguments: Any, **named: Any) -> Any:
            is_within = "dir_fd" in named or self._is_within(path)
            if is_within:
                self._step(name, path, errno.EIO)
            result = call(path, *arguments, **named)
            if is_within and name == "mkdir":
                self._synced.make(Path(path))
            return result

        setattr(os, name, watched)

    def _step(self, what: str, path: str | Path, refusal: int, half: Callable[[], object] | None = None) -> None:
        """Note a step, or let it go wrong."""
        self.steps.append(f"{what} {Path(path).name}")
        if len(self.steps) - 1 != self._at:
            return
        if half is not None and self._fault in {"tear", "refuse"}:
            half()
        if self._fault == "refuse":
            raise OSError(refusal, os.strerror(refusal))
        if self._fault == "power cut":
            self._synced.restore()
        os.kill(os.getpid(), signal.SIGKILL)

    def _is_within(self, path: str | Path) -> bool:
        return Path(path).absolute().is_relative_to(self._folder)


class _Synced:
    """What of a folder is safely on the disk."""

    def __init__(self, folder: Path) -> None:
        """Take all that is there for synced."""
        self._folder = folder
        self._numbers = count()
        self._known: dict[int, int] = {}  # inodes are given to new files again, these numbers are not
        self._contents: dict[int, bytes] = {}
        self._names: dict[int, dict[str, int]] = {}
        for path in (folder, *folder.rglob("*")):
            self.sync(path)

    def make(self, path: Path) -> None:
        """Know a file or folder that is new."""
        self._known[path.stat().st_ino] = next(self._numbers)

    def sync(self, path: Path) -> None:
        """Note that a file's content, or the names in a folder, are on the disk now."""
        number = self._number(path)
        if not path.is_dir():
            self._contents[number] = path.read_bytes()
            return
        names = {each.name: self._number(each) for each in path.iterdir()}
        for elsewhere in self._names.values():
            for name in [name for name, there in elsewhere.items() if there in names.values()]:
                del elsewhere[name]
        self._names[number] = names
        for each in path.iterdir():
            if each.is_dir():
                self._names.setdefault(self._number(each), {})

    def restore(self) -> None:
        """Leave only what was synced."""
        for path in self._folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self._restore(self._folder, self._number(self._folder))

    def _restore(self, folder: Path, number: int) -> None:
        for name, there in self._names[number].items():
            if there in self._names:
                (folder / name).mkdir()
                self._restore(folder / name, there)
            else:
                (folder / name).write_bytes(self._contents.get(there, b""))

    def _number(self, path: Path) -> int:
        inode = path.stat().st_ino
        if inode not in self._known:
            self._known[inode] = next(self._numbers)
        return self._known[inode]
