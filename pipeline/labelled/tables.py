"""Tables with typed columns: Parquet files, and folders that Hugging Face `datasets` saved; read in batches."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.labelled.base import Fields, Found, WrongFileError
from pipeline.labelled.columns import Columns

_BATCH_ROWS = 1000
_DICT_FILE, _STATE_FILE = "dataset_dict.json", "state.json"


def read_parquet(path: Path, _columns: Columns) -> Iterator[Found]:
    """Read a Parquet file; places name its rows by their number, from 1.

    Raises:
        WrongFileError: It is damaged.
    """
    return _numbered(path, _parquet_rows(path), "damaged or no Parquet file ({}); write it again")


def read_dataset(path: Path, _columns: Columns) -> Iterator[Found]:
    """Read what `save_to_disk` wrote, each split of it; places name the rows of a split by their number, from 1.

    Raises:
        WrongFileError: It is damaged.
    """
    for split in list_splits(path):
        yield from _numbered(split, _dataset_rows(split), "damaged or no saved dataset ({}); save it again")


def _numbered(path: Path, rows: Iterator[Fields], wrong: str) -> Iterator[Found]:
    try:
        for number, row in enumerate(rows, start=1):
            yield f"{path}:{number}", row
    except Exception as error:
        # On damaged files, pyarrow and datasets raise errors of every kind.
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise WrongFileError(wrong.format(first)) from error


def _parquet_rows(path: Path) -> Iterator[Fields]:
    from pyarrow import parquet

    with parquet.ParquetFile(path) as table:
        features = _features_of(table.schema_arrow)
        for batch in table.iter_batches(batch_size=_BATCH_ROWS):
            for row in batch.to_pylist():
                yield {name: _value(value, features.get(name)) for name, value in row.items()}


def _dataset_rows(path: Path) -> Iterator[Fields]:
    import datasets

    rows = datasets.load_from_disk(str(path)).with_format(None)
    features = {name: feature for name, feature in rows.features.items() if _is_plain(feature)}
    for row in rows.select_columns(list(features)):
        yield {name: _value(value, features[name]) for name, value in row.items()}


def is_dataset(path: Path) -> bool:
    """Tell a folder that `save_to_disk` wrote, of one split or several."""
    return (path / _DICT_FILE).is_file() or (path / _STATE_FILE).is_file()


def list_splits(folder: Path) -> list[Path]:
    """Give the folders of a saved dataset's splits: those that it names, or itself where it is one.

    Raises:
        WrongFileError: It names none.
    """
    if not (folder / _DICT_FILE).is_file():
        return [folder]
    try:
        splits = json.loads((folder / _DICT_FILE).read_text(encoding="utf-8"))["splits"]
        return [folder / str(name) for name in splits]
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        message = f"damaged or no saved dataset ({_DICT_FILE}: {error}); save it again"
        raise WrongFileError(message) from error


def _features_of(schema: Any) -> dict[str, Any]:
    """Give the features that `datasets` notes in a Parquet file, none where something else wrote it."""
    if b"huggingface" not in (schema.metadata or {}):
        return {}
    from datasets import Features

    return dict(Features.from_arrow_schema(schema))


def _is_plain(feature: Any) -> bool:
    """Tell texts, numbers, labels and lists of them from pictures, sounds and the like."""
    inner = getattr(feature, "feature", feature)
    return type(inner).__name__ in {"Value", "ClassLabel"}


def _value(value: Any, feature: Any) -> Any:
    """Give a cell as JSON would have it: labels by name, dates as text; a class label of -1 is missing."""
    if isinstance(value, list):
        inner = getattr(feature, "feature", None)
        return [_value(each, inner) for each in value]
    names = getattr(feature, "names", None)
    if names is not None and isinstance(value, int):
        return names[value] if 0 <= value < len(names) else None
    return value.isoformat() if isinstance(value, date) else value
