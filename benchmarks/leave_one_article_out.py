"""How well is a seed article labelled by a classifier without it? python benchmarks/leave_one_article_out.py OUT.

For each article of seeds/labelled/seeds.jsonl a classifier is trained with configs/train.yaml on all labelled rows but
the article's, and labels the article. Prints a table in Markdown, an article a row, and all paragraphs together. More
training files: `--extra FILE`; settings of configs/train.yaml: `key=value`. What was trained before with the same
settings and data is read back from OUT, so that a stopped run goes on.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from resuming import claim, run, tell

from pipeline.config import TrainConfig, load_config
from pipeline.decision import BoolArray, FloatArray
from pipeline.jobs.evaluating.scoring import score_rows
from pipeline.jobs.train import train
from pipeline.kinds import load_classifier
from pipeline.labelled import list_labelled, read_labelled
from pipeline.metrics import measure
from pipeline.records import Tally

SEEDS = Path("seeds/labelled/seeds.jsonl")
TITLE_WORDS = 4
OTHERS = "seeds/labelled/authored.jsonl"
FILES = [str(SEEDS), OTHERS]


def part_article(article: str, folder: Path) -> Path:
    """Write the rows of an article and those of all others into two files; gives the former."""
    inside, outside = folder / "article.jsonl", folder / "others.jsonl"
    lines = SEEDS.read_text(encoding="utf-8").splitlines(keepends=True)
    inside.write_text("".join(line for line in lines if json.loads(line)["article"] == article), encoding="utf-8")
    outside.write_text("".join(line for line in lines if json.loads(line)["article"] != article), encoding="utf-8")
    return inside


def label_unseen(article: str, given: argparse.Namespace) -> tuple[BoolArray, BoolArray, FloatArray]:
    """Train without an article and label it; gives gold, labels and probabilities, shape (paragraphs, domains).

    Raises:
        PipelineError: The folder holds a classifier of other settings or data, or a setting, file or model is wrong.
    """
    folder: Path = given.out / article
    overrides = [f"out={folder / 'model'}", f"run={folder / 'run'}", "overwrite=true", "gate=null", *given.settings]
    data = {"labelled": [OTHERS, str(folder / "others.jsonl")], "extra": given.extra}
    config = load_config(TrainConfig, Path("configs/train.yaml"), overrides, data)
    claim(folder, tell(config, [*FILES, *given.extra]))
    inside = part_article(article, folder)
    if not (folder / "model" / "metrics.json").exists():
        train(config, resume=True)
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
    list_labelled([*FILES, *given.extra])  # a file that is missing is told before anything is trained
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
    run(main)
