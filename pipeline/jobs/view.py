"""The page on which labelled articles are read: what `taawun label` wrote in, a folder with `index.html` out."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from pathlib import Path

from pipeline.config import ViewConfig
from pipeline.errors import InputError
from pipeline.jobs.results.folder import results_folder
from pipeline.label_rows import find_label_files, read_checked_rows, read_dropped_rows
from pipeline.model_folder import find_model, read_decision
from pipeline.view_page import Contents, JsonPage, ViewedArticle, page_script, write_page
from pipeline.writers.rows import DroppedRow, Row

PAGE_FILE = "index.html"
_PAGES = "pages"
_FILES = (PAGE_FILE, _PAGES)
_log = logging.getLogger(__name__)


def view(config: ViewConfig) -> Path:
    """Write the page.

    Paragraphs of up to `config.whole_megabytes` stand in the page, more of them beside it in `pages/`, which the page
    opens as they are read. Articles stand in the order of the results.

    Returns:
        The page, `index.html` in `config.out`.

    Raises:
        ConfigError: `config.out` cannot be used.
        InputError: The results cannot be read, hold nothing, or are not those of the model.
        ModelError: The model is missing or damaged.
    """
    paths = find_label_files(config.labels)
    decision = read_decision(find_model(config.model))
    contents = Contents(decision)
    articles = chain.from_iterable(
        articles_of(read_checked_rows(path, decision.taxonomy, config.model), read_dropped_rows(path.parent))
        for path in paths
    )
    with results_folder(config.out, _FILES, overwrite=config.overwrite) as partial:
        pages = contents.pages(_first(config.articles, articles))
        kept = _write_pages(pages, partial, config.whole_megabytes * 1e6)
        summary = contents.summary(config.title or _folder_of(config.labels).name)
        if not summary["totals"]["articles"]:
            message = f"{paths[0]}: no labelled paragraph; there is nothing to show"
            raise InputError(message)
        (partial / PAGE_FILE).write_text(write_page(summary, kept, _PAGES), encoding="utf-8")
    return config.out / PAGE_FILE


def articles_of(rows: Iterable[Row], dropped: Iterable[DroppedRow]) -> Iterator[ViewedArticle]:
    """Put the paragraphs of an article together; articles of which all was dropped come last.

    Args:
        rows: Labelled paragraphs, those of an article next to each other.
        dropped: The others, in any order; all of them are kept in memory.
    """
    left_out: dict[tuple[str, str], list[DroppedRow]] = defaultdict(list)
    for each in dropped:
        left_out[each.place, each.article_id].append(each)
    for key, paragraphs in groupby(rows, key=lambda row: (row.place, row.article_id)):
        yield ViewedArticle(list(paragraphs), left_out.pop(key, ()))
    for remaining in left_out.values():
        yield ViewedArticle((), remaining)


def _write_pages(pages: Iterable[JsonPage], folder: Path, most: float) -> list[JsonPage] | None:
    """Give the pages, if they hold at most so many bytes; else write each to a file of its own and give `None`."""
    kept: list[JsonPage] = []
    size, is_whole = 0, True
    for number, page in enumerate(pages):
        kept.append(page)
        size += len(page_script(number, page).encode())
        is_whole = size <= most
        if not is_whole:
            (folder / _PAGES).mkdir(exist_ok=True)
            for back, each in enumerate(reversed(kept)):
                place = folder / _PAGES / f"{number - back:05d}.js"
                place.write_text(page_script(number - back, each), encoding="utf-8")
            kept = []
    return kept if is_whole else None


def _folder_of(labels: Path) -> Path:
    whole = labels.resolve()
    return whole if whole.is_dir() else whole.parent


def _first(count: int, articles: Iterable[ViewedArticle]) -> Iterator[ViewedArticle]:
    more = 0
    for number, article in enumerate(articles):
        if number < count:
            yield article
        else:
            more += 1
    if more:
        _log.warning("%d articles are shown, %d more are not; articles=%d would show all", count, more, count + more)
