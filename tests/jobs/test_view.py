"""The view job: results in, a page out."""

import json
import shutil
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest

from pipeline.__main__ import main
from pipeline.config import ViewConfig
from pipeline.errors import ConfigError, InputError
from pipeline.jobs.serve import make_server
from pipeline.jobs.view import articles_of, view
from tests.view_samples import dropped, row

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def labels(linear_classifier: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seed articles, labelled and explained, in every format."""
    out = tmp_path_factory.mktemp("labelled") / "labels"
    articles, formats = str(ROOT / "seeds" / "articles"), ("jsonl", "csv", "parquet")
    told = [argument for each in formats for argument in ("--format", each)]
    assert (
        main(["label", articles, "--model", str(linear_classifier), "--out", str(out), "--quiet", "--explain", *told])
        == 0
    )
    return out


def _config(labels: Path, model: Path, out: Path, **changed: object) -> ViewConfig:
    return ViewConfig.model_validate({"labels": labels, "model": str(model), "out": out, **changed})


def _read(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def _contents(page: str) -> dict[str, dict[str, object]]:
    started = page[page.index('id="contents">') + len('id="contents">') :]
    contents: dict[str, dict[str, object]] = json.loads(started[: started.index("</script>")])
    return contents


def test_every_labelled_and_dropped_paragraph_is_on_the_page(
    labels: Path, linear_classifier: Path, tmp_path: Path
) -> None:
    page = view(_config(labels, linear_classifier, tmp_path / "view")).read_text(encoding="utf-8")
    rows = _read(labels / "labels.jsonl")
    left_out = _read(labels / "dropped.jsonl")
    started = page[page.index('id="pages">') + len('id="pages">') :]
    pages = json.loads(started[: started.index("</script>")])
    shown = [each for group in pages for article in group for each in article]
    assert sorted(each["t"] for each in shown) == sorted(str(each["text"]) for each in rows + left_out)
    assert _contents(page)["totals"]["paragraphs"] == len(rows)
    told = [sum(map(bool, row["evidence"].values())) for row in rows]  # type: ignore[attr-defined]
    assert sum(told) == sum(len(each.get("e", ())) for each in shown) > 0


@pytest.mark.parametrize("file", ["labels.csv", "labels.parquet"])
def test_all_formats_give_the_same_page(file: str, labels: Path, linear_classifier: Path, tmp_path: Path) -> None:
    pages = [view(_config(labels / each, linear_classifier, tmp_path / each)) for each in ("labels.jsonl", file)]
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_the_parts_that_many_workers_wrote_give_one_page(labels: Path, linear_classifier: Path, tmp_path: Path) -> None:
    parts = tmp_path / "labels"
    for number, article in enumerate(sorted((ROOT / "seeds" / "articles").iterdir())):
        out = str(parts / f"part-{number:05d}")
        assert (
            main(["label", str(article), "--model", str(linear_classifier), "--out", out, "--quiet", "--explain"]) == 0
        )

    pages = [view(_config(each, linear_classifier, tmp_path / str(k))) for k, each in enumerate((labels, parts))]

    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_much_text_stands_in_files_beside_the_page(labels: Path, linear_classifier: Path, tmp_path: Path) -> None:
    page = view(_config(labels, linear_classifier, tmp_path / "view", whole_megabytes=0.001))
    files = sorted(path.name for path in (tmp_path / "view" / "pages").iterdir())
    assert files == ["00000.js"]
    assert 'id="pages"' not in page.read_text(encoding="utf-8")


def test_articles_beyond_the_most_are_counted(
    labels: Path, linear_classifier: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("WARNING"):
        page = view(_config(labels, linear_classifier, tmp_path / "view", articles=2)).read_text(encoding="utf-8")
    assert _contents(page)["totals"]["articles"] == 2
    assert "2 articles are shown, 3 more are not" in caplog.text


def test_results_of_another_taxonomy_are_refused(labels: Path, tmp_path: Path) -> None:
    altered = tmp_path / "labels"
    shutil.copytree(labels, altered)
    lines = (altered / "labels.jsonl").read_text(encoding="utf-8").replace('"energy": 0', '"sport": 0')
    (altered / "labels.jsonl").write_text(lines, encoding="utf-8")
    with pytest.raises(InputError, match=r"but models/cooperation has other domains .*; give --model"):
        view(ViewConfig(labels=altered, out=tmp_path / "view"))
    assert not (tmp_path / "view").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [("", "no labelled paragraph"), ('{"text": 1}\n', "row 1 is not as"), ("{", "cannot be read")],
)
def test_files_that_are_no_results_are_refused(content: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        view(ViewConfig(labels=tmp_path, out=tmp_path / "view"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"labels": ["sport"]}, "row 1: labels sport: known are"),
        ({"evidence": {"sport": [[0, 1]]}}, "row 1: labels sport: known are"),
        ({"labels": "energy"}, "row 1 is not as .*labels: a list of domain ids is expected"),
        ({"source": ["a"]}, "row 1 is not as .*source: text is expected"),
    ],
)
def test_edited_results_are_refused_with_their_row(
    change: dict[str, object], told: str, labels: Path, linear_classifier: Path, tmp_path: Path
) -> None:
    row = json.loads((labels / "labels.jsonl").read_text(encoding="utf-8").split("\n")[0])
    (tmp_path / "labels.jsonl").write_text(json.dumps(row | change) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=told):
        view(_config(tmp_path, linear_classifier, tmp_path / "view"))


def test_a_page_is_not_replaced_unless_told(labels: Path, linear_classifier: Path, tmp_path: Path) -> None:
    config = _config(labels, linear_classifier, tmp_path / "view")
    view(config)
    with pytest.raises(ConfigError, match="earlier run"):
        view(config)
    view(config.model_copy(update={"overwrite": True}))


def test_dropped_paragraphs_find_their_article_by_place_and_id() -> None:
    rows = [row(place="a:1"), row(place="a:2")]
    left_out = [dropped(place="a:2"), dropped(place="a:3")]
    articles = list(articles_of(rows, left_out))
    assert [(len(each.rows), len(each.dropped)) for each in articles] == [(1, 0), (1, 1), (0, 1)]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_server_shows_the_page_to_this_machine_only(method: str, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("hello", encoding="utf-8")
    with make_server(tmp_path) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        assert server.server_address[0] == "127.0.0.1"
        answers = {}
        for host in (
            "localhost:{}",
            "localhost",
            "LOCALHOST:{}",
            "127.0.0.1:{}",
            "evil.example:{}",
            "evil.example",
            "",
        ):
            connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
            connection.request(method, "/", headers={"Host": host.format(server.server_port)})
            response = connection.getresponse()
            answers[host] = (response.status, b"hello" in response.read())
            connection.close()
        server.shutdown()
    shown, refused = (200, method == "GET"), (403, False)
    assert list(answers.values()) == [shown] * 4 + [refused] * 3
