"""What comes with taawun: its configurations and models, named as they stand in the repository, and its own code."""

import hashlib
import os
from functools import cache
from pathlib import Path

from pipeline import __version__

_HERE = Path(__file__).parent


def find_shipped(name: str | Path) -> Path:
    """Find a file or folder where it is named or, by the same name, among those that come with taawun.

    Args:
        name: For example `models/cooperation`; relative to the working directory, which wins.

    Returns:
        The first place that exists; `name` itself where none does.
    """
    clone = _HERE.parent
    places = [_HERE / "bundled", *([clone] if (clone / "pyproject.toml").exists() else [])]
    candidates = (Path(name), *(place / name for place in places))
    # The method raises on names that no file can have, such as one of 300 letters.
    return next((candidate for candidate in candidates if os.path.exists(candidate)), Path(name))  # noqa: PTH110


@cache
def code_version() -> str:
    """Name the code by content: version, `+`, and 12 hex digits of the SHA-256 of all modules."""
    digest = hashlib.sha256()
    for path in sorted(_HERE.rglob("*.py"), key=lambda path: path.relative_to(_HERE).as_posix()):
        digest.update(path.relative_to(_HERE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{__version__}+{digest.hexdigest()[:12]}"
