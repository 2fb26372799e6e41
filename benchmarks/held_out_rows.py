"""Write the rows that a training holds out, to compare classifiers on.

    python benchmarks/held_out_rows.py CONFIG OUT.jsonl [--extra FILE ...] [--model MODEL ...] [key=value ...]

CONFIG, the extra files and the settings are those of the training; rows that a MODEL remembers to be trained on are
left out and told. Then `taawun evaluate OUT.jsonl --model MODEL --against ANOTHER --no-texts --out REPORT`. Calibration
and thresholds of a classifier that held the same rows out were fitted on them: that hardly flatters its average
precision, its F1 a little. The texts stay under the terms of the files that they are taken from.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from resuming import run

from pipeline.config import TrainConfig, load_config
from pipeline.durable import write_whole
from pipeline.jobs.training.continued import choose_checks
from pipeline.jobs.training.material import gather_material
from pipeline.model_folder import find_model


def main() -> None:
    """Find the rows held out and write them as labelled JSON Lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("settings", nargs="*", metavar="key=value")
    parser.add_argument("--extra", action="append", default=[], metavar="FILE")
    parser.add_argument("--model", action="append", default=[])
    given = parser.parse_intermixed_args()
    settings = ["gate=null", "evaluation=[]", *given.settings]
    material = gather_material(load_config(TrainConfig, given.config, settings, {}, {"extra": given.extra}))
    held_out = material.checks & material.is_calibrated_on
    for model in given.model:
        held_out &= choose_checks(material, find_model(model))
    rows = [material.used[place] for place in np.flatnonzero(held_out)]
    lines = (
        {"id": row.id, "text": row.text, "labels": row.labels, "article": row.article, "source": Path(row.file).stem}
        for row in rows
    )
    given.out.parent.mkdir(parents=True, exist_ok=True)
    write_whole("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), given.out)
    print(f"{given.out}: {len(rows)} rows held out")


if __name__ == "__main__":
    run(main)
