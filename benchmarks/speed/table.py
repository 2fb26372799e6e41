"""From measured runs to ratios, and the ratios as tables."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Runs = Mapping[str, Sequence[Mapping[str, Any]]]
_BASE = "taawun"
_COLUMNS = ("paragraphs/s", "tokens/s", "start-up", "memory", "padding", "of mm rate", "same labels")


def summarize(runs: Runs) -> dict[str, Any]:
    """Set all ways beside ours, the fastest round of each; the first way stands in where ours was not run."""
    best = {way: min(found, key=lambda run: run["seconds"] / run["rows"]) for way, found in runs.items()}
    base = best.get(_BASE) or next(iter(best.values()))
    return {way: _ratios(run, base, runs[way]) for way, run in best.items()}


def _ratios(run: Mapping[str, Any], base: Mapping[str, Any], rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    tokens, base_tokens = sum(run["windows"]), sum(base["windows"])
    both = tokens and base_tokens
    shares = [each["share"] for each in rounds if each.get("share")]
    return {
        "paragraphs/s": run["rows"] / run["seconds"] / (base["rows"] / base["seconds"]),
        "tokens/s": tokens / run["seconds"] / (base_tokens / base["seconds"]) if both else None,
        "start-up": min(each["start"] for each in rounds) / base["start"],
        "memory": max(each["megabytes"] for each in rounds) / base["megabytes"],
        "megabytes": round(max(each["megabytes"] for each in rounds)),
        "padding": 1 - tokens / run["held"] if tokens else None,
        "of mm rate": max(shares, default=None),
        "same labels": _same(Path(run["labels"]), Path(base["labels"])),
        "parts": {name: seconds / run["seconds"] for name, seconds in run["parts"].items()},
    }


def _same(labels: Path, others: Path) -> float:
    """Give the share of paragraphs that got the same labels, among those that both ways labelled."""
    own, other = (json.loads(path.read_text(encoding="utf-8")) for path in (labels, others))
    both = own.keys() & other.keys()
    same = sum(bool(own[name] == other[name]) for name in both)
    return same / max(1, len(both))


def show_table(summary: Mapping[str, Any]) -> None:
    """Print a row per way."""
    print(f"{'':16}" + "".join(f"{name:>14}" for name in _COLUMNS) + f"{'peak MB':>10}")
    for way, ratios in summary.items():
        cells = [
            _percent(ratios[name]) if name in {"padding", "of mm rate", "same labels"} else _times(ratios[name])
            for name in _COLUMNS
        ]
        print(f"{way:16}" + "".join(f"{cell:>14}" for cell in cells) + f"{ratios['megabytes']:>10}")


def show_parts(summary: Mapping[str, Any]) -> None:
    """Print where the time of our own ways goes."""
    for way, ratios in summary.items():
        if ratios["parts"]:
            parts = ", ".join(f"{name} {share:.1%}" for name, share in ratios["parts"].items())
            print(f"time of {way}: {parts}")


def _times(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.2f}x"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
