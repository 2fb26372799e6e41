"""Where the files are that come with taawun: configurations and models, named as they stand in the repository."""

from pathlib import Path

_HERE = Path(__file__).parent
# In an installed package; in a clone, or a package installed from one with -e.
_PLACES = (_HERE / "bundled", _HERE.parent)


def find_shipped(name: str | Path) -> Path:
    """Find a file or folder where it is named or, by the same name, among those that come with taawun.

    Args:
        name: For example `models/cooperation`; relative to the working directory, which wins.

    Returns:
        The first place that exists; `name` itself where none does.
    """
    candidates = (Path(name), *(place / name for place in _PLACES))
    return next((candidate for candidate in candidates if candidate.exists()), Path(name))
