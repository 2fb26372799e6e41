"""What are suggested labels worth? python benchmarks/suggestion_worth.py POOL GOLD OUT [key=value …].

Plays annotation with labels that are there: a classifier is trained on the start rows (the labelled seeds), chooses
rows of POOL to "annotate" by each strategy, is trained anew with them, and so on; each time it is measured on GOLD.
Both are files of labelled paragraphs, such as news_train and news_dev; copies of gold rows are left out of the pool.
Each seed draws four fifths of the pool's articles, the same for all strategies. `--kind linear` trains in seconds,
`transformer` for real. What was measured is read back from OUT, so that a stopped run goes on; `key=value`, before
any option, are settings of training. Of five seed articles a transformer has few rows to calibrate on: add
`--start seeds/labelled/*.jsonl` for thresholds that mean something.

Prints macro-F1 and mean average precision, mean ± standard deviation over the seeds, for each number of labels.
"""

import argparse
import json
import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from resuming import claim, run, tell
from spread import spread

from pipeline.config import ANY_TRAIN_CONFIG, TrainConfig, TrainLinearConfig, load_config
from pipeline.durable import write_whole
from pipeline.evaluation.leakage import find_copies, fingerprint
from pipeline.jobs.evaluating.scoring import score_rows
from pipeline.jobs.train import train
from pipeline.kinds import load_classifier
from pipeline.labelled import list_labelled, read_labelled
from pipeline.metrics import measure
from pipeline.records import LabelledParagraph, Tally
from pipeline.splits import is_drawn
from pipeline.suggestion import SuggestionSettings, suggest_rows
from pipeline.taxonomy import Taxonomy

NUMBERS = {"macro_f1": "macro-F1", "mean_average_precision": "average precision"}
SHARE = 0.8
CONFIGS = {"linear": "configs/train_linear.yaml", "transformer": "configs/train.yaml"}
USUAL = {"linear": ["calibration.folds=2"], "transformer": []}
"""The seeds are five articles: too few for more folds."""

STRATEGIES: dict[str, SuggestionSettings | None] = {
    "random": None,
    "suggest": SuggestionSettings(),
    "uncertain": SuggestionSettings(candidates=1, rarity=0),
}
"""How rows are chosen; the last one leaves out rare domains and diversity."""


@dataclass(frozen=True)
class Play:
    """One game of annotation: a strategy with a seed.

    Attributes:
        strategy: Name of the strategy.
        seed: Of the draw of the pool, of random choice and of training.
        config: How classifiers are trained.
        start: Rows that are labelled from the beginning.
        pool: Rows that may be annotated.
        gold: Rows to measure on.
        folder: Keeps what is finished.
    """

    strategy: str
    seed: int
    config: TrainConfig | TrainLinearConfig
    start: Sequence[LabelledParagraph]
    pool: Sequence[LabelledParagraph]
    gold: Sequence[LabelledParagraph]
    folder: Path

    def run(self, rounds: Sequence[int]) -> list[dict[str, Any]]:
        """Play all rounds, or read back those that were played; gives what was measured in each."""
        measured: list[dict[str, Any]] = []
        chosen: list[int] = []
        trained_on: list[int] | None = None
        for labels in rounds:
            place = self.folder / f"{labels}.json"
            if not place.exists():
                if labels > len(chosen):
                    if STRATEGIES[self.strategy] and trained_on != chosen:
                        self._train(chosen)
                    chosen = chosen + self._choose(chosen, labels - len(chosen))
                self._train(chosen)
                trained_on = chosen
                write_whole(json.dumps({"chosen": chosen, "numbers": self._measure()}), place)
            played = json.loads(place.read_text(encoding="utf-8"))
            chosen = played["chosen"]
            measured.append(played["numbers"])
        shutil.rmtree(self.folder / "model", ignore_errors=True)
        return measured

    def _choose(self, chosen: Sequence[int], count: int) -> list[int]:
        """Choose rows of the pool by their numbers."""
        taken = set(chosen)
        left = np.array([k for k in range(len(self.pool)) if k not in taken])
        settings = STRATEGIES[self.strategy]
        if settings is None:
            drawn = np.random.default_rng([self.seed, len(chosen)]).permutation(left)
            return [int(row) for row in drawn[:count]]
        classifier = load_classifier(str(self.folder / "model"))
        scored = score_rows([self.pool[k] for k in left], classifier, Tally())
        known = fingerprint([row.text for row in (*self.start, *(self.pool[k] for k in chosen))])
        suggestions = suggest_rows(
            np.asarray(scored.probabilities),
            lambda rows: [self.pool[left[row]].text for row in rows],
            classifier.decision,
            count,
            known,
            settings,
        )
        return [int(left[each.row]) for each in suggestions]

    def _train(self, chosen: Sequence[int]) -> None:
        """Train on the start rows and the chosen ones."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ("model", "run"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        rows = self.folder / "rows.jsonl"
        rows.write_text("".join(_line(row) for row in (*self.start, *(self.pool[k] for k in chosen))), encoding="utf-8")
        changes: dict[str, Any] = {"labelled": (str(rows),), "extra": (), "licenses": {}, "gate": None}
        changes["out"] = self.folder / "model"
        if isinstance(self.config, TrainConfig):
            training = self.config.training.model_copy(update={"seed": self.seed})
            changes |= {"run": self.folder / "run", "training": training}
        train(self.config.model_copy(update=changes))
        shutil.rmtree(self.folder / "run", ignore_errors=True)

    def _measure(self) -> dict[str, Any]:
        scored = score_rows(self.gold, load_classifier(str(self.folder / "model")), Tally())
        return measure(scored.gold, scored.applies, scored.probabilities, scored.ids)


def _line(row: LabelledParagraph) -> str:
    fields = {"id": row.id, "text": row.text, "labels": row.labels, "article": row.article, "source": row.source}
    return json.dumps(fields, ensure_ascii=False) + "\n"


def table(measured: dict[str, list[list[dict[str, Any]]]], rounds: Sequence[int]) -> str:
    """Write the table in Markdown: a row for each strategy and number, a column for each number of labels."""
    lines = [f"| | | seeds | {' | '.join(map(str, rounds))} |", f"|---|---|---|{'---|' * len(rounds)}"]
    for name, title in NUMBERS.items():
        for strategy, plays in measured.items():
            cells = [spread([play[k][name] for play in plays]) for k in range(len(rounds))]
            lines.append(f"| {title} | {strategy} | {len(plays)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Play all games asked for and print the table after each seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pool", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("settings", nargs="*", metavar="key=value")
    parser.add_argument("--kind", choices=CONFIGS, default="linear")
    parser.add_argument("--start", nargs="+", default=["seeds/labelled/seeds.jsonl"], metavar="FILE")
    parser.add_argument("--strategies", nargs="+", choices=STRATEGIES, default=["random", "suggest"])
    parser.add_argument("--rounds", nargs="+", type=int, default=[0, 100, 200, 400, 800], metavar="LABELS")
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_intermixed_args()
    logging.getLogger("pipeline").setLevel(logging.ERROR)  # each training would tell the same of its rows
    given.rounds = sorted({0, *given.rounds})
    usual = ["gate=null", "calibration.resamples=100", *USUAL[given.kind]]
    config = load_config(ANY_TRAIN_CONFIG, Path(CONFIGS[given.kind]), [*usual, *given.settings])
    taxonomy = load_config(Taxonomy, config.taxonomy)
    start, pool, gold = (
        read_labelled(list_labelled(names), taxonomy) for names in (given.start, [str(given.pool)], [str(given.gold)])
    )
    copies = find_copies(fingerprint([row.text for row in gold]), [row.text for row in pool])
    pool = [row for row, copy in zip(pool, copies, strict=True) if copy is None]
    strategies = {name: settings and settings.model_dump() for name, settings in STRATEGIES.items()}
    made_by = tell(config, [*given.start, str(given.pool), str(given.gold)])
    claim(given.out, made_by | {"strategies": strategies, "rounds": given.rounds})
    measured: dict[str, list[list[dict[str, Any]]]] = {name: [] for name in given.strategies}
    for seed in range(1, given.seeds + 1):
        drawn = [row for row, is_in in zip(pool, is_drawn(pool, SHARE, seed), strict=True) if is_in]
        for strategy in given.strategies:
            folder = given.out / f"{strategy}-{seed}"
            measured[strategy].append(Play(strategy, seed, config, start, drawn, gold, folder).run(given.rounds))
        text = table(measured, given.rounds)
        (given.out / "table.md").write_text(text, encoding="utf-8")
        print(text, flush=True)


if __name__ == "__main__":
    run(main)
