"""What is read cannot get out of the files that are written: not as a path, a formula, a program or a turned line."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml.html import HtmlElement, document_fromstring

from pipeline.__main__ import main
from pipeline.writers.csv_cells import unguard

NEWS = "وقعت الصين وروسيا اتفاقا لتوريد الغاز"
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script><!--",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus='",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "</style><style>*{display:none}</style>",
    "\u202eمقلوب\u202e",
    "\u2067معزول",
    "=cmd|' /C calc'!A0",
    "قبل\n=1+1\n+2\n-3\n@x",
    'قبل\r\n\t=HYPERLINK("http://x")',
    "; =1+1;-2",
    "\u200f \u202b=1",
    "../../../x",
    "/etc/passwd",
    "..\\..\\x.jsonl",
    "a\0b",
    "labels.jsonl",
    "x" * 1900,
]
OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2068]")
FORMULA = re.compile(r"(?:\A|[\n\r\v\f\x85\u2028\u2029\t;])[\s\"\0\u200e\u200f\u202a-\u202e\ufeff]*[=+\-@]")
LABELS = {"labels.jsonl", "labels.csv", "labels.parquet", "dropped.jsonl", "rejected.jsonl", "run.json"}


@pytest.fixture
def labels(linear_classifier: Path, tmp_path: Path) -> Path:
    """Articles that are hostile in every part, labelled."""
    rows = [
        {"text": f"{NEWS}\n{each} {NEWS}", **dict.fromkeys(("id", "title", "date", "source"), each)} for each in HOSTILE
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    formats = [word for each in ("jsonl", "csv", "parquet") for word in ("--format", each)]
    out = ["--out", str(tmp_path / "labels"), "--model", str(linear_classifier), "--quiet"]
    assert main(["label", str(tmp_path / "in.jsonl"), *out, *formats, "read.html=never"]) == 0
    return tmp_path / "labels"


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def test_no_output_leaves_its_folder_whatever_articles_are_called(labels: Path, tmp_path: Path) -> None:
    assert {path.name for path in labels.iterdir()} == LABELS
    assert {path.name for path in tmp_path.iterdir()} == {"in.jsonl", "labels"}
    named = {row["article_id"] for row in _rows(labels / "labels.jsonl") + _rows(labels / "dropped.jsonl")}
    assert named == {each.replace("\0", "\ufffd") for each in HOSTILE}


def test_no_cell_nor_a_line_within_one_is_a_formula(labels: Path) -> None:
    with (labels / "labels.csv").open(encoding="utf-8-sig", newline="") as stream:
        header, *table = csv.reader(stream)
    number = {k for k, name in enumerate(header) if name.startswith("p_")}
    cells = [cell for row in table for k, cell in enumerate(row) if k not in number]
    assert len(table) > len(HOSTILE)
    assert [cell for cell in cells if FORMULA.search(cell)] == []
    texts = [row["text"] for row in _rows(labels / "labels.jsonl")]
    assert [unguard(row[header.index("text")]) for row in table] == texts


def _elements(page: str) -> Iterator[HtmlElement]:
    yield from document_fromstring(page).iter()


def _programs(page: str) -> list[str]:
    """What a browser would run or fetch because of what stands in attributes."""
    return [
        f"{element.tag} {name}={value}"
        for element in _elements(page)
        for name, value in element.attrib.items()
        if name.startswith("on") or name in {"srcdoc", "action", "formaction"} or ":alert" in value.replace(" ", "")
        if not (name == "title" and value in HOSTILE)
    ]


def _unconfined(page: str) -> list[str]:
    """Texts with overrides that stand in no element which keeps them to itself."""
    return [
        str(text)
        for element in _elements(page)
        if isinstance(element.tag, str) and element.tag not in {"script", "style"}
        for text in (element.text, *(child.tail for child in element))
        if text and OVERRIDES.search(text)
        if not any(each.tag == "bdi" for each in (element, *element.iterancestors()))
    ]


def test_a_report_runs_and_turns_around_nothing_of_what_it_shows(linear_classifier: Path, tmp_path: Path) -> None:
    hostile = [each.replace("\0", "") for each in HOSTILE]
    rows = [
        {
            "text": f"{each} {NEWS} {k}",
            "id": f"{k} {each}",
            "article": each,
            "source": each,
            "field": each,
            "labels": gold,
        }
        for k, (each, gold) in enumerate((each, gold) for each in hostile for gold in (["energy"], ["diplomacy"], []))
    ]
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    out = ["--out", str(tmp_path / "report"), "--model", str(linear_classifier), "--quiet"]
    assert main(["evaluate", str(tmp_path / "gold.jsonl"), *out, "resamples=100"]) == 0
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")

    assert "onerror=alert(1)" in page  # as text
    elements = list(_elements(page))
    assert len([each for each in elements if each.tag == "script"]) == 1
    assert len([each for each in elements if each.tag == "style"]) == 1
    assert [each.tag for each in elements if each.tag in {"img", "iframe", "object", "embed", "link", "base"}] == []
    assert _programs(page) == []
    assert _unconfined(page) == []
    assert "49" not in {each.text for each in elements}


def test_the_page_of_labelled_articles_holds_them_as_data_only(
    labels: Path, linear_classifier: Path, tmp_path: Path
) -> None:
    arguments = ["view", str(labels), "--model", str(linear_classifier), "--out", str(tmp_path / "view"), "--quiet"]
    assert main(arguments) == 0
    page = (tmp_path / "view" / "index.html").read_text(encoding="utf-8")

    scripts = [each for each in _elements(page) if each.tag == "script"]
    assert [each.get("type") for each in scripts].count("application/json") == 2
    assert len(scripts) == page.count("<script")
    assert not [each for each in scripts if not each.get("type") and "alert" in (each.text or "")]
    assert _programs(page) == []
    assert "innerHTML" not in page
    assert {path.name for path in tmp_path.iterdir()} == {"in.jsonl", "labels", "view"}
