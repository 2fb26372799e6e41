"""From what the user names (files, folders, patterns, standard input) to the list of sources to read."""

import glob
import json
import logging
import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath

from pipeline.errors import InputError
from pipeline.readers.patterns import is_real_folder, match_pattern, walk
from pipeline.records import Source

STANDARD_INPUT = "-"
UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would break or turn around the line that names a file: control characters, direction overrides."""
logger = logging.getLogger(__name__)

_MADE_BY_TAAWUN = {
    "run.json": frozenset({"job", "code", "settings"}),
    "report.json": frozenset({"model", "version", "gold", "metrics"}),
}
"""Files that mark folders of results, and the fields that they have."""

_LARGEST_MARK = 16 << 20
"""Bytes beyond which a file of such a name is not looked into: it may be anything."""

_SHOWN = 3


def list_sources(inputs: Sequence[str]) -> list[Source]:
    """List the sources of a run, in the order of the inputs and by name within a folder or pattern.

    Folders are read with all that is in them, except files and folders whose name starts with a dot. Files of an
    unknown kind and links to folders are listed too: the reader rejects them with the reason, so that none is lost in
    silence, and no link leads the run out of the folder that the user named.
    A file that several inputs name is read once. Folders below them with results of taawun, labels and reports, are
    left aside and told: they are made of articles, and are none.

    Args:
        inputs: Paths of files and folders, patterns such as `news/**/*.jsonl`, or `-` for standard input.

    Raises:
        InputError: Some inputs are not there or hold no file; all of them are named.
    """
    wrong, found = [], []
    for entry in inputs:
        try:
            found += [(entry, *pair) for pair in _expand(entry)]
        except InputError as error:
            wrong.append(f"  {error}")
    if not inputs:
        wrong.append("  nothing to read: name files, folders or patterns, or - for standard input")
    if wrong:
        message = "\n".join([f"inputs: {len(wrong)} cannot be used", *wrong])
        raise InputError(message)
    return _named_apart(_once(found))


def _is_results_folder(folder: Path) -> bool:
    """Tell whether a folder holds what taawun made: labels, a report, paragraphs to annotate."""
    return any(_has_fields(folder / name, fields) for name, fields in _MADE_BY_TAAWUN.items())


def _has_fields(path: Path, fields: frozenset[str]) -> bool:
    try:
        is_small = path.is_file() and path.stat().st_size <= _LARGEST_MARK
        content = json.loads(path.read_bytes()) if is_small else None
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and fields <= content.keys()


def _without_results(files: Sequence[Path], root: Path) -> list[Path]:
    """Leave aside the files in folders of results below `root`, and say so."""
    is_result: dict[Path, bool] = {root: False}

    def lies_in_results(folder: Path) -> bool:
        unknown = []
        while folder not in is_result and folder.is_relative_to(root):
            unknown.append(folder)
            folder = folder.parent
        lies_in = is_result.get(folder, False)
        for each in reversed(unknown):
            is_result[each] = lies_in = lies_in or _is_results_folder(each)
        return lies_in

    kept = [file for file in files if not lies_in_results(file.parent)]
    if left := sorted(folder for folder, is_one in is_result.items() if is_one and not is_result[folder.parent]):
        logger.warning(
            "%s: left aside, results of taawun and no articles%s; name them to read them",
            ", ".join(map(str, left[:_SHOWN])),
            f", and {len(left) - _SHOWN} more" if len(left) > _SHOWN else "",
        )
    return kept


def bare_name(name: str) -> str:
    """Name of a source without its suffixes, `sub/day.txt.gz` -> `sub/day`."""
    bare = name[: -len(".gz")] if name.lower().endswith(".gz") else name
    return str(PurePath(bare).with_suffix("").as_posix()) if PurePath(bare).name else name


def suffix_of(path: Path) -> str:
    """The suffix that tells the format, without dot, in small letters, `.gz` left aside."""
    suffixes = path.suffixes
    if suffixes and suffixes[-1].lower() == ".gz":
        suffixes.pop()
    return suffixes[-1][1:].lower() if suffixes else ""


def _expand(entry: str) -> list[tuple[Path | None, str]]:
    """The files that one input stands for, each with its name.

    Raises:
        InputError: There are none.
    """
    if entry == STANDARD_INPUT:
        return [(None, "stdin")]
    if not entry:
        message = "an empty name; name a file or folder, . for this one"
        raise InputError(message)
    path = _located(entry)
    if _is_there(path):
        if not os.path.isdir(path):  # noqa: PTH112 - the method raises on forbidden paths
            return [(path, path.name)]
        files = _without_results(list(walk(path)), path)
        if not files:
            message = f"{entry}: no file in the folder (hidden ones and results are left aside); name another"
            raise InputError(message)
        return [(file, file.relative_to(path).as_posix()) for file in files]
    if not glob.has_magic(entry):
        message = f"{entry}: no such file or folder; check the name"
        raise InputError(message)
    root = _fixed_root(path)
    matches = sorted(set(match_pattern(root, path.parts[len(root.parts) :])), key=str)
    found = (file for match in matches for file in (walk(match) if is_real_folder(match) else [match]))
    # `**` finds a file more than once: in each folder above it, and by itself.
    files = list({os.path.realpath(file): file for file in reversed(list(found))}.values())[::-1]
    files = _without_results(files, root)
    if not files:
        message = f"{entry}: no file matches; check the pattern, and put it in quotes"
        raise InputError(message)
    return [(file, file.relative_to(root).as_posix()) for file in files]


def _located(entry: str) -> Path:
    """The path that an input names: `~` is the user's folder, unless a file here is called so."""
    path = Path(entry)
    if _is_there(path):
        return path
    try:
        return path.expanduser()
    except RuntimeError:  # There is no such user: it is a name like any other.
        return path


def _is_there(path: Path) -> bool:
    """Tell whether a path exists, be it a broken link; names that no file can have do not."""
    try:
        return os.path.lexists(path)
    except ValueError:
        return False


def _fixed_root(pattern: Path) -> Path:
    """The folders of a pattern before its first part with a wildcard."""
    parts = []
    for part in pattern.parts:
        if glob.has_magic(part):
            break
        parts.append(part)
    return Path(*parts)


def _once(found: list[tuple[str, Path | None, str]]) -> list[tuple[str, Path | None, str]]:
    """Leave out files that were found before."""
    first = {
        ("" if path is None else os.path.realpath(path)): entry for entry in reversed(found) for path in [entry[1]]
    }
    kept = [entry for entry in found if first["" if entry[1] is None else os.path.realpath(entry[1])] is entry]
    if len(kept) < len(found):
        logger.warning("%d input file(s) are named more than once; each is read once", len(found) - len(kept))
    return kept


def _named_apart(found: list[tuple[str, Path | None, str]]) -> list[Source]:
    """Make sources whose names differ: where two are the same, by as much of the path as the user gave."""
    often = Counter(name for _, _, name in found)
    taken: Counter[str] = Counter()
    sources = []
    for _, path, name in found:
        if path is not None and often[name] > 1:
            name = "/".join(part for part in path.parts if part not in {path.anchor, "..", "."})  # noqa: PLW2901
        taken[name] += 1
        unique = name if taken[name] == 1 else f"{name}~{taken[name]}"
        sources.append(Source(path, UNSHOWN.sub("\ufffd", os.fsencode(unique).decode("utf-8", "replace"))))
    return sources
