from pathlib import Path

import pytest

from pipeline.__main__ import main
from pipeline.model_line import ModelLine
from tests.line_samples import ROOT, scramble, write_rows


def _command(rows: Path, out: Path, *settings: str) -> list[str]:
    few = ["ngrams.max_words=1000", "ngrams.max_characters=2000", "calibration.folds=2", "calibration.resamples=100"]
    given = [f"labelled=[{rows}]", f"out={out}", "training.held_out=0.4", "gate.resamples=200", *few, *settings]
    return ["train", str(ROOT / "configs" / "train_linear.yaml"), *given]


def test_the_exit_code_tells_whether_the_line_stands_for_the_new_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, rows = tmp_path / "mine", write_rows(300, tmp_path / "rows.jsonl")

    assert main(_command(rows, out)) == 0
    first = capsys.readouterr().out
    assert main(_command(scramble(rows, 0.4, tmp_path / "worse.jsonl"), out)) == 1
    told = capsys.readouterr()

    assert "gate: not compared\n  there was nothing to compare it with: no version was current" in first
    assert first.endswith(f"{out} is now 0001\n")
    assert "gate: refused against mine@" in told.out
    assert "  macro-F1 is lower: " in told.out
    assert (
        f"0002 is kept aside, {out} stays 0001; look at what got worse, or make it current all the same: " in told.err
    )
    assert told.err.endswith(f"taawun promote {out} 0002 --despite-gate\n")
    assert ModelLine(out).current() == "0001"


def test_quiet_leaves_only_what_went_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, rows = tmp_path / "mine", write_rows(60, tmp_path / "rows.jsonl")
    main([*_command(rows, out), "--quiet"])
    assert capsys.readouterr() == ("", "")

    assert main([*_command(write_rows(70, rows), out), "--quiet"]) == 1

    told = capsys.readouterr()
    assert not told.out
    assert told.err.startswith("taawun: 0002 is kept aside, ")
    assert "evaluation=[gold.jsonl]" in told.err


def test_without_a_gate_there_is_one_model_and_no_line(tmp_path: Path) -> None:
    out, rows = tmp_path / "mine", write_rows(60, tmp_path / "rows.jsonl")

    command = [each for each in _command(rows, out) if not each.startswith("gate.")]
    assert main([*command, "gate=null", "--quiet"]) == 0

    assert (out / "decision.json").exists()
    assert not (out / "gate.json").exists()


def test_overwriting_a_line_is_a_mistake_that_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = write_rows(60, tmp_path / "rows.jsonl")

    assert main([*_command(rows, tmp_path / "mine"), "--overwrite"]) == 2

    assert "overwrite: a line of models keeps all its versions" in capsys.readouterr().err
