"""What 1,000 bootstrap resamples cost beside labelling the rows: python benchmarks/bootstrap_cost.py GOLD [MODEL]."""

import sys
import time
from pathlib import Path

from pipeline.bootstrap import Resampling, intervals
from pipeline.jobs.evaluating.scoring import score_rows
from pipeline.kinds import load_classifier
from pipeline.labelled import read_labelled
from pipeline.records import Tally


def main(gold: str, model: str = "models/cooperation") -> None:
    """Time both once, after a round to get warm, and print their ratio."""
    classifier = load_classifier(model)
    rows = read_labelled([Path(gold)], classifier.decision.taxonomy)
    for _ in range(2):
        start = time.perf_counter()
        scored = score_rows(rows, classifier, Tally())
        labelled = time.perf_counter()
        intervals(scored.gold, scored.applies, scored.probabilities, scored.ids, Resampling(scored.groups, 1000))
        done = time.perf_counter()
    print(
        f"{len(rows)} rows: 1,000 resamples take {(done - labelled) / (labelled - start):.2f} of the time of labelling"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
