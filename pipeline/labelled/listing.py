"""From names and patterns to the files, and folders of saved datasets, that hold labelled paragraphs."""

from collections.abc import Iterable
from glob import glob, has_magic
from pathlib import Path

from pipeline.errors import InputError
from pipeline.labelled.base import WrongFileError
from pipeline.labelled.formats import KNOWN
from pipeline.labelled.tables import is_dataset, list_splits

_REPOSITORY = "seeds/labelled/"
"""Begins the names of the files that the shipped settings train on, which do not come with the installed package."""


def list_labelled(names: Iterable[str]) -> list[Path]:
    """Find the files that paths and globs name, each once, in the order given (sorted within a glob).

    A folder that Hugging Face `datasets` saved stands for its splits, each of which is a folder.

    Raises:
        InputError: Names that no file has; all of them are named.
    """
    found: dict[Path, None] = {}
    wrong = []
    for name in names:
        matches = sorted(glob(name, recursive=True)) if has_magic(name) and not Path(name).exists() else [name]  # noqa: PTH207
        try:
            files = [file for match in matches for file in _expand(Path(match))]
        except WrongFileError as error:
            wrong.append(f"{name}: {error}")
            continue
        if not files:
            what = "a folder, but none that datasets saved" if Path(name).is_dir() else "no such file"
            if name.startswith(_REPOSITORY):
                what += "; it is part of the repository: run in a clone, or give your own, labelled=[FILE]"
            wrong.append(f"{name}: {what}; give files of labelled paragraphs: {KNOWN}")
        found.update(dict.fromkeys(files))
    if wrong:
        raise InputError("\n".join(wrong))
    return list(found)


def _expand(path: Path) -> list[Path]:
    """Give the file, or the splits of a saved dataset, that a path names."""
    if path.is_file():
        return [path]
    return list_splits(path) if path.is_dir() and is_dataset(path) else []
