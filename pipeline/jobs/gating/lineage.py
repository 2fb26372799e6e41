"""What a trained model came from: data, encoder, predecessor, code and settings, as its folder tells them."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.config import TrainConfig, TrainLinearConfig
from pipeline.jobs.results.names import portable_name
from pipeline.jobs.training.material import TrainingMaterial
from pipeline.jobs.training.outcome import TrainingOutcome
from pipeline.shipped import code_version


def tell_lineage(
    config: TrainConfig | TrainLinearConfig,
    material: TrainingMaterial,
    outcome: TrainingOutcome,
    incumbent: str | None,
) -> dict[str, Any]:
    """Tell what a model was made of, for `metrics.json`.

    Args:
        config: The settings.
        material: The rows.
        outcome: What fitting gave.
        incumbent: Version of the model whose place it may take.
    """
    base = outcome.started_from.get("base_model")
    return {
        "kind": config.kind,
        "license": config.license,
        "training": {
            "rows": material.count,
            "rows_dropped_by_prepare": material.count - len(material.used),
            **outcome.training,
        },
        "data": [each | {"license": config.licenses.get(each["file"], "not stated")} for each in material.files],
        **outcome.started_from,
        "parent": {
            "incumbent": incumbent,
            "base_model": f"{Path(base['name']).name}@{base['content']}" if base else None,
        },
        "code": code_version(),
        "versions": {"taawun": __version__} | {name: version(name) for name in outcome.libraries},
    }


def portable_settings(config: TrainConfig | TrainLinearConfig) -> TrainConfig | TrainLinearConfig:
    """Leave this machine's folders out of the settings that are stored with the model."""
    places: dict[str, Any] = {
        "taxonomy": Path(portable_name(str(config.taxonomy))),
        "labelled": tuple(map(portable_name, config.labelled)),
        "extra": tuple(map(portable_name, config.extra)),
        "evaluation": tuple(map(portable_name, config.evaluation)),
        "out": Path(portable_name(str(config.out))),
    }
    if config.gate and config.gate.incumbent:
        gate = config.gate.model_copy(update={"incumbent": portable_name(config.gate.incumbent)})
        places["gate"] = gate
    if isinstance(config, TrainConfig):
        places |= {"base_model": portable_name(config.base_model), "run": None}
    return config.model_copy(update=places)
