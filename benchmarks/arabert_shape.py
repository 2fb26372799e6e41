"""Prove the way of an AraBERT checkpoint through taawun: python benchmarks/arabert_shape.py ARABERT OUT.

ARABERT is a folder with AraBERT's config.json and tokenizer. Weights of that shape are drawn at random (the real ones
are not needed to prove the way), trained for a few steps with configs/train_arabert.yaml, saved, loaded again and used
to label the seed articles; each step's result is checked.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertForMaskedLM

from pipeline.classifier import DomainClassifier
from pipeline.config import LabelConfig, TrainConfig, load_config
from pipeline.jobs.label import label
from pipeline.jobs.train import train

_ROWS = 40


def make_checkpoint(arabert: Path, folder: Path) -> int:
    """Write a masked language model of AraBERT's shape with random weights; gives the number of its weights."""
    shutil.copytree(arabert, folder, dirs_exist_ok=True)
    torch.manual_seed(0)
    model = BertForMaskedLM(BertConfig.from_pretrained(arabert))
    model.save_pretrained(folder)
    return sum(weight.numel() for weight in model.parameters())


def main() -> None:
    """Make, train, load, label; print what was checked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("arabert", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    base, rows = given.out / "bert-base-arabertv02", given.out / "rows.jsonl"
    print(f"{make_checkpoint(given.arabert, base):,} random weights of AraBERT's shape")
    lines = Path("seeds/labelled/seeds.jsonl").read_text(encoding="utf-8").splitlines()
    rows.write_text("\n".join(lines[::3][:_ROWS]) + "\n", encoding="utf-8")

    overrides = [f"base_model={base}", f"out={given.out / 'model'}", f"run={given.out / 'run'}", "overwrite=true"]
    overrides += ["training.epochs=1", "training.batch_rows=8", "training.held_out=0.2", "calibration.resamples=100"]
    config = load_config(TrainConfig, Path("configs/train_arabert.yaml"), overrides, {"labelled": [str(rows)]})
    folder = train(config)
    steps = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["training"]
    print(f"trained on {steps['rows']} rows for {steps['epochs']} epoch, saved, and calibrated")

    first, second = (DomainClassifier.load(str(folder), precision="float32") for _ in range(2))
    texts = [json.loads(line)["text"] for line in lines[:3]]
    scores = first.probabilities(texts)
    if scores.shape != (3, 10) or not np.array_equal(scores, second.probabilities(texts)):
        message = "two loadings of the saved model do not agree"
        raise SystemExit(message)
    run = label(LabelConfig(inputs=("seeds/articles",), model=str(folder), out=given.out / "labels", overwrite=True))
    written = (given.out / "labels" / "labels.jsonl").read_text(encoding="utf-8").count("\n")
    if written != run.labelled or not written:
        message = f"{written} lines written for {run.labelled} labelled paragraphs"
        raise SystemExit(message)
    print(f"loaded by {run.model}: {run.labelled} paragraphs of {run.articles} articles labelled")


if __name__ == "__main__":
    main()
