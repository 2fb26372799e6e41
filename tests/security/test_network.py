"""Nothing is fetched, sent or asked for, unless the user names a model of the hub."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.__main__ import main
from pipeline.config import TrainConfig, dump_yaml

ROOT = Path(__file__).parents[2]

# Python runs this first in every process, those that read web pages among them. What libraries do about a refused
# connection does not matter: each one is noted.
GUARD = """
import os, sys
def guard(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"}:
        if event.startswith("socket.get") or not isinstance(arguments[1], (str, bytes)):
            with open(os.environ["NOTED"], "a") as noted:
                noted.write(f"{event} {arguments[-2:]}\\n")
            raise OSError("no network here")
sys.addaudithook(guard)
"""
PAGE = "<!DOCTYPE html><html><body><article><p>{}</p><img src='http://x.example/a.png'></article></body></html>"


def _run(folder: Path, *commands: list[str]) -> str:
    """Run commands of the command line in a process without network; gives what it asked the network for."""
    (folder / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.endswith("OFFLINE")}
    environment |= {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "NOTED": str(folder / "noted.txt")}
    script = (
        "import json, sys\nfrom pipeline.__main__ import main\n"
        "sys.exit(max([main(each) for each in json.loads(sys.argv[1])]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, json.dumps(commands)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=environment,
    )
    assert ended.returncode == 0, ended.stderr
    noted = folder / "noted.txt"
    return noted.read_text(encoding="utf-8") if noted.exists() else ""


def test_the_guard_notes_what_is_asked(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="could not be had from the Hugging Face hub"):
        _run(tmp_path, ["label", str(ROOT / "seeds"), "--model", "taawun-tests/nowhere"])
    assert "socket.getaddrinfo" in (tmp_path / "noted.txt").read_text(encoding="utf-8")


@pytest.mark.thorough
def test_labelling_training_and_evaluating_ask_for_nothing(tiny_settings: TrainConfig, tmp_path: Path) -> None:
    changed = {"out": tmp_path / "model", "run": tmp_path / "run"}
    (tmp_path / "train.yaml").write_text(dump_yaml(tiny_settings.model_copy(update=changed)), encoding="utf-8")
    text = (ROOT / "seeds" / "articles" / "000_2a950c9ad171286f.txt").read_text(encoding="utf-8")
    (tmp_path / "page.html").write_text(PAGE.format(text), encoding="utf-8")
    labelled, gold = ROOT / "seeds" / "articles", ROOT / "seeds" / "labelled" / "seeds.jsonl"
    of_model = ["--quiet", "--model", str(tmp_path / "model")]

    noted = _run(
        tmp_path,
        ["train", str(tmp_path / "train.yaml"), "--quiet"],
        ["label", str(labelled), str(tmp_path / "page.html"), *of_model, "--out", str(tmp_path / "labels")],
        ["evaluate", str(gold), *of_model, "--out", str(tmp_path / "report"), "resamples=100"],
        ["doctor", *of_model],
    )

    assert noted == ""
    assert (tmp_path / "labels" / "labels.jsonl").stat().st_size > 0


@pytest.mark.parametrize("command", ["label", "train", "evaluate", "doctor"])
def test_a_hub_model_is_refused_offline(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"):
        monkeypatch.setenv(name, "0")
    hub = "taawun-tests/nowhere"
    arguments = {
        "label": [str(ROOT / "seeds" / "articles"), "--model", hub, "--out", str(tmp_path / "out")],
        "train": [str(ROOT / "configs" / "train.yaml"), f"base_model={hub}", f"out={tmp_path / 'out'}"],
        "evaluate": [str(ROOT / "seeds" / "labelled" / "seeds.jsonl"), "--model", hub, "--out", str(tmp_path / "out")],
        "doctor": ["--model", hub],
    }
    code = main([command, *arguments[command], "--offline"])
    told = "".join(capsys.readouterr())
    assert code == (1 if command == "doctor" else 2)
    assert f"{hub}: no such folder, and it could not be had from the Hugging Face hub (offline, as asked" in told
    assert command == "train" or not (tmp_path / "out").exists()
