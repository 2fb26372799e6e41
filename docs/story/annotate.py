"""Play the annotator: give tasks the gold labels of the seed articles: python annotate.py TASKS.json OUT.json.

Writes what Label Studio exports as JSON. Paragraphs that the gold labels do not have are skipped, as annotators skip.
"""

import json
import sys
from pathlib import Path
from typing import Any

GOLD = Path("seeds/labelled/seeds.jsonl")


def annotated(task: dict[str, Any], gold: dict[str, list[str]], number: int) -> dict[str, Any]:
    """Give the task with one annotation, made like its prediction: the gold labels, or a skip where there are none."""
    text = task["data"]["text"]
    labels = gold.get(" ".join(text.split()))
    predicted = task["predictions"][0]["result"][0]
    result = {**predicted, "value": {"choices": labels or ["none"]}}
    annotation = {"id": number, "completed_by": 1, "was_cancelled": labels is None, "result": [result]}
    return {"id": number, "data": task["data"], "annotations": [annotation]}


if __name__ == "__main__":
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    known = {" ".join(row["text"].split()): row["labels"] for row in rows}
    tasks = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    done = [annotated(task, known, number) for number, task in enumerate(tasks, start=1)]
    Path(sys.argv[2]).write_text(json.dumps(done, ensure_ascii=False, indent=1), encoding="utf-8")
    print(f"{len(done)} tasks annotated")
