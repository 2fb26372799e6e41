"""File names as they are kept with results: without the folders of the machine that made them."""

from pathlib import Path


def portable_name(name: str) -> str:
    """Give a file's name alone where its path holds on one machine only; relative paths and hub ids stay."""
    path = Path(name)
    return path.name if path.is_absolute() or ".." in path.parts else name
