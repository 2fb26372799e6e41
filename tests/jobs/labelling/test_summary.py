import io
import json
from pathlib import Path

from rich.console import Console

from pipeline.decision import Decision
from pipeline.jobs.label import LabelRun
from pipeline.jobs.labelling.summary import show_summary
from pipeline.records import Tally
from pipeline.taxonomy import Domain, Taxonomy


def _shown(out: Path, tally: dict[str, int]) -> str:
    taxonomy = Taxonomy(name="t", domains=(Domain(id="energy", arabic="الطاقة", english="Oil [and] gas"),))
    out.mkdir()
    (out / "labels.jsonl").touch()
    reasons = [json.dumps({"place": f"{k}.txt", "reason": "empty file", "id": None}) + "\n" for k in range(5)]
    (out / "rejected.jsonl").write_text("".join(reasons), encoding="utf-8")
    console = Console(file=io.StringIO(), width=80)
    show_summary(LabelRun(out, Decision(taxonomy=taxonomy, prepare=()), "m@1", Tally(tally)), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_summary_tells_domains_drops_rejections_and_the_folder(tmp_path: Path) -> None:
    shown = _shown(
        tmp_path / "out",
        {
            "write_predictions: labelled": 4,
            "write_predictions: articles": 2,
            "write_predictions: domain energy": 3,
            "write_predictions: no domain": 1,
            "write_predictions: rejected": 1,
            "drop_boilerplate: advertisement": 5,
        },
    )

    assert "4 paragraphs of 2 articles labelled by m@1" in shown
    assert "Oil [and] gas" in shown
    assert "75%" in shown
    assert "advertisement 5" in shown
    assert "0.txt: empty file" in shown
    assert "2.txt: empty file" in shown
    assert "3.txt" not in shown
    assert "labels.jsonl" in shown


def test_where_all_was_dropped_there_are_no_shares_of_nothing(tmp_path: Path) -> None:
    tally = {"write_predictions: articles": 1, "write_predictions: dropped": 2, "drop_boilerplate: not Arabic": 2}

    shown = _shown(tmp_path / "out", tally)

    assert "0 paragraphs of 1 article labelled by m@1, 2 dropped, 0 inputs rejected" in shown
    assert "not Arabic 2" in shown
    assert "Oil" not in shown
    assert "worth a second look" not in shown


def test_names_that_look_like_markup_are_shown_as_they_are(tmp_path: Path) -> None:
    assert "lab[old][bold]: labels.jsonl, rejected.jsonl" in _shown(tmp_path / "lab[old][bold]", {})


def test_of_many_parts_the_first_and_the_last_are_named_and_reasons_are_taken_from_them(tmp_path: Path) -> None:
    for number in range(1200):
        part = tmp_path / "out" / f"part-{number:05d}"
        part.mkdir(parents=True)
        reason = json.dumps({"place": f"{number}.txt", "reason": "empty file", "id": None}) + "\n"
        (part / "rejected.jsonl").write_text(reason * (number > 6), encoding="utf-8")
    (tmp_path / "out" / "run.json").touch()
    console = Console(file=io.StringIO(), width=80)
    taxonomy = Taxonomy(name="t", domains=(Domain(id="energy", arabic="الطاقة", english="Energy"),))
    decision = Decision(taxonomy=taxonomy, prepare=())

    show_summary(LabelRun(tmp_path / "out", decision, "m@1", Tally({"write_predictions: rejected": 1193})), console)

    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "out: part-00000 … part-01199, run.json" in shown
    assert "out/part-*/rejected.jsonl" in shown
    assert "7.txt: empty file" in shown
    assert "9.txt" in shown
    assert "10.txt" not in shown
