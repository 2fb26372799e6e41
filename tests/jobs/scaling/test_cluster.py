"""What can be told of Ray without it; tests/ray runs it."""

import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from pipeline.__main__ import main
from pipeline.config import LabelConfig
from pipeline.config.engine import EngineSettings, ShardSettings
from pipeline.errors import ConfigError, InputError, ModelError, PipelineError
from pipeline.jobs.label import label
from pipeline.jobs.scaling.cluster import read_answer
from pipeline.jobs.scaling.worker import answer


def test_without_the_extra_it_is_named_and_nothing_is_begun(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    (tmp_path / "a.txt").write_text("نص", encoding="utf-8")

    code = main(["label", str(tmp_path / "a.txt"), "--out", str(tmp_path / "out"), "--engine", "ray"])

    assert code == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "taawun: --engine ray: needs the extra; pip install 'taawun[ray]'"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_the_engine_of_the_settings_is_used_from_python_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)

    with pytest.raises(ConfigError, match="needs the extra"):
        label(LabelConfig.model_validate({"engine": {"name": "ray"}}))


def test_an_address_and_an_engine_are_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["label", "--engine", "ray", "--address", "10.0.0.1:6379", "engine.cpus=2", "--show-config"]) == 0

    assert "  name: ray\n  address: 10.0.0.1:6379\n  workers: null\n  cpus: 2\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        (["engine.workers=2"], "workers"),
        (["--address", "auto", "engine.gpus=1"], "address, gpus"),
        (["engine.shards.inputs=3", "--engine", "process"], "shards"),
    ],
)
def test_settings_that_one_process_would_not_heed_are_refused(
    settings: list[str], names: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["label", "seeds/articles", *settings]) == 2

    assert f"engine: {names}: for --engine ray only" in capsys.readouterr().err


@pytest.mark.parametrize("error", [InputError("a: b; c"), ModelError("d"), PipelineError("e"), MemoryError("f")])
def test_a_mistake_met_by_a_worker_is_the_same_mistake_where_the_run_was_begun(error: Exception) -> None:
    def failing() -> dict[str, int]:
        raise error

    with pytest.raises(type(error)) as caught:
        read_answer(answer(failing))

    assert str(caught.value) == str(error)


def test_a_refusal_of_the_system_is_told_and_a_bug_keeps_its_traceback() -> None:
    def full() -> dict[str, int]:
        raise OSError(28, "No space left on device")

    def buggy() -> dict[str, int]:
        return {"n": 1 // 0}

    with pytest.raises(PipelineError, match="No space left"):
        read_answer(answer(full))
    with pytest.raises(RuntimeError, match=r"(?s)in buggy.*ZeroDivisionError"):
        read_answer(answer(buggy))
    assert read_answer(json.dumps({"part": 1})) == {"part": 1}


def test_too_little_memory_is_that_whatever_library_ran_out_of_it() -> None:
    def hungry() -> dict[str, int]:
        message = "CUDA out of memory. Tried to allocate 20 GiB"
        raise RuntimeError(message)

    with pytest.raises(MemoryError, match="Tried to allocate"):
        read_answer(answer(hungry))


def test_the_commands_of_the_page_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[3] / "docs" / "scale.md").read_text(encoding="utf-8")
    commands = re.findall(r"^taawun (label .*?)(?: +#.*)?$", page, re.MULTILINE)

    assert len(commands) == 2
    for command in commands:
        assert main([*shlex.split(command), "--show-config"]) == 0
        assert "  name: ray\n" in capsys.readouterr().out
    for setting in re.findall(r"`(engine\.[a-z.]+)`", page):
        *_, name = setting.split(".")
        assert name in EngineSettings.model_fields | ShardSettings.model_fields
