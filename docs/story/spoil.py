"""Make a bad batch: other paragraphs, each with the labels of its neighbor: python spoil.py LABELLED.jsonl OUT.jsonl.

This is what a table looks like whose column of labels was sorted and whose texts were not.
"""

import json
import sys
from pathlib import Path

if __name__ == "__main__":
    rows = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    labels = sorted((row["labels"] for row in rows), key=lambda names: names or ["~"])
    spoiled = [
        {"text": f"وجاء في الخبر: {row['text']}", "labels": astray} for row, astray in zip(rows, labels, strict=True)
    ]
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in spoiled]
    Path(sys.argv[2]).write_text("".join(lines), encoding="utf-8")
    print(f"{len(spoiled)} paragraphs with labels gone astray")
