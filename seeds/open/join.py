"""Join the labels kept here with the texts they belong to, which may not be: `python seeds/open/join.py DATA OUT`.

DATA is a folder with `pretrain_open.txt.xz` and `news_train.jsonl`; OUT gets `open.jsonl`, the labelled paragraphs of
the first, and `news_train.jsonl` with the corrections of its labels. Both are what `train.py --extra` takes.
"""

import hashlib
import json
import lzma
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def fingerprint(text: str) -> str:
    """Name a text by its content: 16 hex digits of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def join_open(lines: list[str], labels: Path) -> Iterator[dict[str, Any]]:
    """Give the labelled lines of a text as rows.

    Args:
        lines: The text's lines.
        labels: JSON Lines with `line` (counted from 1), `sha256` (see `fingerprint`) and `labels`.

    Raises:
        ValueError: A line is not the one that was labelled.
    """
    for each in _read(labels):
        text = lines[each["line"] - 1] if each["line"] <= len(lines) else ""
        if fingerprint(text) != each["sha256"]:
            message = f"line {each['line']}: not the text that was labelled; take the text that the README names"
            raise ValueError(message)
        yield {"id": f"open-{each['line']}", "text": text, "labels": each["labels"]}


def correct(rows: list[dict[str, Any]], corrections: Path) -> Iterator[dict[str, Any]]:
    """Give rows with the labels that a second reading decided on.

    Args:
        rows: Rows with `id` and `text`.
        corrections: JSON Lines with `id`, `sha256` of the text, and `labels`.

    Raises:
        ValueError: A corrected row is missing or has another text.
    """
    decided = {each["id"]: each for each in _read(corrections)}
    for row in rows:
        each = decided.pop(row["id"], None)
        if each and each["sha256"] != fingerprint(row["text"]):
            message = f"{row['id']}: not the text that was labelled; take the file that the README names"
            raise ValueError(message)
        yield row | ({"labels": each["labels"]} if each else {})
    if decided:
        message = f"{len(decided)} corrected rows are missing, such as {next(iter(decided))}"
        raise ValueError(message)


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _write(rows: Iterator[dict[str, Any]], path: Path) -> None:
    written = [json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("".join(f"{line}\n" for line in written), encoding="utf-8")
    sys.stdout.write(f"{path}: {len(written):,} rows\n")


def main(arguments: list[str]) -> int:
    """Write both files; gives the exit code."""
    if len(arguments) != 2:  # noqa: PLR2004
        sys.stderr.write("usage: python seeds/open/join.py DATA OUT\n")
        return 2
    data, out = map(Path, arguments)
    try:
        with lzma.open(data / "pretrain_open.txt.xz", "rt", encoding="utf-8") as stream:
            lines = stream.read().split("\n")
        train = _read(data / "news_train.jsonl")
        out.mkdir(parents=True, exist_ok=True)
        _write(join_open(lines, HERE / "labels.jsonl"), out / "open.jsonl")
        _write(correct(train, HERE / "corrections.jsonl"), out / "news_train.jsonl")
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
