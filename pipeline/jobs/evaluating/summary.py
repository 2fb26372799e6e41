"""A report in a few lines for the terminal."""

from collections.abc import Iterable
from typing import Any

from pipeline.metrics import HEADLINES


def summarize(report: dict[str, Any]) -> str:
    """Tell a report in a few lines for the terminal."""
    metrics, ranges = report["metrics"], report["intervals"]
    lines = [f"{report['model']} on {metrics['rows']:,} rows", ""]
    lines += [f"{title:<27} {_told(metrics[key], ranges.get(key))}" for key, title in HEADLINES.items()]
    lines += ["", f"{'domain':<24} {'rows':>5}  F1"]
    for name, each in metrics["domains"].items():
        lines.append(f"{name:<24} {each['support']:>5}  {_told(each['f1'], ranges[f'f1.{name}'])}")
    lines += ["", *_remarks(report)]
    return "\n".join(lines) + "\n"


def _remarks(report: dict[str, Any]) -> Iterable[str]:
    review, comparison = report["review"], report["comparison"]
    if report["dropped"]:
        what = ", ".join(f"{key.partition(': ')[2]} {count}" for key, count in report["dropped"].items())
        yield f"set aside unread, so given no label: {what}"
    if review["errors_caught"] is not None:
        yield f"reviewing the {review['flagged']:.0%} flagged finds {review['errors_caught']:.0%} of the wrong rows"
    yield from _copies(report["leakage"])
    if report["robustness"]:
        for kind in report["robustness"]["kinds"]:
            stay = _percent(kind["invariance"])
            yield f"edits of {kind['kind']}: {stay} of decisions stay, the fewest under {kind['worst']}"
        if pairs := report["robustness"]["pairs"]:
            yield f"contrast pairs right on both sides: {pairs['all']['both_right']:.0%} of {pairs['all']['pairs']}"
    if report["learning_curve"]:
        yield from _tell_curve(report["learning_curve"])
    if report["agreement"]:
        yield f"annotators among themselves: macro-F1 {_told(report['agreement']['macro_f1'], None)}"
    if comparison:
        yield comparison["verdict"]


def _tell_curve(curve: dict[str, Any]) -> Iterable[str]:
    whole = curve["points"][-1]
    for key, fit in curve["fits"].items():
        expected = fit["expected"] if fit else []
        told = [f"{_told(each['score'], each['interval'])} from {each['rows']:,}" for each in expected]
        rows = f"{_told(whole[key], None)} from {whole['rows']:,} rows"
        yield f"learning curve, {HEADLINES[key]}: {rows}; trend: {', '.join(told) or 'undefined'}"


def _copies(leakage: dict[str, Any] | None) -> Iterable[str]:
    if leakage is None:
        yield "what the model was trained on is not known: rows among it would count as if they were new"
    elif leakage["exact"] + leakage["near"]:
        done = "left out" if leakage["excluded"] else "leave them out with --exclude-copies"
        yield f"trained or calibrated on: {leakage['exact']} of the rows, and near copies of {leakage['near']}; {done}"


def _percent(share: float | None) -> str:
    return "undefined" if share is None else f"{share:.1%}"


def _told(value: float | None, interval: tuple[float, float] | None) -> str:
    if value is None:
        return "undefined"
    return f"{value:.3f}" + (f"  [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else "")
