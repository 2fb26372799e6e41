"""The suggest job and its command: labels in, the paragraphs that are worth annotating out."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from pipeline.__main__ import main
from pipeline.config import SuggestConfig
from pipeline.errors import ConfigError, InputError
from pipeline.jobs.suggest import Suggested, suggest
from pipeline.labelled import read_labelled
from pipeline.model_folder import read_decision
from pipeline.writers.rows import Row
from tests.annotation_samples import read_lines
from tests.output_samples import rows_of, texts, uncertain, write_output

SEEDS = Path(__file__).parents[2] / "seeds" / "labelled" / "seeds.jsonl"
COUNT = 60
UNCERTAIN = {7: "finance", 20: "energy", 41: "health_humanitarian"}


@pytest.fixture
def rows(linear_classifier: Path) -> list[Row]:
    """Rows of which three are uncertain."""
    every = rows_of(linear_classifier, texts(COUNT))
    return [
        uncertain(row, linear_classifier, UNCERTAIN[number]) if number in UNCERTAIN else row
        for number, row in enumerate(every)
    ]


@pytest.fixture
def labels(rows: list[Row], tmp_path: Path) -> Path:
    return write_output(tmp_path / "labels", rows)


def _suggest(labels: Path, model: Path, out: Path, **settings: Any) -> Suggested:
    given = {"labels": [str(labels)], "model": str(model), "out": out, "count": 3} | settings
    return suggest(SuggestConfig.model_validate(given))


def _suggested_texts(folder: Path) -> list[str]:
    return [row["text"] for row in read_lines(folder / "suggested.jsonl")]


def test_the_uncertain_rows_are_suggested_as_tasks_with_reasons(
    labels: Path, linear_classifier: Path, tmp_path: Path
) -> None:
    done = _suggest(labels, linear_classifier, tmp_path / "suggested")

    assert {each.row: each.domain for each in done.suggestions} == UNCERTAIN
    assert (done.rows, sum(done.domains.values())) == (COUNT, 3)
    reasons = read_lines(done.out / "suggested.jsonl")
    tasks = json.loads((done.out / "tasks.json").read_text(encoding="utf-8"))
    assert [task["data"]["id"] for task in tasks] == [row["id"] for row in reasons]
    assert [task["data"]["text"] for task in tasks] == [texts(COUNT)[each.row] for each in done.suggestions]
    for row in reasons:
        assert row["probability"] == row["threshold"]
        assert row["uncertainty"] == 1
        assert row["priority"] == pytest.approx(row["uncertainty"] * row["weight"] * row["novelty"], abs=1e-3)
    assert {row["domain"] for row in reasons} == set(UNCERTAIN.values())


def test_the_run_file_tells_how_often_each_domain_is_expected_and_what_it_weighs(
    labels: Path, linear_classifier: Path, tmp_path: Path
) -> None:
    done = _suggest(labels, linear_classifier, tmp_path / "suggested")

    run = json.loads((done.out / "run.json").read_text(encoding="utf-8"))
    assert (run["job"], run["rows"], run["suggested"]) == ("suggest", COUNT, 3)
    assert run["expected_rows"]["economy_trade"] == pytest.approx(0.999 * COUNT, abs=0.1)
    assert run["weights"]["economy_trade"] == 0.25
    assert run["settings"]["method"] == {"candidates": 10, "rarity": 0.75}
    assert str(tmp_path) not in json.dumps(run["settings"] | {"model": ""})


def test_labelled_files_and_earlier_suggestions_are_not_suggested_again(
    labels: Path, rows: list[Row], linear_classifier: Path, tmp_path: Path
) -> None:
    annotated = tmp_path / "annotated.jsonl"
    annotated.write_text(json.dumps({"text": f"{rows[20].text} انتهى", "labels": ["energy"]}), encoding="utf-8")
    first = _suggest(labels, linear_classifier, tmp_path / "first", exclude=[str(annotated)], count=2)
    assert {each.row for each in first.suggestions} == {7, 41}

    exclude = [str(annotated), str(tmp_path / "first")]
    second = _suggest(labels, linear_classifier, tmp_path / "second", exclude=exclude, count=2)

    assert not {each.row for each in second.suggestions} & UNCERTAIN.keys()
    assert not set(_suggested_texts(first.out)) & set(_suggested_texts(second.out))


def test_labelled_files_of_other_column_names_are_not_suggested_again(
    labels: Path, linear_classifier: Path, tmp_path: Path
) -> None:
    done = tmp_path / "done.csv"
    done.write_text(f"body,labels\n{texts(COUNT)[7]},finance\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"columns\.text=\[text, body\]"):
        _suggest(labels, linear_classifier, tmp_path / "suggested", exclude=[str(done)])
    _suggest(labels, linear_classifier, tmp_path / "suggested", exclude=[str(done)], columns={"text": "body"})

    assert texts(COUNT)[7] not in _suggested_texts(tmp_path / "suggested")


def test_what_the_model_was_trained_on_is_suggested_only_where_asked(linear_classifier: Path, tmp_path: Path) -> None:
    seeds = [row.text for row in read_labelled([SEEDS], read_decision(linear_classifier).taxonomy)]
    trained = [text for text in seeds if len(text.split()) > 20][:10]
    labels = write_output(tmp_path / "labels", rows_of(linear_classifier, [*trained, *texts(2)]))

    new = _suggest(labels, linear_classifier, tmp_path / "new", count=2)
    every = _suggest(labels, linear_classifier, tmp_path / "every", count=12, exclude_trained=False)

    assert {each.row for each in new.suggestions} == {10, 11}
    assert len(every.suggestions) == 12


def test_fewer_than_asked_for_are_a_warning_and_none_a_message(
    linear_classifier: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    labels = write_output(tmp_path / "labels", rows_of(linear_classifier, texts(2)))

    done = _suggest(labels, linear_classifier, tmp_path / "few")
    assert caplog.messages == ["only 2 of 3 paragraphs could be suggested: no others are new"]

    with pytest.raises(InputError, match=r"none of 2 paragraphs is new; .* exclude_trained=false"):
        _suggest(labels, linear_classifier, tmp_path / "none", exclude=[str(done.out)])
    assert not (tmp_path / "none").exists()


def test_suggesting_twice_gives_the_same_bytes(labels: Path, linear_classifier: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        _suggest(labels, linear_classifier, tmp_path / name, count=10)

    for file in ("tasks.json", "suggested.jsonl", "labelling_config.xml"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


def test_earlier_suggestions_are_replaced_only_where_asked(
    labels: Path, linear_classifier: Path, tmp_path: Path
) -> None:
    _suggest(labels, linear_classifier, tmp_path / "suggested", count=1)

    with pytest.raises(ConfigError, match="--overwrite"):
        _suggest(labels, linear_classifier, tmp_path / "suggested")

    _suggest(labels, linear_classifier, tmp_path / "suggested", overwrite=True)
    assert len(_suggested_texts(tmp_path / "suggested")) == 3


@pytest.mark.parametrize("content", ["{", "[]", '{"id": 1}'])
def test_damaged_earlier_suggestions_are_told(
    labels: Path, linear_classifier: Path, tmp_path: Path, content: str
) -> None:
    (tmp_path / "earlier").mkdir()
    (tmp_path / "earlier" / "suggested.jsonl").write_text(content, encoding="utf-8")

    with pytest.raises(InputError, match=r"suggested\.jsonl: cannot be read .*; take it as taawun suggest wrote it"):
        _suggest(labels, linear_classifier, tmp_path / "out", exclude=[str(tmp_path / "earlier")])


def test_what_shall_be_excluded_has_to_be_there(labels: Path, linear_classifier: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl: no such file"):
        _suggest(labels, linear_classifier, tmp_path / "out", exclude=["nowhere.jsonl"])


def _run(*arguments: Path | str | int) -> int:
    return main([str(argument) for argument in arguments])


def test_the_command_suggests_and_says_because_of_which_domains(
    labels: Path, linear_classifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "suggested"

    assert _run("suggest", labels, "--count", 2, "--out", out, "--model", linear_classifier, "method.rarity=0") == 0

    shown = capsys.readouterr().out
    assert f"2 of {COUNT} paragraphs suggested in {out}; because of: " in shown
    assert len(_suggested_texts(out)) == 2


def test_wrong_settings_are_a_message(labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("suggest", labels, "--count", 0, "method.rarety=1") == 2

    shown = capsys.readouterr().err
    assert "2 setting(s) wrong" in shown
    assert "method.rarety" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("command", ["export", "suggest"])
def test_help_begins_with_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert shown.index(f"  taawun {command} ") < shown.index("options:")
