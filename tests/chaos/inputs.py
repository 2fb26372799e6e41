"""Inputs to label while all goes wrong: the seed articles, altered and repeated, in every format, with some rejects."""

import csv
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SEEDS = Path(__file__).parents[2] / "seeds" / "articles"
_PAGE = "<!doctype html><html><head><title>{title}</title></head><body><article>{text}</article></body></html>"


def make_few_inputs(folder: Path) -> Path:
    """Write a folder of seven articles and one file that is rejected."""
    folder.mkdir(parents=True)
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    lines = [json.dumps(article, ensure_ascii=False) for article in _articles(texts, 1)]
    (folder / "a.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "b.txt").write_text(texts[0], encoding="utf-8")
    (folder / "c.txt").touch()
    (folder / "d.txt").write_text(texts[1], encoding="utf-8")
    return folder


def make_inputs(folder: Path, copies: int) -> Path:
    """Write a folder of inputs in all formats.

    Args:
        folder: Where; made here.
        copies: How often each seed article is in each file of several articles.
    """
    folder.mkdir(parents=True)
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    articles = list(_articles(texts, copies))
    lines = [json.dumps(article, ensure_ascii=False) for article in articles]
    lines[1:1] = ['{"text": ', '{"text": 5}', '{"title": "بلا نص"}', ""]
    (folder / "a.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with gzip.open(folder / "b.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.write("\n".join(reversed(lines)) + "\n")
    with (folder / "c.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.DictWriter(stream, ["id", "title", "text"])
        rows.writeheader()
        rows.writerows(articles)
    pq.write_table(pa.Table.from_pylist(articles), folder / "d.parquet", row_group_size=7)
    (folder / "e.json").write_text(json.dumps(articles[:3], ensure_ascii=False), encoding="utf-8")
    for number, article in enumerate(articles[:7]):
        (folder / f"f{number}.txt").write_text(article["text"], encoding="utf-8")
    page = "".join(f"<p>{line}</p>" for line in texts[0].splitlines() if line)
    (folder / "g.html").write_text(_PAGE.format(title="صفحة", text=page), encoding="utf-8")
    (folder / "h.txt").write_bytes(texts[1].encode("cp1256", "ignore"))
    (folder / "i.txt").touch()
    (folder / "j.pdf").write_bytes(b"%PDF-1.7")
    return folder


def _articles(texts: list[str], copies: int) -> Iterator[dict[str, str]]:
    for copy in range(copies):
        for seed, text in enumerate(texts):
            lines = text.splitlines()
            altered = "\n".join(lines[copy % 3 :] + lines[: copy % 3])
            altered = re.sub(r"\d+", lambda number, copy=copy: str(int(number[0]) + copy), altered)  # type: ignore[misc]
            yield {"id": f"{seed}-{copy}", "title": f"نسخة {copy}", "text": altered}
