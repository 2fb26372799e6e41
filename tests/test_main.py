import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.__main__ import main

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds" / "articles"


def test_without_arguments_it_greets_with_the_three_jobs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0

    shown = capsys.readouterr().out
    assert all(f"taawun {job} " in shown for job in ("label", "train", "evaluate"))


def test_the_first_example_of_the_greeting_works_anywhere(
    tiny_classifier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([]) == 0
    example = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("  taawun "))
    words = example.strip().partition("   ")[0].split()

    assert main([*words[1:], "--model", str(tiny_classifier)]) == 0

    assert "of 3 articles labelled" in capsys.readouterr().out
    places = {json.loads(line)["place"] for line in Path("labels/labels.jsonl").read_text("utf-8").splitlines()}
    assert places == {"exercise_and_loan.txt", "gas_and_rail.txt", "students_and_vaccines.txt"}


@pytest.mark.parametrize(
    ("arguments", "page"),
    [
        (["label"], "quickstart.md"),
        (["view", "nowhere"], "view.md"),
        (["train", "nowhere.yaml"], "retrain.md"),
        (["evaluate", "nowhere.jsonl"], "README.md"),
        (["export", "nowhere"], "cookbook.md"),
        (["doctor", "nowhere"], "cookbook.md"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_mistake_names_the_page_that_helps_unless_told_to_be_quiet(
    arguments: list[str], page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2

    hint = capsys.readouterr().err.splitlines()[-1]
    assert hint.startswith(f"more: taawun {arguments[0]} --help, ")
    assert Path(hint.rpartition(", ")[2]).name == page
    assert Path(hint.rpartition(", ")[2]).is_file()

    assert main([*arguments, "--quiet"]) == 2
    assert "more: " not in capsys.readouterr().err


def test_the_module_and_the_command_are_the_same() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "pipeline", "--version"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert shown.stdout == f"taawun {__version__}\n"


@pytest.mark.parametrize("job", ["label", "train", "evaluate"])
def test_help_begins_with_examples_that_name_the_job(job: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([job, "--help"])

    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert shown.index(f"  taawun {job} ") < shown.index("options:")


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["label", "--help"], ["label", "x", "lable=1"], ["label"], ["train", "nowhere.yaml"]],
    ids=" ".join,
)
def test_help_and_mistakes_answer_before_anything_heavy_is_imported(arguments: list[str]) -> None:
    script = (
        "import sys; from pipeline.__main__ import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'transformers', 'pyarrow', 'sklearn', 'trafilatura', 'datasets', 'pandas'}\n"
        "sys.exit(', '.join(sorted(heavy & sys.modules.keys())) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert ended.returncode == 0, ended.stderr


def test_a_mistake_is_a_message_and_exit_code_2_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["label", str(SEEDS), "classify.lr=2e-5", "modle=x"]) == 2

    shown = capsys.readouterr().err
    assert "2 setting(s) wrong" in shown
    assert "classify.lr" in shown
    assert "Traceback" not in shown


def test_arguments_and_settings_may_stand_behind_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["label", "a.txt", "--show-config", "--out", "x", "b.txt", "classify.threads=1"]) == 0

    shown = capsys.readouterr().out
    assert "- a.txt\n- b.txt\n" in shown
    assert "threads: 1" in shown


def test_an_unknown_option_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["label", "a.txt", "--lables", "x"])

    assert ended.value.code == 2
    assert "unknown option --lables; see taawun label --help" in capsys.readouterr().err


def test_seeds_are_labelled_from_the_command_line(
    tiny_classifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "labels"

    assert main(["label", str(SEEDS), "--out", str(out), "--model", str(tiny_classifier)]) == 0

    shown = capsys.readouterr().out
    assert "5 articles" in shown
    assert "Energy" in shown
    assert (out / "labels.jsonl").exists()


def test_quiet_says_nothing(tiny_classifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "labels"

    assert main(["label", str(SEEDS), "--quiet", "--out", str(out), "--model", str(tiny_classifier)]) == 0

    assert capsys.readouterr() == ("", "")


def test_strict_turns_rejected_inputs_into_exit_code_1(tiny_classifier: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    good = json.dumps({"text": "وقعت الصين وروسيا اتفاقا."})
    (tmp_path / "in" / "bad.jsonl").write_text(f'{{"text": \n{good}\n', encoding="utf-8")
    arguments = ["label", str(tmp_path / "in"), "--quiet", "--model", str(tiny_classifier)]

    assert main([*arguments, "--out", str(tmp_path / "one")]) == 0
    assert main([*arguments, "--out", str(tmp_path / "two"), "--strict"]) == 1

    (rejected,) = (tmp_path / "two" / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(rejected)["place"] == "bad.jsonl:1"


def test_a_run_in_which_nothing_could_be_read_says_why_and_exits_with_1(
    tiny_classifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.txt").touch()
    arguments = ["label", str(tmp_path / "empty.txt"), "--quiet", "--model", str(tiny_classifier)]

    assert main([*arguments, "--out", str(tmp_path / "out")]) == 1

    shown = capsys.readouterr().err
    assert "nothing was labelled: no article could be read" in shown
    assert "empty.txt: empty file" in shown
    assert f"to try again, add --overwrite: {tmp_path / 'out'} holds what was rejected" in shown


def test_the_sample_is_not_mixed_with_articles_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["label", "--sample", "mine.txt", "--out", str(tmp_path / "out")]) == 2
    assert "leave it out to label mine.txt" in capsys.readouterr().err


def test_settings_are_shown_as_they_would_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["label", "--show-config", "classify.threads=1", "--format", "csv"]) == 0

    shown = capsys.readouterr().out
    assert "threads: 1" in shown
    assert "- csv" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ["label", "{}"],
        ["label", str(SEEDS), "--out", "{}"],
        ["train", "configs/train_linear.yaml", "out={}"],
        ["train", "configs/train_linear.yaml", "--extra", "{}", "--check"],
        ["evaluate", "{}"],
        ["evaluate", "gold.jsonl", "--model", "{}"],
        ["suggest", "{}"],
        ["view", "{}"],
        ["models", "{}"],
    ],
)
def test_a_name_that_is_longer_than_names_may_be_is_told(
    arguments: list[str],
    tmp_path: Path,
    linear_classifier: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    model = ["--model", str(linear_classifier)] if arguments[0] in {"label", "evaluate", "suggest"} else []

    code = main([*arguments[:1], *model, *(each.format("x" * 300) for each in arguments[1:])])

    assert code == 2
    assert "x" * 300 in capsys.readouterr().err
