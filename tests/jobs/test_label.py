import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.config import LabelConfig, load_config
from pipeline.errors import ConfigError, InputError, ModelError
from pipeline.evidence import find_words
from pipeline.jobs.label import check_accounts, label
from pipeline.label_rows import FORMATS, read_label_rows
from pipeline.readers.sandbox import PageExtractor
from pipeline.records import Tally
from pipeline.text import clean

SEEDS = Path(__file__).parents[2] / "seeds" / "articles"

Run = Callable[..., list[dict[str, Any]]]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def run(tiny_classifier: Path, tmp_path: Path) -> Run:
    """Label inputs with the tiny classifier; gives the labelled rows. The results are in tmp_path / "labels"."""

    def run(*inputs: Path, **settings: Any) -> list[dict[str, Any]]:
        values = {"inputs": [str(path) for path in inputs], "out": tmp_path / "labels", "model": str(tiny_classifier)}
        label(LabelConfig.model_validate(values | settings))
        return _rows(tmp_path / "labels" / "labels.jsonl")

    return run


def test_every_paragraph_of_the_seeds_is_labelled_or_dropped_with_exact_offsets(run: Run, tmp_path: Path) -> None:
    labelled = run(SEEDS)

    dropped = _rows(tmp_path / "labels" / "dropped.jsonl")
    rejected = _rows(tmp_path / "labels" / "rejected.jsonl")
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))}
    covered = dict.fromkeys(texts, 0)
    for row in labelled + dropped:
        article = texts[row["article_id"]]
        assert article[row["start"] : row["end"]] == row["text"]
        covered[row["article_id"]] += sum(not letter.isspace() for letter in row["text"])
    assert covered == {name: sum(not letter.isspace() for letter in text) for name, text in texts.items()}
    assert rejected == []
    order = [(row["article_id"], row["paragraph"]) for row in labelled]
    assert order == sorted(order)


PAGE = """<html><head><title>خبر</title></head><body><nav>الرئيسية</nav><article><h1>خبر</h1>
<p>وقعت الحكومتان اتفاقية للتعاون في مجال الطاقة والنقل، وقال الوزير إن العمل
يبدأ قريبا في العاصمة.</p> <p>اقرأ أيضا: أخبار أخرى عن الطاقة</p>
<p>وبحث الجانبان تبادل الخبرات في التعليم، واتفقا على عقد اجتماع.<br>وسيعقد الشهر المقبل 😀 في القاهرة.</p>
<p>  شارك  </p><ul><li>بند أول من الاتفاقية بين البلدين</li><li>بند ثان</li></ul>
<table><tr><td>الطاقة</td><td>٥</td></tr></table></article></body></html>"""


def test_the_text_of_a_page_can_be_put_together_from_what_was_labelled_and_dropped(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    labelled = run(tmp_path / "page.html")

    dropped = _rows(tmp_path / "labels" / "dropped.jsonl")
    text = ""
    for row in sorted(labelled + dropped, key=lambda row: int(row["start"])):
        text = text.ljust(row["start"], "\n") + row["text"]
    with PageExtractor(timeout_seconds=60, memory_megabytes=1024) as extractor:
        assert text == extractor.extract(PAGE).text
    assert labelled
    assert dropped


def test_a_row_tells_labels_probabilities_and_model(run: Run, tiny_classifier: Path) -> None:
    rows = run(SEEDS / "000_2a950c9ad171286f.txt")

    taxonomy = json.loads((tiny_classifier / "decision.json").read_text(encoding="utf-8"))["taxonomy"]
    domains = [domain["id"] for domain in taxonomy["domains"]]
    for row in rows:
        assert list(row["probabilities"]) == domains
        assert all(0 <= probability <= 1 for probability in row["probabilities"].values())
        assert row["primary"] == (row["labels"][0] if row["labels"] else None)
        assert row["model"].startswith(f"{tiny_classifier.name}@")
        assert row["windows"] >= 1


def test_the_run_file_accounts_for_everything(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")

    run(SEEDS, tmp_path / "empty.txt")

    report = json.loads((tmp_path / "labels" / "run.json").read_text(encoding="utf-8"))
    counts = report["counts"]
    assert counts["read_articles: articles"] == 5
    assert counts["write_predictions: rejected"] == 1
    assert (
        counts["split_paragraphs: paragraphs"]
        == counts["write_predictions: labelled"] + counts["write_predictions: dropped"]
    )
    assert report["settings"]["classify"]["stage"] == "classify_paragraphs"
    prepare = [stage["stage"] for stage in report["flow"]][2:5]
    assert prepare == ["clean_articles", "split_paragraphs", "drop_boilerplate"]


def test_carried_fields_come_from_the_columns_that_are_named(run: Run, tmp_path: Path) -> None:
    article = {"body": "وقعت الصين وروسيا اتفاقا لتوريد الغاز.", "headline": "اتفاق", "key": "k1", "day": "2024-05-01"}
    (tmp_path / "day.jsonl").write_text(json.dumps(article, ensure_ascii=False) + "\n", encoding="utf-8")

    fields = {"text": "body", "title": "headline", "id": "key", "date": "day"}
    rows = run(tmp_path / "day.jsonl", read={"fields": fields})

    assert [(row["article_id"], row["title"], row["date"]) for row in rows] == [("k1", "اتفاق", "2024-05-01")]
    assert rows[0]["place"].endswith("day.jsonl:1")


def test_the_three_formats_hold_the_same_rows(run: Run, tmp_path: Path) -> None:
    rows = run(SEEDS, write={"formats": ["jsonl", "csv", "parquet"]})

    with (tmp_path / "labels" / "labels.csv").open(encoding="utf-8-sig", newline="") as stream:
        cells = list(csv.DictReader(stream))
    table = pq.read_table(tmp_path / "labels" / "labels.parquet").to_pylist()
    for row, cell, record in zip(rows, cells, table, strict=True):
        assert row["labels"] == record["labels"] == [each for each in cell["labels"].split("|") if each]
        assert row["text"] == record["text"]
        assert row["probabilities"]["energy"] == record["p_energy"] == float(cell["p_energy"])


def test_explained_labels_are_the_same_and_tell_their_words_in_every_format(run: Run, tmp_path: Path) -> None:
    formats = {"formats": ["jsonl", "csv", "parquet"]}
    plain = run(SEEDS, write=formats)
    for name in ("labels.jsonl", "labels.csv", "labels.parquet"):
        assert b"evidence" not in (tmp_path / "labels" / name).read_bytes()

    rows = run(SEEDS, explain=True, overwrite=True, write=formats)

    assert [{name: value for name, value in row.items() if name != "evidence"} for row in rows] == plain
    assert any(spans for row in rows for spans in row["evidence"].values())
    texts = {path.stem: path.read_text(encoding="utf-8") for path in SEEDS.glob("*.txt")}
    for row in rows:
        assert list(row["evidence"]) == row["labels"]
        for start, end in (span for spans in row["evidence"].values() for span in spans):
            assert row["start"] <= start < end <= row["end"]
            words = find_words(clean(texts[row["article_id"]][start:end]).text)
            assert words
            assert set(words) <= set(find_words(clean(row["text"]).text))
    read = {
        kind: [each.evidence for each in read_label_rows(tmp_path / "labels" / f"labels.{kind}")] for kind in FORMATS
    }
    assert read["jsonl"] == read["csv"] == read["parquet"]
    flow = json.loads((tmp_path / "labels" / "run.json").read_text(encoding="utf-8"))["flow"]
    assert [stage["stage"] for stage in flow[-3:]] == [
        "classify_paragraphs",
        "explain_predictions",
        "write_predictions",
    ]


def test_labelling_twice_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    run(SEEDS)
    first = (tmp_path / "labels" / "labels.jsonl").read_bytes()

    run(SEEDS, overwrite=True)

    assert (tmp_path / "labels" / "labels.jsonl").read_bytes() == first


@pytest.mark.parametrize("blocks", [{"articles": 1}, {"chars": 6000}])
def test_neither_blocks_nor_batch_size_change_the_labels(run: Run, blocks: dict[str, int]) -> None:
    usual = run(SEEDS, classify={"precision": "float32"})

    small = run(SEEDS, overwrite=True, blocks=blocks, classify={"batch_tokens": 512, "precision": "float32"})

    assert [row["labels"] for row in small] == [row["labels"] for row in usual]
    for row, other in zip(small, usual, strict=True):
        assert row["probabilities"] == pytest.approx(other["probabilities"], abs=0.001)


def test_a_long_paragraph_is_scored_in_windows_and_not_cut(run: Run, tmp_path: Path) -> None:
    sentence = "وبحث الوزيران سبل تعزيز التعاون في مجالات الطاقة والنقل والزراعة والتعليم. "
    (tmp_path / "long.txt").write_text(sentence * 200, encoding="utf-8")

    (row,) = run(tmp_path / "long.txt")

    assert row["windows"] > 5
    assert row["text"] == (sentence * 200).strip()


def test_results_are_not_replaced_without_being_asked(run: Run, tmp_path: Path) -> None:
    run(SEEDS)
    before = (tmp_path / "labels" / "run.json").read_bytes()

    with pytest.raises(ConfigError, match="earlier run; choose another --out, or replace them: --overwrite"):
        run(SEEDS)

    assert (tmp_path / "labels" / "run.json").read_bytes() == before


def test_results_in_parts_are_replaced_when_asked(run: Run, tmp_path: Path) -> None:
    part = tmp_path / "labels" / "part-00000"  # as --engine ray leaves it
    part.mkdir(parents=True)
    for path in (part.parent / "run.json", part / "run.json", part / "labels.jsonl"):
        path.write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match="earlier run; choose another --out, or replace them: --overwrite"):
        run(SEEDS)

    assert run(SEEDS, overwrite=True)

    names = sorted(path.name for path in part.parent.iterdir())
    assert names == ["dropped.jsonl", "labels.jsonl", "rejected.jsonl", "run.json"]


def test_a_folder_of_someone_else_is_never_written_into(run: Run, tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "thesis.docx").write_text("x", encoding="utf-8")
    time = (tmp_path / "labels").stat().st_mtime_ns

    with pytest.raises(ConfigError, match=r"holds something else \(thesis\.docx\)"):
        run(SEEDS, overwrite=True)

    assert [path.name for path in (tmp_path / "labels").iterdir()] == ["thesis.docx"]
    assert (tmp_path / "labels").stat().st_mtime_ns == time


def test_a_run_that_fails_leaves_nothing_behind(run: Run, tmp_path: Path, tiny_classifier: Path) -> None:
    broken = tmp_path / "model"
    broken.mkdir()
    for path in tiny_classifier.iterdir():
        if path.suffix != ".safetensors":
            (broken / path.name).write_bytes(path.read_bytes())

    with pytest.raises(ModelError, match=r"no \*\.safetensors"):
        run(SEEDS, model=str(broken))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]


@pytest.mark.parametrize(
    ("inputs", "kind", "message"),
    [([], ConfigError, "no inputs"), (["nowhere.txt"], InputError, "nowhere.txt")],
)
def test_missing_inputs_are_told(inputs: list[str], kind: type[Exception], message: str, tmp_path: Path) -> None:
    with pytest.raises(kind, match=message):
        label(load_config(LabelConfig, None, [f"inputs={inputs}", f"out={tmp_path / 'labels'}"]))


def test_accounts_that_do_not_add_up_are_a_bug() -> None:
    with pytest.raises(RuntimeError, match="2 paragraphs found but 1 written"):
        check_accounts(Tally({"split_paragraphs: paragraphs": 2, "write_predictions: labelled": 1}))
