"""Labelling tables from Python: pandas, polars, `datasets` or Arrow in, the same kind out, with columns added."""

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pipeline.errors import InputError
from pipeline.labeller import LabelledText, Labeller, kept_labeller

if TYPE_CHECKING:
    import datasets
    import pandas as pd
    import polars as pl
    import pyarrow as pa

Table = TypeVar("Table", "pd.DataFrame", "pl.DataFrame", "datasets.Dataset", "pa.Table")


def label_table(table: Table, text: str = "text", labeller: Labeller | None = None) -> Table:
    """Label each row of a table; its text is one paragraph or an article of several.

    Columns are added: `labels` (ids of the domains that apply to some paragraph of the row), `needs_review` (whether
    a decision on some paragraph was close), `p_<domain>` (the largest probability among the row's paragraphs) and
    `paragraphs` (how many were classified; 0 where the text is missing, boilerplate or of another language).

    Examples:
        >>> import pandas as pd
        >>> from pipeline import label_table
        >>> label_table(pd.DataFrame({"text": ["وقعت مصر والصين اتفاقا لبناء محطة كهرباء"]})).labels[0]
        ['energy']

    Args:
        table: A `DataFrame` of pandas or polars, a `Dataset` of datasets, or a `Table` of Arrow; it is not changed.
        text: Name of the column of texts.
        labeller: What labels; the released classifier where not given, which stays loaded for the next call.

    Returns:
        A table of the same kind, with the same rows.

    Raises:
        InputError: It is no such table, lacks the column or has it twice, has one of the columns that are added, or
            something in the column is neither a text nor missing.
    """
    kind = _kind_of(table)
    names = list(table.column_names if kind in {"datasets", "pyarrow"} else table.columns)
    if text not in names:
        message = f"table: has no column {text!r} but {', '.join(map(str, names))}; name the texts' column: text=…"
        raise InputError(message)
    if names.count(text) > 1:
        message = f"table: has {names.count(text)} columns {text!r}; rename all but one"
        raise InputError(message)
    texts = list(_texts(_column(table, text, kind), text))
    labels = labeller or kept_labeller()
    added = _columns(labels.label(texts), labels.taxonomy.ids)
    if taken := [name for name in added if name in names]:
        message = f"table: has columns of these names already: {', '.join(taken)}; rename or drop them"
        raise InputError(message)
    return cast("Table", _ADDING[kind](table, added))


def _kind_of(table: Any) -> str:
    """Give the library whose table it is.

    Raises:
        InputError: It is none, or something else of such a library.
    """
    for each in type(table).__mro__:
        library = each.__module__.partition(".")[0]
        if _TABLES.get(library) == each.__name__:
            return library
    message = (
        "table: a DataFrame of pandas or polars, a Dataset of datasets or a Table of Arrow expected, "
        f"not {type(table).__name__}; give one whole table"
    )
    raise InputError(message)


def _column(table: Any, name: str, kind: str) -> list[Any]:
    """Give the values of a column, `None` where one is missing; datasets and Arrow may also have NaN there."""
    if kind == "pyarrow":
        return list(table.column(name).to_pylist())
    values = table[name]
    if kind == "pandas":
        return [None if is_missing else each for each, is_missing in zip(values, values.isna(), strict=True)]
    return list(values)


def _texts(values: Sequence[Any], name: str) -> Iterator[str]:
    """Give the texts of a column, empty ones where they are missing."""
    for number, value in enumerate(values, start=1):
        if isinstance(value, str):
            yield value
        elif value is None or (isinstance(value, float) and isnan(value)):
            yield ""
        else:
            message = (
                f"table: row {number} of the column {name!r}: text expected, not {type(value).__name__}; "
                "name the texts' column: text=…"
            )
            raise InputError(message)


def _columns(labelled: Sequence[LabelledText], ids: Sequence[str]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {
        "labels": [list(each.labels) for each in labelled],
        "needs_review": [any(paragraph.needs_review for paragraph in each.paragraphs) for each in labelled],
        "paragraphs": [len(each.paragraphs) for each in labelled],
    }
    for name in ids:
        columns[f"p_{name}"] = [
            max((paragraph.probabilities[name] for paragraph in each.paragraphs), default=0.0) for each in labelled
        ]
    return columns


def _add_to_pandas(table: Any, columns: Mapping[str, list[Any]]) -> Any:
    import pandas as pd

    return table.assign(**{name: pd.Series(values, index=table.index) for name, values in columns.items()})


def _add_to_polars(table: Any, columns: Mapping[str, list[Any]]) -> Any:
    import polars as pl

    kinds = {"labels": pl.List(pl.String)}
    return table.with_columns(pl.Series(name, values, kinds.get(name)) for name, values in columns.items())


def _add_to_arrow(table: Any, columns: Mapping[str, list[Any]]) -> Any:
    import pyarrow as pa

    for name, values in columns.items():
        table = table.append_column(name, pa.array(values, pa.list_(pa.string()) if name == "labels" else None))
    return table


def _add_to_dataset(table: Any, columns: Mapping[str, list[Any]]) -> Any:
    import datasets

    features = {"labels": datasets.Sequence(datasets.Value("string"))}
    for name, values in columns.items():
        table = table.add_column(name, values, feature=features.get(name))
    return table


_TABLES = {"pandas": "DataFrame", "polars": "DataFrame", "datasets": "Dataset", "pyarrow": "Table"}

_ADDING = {
    "pandas": _add_to_pandas,
    "polars": _add_to_polars,
    "pyarrow": _add_to_arrow,
    "datasets": _add_to_dataset,
}
