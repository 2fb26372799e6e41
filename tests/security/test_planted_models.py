"""A model folder from a stranger runs nothing: its pickles and programs are not even opened."""

import ast
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from pipeline.__main__ import main
from pipeline.config import TrainConfig, dump_yaml
from pipeline.errors import ModelError
from pipeline.kinds import load_classifier, load_tokenizer_of
from pipeline.model_folder import read_decision

ROOT = Path(__file__).parents[2]
CODE = "from pathlib import Path\nPath({mark!r}).touch()\nclass Evil:\n    pass\n"
PROGRAMS = ("AutoConfig", "AutoModel", "AutoModelForMaskedLM", "AutoModelForSequenceClassification")


def _pickle(mark: Path) -> bytes:
    """A pickle that makes a file when it is loaded."""
    return b"cposix\nsystem\n(S'touch %s'\ntR." % str(mark).encode()


def _torch_file(mark: Path) -> bytes:
    """The same as torch packs its pickles."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("archive/data.pkl", _pickle(mark))
        archive.writestr("archive/version", "3\n")
    return content.getvalue()


def _plant(folder: Path, mark: Path) -> None:
    """Put into a model folder everything that could be run when it is loaded."""
    for name in ("pytorch_model.bin", "optimizer.pt", "training_args.bin", "tokenizer.model"):
        (folder / name).write_bytes(_torch_file(mark))
    for name in ("model.pkl", "tokenizer.pkl", "model.joblib", "scheduler.pt", "rng_state.pth", "tf_model.h5"):
        (folder / name).write_bytes(_pickle(mark))
    for name in ("evil.py", "__init__.py", "modeling.py", "tokenization.py", "setup.py", "conftest.py"):
        (folder / name).write_text(CODE.format(mark=str(mark)), encoding="utf-8")
    programs = {**dict.fromkeys(PROGRAMS, "evil.Evil"), "AutoTokenizer": ["evil.Evil", "evil.Evil"]}
    for name in ("config.json", "tokenizer_config.json"):
        _edit(folder / name, auto_map=programs, custom_pipelines={})


def _edit(path: Path, **changes: object) -> None:
    content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps(content | changes), encoding="utf-8")


@pytest.fixture(params=["tiny_classifier", "linear_classifier"])
def planted(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A good model with everything planted beside it; what runs would make the file `mark`."""
    folder = tmp_path / "planted"
    shutil.copytree(request.getfixturevalue(request.param), folder)
    _plant(folder, tmp_path / "mark")
    return folder


@pytest.mark.parametrize("is_packed", [False, True])
def test_the_traps_are_real(is_packed: bool, tmp_path: Path) -> None:  # noqa: FBT001
    import pickle

    import torch

    path = tmp_path / "x.bin"
    path.write_bytes(_torch_file(tmp_path / "mark"))
    with suppress(EOFError, RuntimeError):
        torch.load(path, weights_only=False) if is_packed else pickle.loads(_pickle(tmp_path / "mark"))  # noqa: S301
    assert (tmp_path / "mark").exists()


def test_beside_a_good_model_nothing_planted_is_run(planted: Path) -> None:
    classifier = load_classifier(str(planted), device="cpu", precision="float32")
    load_tokenizer_of(planted, read_decision(planted))

    assert classifier.probabilities(["وقعت الصين وروسيا اتفاقا"]).shape == (1, 10)
    assert not planted.with_name("mark").exists()


def test_labelling_and_evaluating_with_it_run_nothing(planted: Path, tmp_path: Path) -> None:
    gold = ROOT / "seeds" / "labelled" / "seeds.jsonl"
    common = ["--quiet", "--model", str(planted)]
    assert main(["label", str(ROOT / "seeds" / "articles"), *common, "--out", str(tmp_path / "labels")]) == 0
    assert main(["evaluate", str(gold), *common, "--out", str(tmp_path / "report"), "resamples=100"]) == 0
    assert not (tmp_path / "mark").exists()


def _without_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def _pickled_weights(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(_torch_file(folder.with_name("mark")))


def _program_for_config(folder: Path) -> None:
    _edit(folder / "config.json", model_type="evil", architectures=["Evil"])


def _program_for_decision(folder: Path) -> None:
    _edit(folder / "decision.json", prepare=[{"stage": "os.system", "command": "x"}])


def _class_for_decision(folder: Path) -> None:
    (folder / "decision.json").write_text('{"py/object": "os.system"}', encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_without_weights, r"weights in other formats can run code and are not read: convert them"),
        (_pickled_weights, r"take an undamaged copy of the model"),
        (_program_for_config, r"evil|take an undamaged copy"),
        (_program_for_decision, r"the model belongs to another version of taawun"),
        (_class_for_decision, r"the file belongs to another version or was edited"),
    ],
    ids=["no-weights", "pickled-weights", "config", "stages", "decision"],
)
def test_a_model_that_would_need_them_is_refused_and_they_are_not_run(
    spoil: Callable[[Path], None],
    reason: str,
    tiny_classifier: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "planted"
    shutil.copytree(tiny_classifier, folder)
    _plant(folder, tmp_path / "mark")
    spoil(folder)
    arguments = ["label", str(ROOT / "seeds" / "articles"), "--model", str(folder), "--out", str(tmp_path / "out")]

    assert main([*arguments, "--quiet", "classify.precision=float32"]) == 2

    shown = capsys.readouterr().err
    assert shown.startswith("taawun: ")
    with pytest.raises(ModelError, match=reason):
        raise ModelError(shown)
    assert not (tmp_path / "mark").exists()
    assert not (tmp_path / "out").exists()


def test_fine_tuning_a_planted_encoder_runs_nothing(
    tiny_settings: TrainConfig, tiny_encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "planted"
    shutil.copytree(tiny_encoder, folder)
    _plant(folder, tmp_path / "mark")
    (folder / "model.safetensors").unlink()
    changes = {"base_model": str(folder), "out": tmp_path / "out", "run": tmp_path / "run"}
    (tmp_path / "train.yaml").write_text(dump_yaml(tiny_settings.model_copy(update=changes)), encoding="utf-8")

    assert main(["train", str(tmp_path / "train.yaml"), "--quiet"]) == 2

    assert "safetensors" in capsys.readouterr().err
    assert not (tmp_path / "mark").exists()


def test_pickled_fingerprints_of_training_texts_are_refused(
    linear_classifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "planted"
    shutil.copytree(linear_classifier, folder)
    path = folder / "training_texts.npz"
    with zipfile.ZipFile(path, "w") as archive:
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(header, {"descr": "|O", "fortran_order": False, "shape": (1,)})
        archive.writestr("hashes.npy", header.getvalue() + _pickle(tmp_path / "mark"))
    gold = ROOT / "seeds" / "labelled" / "seeds.jsonl"

    assert main(["evaluate", str(gold), "--quiet", "--model", str(folder), "--out", str(tmp_path / "report")]) == 2

    shown = capsys.readouterr().err
    assert f"{path}: cannot be read (Object arrays cannot be loaded when allow_pickle=False)" in shown
    assert not (tmp_path / "mark").exists()


def _calls() -> Iterator[tuple[str, dict[str, str]]]:
    """Every call in the product: what is called, and its arguments by name, as they are written."""
    for path in (ROOT / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), {each.arg or "": ast.unparse(each.value) for each in node.keywords}


def test_no_module_of_ours_loads_what_can_run_code() -> None:
    called = list(_calls())
    assert not {name for name, _ in called} & {"eval", "exec", "compile", "os.system", "os.popen", "yaml.unsafe_load"}
    for function, needed in (
        ("torch.load", ("weights_only", "True")),
        ("np.load", ("allow_pickle", "False")),
        ("AutoConfig.from_pretrained", ("trust_remote_code", "False")),
        ("AutoTokenizer.from_pretrained", ("trust_remote_code", "False")),
        ("AutoModelForSequenceClassification.from_pretrained", ("use_safetensors", "True")),
    ):
        arguments = [given for name, given in called if name == function]
        assert arguments
        assert all(needed in given.items() for given in arguments), function
    assert not [given for _, given in called if given.get("shell", "False") != "False"]
