import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel

from pipeline.classifier import DomainClassifier
from pipeline.config import ANY_TRAIN_CONFIG, TrainConfig, load_config
from pipeline.distillation.__main__ import main
from pipeline.distillation.ask_teachers import ask, shared_taxonomy
from pipeline.distillation.settings import DistillConfig
from pipeline.errors import ConfigError
from pipeline.model_folder import read_decision, write_decision

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def config(tiny_classifier: Path, tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("distill")
    articles = sorted((ROOT / "seeds" / "articles").glob("*.txt"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in articles)
    (folder / "text.txt").write_text(text, encoding="utf-8")
    settings = {
        "text": str(folder / "text.txt"),
        "teachers": [str(tiny_classifier), str(tiny_classifier)],
        "selector": str(tiny_classifier),
        "student": str(tiny_encoder),
        "work": str(folder / "work"),
        "out": str(folder / "taught"),
        "passages": 60,
        "candidates": 100,
        "held_out": 10,
        "window": {"max_tokens": 48, "overlap": 8},
        "training": {
            "epochs": 6,
            "batch_rows": 8,
            "learning_rate": 3e-3,
            "positive_power": 0,
            "threads": 1,
            "precision": "float32",
            "device": "cpu",
        },
    }
    (folder / "distill.yaml").write_text(json.dumps(settings), encoding="utf-8")
    return folder / "distill.yaml"


def test_a_taught_encoder_is_what_training_starts_from(
    config: Path, tiny_settings: TrainConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipeline.jobs.train import train

    assert main([str(config)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["passages"] == 60
    assert told["mean_average_precision"] > 0.2

    taught = config.parent / "taught"
    assert AutoModel.from_pretrained(taught).pooler.dense.weight.std() > 0.01  # the head's half that was learned too
    model = train(tiny_settings.model_copy(update={"base_model": str(taught), "out": config.parent / "model"}))
    assert DomainClassifier.load(str(model)).probabilities(["تعاون"]).shape == (1, 10)

    assert main([str(config)]) == 2
    assert "exists" in capsys.readouterr().err


@pytest.fixture
def begun(config: Path, tmp_path: Path) -> list[str]:
    """Give the arguments of a run that has claimed its work folder and ended there, for want of text."""
    for name in ("text.txt", "apart.jsonl"):
        (tmp_path / name).write_text('{"text": "وقعت مصر والصين اتفاقا لبناء محطة كهرباء"}\n', encoding="utf-8")
    changes = {name: tmp_path / name for name in ("work", "out")} | {"text": tmp_path / "text.txt"}
    arguments = [str(config), *(f"{name}={path}" for name, path in changes.items())]
    arguments.append(f"apart=[{tmp_path / 'apart.jsonl'}]")
    assert main(arguments) == 2
    assert (tmp_path / "work" / "settings.json").exists()
    return arguments


def test_the_work_folder_belongs_to_one_run(begun: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(begun) == 2
    assert "usable paragraphs" in capsys.readouterr().err
    assert main([*begun, "seed=2"]) == 2
    assert "other settings" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["text.txt", "apart.jsonl"])
def test_a_text_that_changed_is_refused(
    name: str, begun: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / name).open("a", encoding="utf-8") as stream:
        stream.write('{"text": "خبر"}\n')
    capsys.readouterr()
    assert main(begun) == 2
    assert re.search(r"work: .* other settings, models or texts; remove it", capsys.readouterr().err)


def test_a_work_folder_that_does_not_tell_its_texts_is_refused(
    begun: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = tmp_path / "work" / "settings.json"
    content = json.loads(mark.read_text(encoding="utf-8"))
    del content["sha256"]
    mark.write_text(json.dumps(content, indent=2), encoding="utf-8")
    capsys.readouterr()
    assert main(begun) == 2
    assert "does not tell which texts made it; remove it" in capsys.readouterr().err


def test_a_folder_of_something_else_is_not_taken_for_work_begun(
    begun: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "work" / "passages.json").write_text("[]", encoding="utf-8")
    (tmp_path / "work" / "settings.json").unlink()
    assert main(begun) == 2
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main([*begun, f"work={tmp_path / 'file'}"]) == 2
    told = capsys.readouterr().err
    assert "work: the folder does not tell which texts made it" in told
    assert "file: cannot be used" in told


def test_a_share_to_hold_out_is_refused_and_patience_is_not(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(config), "training.held_out=0.1"]) == 2
    assert re.search(r"training: held_out has no effect here; .* set held_out outside", capsys.readouterr().err)
    assert load_config(DistillConfig, config, ["training.patience=2"]).training.patience == 2


def test_the_released_configuration_says_how_each_of_its_inputs_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    told = Path("configs/distill.yaml").read_text(encoding="utf-8").replace("\\\n#", "")
    commands = [shlex.split(command) for command in re.findall(r"^#   python train\.py (.+)$", told, re.MULTILINE)]
    trained = {}
    for path, *arguments in commands:
        config = load_config(ANY_TRAIN_CONFIG, Path(path), [each for each in arguments if "=" in each])
        assert config.gate is None
        trained[str(config.out)] = config
    released = load_config(DistillConfig, Path("configs/distill.yaml"))

    assert set(trained) == {*released.teachers, released.student}
    before = {str(getattr(trained[name], "base_model", "")) for name in (*released.teachers[1:], released.student)}
    assert before == {"build/before/models/encoder"}
    assert "git archive --prefix=build/before/ fc757d0 models/encoder" in told
    assert released.selector == "models/linear"


def test_answers_are_kept(tiny_classifier: Path, tmp_path: Path) -> None:
    texts = ["تعاون في الطاقة", "مباراة"]
    first = ask(str(tiny_classifier), texts, tmp_path)
    path = next(tmp_path.glob("*.npy"))
    np.save(path, first.astype(np.float32) / 2)

    assert ask(str(tiny_classifier), texts, tmp_path) == pytest.approx(first / 2, abs=1e-6)


def test_a_student_of_which_no_layer_would_learn_is_refused(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = [f"out={tmp_path / 'out'}", f"work={tmp_path / 'work'}", "training.freeze_layers=2"]
    assert main([str(config), *changes]) == 2
    assert "training.freeze_layers: 2 leaves none of the 2 layers" in capsys.readouterr().err
    assert not (tmp_path / "work").exists()


def test_the_teachers_answer_on_as_many_threads_as_were_set(tiny_classifier: Path, tmp_path: Path) -> None:
    before = torch.get_num_threads()
    try:
        ask(str(tiny_classifier), ["تعاون"], tmp_path, threads=before + 1)
        assert torch.get_num_threads() == before + 1
    finally:
        torch.set_num_threads(before)


def test_teachers_of_different_taxonomies_are_refused(tiny_classifier: Path, tmp_path: Path) -> None:
    decision = read_decision(tiny_classifier)
    other = decision.taxonomy.model_copy(update={"domains": decision.taxonomy.domains[:3]})
    write_decision(decision.model_copy(update={"taxonomy": other, "calibration": {}, "thresholds": {}}), tmp_path)
    with pytest.raises(ConfigError, match="taxonomies"):
        shared_taxonomy([str(tiny_classifier), str(tmp_path)])
