"""Models for others: ONNX that says the same as torch, and the files of a repository of the hub."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipeline.__main__ import main
from pipeline.config import ExportModelConfig
from pipeline.errors import ConfigError, ModelError
from pipeline.jobs.export_model import export_model
from pipeline.kinds import load_classifier
from pipeline.model_folder import model_version
from pipeline.text import clean

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def onnx_folder(tiny_classifier: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("exported") / "onnx"
    return export_model(ExportModelConfig(model=str(tiny_classifier), to="onnx", out=out)).place


def test_as_onnx_any_number_of_windows_of_any_length_get_torchs_logits(
    onnx_folder: Path, tiny_classifier: Path
) -> None:
    from pipeline.inference.onnx_network import OnnxNetwork

    torchs = load_classifier(str(tiny_classifier), device="cpu", precision="float32")
    network = OnnxNetwork(onnx_folder / "model.onnx", torchs.decision.taxonomy.ids, torchs.decision.max_tokens)

    for lengths in ([2], [48, 3, 17], [9] * 40):
        windows = [tuple(np.random.default_rng(k).integers(5, 90, n).tolist()) for k, n in enumerate(lengths)]
        np.testing.assert_allclose(network.logits(windows), torchs.logits(windows), atol=1e-4)


def test_the_onnx_folder_tells_what_was_compared(onnx_folder: Path, tiny_classifier: Path) -> None:
    assert sorted(path.name for path in onnx_folder.iterdir()) == [
        "README.md",
        "config.json",
        "decision.json",
        "model.onnx",
        "run.json",
        "tokenizer.json",
        "tokenizer_config.json",
    ]
    run = json.loads((onnx_folder / "run.json").read_text(encoding="utf-8"))
    assert run["model"] == model_version(tiny_classifier)
    assert 0 <= run["largest_difference"] <= 1e-4


def test_the_example_in_its_readme_runs_and_labels_as_we_do(onnx_folder: Path, tiny_classifier: Path) -> None:
    card = (onnx_folder / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", card, re.MULTILINE | re.DOTALL)
    text = re.search(r'clean\("(.*?)"\)', code)
    assert text

    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=onnx_folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=True,
    )

    ours = load_classifier(str(tiny_classifier), device="cpu", precision="float32")
    (applies,) = ours.decision.applies(ours.probabilities([clean(text[1]).text]))
    assert told.stdout.strip() == str(
        [name for name, each in zip(ours.decision.taxonomy.ids, applies, strict=True) if each]
    )


def test_a_network_that_comes_out_different_is_no_export(
    tiny_classifier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.jobs.export_model._LARGEST_DIFFERENCE", -1.0)

    with pytest.raises(ModelError, match=r"differ by .* nothing was exported"):
        export_model(ExportModelConfig(model=str(tiny_classifier), to="onnx", out=tmp_path / "onnx"))

    assert not any(tmp_path.iterdir())


def test_onnx_without_its_libraries_says_what_to_install(
    tiny_classifier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.inference.onnx_network.find_spec", lambda _: None)

    with pytest.raises(ConfigError, match=r"needs onnx and onnxruntime.*pip install onnx onnxruntime"):
        export_model(ExportModelConfig(model=str(tiny_classifier), to="onnx", out=tmp_path / "onnx"))


def test_a_linear_classifier_has_no_network_to_export(linear_classifier: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="a linear classifier has no network"):
        export_model(ExportModelConfig(model=str(linear_classifier), to="onnx", out=tmp_path / "onnx"))


def test_for_the_hub_the_model_is_copied_with_a_card_that_names_the_repository(
    linear_classifier: Path, tmp_path: Path
) -> None:
    from huggingface_hub import ModelCard

    model = tmp_path / "model"
    shutil.copytree(linear_classifier, model)
    (model / ".hidden.json").touch()
    (model / "notes.txt").touch()

    done = export_model(ExportModelConfig(model=str(model), to="hub", out=tmp_path / "upload", repo="org/news"))

    assert {path.name for path in done.place.iterdir()} == {path.name for path in linear_classifier.iterdir()} | {
        "run.json"
    }
    for path in done.place.iterdir():
        if path.name not in {"run.json", "README.md"}:
            assert path.read_bytes() == (linear_classifier / path.name).read_bytes()
    card = ModelCard((done.place / "README.md").read_text(encoding="utf-8"))
    assert "pipeline_tag: text-classification" in str(card.data).splitlines()
    assert str(tmp_path) not in (done.place / "run.json").read_text(encoding="utf-8")
    assert model_version(done.place).partition("@")[2] == done.model.partition("@")[2]


def test_the_card_for_the_hub_says_how_to_label_with_the_repository(linear_classifier: Path, tmp_path: Path) -> None:
    own = (linear_classifier / "README.md").read_text(encoding="utf-8")
    assert f"--model models/{linear_classifier.name} " in own

    config = ExportModelConfig(model=str(linear_classifier), to="hub", out=tmp_path / "upload", repo="org/news")
    told = (export_model(config).place / "README.md").read_text(encoding="utf-8")

    assert "taawun label ARTICLES --model org/news --out labels" in told
    assert "--model models/" not in told


def test_what_comes_from_the_hub_labels_as_what_was_sent_there(linear_classifier: Path, tmp_path: Path) -> None:
    """The hub's cache as `hf download` fills it, without a network."""
    place = tmp_path / "hub" / "models--org--news"
    config = ExportModelConfig(model=str(linear_classifier), to="hub", out=place / "snapshots" / "abc", repo="org/news")
    export_model(config)
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text("abc", encoding="utf-8")
    script = (
        "from pipeline import label_texts\n"
        "import sys\n"
        "print(label_texts(['وقعت مصر والصين اتفاقا لبناء محطة كهرباء'], sys.argv[1])[0].paragraphs[0].probabilities)"
    )

    told = [
        subprocess.run(
            [sys.executable, "-c", script, model],
            env=os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_CACHE": str(tmp_path / "hub"), "HF_HUB_OFFLINE": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for model in ("org/news", str(linear_classifier))
    ]

    assert told[0] == told[1] != ""


def test_a_model_without_a_card_is_not_for_the_hub(linear_classifier: Path, tmp_path: Path) -> None:
    shutil.copytree(linear_classifier, tmp_path / "model")
    (tmp_path / "model" / "README.md").unlink()

    with pytest.raises(ModelError, match=r"has no README\.md"):
        export_model(ExportModelConfig(model=str(tmp_path / "model"), to="hub", out=tmp_path / "up", repo="org/news"))


def test_a_model_folder_is_never_replaced_by_an_export(linear_classifier: Path, tmp_path: Path) -> None:
    shutil.copytree(linear_classifier, tmp_path / "model")
    config = ExportModelConfig(
        model=str(linear_classifier), to="hub", out=tmp_path / "model", repo="org/news", overwrite=True
    )

    with pytest.raises(ConfigError, match="holds something else"):
        export_model(config)


def test_the_command_tells_how_to_send_it(
    linear_classifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["export", str(linear_classifier), "--to", "hub", "--repo", "org/news", "--out", str(tmp_path / "up")]

    assert main(arguments) == 0

    assert f"hf upload org/news {tmp_path / 'up'}\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--to", "hub"], "name the repository"),
        (["--to", "hub", "--repo", "news"], "repo: String should match pattern"),
        (["--to", "onnx", "--repo", "org/news"], "with --to hub and only there"),
        (["--to", "onnx", "--needs-review", "--limit", "0"], "2 setting(s) wrong"),
        (["another", "--to", "onnx"], "one model expected, not 2"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_that_do_not_fit_are_refused(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "models/cooperation", *arguments]) == 2

    assert told in capsys.readouterr().err
