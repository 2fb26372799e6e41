"""Handing a model to other tools: a folder for ONNX Runtime, or the files of a repository of the Hugging Face hub."""

import shutil
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

import numpy as np

from pipeline.config import ExportModelConfig
from pipeline.decision import Decision
from pipeline.errors import ModelError
from pipeline.jobs.results.folder import RUN_FILE, results_folder, write_json
from pipeline.jobs.results.names import portable_name
from pipeline.kinds import load_classifier
from pipeline.model_folder import DECISION_FILE, find_model, model_version, read_decision
from pipeline.release import SAMPLE
from pipeline.shipped import code_version
from pipeline.text import clean

ONNX_FILE: Final = "model.onnx"
CARD: Final = "README.md"
_BESIDE_NETWORK: Final = ("config.json", DECISION_FILE, "tokenizer.json", "tokenizer_config.json")
_ONNX_FILES: Final = (RUN_FILE, ONNX_FILE, CARD, *_BESIDE_NETWORK)
_HUB_FILES: Final = (RUN_FILE, CARD, "*.json", "*.npz", "*.safetensors", "*.yaml", "vocab.txt")
_LARGEST_DIFFERENCE: Final = 1e-4
"""Of a probability; labels are rounded to as many decimals when they are written."""

_ONNX_CARD = """\
# {name}, as ONNX

The network of {version} for ONNX Runtime, in float32. On {texts} texts its probabilities differ from torch's by
{difference:.0e} at most. `{decision}` holds what else decides labels; taawun's text functions bring texts into the form
that the network was trained on:

```python
from pathlib import Path

import numpy as np
from onnxruntime import InferenceSession

from pipeline.model_folder import read_decision
from pipeline.text import clean
from pipeline.tokenizer import ParagraphTokenizer

folder = Path(".")  # this folder
decision = read_decision(folder)
tokenizer = ParagraphTokenizer.load(folder, decision)
session = InferenceSession(folder / "{network}")

(windows,) = tokenizer.windows([clean("وقعت مصر والصين اتفاقا لبناء محطة كهرباء").text])  # of one paragraph
logits = [session.run(None, {{"input_ids": [each], "attention_mask": [[1] * len(each)]}})[0][0] for each in windows]
probabilities = decision.probabilities(np.array(logits, dtype=float), np.array([len(windows)]))
labels = [name for name, applies in zip(decision.taxonomy.ids, decision.applies(probabilities)[0]) if applies]
print(labels)
```
"""


@dataclass(frozen=True, slots=True)
class ModelExport:
    """What a finished run did.

    Attributes:
        place: The folder with the results.
        model: Name and version of the model.
        difference: Largest difference of a probability from torch's; only of ONNX.
    """

    place: Path
    model: str
    difference: float | None = None


def export_model(config: ExportModelConfig) -> ModelExport:
    """Export a model.

    Raises:
        ConfigError: The place of the results cannot be used, or what ONNX needs is not installed.
        ModelError: The model is missing, damaged, without a card, or of a kind that cannot be exported so.
    """
    folder = find_model(config.model)
    decision = read_decision(folder)
    return _to_onnx(config, folder, decision) if config.to == "onnx" else _to_hub(config, folder)


def _to_onnx(config: ExportModelConfig, folder: Path, decision: Decision) -> ModelExport:
    if decision.kind == "linear":
        message = f"{config.model}: a linear classifier has no network to export; it runs without torch as it is"
        raise ModelError(message)
    from pipeline.inference.onnx_network import require_onnx, write_onnx

    require_onnx()
    expected = load_classifier(str(folder), device="cpu", precision="float32")
    texts = [clean(text).text for text in SAMPLE]
    with results_folder(config.place, _ONNX_FILES, overwrite=config.overwrite) as partial:
        for name in _BESIDE_NETWORK:
            if (folder / name).exists():
                shutil.copy(folder / name, partial)
        write_onnx(folder, partial / ONNX_FILE)
        difference = float(np.abs(_ask(partial, decision, texts) - expected.probabilities(texts)).max())
        if not difference <= _LARGEST_DIFFERENCE:
            message = (
                f"{config.model}: as ONNX its probabilities differ by {difference:.2g} from torch's, nothing was "
                "exported; try other versions of torch and onnxruntime"
            )
            raise ModelError(message)
        card = _ONNX_CARD.format(
            name=expected.version.partition("@")[0],
            version=expected.version,
            texts=len(texts),
            difference=difference,
            decision=DECISION_FILE,
            network=ONNX_FILE,
        )
        (partial / CARD).write_text(card, encoding="utf-8")
        write_json(_run(config, expected.version) | {"largest_difference": difference}, partial / RUN_FILE)
    return ModelExport(config.place, expected.version, difference)


def _ask(folder: Path, decision: Decision, texts: list[str]) -> np.ndarray:
    """Score cleaned paragraphs with the exported files alone; probabilities, shape (texts, labels)."""
    from pipeline.classifier import DomainClassifier
    from pipeline.inference.onnx_network import OnnxNetwork
    from pipeline.tokenizer import ParagraphTokenizer

    network = OnnxNetwork(folder / ONNX_FILE, decision.taxonomy.ids, decision.max_tokens)
    tokenizer = ParagraphTokenizer.load(folder, read_decision(folder))
    return DomainClassifier(network, tokenizer, decision, "").probabilities(texts)


def _to_hub(config: ExportModelConfig, folder: Path) -> ModelExport:
    version = model_version(folder)
    name = version.partition("@")[0]
    card = folder / CARD
    if not card.is_file():
        message = f"{config.model}: has no {CARD}, the card that a repository shows; train it with taawun train"
        raise ModelError(message)
    load_classifier(str(folder), device="cpu", precision="float32")  # a damaged one is refused here
    with results_folder(config.place, _HUB_FILES, overwrite=config.overwrite) as partial:
        for path in sorted(folder.iterdir()):
            if (
                path.is_file()
                and not path.name.startswith(".")
                and any(fnmatch(path.name, each) for each in _HUB_FILES)
            ):
                shutil.copy(path, partial)
        told = card.read_text(encoding="utf-8").replace(f"--model models/{name} ", f"--model {config.repo} ")
        (partial / CARD).write_text(told, encoding="utf-8")
        write_json(_run(config, version), partial / RUN_FILE)
    return ModelExport(config.place, version)


def _run(config: ExportModelConfig, version: str) -> dict[str, Any]:
    places = {"model": portable_name(config.model), "out": portable_name(str(config.place))}
    settings = config.model_dump(mode="json") | places
    return {"job": "export", "code": code_version(), "model": version, "settings": settings}
