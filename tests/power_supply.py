"""Power cuts for the tests: everything stops at some step of writing, and what was not flushed by then is lost."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest


class PowerCutError(BaseException):
    """Everything stops."""


class PowerSupply:
    """Lets a number of steps that matter (opening a file to write, flushing it, renaming it) happen, and no more."""

    def __init__(self, steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = steps
        self._monkeypatch = monkeypatch
        self._unflushed: dict[int, int] = {}  # size before, by inode

    @classmethod
    def cut_ever_later(cls, monkeypatch: pytest.MonkeyPatch) -> Iterator["PowerSupply"]:
        """Give supplies that are cut at the first step, at the second … until one suffices."""
        steps = 0
        while True:
            power = cls(steps, monkeypatch)
            yield power
            if power.left >= 0:
                return
            steps += 1

    @contextmanager
    def on(self, folder: Path) -> Iterator[None]:
        """Run the block; if the power is cut, half of what was written in a folder and not flushed is lost."""
        fsync, replace, opened = os.fsync, Path.replace, Path.open

        def flush(number: int) -> None:
            self._step()
            fsync(number)
            self._unflushed.pop(os.fstat(number).st_ino, None)

        def move(source: Path, target: Path) -> Path:
            self._step()
            return replace(source, target)

        def open_file(path: Path, mode: str = "r", *rest: Any, **named: Any) -> IO[Any]:
            if set(mode) & set("wa"):
                self._step()
                size = path.stat().st_size if path.exists() and "a" in mode else 0
                stream: IO[Any] = opened(path, mode, *rest, **named)
                self._unflushed[path.stat().st_ino] = size
                return stream
            return opened(path, mode, *rest, **named)

        for where, name, patched in ((os, "fsync", flush), (Path, "replace", move), (Path, "open", open_file)):
            self._monkeypatch.setattr(where, name, patched)
        try:
            yield
        except PowerCutError:
            pass
        finally:
            self._monkeypatch.undo()
        if self.left < 0:
            self._lose(folder)

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise PowerCutError

    def _lose(self, folder: Path) -> None:
        for path in filter(Path.is_file, folder.rglob("*")):
            before = self._unflushed.get(path.stat().st_ino)
            if before is not None:
                os.truncate(path, before + (path.stat().st_size - before) // 2)
