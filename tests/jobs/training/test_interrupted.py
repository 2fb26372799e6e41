"""Training that is killed, or runs out of disk, somewhere in its midst: what is left, and what resuming makes of it."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.config import TrainConfig, dump_yaml
from pipeline.jobs.train import train
from pipeline.training import last_checkpoint

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[3]

_DISTURBED = """
import json, os, resource, signal, sys

from pipeline.__main__ import main
import pipeline.jobs.training.transformer

def train(folder, place, size):
    def disturb(event, arguments):
        if event == "open" and str(arguments[0]).endswith(place):
            if not size:
                os.kill(os.getpid(), signal.SIGKILL)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    os.dup2(os.open(folder + "/stderr", os.O_WRONLY | os.O_CREAT), 2)
    sys.addaudithook(disturb)
    os._exit(main(["train", folder + "/train.yaml", "--quiet"]))

for folder, place, size in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        try:
            train(folder, place, size)
        finally:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Trains in folders; where a certain file is opened the process is killed, or no file may grow beyond a size."""

KILLS = {
    "run/.run.json.partial": "none",  # the run's folder is there, and nothing in it
    "checkpoint-3/trainer_state.json": "none",
    "checkpoint-9/config.json": "checkpoint-6",
    "checkpoint-9/trainer_state.json": "checkpoint-6",  # weights and optimizer are there
    "checkpoint-9/complete": "checkpoint-6",  # all is there
    ".partial/decision.json": "checkpoint-48",  # the model is trained and not yet in its place
}
"""Files at which training is killed, and the last checkpoint that is complete then."""

FULL = {
    "weights": ("checkpoint-3/complete", 100_000, "run/final/checkpoint-6: cannot be written (File too large;"),
    "optimizer": ("checkpoint-3/complete", 300_000, "run/final/checkpoint-6: cannot be written (the disk may be full;"),
    "model": ("checkpoint-48/complete", 50_000, "model: cannot be written (File too large;"),
}
"""What cannot be written: the file from which on no other may grow beyond a size, the size, and what is told."""


@pytest.fixture(scope="module")
def settings(tiny_settings: TrainConfig) -> TrainConfig:
    training = tiny_settings.training.model_copy(update={"checkpoint_steps": 3, "freeze_word_embeddings": False})
    return tiny_settings.model_copy(update={"training": training})


@pytest.fixture(scope="module")
def whole(settings: TrainConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The classifier of a training that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    return train(settings.model_copy(update={"out": folder / "model", "run": folder / "run"}))


def _in(folder: Path, settings: TrainConfig) -> TrainConfig:
    """Let training write into a folder, and write its settings there."""
    config = settings.model_copy(update={"out": folder / "model", "run": folder / "run"})
    (folder / "train.yaml").write_text(dump_yaml(config), encoding="utf-8")
    return config


def _last(config: TrainConfig) -> str:
    return (last_checkpoint(config.run_folder / "final") or Path("none")).name


def _check_same(model: Path, whole: Path) -> None:
    """Check that weights, decision rule and numbers are the same to the last bit."""
    for name in ("model.safetensors", "decision.json"):
        assert (model / name).read_bytes() == (whole / name).read_bytes(), name
    one, other = (json.loads((folder / "metrics.json").read_text(encoding="utf-8")) for folder in (model, whole))
    assert one | {"code": ""} == other | {"code": ""}  # the code may be edited while the tests run


def test_a_training_killed_from_outside_goes_on_to_the_same_model(
    settings: TrainConfig, tmp_path: Path, whole: Path
) -> None:
    config = _in(tmp_path, settings)
    command = [sys.executable, "train.py", str(tmp_path / "train.yaml"), "--quiet"]
    with subprocess.Popen(command, cwd=ROOT) as training:
        while training.poll() is None and _last(config) == "none":
            time.sleep(0.005)
        training.kill()
    assert training.returncode == -signal.SIGKILL
    assert not config.out.exists()

    subprocess.run([*command, "--resume"], cwd=ROOT, check=True)

    _check_same(config.out, whole)


@pytest.fixture(scope="module")
def disturbed(settings: TrainConfig, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[TrainConfig, int]]:
    """Trainings that were killed or ran out of disk, by where or what: their settings and exit codes."""
    ways = {place: (place, 0) for place in KILLS} | {name: (place, size) for name, (place, size, _) in FULL.items()}
    configs = {name: _in(tmp_path_factory.mktemp("disturbed"), settings) for name in ways}
    runs = [(str(configs[name].out.parent), *way) for name, way in ways.items()]
    command = [sys.executable, "-c", _DISTURBED, json.dumps(runs)]
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return {name: (configs[name], int(code)) for name, code in zip(ways, ended.stdout.split(), strict=True)}


@pytest.mark.parametrize("place", KILLS)
def test_a_training_killed_between_two_files_goes_on_from_what_is_complete(
    disturbed: dict[str, tuple[TrainConfig, int]], whole: Path, place: str
) -> None:
    config, code = disturbed[place]
    assert code == -signal.SIGKILL
    assert _last(config) == KILLS[place]
    assert not config.out.exists()

    train(config, resume=True)

    _check_same(config.out, whole)


@pytest.mark.parametrize("name", FULL)
def test_a_full_disk_ends_training_with_a_message_that_tells_how_to_go_on(
    disturbed: dict[str, tuple[TrainConfig, int]], whole: Path, name: str
) -> None:
    (config, code), (place, _, message) = disturbed[name], FULL[name]
    told = (config.out.parent / "stderr").read_text(encoding="utf-8")
    assert code == 2
    assert told.startswith(f"taawun: {config.out.parent}/{message}")
    assert "make room, then go on with the same command and --resume" in told
    assert len(told.splitlines()) == 1
    assert _last(config) == place.partition("/")[0]
    kept = list((config.run_folder / "final").glob("checkpoint-*"))
    assert len(kept) <= 2  # the last one and the best
    assert all((checkpoint / "complete").exists() for checkpoint in kept)
    assert not config.out.exists()

    train(config, resume=True)

    _check_same(config.out, whole)
