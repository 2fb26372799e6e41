"""Writing the page: style, scripts and data in one file, or data in files of their own, opened when they are read.

Data is written as JSON in which no character can end a script; the page's own scripts put it in place as text only.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.view_page.contents import JsonPage

_FOLDER = Path(__file__).parent
_OF_SCRIPTS = str.maketrans({mark: f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"})


def write_page(contents: Mapping[str, Any], pages: Sequence[JsonPage] | None, folder: str) -> str:
    """Write the page.

    Args:
        contents: What `Contents.summary` gives.
        pages: All paragraphs, to stand in the file itself; `None` where they have files of their own.
        folder: Where those are, seen from the page.
    """
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    scripts = {name: Markup((_FOLDER / f"{file}.js").read_text(encoding="utf-8")) for name, file in _SCRIPTS.items()}  # noqa: S704  (our own files)
    return environment.get_template("page.html.j2").render(
        title=contents["title"],
        style=Markup((_FOLDER / "page.css").read_text(encoding="utf-8")),  # noqa: S704  (our own file)
        contents=_json({**contents, "folder": folder}),
        pages=_json(pages),
        is_whole=pages is not None,
        **scripts,
    )


def page_script(number: int, page: JsonPage) -> str:
    """Write paragraphs as a script that hands them to the page: browsers open no other files from a disk."""
    return f"window.taawunPage({number}, {_json(page)});\n"


_SCRIPTS = {"words": "words", "overview_script": "overview", "script": "page"}


def _json(value: Any) -> Markup:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_OF_SCRIPTS)
    return Markup(text)  # noqa: S704  (nothing in it can end the script that it stands in)
