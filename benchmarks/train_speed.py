"""How fast training is beside a plain Trainer loop: python benchmarks/train_speed.py [CONFIG] [--rows N] [key=value …].

CONFIG is a training configuration (configs/train.yaml). The same rows are trained on, for one epoch and from the same
encoder, by each way in a process of its own: `transformers.Trainer` as its documentation uses it (float32, rows in
random order, each batch padded to its longest row, attention as transformers chooses, all weights trained), then with
one saving after another, and by taawun. Rows per second count from the fifth step on; loading and checks do not.
Everything is told as ratios within the run; --threads 1 --cpu-time suits a machine that other programs use as well.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

WAYS = {
    "plain Trainer": (),
    "+ bfloat16 where faster": ("bfloat16",),
    "+ attention for training": ("bfloat16", "attention"),
    "+ batches of like length": ("bfloat16", "attention", "length"),
    "+ frozen word vectors": ("bfloat16", "attention", "length", "frozen"),
    "taawun": None,
}
"""Each way, and what it saves by; the last is the product itself."""

_WARM_STEPS = 5


def main() -> None:
    """Measure all ways in turns, print the table, and write it where asked."""
    given = _arguments()
    if given.way is not None:
        _measure_one(given)
        return
    rates: dict[str, list[float]] = {way: [] for way in WAYS}
    for round_ in range(given.rounds):
        for number, way in enumerate(WAYS):
            command = [sys.executable, __file__, *sys.argv[1:], "--way", str(number)]
            ended = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
            rates[way].append(float(ended.stdout.splitlines()[-1]))
            print(f"round {round_ + 1}: {way}", file=sys.stderr, flush=True)
    best = {way: max(found) for way, found in rates.items()}
    plain = best["plain Trainer"]
    clock = "CPU time of the process" if given.cpu_time else "wall time"
    print(f"{given.rows} rows, {given.threads} thread(s), {clock}\n{'':26}{'rows/s':>10}{'of which new':>14}")
    before = plain
    for way, rate in best.items():
        print(f"{way:26}{rate / plain:>9.2f}x{rate / before:>13.2f}x")
        before = rate
    if given.out:
        from speed.machine import describe

        report = {"machine": describe(given.threads), "rows": given.rows, "clock": clock}
        report["rows/s"] = {way: rate / plain for way, rate in best.items()}
        given.out.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path, nargs="?", default=Path("configs/train.yaml"))
    parser.add_argument("settings", nargs="*", metavar="key=value", help="as of `taawun train`")
    parser.add_argument("--rows", type=int, default=960, help="windows trained on")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=0, help="default: as many as training would use")
    parser.add_argument("--cpu-time", action="store_true", help="count CPU seconds of the process, not wall time")
    parser.add_argument("--out", type=Path, help="JSON file for the ratios and the machine")
    parser.add_argument("--way", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if not given.threads:
        from pipeline.inference import allowed_processors

        given.threads = allowed_processors()
    return given


def _measure_one(given: argparse.Namespace) -> None:
    """Train in this process and print rows per second."""
    from pipeline.config import TrainConfig, load_config
    from pipeline.inference import use_threads
    from pipeline.jobs.training.material import gather_material
    from pipeline.model_folder import find_model
    from pipeline.tokenizer import ParagraphTokenizer
    from pipeline.training import EncodedRows

    use_threads(given.threads)
    config = load_config(TrainConfig, given.config, given.settings)
    material = gather_material(config)
    base = find_model(config.base_model)
    cut = ParagraphTokenizer.load(base, material.decision).windows(material.texts[: given.rows])
    rows = EncodedRows(tuple(windows[:1] for windows in cut), material.gold[: given.rows])
    clock = time.process_time if given.cpu_time else time.perf_counter
    seconds: list[float] = []
    saved_by = list(WAYS.values())[given.way]
    with tempfile.TemporaryDirectory() as folder:
        tick = _ticker(seconds, clock)
        if saved_by is None:
            _ours(config, material.decision, base, rows, (Path(folder), tick, given.threads))
        else:
            _trainer(config, base, rows, saved_by, (Path(folder), tick))
    steps = len(seconds) - _WARM_STEPS
    print(steps * config.training.batch_rows / (seconds[-1] - seconds[_WARM_STEPS - 1]))


def _ticker(seconds: list[float], clock: Callable[[], float]) -> Callable[..., None]:
    def tick(*_: Any) -> None:
        seconds.append(clock())

    return tick


def _ours(config: Any, decision: Any, base: Path, rows: Any, means: tuple[Path, Callable[..., None], int]) -> None:
    from pipeline.training import Fitting, fit

    folder, tick, threads = means
    settings = config.training.model_copy(update={"epochs": 1, "threads": threads, "log_steps": 10_000})

    def report(_step: int, _steps: int, measured: dict[str, float]) -> None:
        if not measured:
            tick()

    fit(Fitting(base, decision, settings, folder, report), rows)


def _trainer(
    config: Any, base: Path, rows: Any, saved_by: Sequence[str], means: tuple[Path, Callable[..., None]]
) -> None:
    """Train by the Trainer as its documentation shows, and the savings asked for."""
    import torch
    from transformers import AutoModelForSequenceClassification, Trainer, TrainerCallback, TrainingArguments
    from transformers.utils import logging

    from pipeline.inference import choose_device, is_bfloat16_faster
    from pipeline.training.rows import PaddedBatch

    class Ticking(TrainerCallback):  # type: ignore[misc]  # transformers has no types
        def on_step_end(self, *_: Any, **__: Any) -> None:
            tick()

    folder, tick = means
    logging.set_verbosity_error()
    device = choose_device(config.training.device)
    attention = {"attn_implementation": "eager" if device.type == "cpu" else "sdpa"} if "attention" in saved_by else {}
    model = AutoModelForSequenceClassification.from_pretrained(
        base,
        dtype=torch.float32,
        num_labels=rows.gold.shape[1],
        problem_type="multi_label_classification",
        **attention,
    )
    if "frozen" in saved_by:
        model.get_input_embeddings().weight.requires_grad = False
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=1,
        per_device_train_batch_size=config.training.batch_rows,
        learning_rate=config.training.learning_rate,
        bf16="bfloat16" in saved_by and is_bfloat16_faster(device),
        use_cpu=device.type == "cpu",
        train_sampling_strategy="group_by_length" if "length" in saved_by else "random",
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        logging_steps=10_000,
        dataloader_pin_memory=device.type != "cpu",
    )
    torch.manual_seed(0)
    data = [
        {"input_ids": list(cut[0]), "labels": gold.astype("float32").tolist()}
        for cut, gold in zip(rows.windows, rows.gold, strict=True)
    ]
    collator = PaddedBatch(model.config.pad_token_id or 0)
    Trainer(model, arguments, data_collator=collator, train_dataset=data, callbacks=[Ticking()]).train()


if __name__ == "__main__":
    main()
