import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.__main__ import main
from pipeline.commands.completion import SHELLS


def _complete(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["--completion", shell])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_and_its_options_are_in_the_completion(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = _complete(shell, capsys)

    assert all(word in shown for word in ("label", "evaluate", "rollback", "learning-curve", "label-studio", "onnx"))


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["taawun", "la"], {"label"}),
        (["taawun", "label", "--form"], {"--format"}),
        (["taawun", "label", "--format", "par"], {"parquet"}),
        (["taawun", "label", "art"], {"articles"}),
        (["taawun", "label", "articles", "--out", "art"], {"articles"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bash_completes_commands_options_choices_and_files(
    words: list[str], expected: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "completion").write_text(_complete("bash", capsys), encoding="utf-8")
    script = (
        f"source ./completion; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; "
        '_shtab_taawun; printf "%s\\n" "${COMPREPLY[@]}"'
    )

    told = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert {word.strip().rstrip("/") for word in told.stdout.splitlines()} == expected


def test_without_shtab_it_is_told_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "shtab.py").write_text("raise ModuleNotFoundError('shtab')\n", encoding="utf-8")
    root = Path(__file__).parents[2]

    told = subprocess.run(
        [sys.executable, "-m", "pipeline", "--completion", "bash"],
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 2
    assert told.stderr.endswith("--completion: needs shtab, which taawun can do without; pip install shtab\n")
