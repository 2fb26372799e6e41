"""Which files a folder or a pattern stands for. Links to folders are found, never followed; hidden files are not found.

Neither `glob` nor `pathlib` will do: they follow links to folders, out of the folder that the user named, and through
links that lead back up they find every file again and again.
"""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from glob import has_magic
from pathlib import Path

ANY_FOLDERS = "**"


def is_real_folder(path: Path) -> bool:
    """Tell a folder from a file and from a link to a folder."""
    return os.path.isdir(path) and not os.path.islink(path)  # noqa: PTH112, PTH114 - the methods raise on forbidden paths


def walk(folder: Path) -> Iterator[Path]:
    """The files in a folder and the folders below, sorted; links to folders count as files."""
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            shown = [path for path in sorted(here.iterdir()) if not path.name.startswith(".")]
        except OSError:
            yield here  # The reader says what is wrong with it.
            continue
        is_below = [is_real_folder(path) for path in shown]
        yield from (path for path, below in zip(shown, is_below, strict=True) if not below)
        waiting += reversed([path for path, below in zip(shown, is_below, strict=True) if below])


def match_pattern(here: Path, parts: Sequence[str]) -> Iterator[Path]:
    """The files and folders below a folder that a pattern matches, some more than once.

    A link to a folder that the pattern would have to go through is among them, as is a folder that cannot be listed:
    the reader rejects both, so that what is in them is not passed over in silence.

    Args:
        here: The folder.
        parts: The pattern's parts: names, names with the wildcards `*`, `?` and `[…]`, and `**` for any folders.
    """
    if not parts:
        yield here
        return
    part, rest = parts[0], parts[1:]
    if part == ANY_FOLDERS:
        yield from _match_below(here, rest)
    elif not has_magic(part):
        child = here / part
        try:
            child.lstat()
        except PermissionError:
            yield here
        except (OSError, ValueError):
            return
        else:
            yield from match_pattern(child, rest)
    elif os.path.isdir(here):  # noqa: PTH112
        yield from _match_names(here, part, rest)


def _match_below(here: Path, rest: Sequence[str]) -> Iterator[Path]:
    """What the rest of a pattern matches in a folder and all folders below it."""
    while rest and rest[0] == ANY_FOLDERS:
        rest = rest[1:]
    if not rest:
        yield here
        return
    waiting = [here]
    while waiting:
        folder = waiting.pop()
        yield from match_pattern(folder, rest)
        found = list(_match_names(folder, "*", ())) if os.path.isdir(folder) else []  # noqa: PTH112
        waiting += [path for path in found if is_real_folder(path) and path != folder]
        yield from (path for path in found if os.path.isdir(path) and os.path.islink(path))  # noqa: PTH112, PTH114


def _match_names(here: Path, part: str, rest: Sequence[str]) -> Iterator[Path]:
    """What a pattern matches in a folder whose names its first part selects."""
    try:
        children = sorted(here.iterdir())
    except OSError:
        yield here
        return
    for child in children:
        if not fnmatch(child.name, part) or (child.name.startswith(".") and not part.startswith(".")):
            continue
        if not rest or (os.path.isdir(child) and os.path.islink(child)):  # noqa: PTH112, PTH114
            yield child
        elif os.path.isdir(child):  # noqa: PTH112
            yield from match_pattern(child, rest)
