"""Packed files that are broken, bombs, or something else, and documents that are no text."""

import gzip

from .specimen import LABELLED, NEWS, Make, Specimen, file, files, office_file, packed_zeros, truncated

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
LINES = "".join(f'{{"text": "{NEWS}", "id": "{number} {number * 7919 % 1013}"}}\n' for number in range(40))


def _is_rejected(name: str, what: str, make: Make, reason: str) -> Specimen:
    return Specimen(name, what, make, (f"rejected: {reason}",))


def _with_name(content: bytes, inner: bytes) -> bytes:
    """Gzip data that give the name of the file they were made of."""
    return content[:3] + b"\x08" + content[4:10] + inner + b"\0" + content[10:]


SPECIMENS = [
    Specimen(
        "gzip-members",
        "two gzip files one behind the other",
        file("a.txt.gz", gzip.compress(NEWS[:9].encode()) + gzip.compress(NEWS[9:].encode())),
        (LABELLED,),
        (NEWS,),
    ),
    Specimen(
        "gzip-path",
        "gzip that asks to be unpacked to ../../etc/passwd",
        file("a.txt.gz", _with_name(gzip.compress(NEWS.encode()), b"../../etc/passwd")),
        (LABELLED,),
        (NEWS,),
    ),
    _is_rejected(
        "gzip-truncated", "gzip cut off", file("a.txt.gz", truncated(NEWS.encode(), 12)), "gzip data ends too early"
    ),
    Specimen(
        "gzip-truncated-lines",
        "JSON Lines in gzip cut off",
        file("a.jsonl.gz", truncated(LINES.encode(), 60)),
        (LABELLED, "rejected: gzip data ends too early (truncated): the end of the file is missing"),
    ),
    Specimen(
        "gzip-truncated-utf-16",
        "the same in UTF-16",
        file("a.jsonl.gz", truncated(LINES.encode("utf-16"), 60)),
        (LABELLED, "rejected: gzip data ends too early (truncated): the end of the file is missing"),
    ),
    Specimen(
        "gzip-garbage-behind",
        "gzip with garbage behind it",
        file("a.jsonl.gz", gzip.compress(LINES.encode()) + b"garbage"),
        (LABELLED, "rejected: damaged or no gzip data"),
        (NEWS,) * 40,
    ),
    _is_rejected(
        "gzip-wrong-sum",
        "gzip whose checksum is wrong",
        file("a.txt.gz", gzip.compress(NEWS.encode())[:-8] + b"01234567"),
        "damaged or no gzip data",
    ),
    _is_rejected("gzip-not", "text under the name .gz", file("a.txt.gz", NEWS), "damaged or no gzip data"),
    _is_rejected("gzip-empty", "gzip of nothing", file("a.txt.gz", gzip.compress(b"")), "empty file"),
    _is_rejected("gzip-no-bytes", "an empty file under the name .gz", file("a.txt.gz", b""), "empty file"),
    _is_rejected(
        "gzip-twice",
        "gzip of gzip",
        file("a.txt.gz.gz", gzip.compress(gzip.compress(NEWS.encode()))),
        ".gz files are not read",
    ),
    _is_rejected(
        "gzip-in-txt",
        "gzip under the name .txt",
        file("a.txt", gzip.compress(NEWS.encode())),
        "gzip data; name the file .gz",
    ),
    _is_rejected("bomb-text", "100 MB of zeros in gzip", file("a.txt.gz", lambda: packed_zeros(100)), "longer than"),
    _is_rejected(
        "bomb-lines",
        "100 MB of zeros in gzip, as JSON Lines",
        file("a.jsonl.gz", lambda: packed_zeros(100)),
        "gzip data unpacks to more than 200 times its size",
    ),
    Specimen(
        "bomb-behind-articles",
        "the same behind good articles",
        file("a.csv.gz", lambda: packed_zeros(100, f"text\n{NEWS}\n{NEWS}\n".encode())),
        (LABELLED, "rejected: gzip data unpacks to more than 200 times its size"),
        (NEWS, NEWS),
    ),
    _is_rejected(
        "bomb-of-bombs",
        "gzip of a gzip bomb",
        file("a.txt.gz", lambda: gzip.compress(packed_zeros(20))),
        "gzip data; name",
    ),
    _is_rejected(
        "pdf", "a PDF file", file("a.pdf", PDF), ".pdf files are not read; export the document as text or HTML"
    ),
    _is_rejected(
        "pdf-in-txt", "a PDF file under the name .txt", file("a.txt", PDF), "a PDF file; export it as text or HTML"
    ),
    _is_rejected(
        "pdf-plain",
        "a PDF file in ASCII under the name .txt",
        file("a.txt", b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n"),
        "a PDF file",
    ),
    _is_rejected(
        "rtf-in-txt",
        "an RTF document under the name .txt",
        file("a.txt", r"{\rtf1\ansi\ansicpg1256 \u1608?\u1602?}"),
        "an RTF document; save it as text or HTML",
    ),
    _is_rejected(
        "word", "a Word document", file("a.docx", office_file), ".docx files are not read; save the document as text"
    ),
    _is_rejected(
        "word-in-txt",
        "a Word document under the name .txt",
        file("a.txt", office_file),
        "a ZIP file or Office document",
    ),
    _is_rejected(
        "word-in-csv",
        "an Office document under the name .csv",
        file("a.csv", office_file),
        "header: a ZIP file or Office document",
    ),
    _is_rejected(
        "old-word",
        "a Word document of 1997",
        file("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        "an old Office document",
    ),
    _is_rejected("zip", "a ZIP archive", file("a.zip", office_file), ".zip files are not read; unpack it"),
    _is_rejected("picture", "a picture", file("a.png", PNG), ".png files are not read; a picture has no text"),
    _is_rejected("picture-in-txt", "a picture under the name .txt", file("a.txt", PNG), "a picture"),
    _is_rejected("picture-in-html", "a picture under the name .html", file("a.html", PNG), "a picture"),
    _is_rejected(
        "database-in-txt",
        "a database under the name .txt",
        file("a.txt", b"SQLite format 3\0" + bytes(99)),
        "a database",
    ),
    _is_rejected(
        "pickle",
        "a pickle",
        file("a.pkl", b"cos\nsystem\n(S'touch pwned'\ntR."),
        ".pkl files are not read; write the table as",
    ),
    Specimen(
        "empty",
        "empty files of every kind",
        files({f"a.{kind}": b"" for kind in ("txt", "md", "html", "jsonl", "json", "csv", "tsv", "parquet")}),
        ("rejected: empty file",),
    ),
    Specimen(
        "white-space",
        "files of white space",
        files({f"a.{kind}": b" \n\t\r\n" for kind in ("txt", "html", "csv")}),
        ("rejected: empty file: nothing but",),
    ),
]
