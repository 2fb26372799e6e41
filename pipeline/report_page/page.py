"""Writing the page: the report's sections into its templates, with style and script inside, as one file.

The plots are small SVG written by the templates: matplotlib would be a heavy dependency for dots and lines, fixes one
size and one set of colors, and sets its text apart from the page's; these follow the page's width, font and colors.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.evaluation.comparison import SIGNIFICANCE
from pipeline.report_page import numbers, sections
from pipeline.report_page.learning_curve import learning_curve
from pipeline.taxonomy import Taxonomy

_FOLDER = Path(__file__).parent
_FILTERS = (
    numbers.number,
    numbers.signed,
    numbers.interval,
    numbers.signed_interval,
    numbers.p_value,
    numbers.percent,
    numbers.cell_count,
)


def write_page(report: Mapping[str, Any], rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Write an evaluation as one HTML file that needs nothing else, not even a network.

    Args:
        report: What `report.json` holds.
        rows: The rows behind it, by what they are: `mistakes`, `suspected_labels`, `copies`.

    Returns:
        The file's text. All that the report and the rows hold is escaped, and set apart from the page's direction.
    """
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({each.__name__: each for each in _FILTERS})
    taxonomy = Taxonomy.model_validate(report["taxonomy"])
    rising, falling = sections.headlines(report)
    return environment.get_template("page.html.j2").render(
        style=Markup((_FOLDER / "page.css").read_text(encoding="utf-8")),  # noqa: S704  (our own file)
        script=Markup((_FOLDER / "page.js").read_text(encoding="utf-8")),  # noqa: S704  (our own file)
        report=report,
        rows=rows,
        names={domain.id: domain for domain in taxonomy.domains},
        is_single=taxonomy.labels_per_paragraph == "one",
        settings=sections.settings(report),
        rising=rising,
        falling=falling,
        domains=sections.domains(report),
        comparison=sections.comparison(report),
        significance=SIGNIFICANCE,
        charts=sections.charts(report, {domain.id: domain.english for domain in taxonomy.domains}),
        confusion=sections.confusion(report),
        slices=sections.slices(report),
        robustness=sections.robustness(report),
        learning_curve=learning_curve(report),
        mistakes=sections.mistakes(report, rows),
    )
