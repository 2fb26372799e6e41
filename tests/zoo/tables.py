"""CSV and Parquet with everything that can be wrong with them."""

from datetime import date

from .specimen import LABELLED, MORE, NEWS, Make, Specimen, file, sparse, table


def _is_fine(name: str, what: str, content: bytes | str, *texts: str) -> Specimen:
    return Specimen(name, what, file("a.csv", content), (LABELLED,), texts or (NEWS, MORE))


def _is_bad(name: str, what: str, content: bytes | str, reason: str, *texts: str) -> Specimen:
    labelled = (LABELLED,) if texts else ()
    return Specimen(name, what, file("a.csv", content), (*labelled, f"rejected: {reason}"), texts or None)


def _parquet(name: str, what: str, make: Make, reason: str, *texts: str) -> Specimen:
    labelled = (LABELLED,) if texts else ()
    rejected = (f"rejected: {reason}",) if reason else ()
    return Specimen(name, what, make, (*labelled, *rejected), texts or None)


def _bad_utf8() -> bytes:
    import pyarrow as pa

    return table({"text": pa.array([NEWS.encode(), b"\xff\xfe"]).view(pa.string())})


def _unknown_zone() -> bytes:
    import pyarrow as pa

    return table({"text": [NEWS, NEWS], "date": pa.array([1, None], pa.timestamp("s", "Mars/Base"))})


def _no_rows() -> bytes:
    import pyarrow as pa

    return table({"text": pa.array([], pa.string())})


def _nested() -> bytes:
    return table({"text": [NEWS], "title": [{"ar": ["عنوان"]}], "date": [date(2024, 1, 2)], "x": [[[1], []]]})


WIDE = ",".join(["text", *map(str, range(10_000))])

SPECIMENS = [
    _is_fine("csv-wide", "10,000 columns", f"{WIDE}\n{NEWS}{',x' * 10_000}\n", NEWS),
    _is_fine("csv-semicolons", "semicolons for commas", f"id;text\n1;{NEWS}\n2;{MORE}\n"),
    _is_fine("csv-separator-line", "a line for Excel before the header", f"sep=;\nid;text\n1;{NEWS}\n2;{MORE}\n"),
    _is_fine("csv-bars", "bars for commas", f"id|text\n1|{NEWS}\n2|{MORE}\n"),
    _is_fine("csv-cr", "lines that end with CR alone", f"id,text\r1,{NEWS}\r2,{MORE}\r"),
    _is_fine("csv-utf-16", "UTF-16, as Excel writes it", f"id\ttext\r\n1\t{NEWS}\r\n2\t{MORE}\r\n".encode("utf-16")),
    _is_fine("csv-blank-lines", "blank lines before the header", f"\n ,\n;;\nid,text\n1,{NEWS}\n\n2,{MORE}\n"),
    _is_fine(
        "csv-formulas",
        "cells that are formulas",
        f"text,title\n=cmd|' /C calc'!A0 {NEWS},=1+1\n{MORE},@x\n",
        f"=cmd|' /C calc'!A0 {NEWS}",
        MORE,
    ),
    _is_bad(
        "csv-open-quote",
        "a quotation mark that is not closed",
        f'id,text\n1,"x\n2,{NEWS}\n3,{MORE}\n',
        "not a row of CSV",
        NEWS,
        MORE,
    ),
    _is_bad(
        "csv-stray-quote", "a quotation mark within a cell", f'id,text\n1,"x"y\n2,{NEWS}\n', "not a row of CSV", NEWS
    ),
    _is_bad(
        "csv-huge-cell",
        "a cell longer than the limit",
        f"id,text\n1,{'x' * 300_000}\n2,{NEWS}\n",
        "not a row of CSV: line longer",
        NEWS,
    ),
    Specimen(
        "csv-endless-row",
        "a row that never ends",
        file("a.csv", f'id,text\n2,{NEWS}\n1,"' + f"{'x' * 99}\n" * 2100),
        (LABELLED, "rejected: not a row of CSV: row longer", "rejected: the row has 1 cells"),
        (NEWS,),
    ),
    _is_bad(
        "csv-ragged", "rows with too few and too many cells", f"id,text\n1\n2,{NEWS}\n3,x,y\n", "the row has", NEWS
    ),
    _is_bad(
        "csv-nul", "a NUL byte", f"id,text\n1,\0\n2,{NEWS}\n", "not a row of CSV: a binary file or damaged text", NEWS
    ),
    _is_bad("csv-empty-cell", "a cell without text", f"id,text\n1,\n2,{NEWS}\n", "the article has no text", NEWS),
    _is_bad("csv-same-columns", "two columns of one name", f"text,text\n{NEWS},{MORE}\n", "column text is there twice"),
    _is_bad("csv-no-header", "no header", f"1,{NEWS}\n2,{MORE}\n", "no articles: text: field required"),
    _is_bad("csv-header-only", "nothing below the header", "id,text\n", "no article in the file"),
    _is_bad(
        "csv-wide-nothing",
        "100,000 columns, none of them text",
        ",".join(map(str, range(30_000))) + "\n",
        "no articles: text: field",
    ),
    Specimen(
        "csv-gigabyte",
        "128 MB of zeros",
        sparse("a.csv", b"id,text\n", 2**27),
        ("rejected: not a row of CSV: line longer",),
    ),
    _parquet("parquet-nested", "nested and unexpected columns", file("a.parquet", _nested), "", NEWS),
    _parquet(
        "parquet-nested-text",
        "nested text",
        file("a.parquet", lambda: table({"text": [{"ar": NEWS}]})),
        "column text holds struct<ar",
    ),
    _parquet(
        "parquet-number",
        "numbers where text belongs",
        file("a.parquet", lambda: table({"text": [5]})),
        "column text holds int64",
    ),
    _parquet(
        "parquet-bytes",
        "bytes where text belongs",
        file("a.parquet", lambda: table({"text": [b"x"]})),
        "column text holds binary",
    ),
    _parquet(
        "parquet-nulls",
        "missing text",
        file("a.parquet", lambda: table({"text": [NEWS, None]})),
        "text: null where text belongs",
        NEWS,
    ),
    _parquet("parquet-no-rows", "no rows", file("a.parquet", _no_rows), "no rows in the file"),
    _parquet("parquet-bad-utf-8", "text that is no UTF-8", file("a.parquet", _bad_utf8), "a cell cannot be read", NEWS),
    _parquet(
        "parquet-zone", "a time zone that there is not", file("a.parquet", _unknown_zone), "a cell cannot be read", NEWS
    ),
    _parquet(
        "parquet-truncated",
        "a file cut off",
        file("a.parquet", lambda: table({"text": [NEWS] * 99})[:-20]),
        "damaged or no Parquet",
    ),
    _parquet(
        "parquet-beginning", "the beginning of a file", file("a.parquet", b"PAR1" + bytes(99)), "damaged or no Parquet"
    ),
    _parquet(
        "parquet-csv", "CSV under the name .parquet", file("a.parquet", f"text\n{NEWS}\n"), "damaged or no Parquet"
    ),
    _parquet(
        "parquet-in-csv",
        "Parquet under the name .csv",
        file("a.csv", lambda: table({"text": [NEWS]})),
        "header: a Parquet file",
    ),
    _parquet(
        "parquet-bomb",
        "80 MB of one letter",
        file(
            "a.parquet",
            lambda: table(
                {"text": ["x" * 80_000_000]}, compression="zstd", use_dictionary=False, write_statistics=False
            ),
        ),
        "its rows unpack to more than 200 times",
    ),
    _parquet(
        "parquet-repeated",
        "a megabyte of one letter in each of 40 rows",
        file("a.parquet", lambda: table({"text": ["x" * 1_000_000] * 40}, compression="zstd", write_statistics=False)),
        "text longer than",
    ),
    Specimen(
        "parquet-sparse",
        "128 MB of zeros",
        sparse("a.parquet", b"PAR1", 2**27),
        ("rejected: damaged or no Parquet",),
    ),
]
