"""What each step of the released classifier brings: python benchmarks/ablation.py GOLD OUT [--seeds N] [--steps NAME].

Trains one classifier per step and seed with configs/train.yaml and measures it on GOLD (JSON Lines, such as news_dev);
prints mean and standard deviation over the seeds. What was measured before with the same settings and data is read back
from OUT, so that a stopped run goes on. `--encoder`, `--news` and `--open` say where the inputs of the steps are.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resuming import claim, run, tell
from spread import spread

from pipeline.config import EvaluateConfig, TrainConfig, load_config
from pipeline.jobs.evaluate import evaluate
from pipeline.jobs.train import train

NUMBERS = {"macro_f1": "macro-F1", "mean_average_precision": "average precision", "micro_f1": "micro-F1"}


@dataclass(frozen=True)
class Step:
    """One row of the table.

    Attributes:
        title: What is used.
        encoder: What is trained: the released encoder, or the one before distillation.
        data: Which files besides seeds/labelled.
    """

    title: str
    encoder: str
    data: tuple[str, ...]


STEPS = {
    "healed-seeds": Step("encoder before distillation; seeds and authored", "before", ()),
    "healed-news": Step("encoder before distillation; + news_train", "before", ("news",)),
    "healed-open": Step("encoder before distillation; + labels of open text", "before", ("news", "open")),
    "taught-seeds": Step("released encoder; seeds and authored", "released", ()),
    "taught-news": Step("released encoder; + news_train", "released", ("news",)),
    "taught-open": Step("released encoder; + labels of open text", "released", ("news", "open")),
}


def measure_step(name: str, seed: int, given: argparse.Namespace) -> dict[str, Any]:
    """Train and measure one step with one seed, or read back what was measured with the same settings and data.

    Raises:
        PipelineError: The folder holds results of others, or a setting, file or model is wrong.
    """
    folder = given.out / f"{name}-{seed}"
    report = folder / "report" / "report.json"
    step = STEPS[name]
    encoder = {"before": given.encoder, "released": "models/encoder"}[step.encoder]
    files = {"news": given.news, "open": given.open}
    settings = [f"base_model={encoder}", f"out={folder / 'model'}", f"run={folder / 'run'}", "overwrite=true"]
    settings += ["gate=null", f"training.seed={seed}", *given.settings]
    extra = {"extra": [str(files[each]) for each in step.data]}
    config = load_config(TrainConfig, Path("configs/train.yaml"), settings, extra)
    claim(folder, tell(config, [*config.labelled, *config.extra, str(given.gold)]))
    if not report.exists():
        train(config, resume=True)
        evaluate(
            EvaluateConfig(gold=(str(given.gold),), model=str(folder / "model"), out=folder / "report", overwrite=True)
        )
    metrics: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))["metrics"]
    return metrics


def table(measured: dict[str, list[dict[str, Any]]]) -> str:
    """Write the table in Markdown: mean ± standard deviation over the seeds."""
    lines = [f"| | seeds | {' | '.join(NUMBERS.values())} |", f"|---|---|{'---|' * len(NUMBERS)}"]
    for name, runs in measured.items():
        cells = [spread([run[number] for run in runs]) for number in NUMBERS]
        lines.append(f"| {STEPS[name].title} | {len(runs)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure all steps asked for and print the table after each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--encoder", default="build/encoder", help="the encoder before distillation")
    parser.add_argument("--news", type=Path, default=Path("../shared/data/news_train.jsonl"))
    parser.add_argument("--open", type=Path, default=Path("build/data/open.jsonl"))
    parser.add_argument("--settings", nargs="*", default=[], help="settings of configs/train.yaml, key=value")
    given = parser.parse_args()
    measured: dict[str, list[dict[str, Any]]] = {}
    for seed in range(1, given.seeds + 1):
        for name in given.steps:
            measured.setdefault(name, []).append(measure_step(name, seed, given))
            text = table(measured)
            (given.out / "table.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    run(main)
