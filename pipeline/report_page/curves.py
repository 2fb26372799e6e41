"""The page's charts: reliability, precision–recall, risk–coverage and the review queue's yield."""

from collections.abc import Mapping
from typing import Any

from pipeline.report_page.charts import Axis, Chart, Dot, spanning
from pipeline.report_page.numbers import interval, number, percent

_DIAGONAL = [(0.0, 0.0), (1.0, 1.0)]


def reliability_chart(name: str, curve: Mapping[str, Any], *, is_large: bool = False) -> Chart:
    """Draw how often labels apply against how probable they were said to be."""
    bins = curve["bins"]
    return Chart(
        f"Reliability curve, {name}",
        Axis("mean probability"),
        Axis("share that applies"),
        [(each["mean_probability"], each["frequency"]) for each in bins],
        [
            Dot(
                each["mean_probability"],
                each["frequency"],
                f"probability {number(each['mean_probability'])}: {number(each['frequency'])} apply "
                f"{interval((each['low'], each['high']))}, {each['count']} cases",
                each["low"],
                each["high"],
            )
            for each in bins
        ],
        _DIAGONAL,
        is_large,
    )


def precision_recall_chart(name: str, curve: Mapping[str, Any]) -> Chart:
    """Draw precision against recall over all thresholds, with the point at which the model decides."""
    recall, precision = curve["decision"]["recall"], curve["decision"]["precision"]
    dots = []
    if precision is not None:
        dots = [Dot(recall, precision, f"as decided: recall {number(recall)}, precision {number(precision)}")]
    return Chart(
        f"Precision–recall curve, {name}",
        Axis("recall"),
        Axis("precision"),
        list(zip(curve["recall"], curve["precision"], strict=True)),
        dots,
        [(0.0, curve["gold_share"]), (1.0, curve["gold_share"])],
    )


def risk_coverage_chart(curve: Mapping[str, Any]) -> Chart:
    """Draw the share of wrong rows among the surest ones."""
    return Chart(
        "Risk–coverage curve",
        Axis("share of rows kept, the surest first"),
        spanning([*curve["risk"], curve["aurc_random"]], "share of them wrong"),
        list(zip(curve["coverage"], curve["risk"], strict=True)),
        [],
        [(0.0, curve["aurc_random"]), (1.0, curve["aurc_random"])],
        is_large=True,
    )


def review_chart(queue: Mapping[str, Any]) -> Chart:
    """Draw the share of wrong rows that is found by reviewing the least certain ones."""
    return Chart(
        "Yield of the review queue",
        Axis("share of rows reviewed, the least certain first"),
        Axis("share of wrong rows found"),
        list(zip(queue["reviewed"], queue["found"], strict=True)),
        [
            Dot(
                each["percent"] / 100,
                each["share"],
                f"reviewing {each['rows']} rows finds {percent(each['share'])} of those wrong",
            )
            for each in queue["at"]
        ],
        _DIAGONAL,
        is_large=True,
    )
