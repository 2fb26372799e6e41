import json
from pathlib import Path

import numpy as np
import pytest
from transformers import AutoModel

from pipeline.classifier import DomainClassifier
from pipeline.config import TrainConfig
from pipeline.distillation.__main__ import main
from pipeline.distillation.ask_teachers import ask, shared_taxonomy
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


def test_the_work_folder_belongs_to_one_run(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work, out = config.parent / "other", config.parent / "second"
    work.mkdir()
    (work / "settings.json").write_text("{}", encoding="utf-8")
    assert main([str(config), f"work={work}", f"out={out}"]) == 2
    assert "other settings" in capsys.readouterr().err


def test_answers_are_kept(tiny_classifier: Path, tmp_path: Path) -> None:
    texts = ["تعاون في الطاقة", "مباراة"]
    first = ask(str(tiny_classifier), texts, tmp_path)
    path = next(tmp_path.glob("*.npy"))
    np.save(path, first.astype(np.float32) / 2)

    assert ask(str(tiny_classifier), texts, tmp_path) == pytest.approx(first / 2, abs=1e-6)


def test_teachers_of_different_taxonomies_are_refused(tiny_classifier: Path, tmp_path: Path) -> None:
    decision = read_decision(tiny_classifier)
    other = decision.taxonomy.model_copy(update={"domains": decision.taxonomy.domains[:3]})
    write_decision(decision.model_copy(update={"taxonomy": other, "calibration": {}, "thresholds": {}}), tmp_path)
    with pytest.raises(ConfigError, match="taxonomies"):
        shared_taxonomy([str(tiny_classifier), str(tmp_path)])
