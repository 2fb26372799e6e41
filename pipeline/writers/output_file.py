"""The one way in which output reaches the disk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import ConfigError


class OutputFile:
    """A file that grows by blocks, each of them synced to the disk; what is in it at first is kept.

    Attributes:
        path: Where it is.
        stream: What to write to, within `block`.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        Raises:
            ConfigError: The system refused.
        """
        self.path = path
        with self._explained():
            self.stream: BinaryIO = path.open("ab")

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing."""
        return self.stream.tell() == 0

    @contextmanager
    def block(self) -> Iterator[None]:
        """Write one block, which is safely on the disk at the end.

        Raises:
            ConfigError: The system refused, as when the disk is full.
        """
        with self._explained():
            yield
            self.stream.flush()
            os.fsync(self.stream.fileno())

    def append(self, content: bytes) -> None:
        """Write one block of bytes.

        Raises:
            ConfigError: The system refused, as when the disk is full.
        """
        if content:
            with self.block():
                self.stream.write(content)

    def close(self) -> None:
        """Close, whatever happens; closing twice is harmless.

        Raises:
            ConfigError: The system refused what had not been written, as when the disk is full.
        """
        with self._explained():
            self.stream.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or error
            message = f"{self.path}: cannot be written: {reason}; check the disk's space and your rights"
            raise ConfigError(message) from error
