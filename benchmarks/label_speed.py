"""How fast `taawun label` is beside other ways, from file to file: python benchmarks/label_speed.py ROWS [OPTIONS].

ROWS is JSON Lines with text. Each way runs in a process of its own, in turns with the others, and the best of the
rounds counts. Everything is told as ratios, as the same machine gives them in the same run; a machine that other
programs use as well is best measured with OMP_WAIT_POLICY=PASSIVE --threads 1 --cpu-time, which counts the seconds
that a process computed.

  --model FOLDER     may be repeated; default models/cooperation
  --arabert FOLDER   also a model of AraBERT-base's shape, random weights, with that folder's config and tokenizer

The ways: `taawun` in the precision that it probes, and in float32; `linear`, models/linear; `transformers-1` and
`transformers-32`, transformers.pipeline one by one (on every tenth paragraph, scaled) and 32 at a time; `onnx`, ONNX
Runtime with dynamic int8; `openvino`, OpenVINO in the precision that we probe. The last two get batches sorted by
length, and are left out where their packages are missing (pip install onnx onnxruntime openvino).
"""

import argparse
import dataclasses
import importlib.util
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from peak_memory import peak_bytes, told_bytes
from speed.table import show_parts, show_table, summarize

WAYS = ("taawun", "taawun-float32", "linear", "transformers-1", "transformers-32", "onnx", "openvino")
_NEEDED = {"onnx": ("onnx", "onnxruntime"), "openvino": ("onnx", "openvino")}
_SLOW_SHARE = 10
_LINEAR = Path("models/linear")


def main() -> None:
    """Measure all ways on all models, print a table per model and write them all."""
    given = _arguments()
    if given.way:
        _measure_one(given)
        return
    ways = [way for way in given.ways if all(importlib.util.find_spec(name) for name in _NEEDED.get(way, ()))]
    for way in set(given.ways) - set(ways):
        print(f"{way} is left out: {' or '.join(_NEEDED[way])} is not installed")
    with tempfile.TemporaryDirectory() as temporary:
        given.cache = Path(temporary)
        given.rows = _draw(given.rows, given.count, given.cache / "rows.jsonl")
        models = [*given.model, *([_arabert_shaped(given.arabert, given.cache)] if given.arabert else [])]
        report = {"machine": _machine(given.threads), "paragraphs": given.count, "clock": _clock_name(given)}
        report["models"] = {model.name: _compare(model, ways, given) for model in models}
        _show_beside(report["models"])
    if given.out:
        given.out.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--model", type=Path, action="append", help="folder of a classifier; repeatable")
    parser.add_argument("--arabert", type=Path, help="config and tokenizer of bert-base-arabertv02")
    parser.add_argument("--ways", "--peers", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--count", type=int, default=2000, help="paragraphs, drawn at random")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0, help="default: as many as taawun would use")
    parser.add_argument("--cpu-time", action="store_true", help="count CPU seconds of the process, not wall time")
    parser.add_argument("--out", type=Path, help="JSON file for the ratios and the machine")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--cache", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.model = given.model or [Path("models/cooperation")]
    if not given.threads:
        from pipeline.inference import allowed_processors

        given.threads = allowed_processors()
    return given


def _clock_name(given: argparse.Namespace) -> str:
    return "CPU time of the process" if given.cpu_time else "wall time"


def _machine(threads: int) -> dict[str, object]:
    from speed.machine import describe

    return describe(threads)


def _draw(rows: Path, count: int, out: Path) -> Path:
    """Write the paragraphs that all ways label."""
    texts = [json.loads(line)["text"] for line in rows.read_text(encoding="utf-8").splitlines()]
    drawn = random.Random(0).sample(texts, min(count, len(texts)))  # noqa: S311
    lines = [json.dumps({"id": str(k), "text": text}, ensure_ascii=False) + "\n" for k, text in enumerate(drawn)]
    out.write_text("".join(lines), encoding="utf-8")
    return out


def _arabert_shaped(arabert: Path, cache: Path) -> Path:
    """Make a classifier of AraBERT-base's shape: random weights, the decision file of the released one."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification
    from transformers.utils.logging import disable_progress_bar

    from pipeline.model_folder import read_decision, write_decision

    disable_progress_bar()
    folder = cache / "arabert-base-shape"
    decision = read_decision(Path("models/cooperation"))
    torch.manual_seed(0)
    names = dict(enumerate(decision.taxonomy.ids))
    config = BertConfig.from_pretrained(arabert, num_labels=len(names), id2label=names)
    BertForSequenceClassification(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(arabert / name, folder / name)
    write_decision(decision, folder)
    return folder


def _compare(model: Path, ways: list[str], given: argparse.Namespace) -> dict[str, Any]:
    """Measure all ways on one model, in turns; print and give the ratios."""
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    for round_ in range(given.rounds):
        for way, found in runs.items():
            folder = _LINEAR if way == "linear" else model
            command = [sys.executable, __file__, str(given.rows), "--model", str(folder), "--way", way]
            command += ["--cache", str(given.cache), "--threads", str(given.threads)]
            command += ["--cpu-time"] if given.cpu_time else []
            command += ["--count", str(max(1, given.count // (_SLOW_SHARE if way == "transformers-1" else 1)))]
            ended = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
            found.append(json.loads(ended.stdout.splitlines()[-1]))
            print(f"round {round_ + 1}: {way} on {folder.name}", file=sys.stderr, flush=True)
    summary = summarize(runs)
    print(f"\n{model.name}, {given.count} paragraphs, {given.threads} thread(s), {_clock_name(given)}")
    show_table(summary)
    show_parts(summary)
    return summary


def _show_beside(models: dict[str, dict[str, Any]]) -> None:
    """Tell how fast the first model is beside each other one, by the linear model that was run with all of them."""
    (first, fast), *others = models.items()
    for name, slow in others:
        if "linear" in fast and "linear" in slow:
            ratio = slow["linear"]["paragraphs/s"] / fast["linear"]["paragraphs/s"]
            print(f"\n{first} labels {ratio:.1f} times as many paragraphs in a time as {name}")


def _measure_one(given: argparse.Namespace) -> None:
    """Label in this process and print what it took."""
    clock = time.process_time if given.cpu_time else time.perf_counter
    begun = clock() if not given.cpu_time else 0.0
    from speed.peers import Exported, Given, Pipeline, Took

    precision = "float32" if given.way == "taawun-float32" else "auto"
    (model,) = given.model
    settings = Given(model, given.threads, given.cache, precision, given.count)
    labeller: Any
    if given.way in {"taawun", "taawun-float32", "linear"}:
        from speed.ours import Ours

        labeller = Ours(settings, clock)
    elif given.way.startswith("transformers"):
        labeller = Pipeline(settings, int(given.way.rpartition("-")[2]))
    else:
        labeller = Exported(settings, given.way)
    ready = clock() - begun
    took, out = Took(), given.cache / f"{model.name}.{given.way}.labels.json"
    start = clock()
    labeller.label(given.rows, out, took)
    took.seconds = clock() - start
    found = dataclasses.asdict(took) | {"start": ready, "labels": str(out)}
    found["megabytes"] = (peak_bytes() or told_bytes(resource.getrusage(resource.RUSAGE_SELF))) / 1e6
    if given.way != "linear":
        from speed.machine import measure_share

        found["share"] = measure_share(model, given.way, took, clock)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
