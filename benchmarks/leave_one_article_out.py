"""How well is a seed article labelled by a classifier without it? python benchmarks/leave_one_article_out.py OUT.

For each article of seeds/labelled/seeds.jsonl a classifier is trained with configs/train.yaml on all labelled rows but
the article's, and labels the article. Prints a table in Markdown, an article a row, and all paragraphs together. More
training files: `--extra FILE`; settings of configs/train.yaml: `key=value`.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from pipeline.config import TrainConfig, load_config
from pipeline.decision import BoolArray, FloatArray
from pipeline.jobs.evaluating.scoring import score_rows
from pipeline.jobs.train import train
from pipeline.kinds import load_classifier
from pipeline.labelled import read_labelled
from pipeline.metrics import measure
from pipeline.records import Tally

SEEDS = Path("seeds/labelled/seeds.jsonl")
TITLE_WORDS = 4
OTHERS = "seeds/labelled/authored.jsonl"


def part_article(article: str, folder: Path) -> tuple[Path, Path]:
    """Write the rows of an article and those of all others into two files."""
    folder.mkdir(parents=True, exist_ok=True)
    inside, outside = folder / "article.jsonl", folder / "others.jsonl"
    lines = SEEDS.read_text(encoding="utf-8").splitlines(keepends=True)
    inside.write_text("".join(line for line in lines if json.loads(line)["article"] == article), encoding="utf-8")
    outside.write_text("".join(line for line in lines if json.loads(line)["article"] != article), encoding="utf-8")
    return inside, outside


def label_unseen(article: str, given: argparse.Namespace) -> tuple[BoolArray, BoolArray, FloatArray]:
    """Train without an article and label it; gives gold, labels and probabilities, shape (paragraphs, domains)."""
    folder = given.out / article
    inside, outside = part_article(article, folder)
    overrides = [f"out={folder / 'model'}", f"run={folder / 'run'}", "overwrite=true", "gate=null", *given.settings]
    data = {"labelled": [OTHERS, str(outside)], "extra": given.extra}
    if not (folder / "model" / "metrics.json").exists():
        train(load_config(TrainConfig, Path("configs/train.yaml"), overrides, data), resume=True)
    classifier = load_classifier(str(folder / "model"))
    scored = score_rows(read_labelled([inside], classifier.decision.taxonomy), classifier, Tally())
    return scored.gold, scored.applies, np.asarray(scored.probabilities)


def title_of(article: str) -> str:
    """Give the first line of an article's file that is no single word of a menu or an advertisement."""
    path = next(Path("seeds/articles").glob(f"{article}.*"))
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(line.strip() for line in lines if len(line.split()) >= TITLE_WORDS)


def main() -> None:
    """Train, label and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("settings", nargs="*", metavar="key=value")
    parser.add_argument("--extra", action="append", default=[], metavar="FILE")
    given = parser.parse_intermixed_args()
    articles = dict.fromkeys(json.loads(line)["article"] for line in SEEDS.read_text(encoding="utf-8").splitlines())
    parts = {article: label_unseen(article, given) for article in articles}
    gold, applies, probabilities = (np.concatenate([part[k] for part in parts.values()]) for k in range(3))
    print("| article | paragraphs | right in all domains | micro-F1 | average precision |\n|---|---|---|---|---|")
    for article, part in parts.items():
        print(row(f'<div dir="rtl">{title_of(article)}</div>', *part))
    print(row("all", gold, applies, probabilities))


def row(title: str, gold: BoolArray, applies: BoolArray, probabilities: FloatArray) -> str:
    """Write a row of the table."""
    numbers = measure(gold, applies, probabilities, [str(k) for k in range(gold.shape[1])])
    shown = [f"{numbers[key]:.3f}" for key in ("exact_match", "micro_f1", "mean_average_precision")]
    return f"| {title} | {len(gold)} | {' | '.join(shown)} |"


if __name__ == "__main__":
    main()
