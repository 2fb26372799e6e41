"""The one way in which output reaches the disk."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import ConfigError


class OutputFile:
    """A new file, written in blocks and synced to the disk when it is closed.

    Attributes:
        path: Where it is.
        stream: What to write to, within `block`.
    """

    def __init__(self, path: Path) -> None:
        """Make the file.

        Raises:
            ConfigError: There is such a file already, or none can be made there.
        """
        self.path = path
        with self._explained():
            self.stream: BinaryIO = path.open("xb")

    @contextmanager
    def block(self) -> Iterator[None]:
        """Write one block, which is handed to the operating system at the end.

        Raises:
            ConfigError: The system refused, as when the disk is full.
        """
        with self._explained():
            yield
            self.stream.flush()

    def append(self, content: bytes) -> None:
        """Write one block of bytes.

        Raises:
            ConfigError: The system refused, as when the disk is full.
        """
        with self.block():
            self.stream.write(content)

    def close(self) -> None:
        """Sync to the disk and close, whatever happens; closing twice is harmless.

        Raises:
            ConfigError: The system refused, as when the disk is full.
        """
        if self.stream.closed:
            return
        with self._explained(), self.stream:
            self.stream.flush()
            os.fsync(self.stream.fileno())

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except FileExistsError as error:
            message = f"{self.path}: exists already; name another output folder"
            raise ConfigError(message) from error
        except OSError as error:
            reason = error.strerror or error
            message = f"{self.path}: cannot be written: {reason}; check the disk's space and your rights"
            raise ConfigError(message) from error
