"""What a released model must be: the hashes of its files, and what it says of a few texts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from pipeline.durable import write_whole
from pipeline.errors import ConfigError
from pipeline.model_folder import hash_file
from pipeline.shipped import find_shipped

CHECKSUMS_FILE: Final = "models/checksums.json"
"""Told of every released model, by its name; comes with taawun as the models do."""

DOCUMENTS: Final = frozenset({"README.md", "evaluations.json", "metrics.json"})
"""Files of a model that decide nothing, and that measuring it may add to."""

SAMPLE: Final = (
    "وقعت الصين وروسيا اتفاقية لتوريد الغاز الطبيعي عبر خط أنابيب جديد يبدأ تشغيله العام المقبل.",
    "أجرت قوات البلدين مناورات بحرية مشتركة في خليج عمان شاركت فيها مدمرات وطائرات استطلاع.",
    "بلغ حجم التبادل التجاري بين مصر وتركيا ثمانية مليارات دولار، واتفق الوزيران على إلغاء الرسوم الجمركية.",
    "أطلقت الجامعتان برنامجا مشتركا للمنح الدراسية وتبادل الطلاب والباحثين، وافتتح الوزيران معرضا للكتاب.",
    "قدمت منظمة الصحة العالمية شحنة من اللقاحات والأدوية إلى وزارة الصحة السودانية لمواجهة الكوليرا.",
    "فاز الفريق بالمباراة بهدفين مقابل هدف، وقال المدرب إن اللاعبين قدموا أفضل ما لديهم.",
    "واتفق الرئيسان على عقد قمة ثانية في العاصمة لبحث الوساطة بين الطرفين وفتح سفارتين. " * 24,
)
"""Texts that released models are asked about; the last is longer than a window."""


class Answer(BaseModel):
    """What a released model says of a text, in float32.

    Attributes:
        text: The text.
        labels: Ids of the domains that apply, in the order of the taxonomy.
        probabilities: Of every domain, rounded.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    labels: tuple[str, ...]
    probabilities: dict[str, float]


class Released(BaseModel):
    """A released model.

    Attributes:
        version: Its name and version, `name@hash`.
        files: SHA-256 of each of its files but documents, by name.
        answers: What it says of the sample.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    files: dict[str, str]
    answers: tuple[Answer, ...]


_SHAPE: Final = TypeAdapter(dict[str, Released])


def read_released(path: Path | None = None) -> dict[str, Released]:
    """Read what is told of the released models; nothing where the file is missing.

    Args:
        path: The file; the one that comes with taawun where not given.

    Raises:
        ConfigError: The file is damaged.
    """
    path = path or find_shipped(CHECKSUMS_FILE)
    try:
        return _SHAPE.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError) as error:
        message = f"{path}: damaged ({str(error).splitlines()[0]}); install taawun again, or take the file of the clone"
        raise ConfigError(message) from error


def write_released(released: Mapping[str, Released], path: Path) -> None:
    """Write what is told of the released models."""
    content = {name: each.model_dump(mode="json") for name, each in sorted(released.items())}
    write_whole(json.dumps(content, ensure_ascii=False, indent=1) + "\n", path)


def hash_files(folder: Path) -> dict[str, str]:
    """Give the SHA-256 of each file of a model but documents and hidden ones, by name.

    Raises:
        ModelError: One of them cannot be read.
    """
    return {
        path.name: hash_file(path).hex()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name not in DOCUMENTS and not path.name.startswith(".")
    }


def differences(folder: Path, released: Released) -> list[str]:
    """Tell which files of a model are not those that were released: missing, changed, or added.

    Raises:
        ModelError: One of them cannot be read.
    """
    there = hash_files(folder)
    missing = [f"{name} is missing" for name in released.files if name not in there]
    changed = [
        f"{name} was changed (SHA-256 {there[name][:12]}…, released {expected[:12]}…)"
        for name, expected in released.files.items()
        if name in there and there[name] != expected
    ]
    return missing + changed + [f"{name} does not belong to it" for name in there if name not in released.files]
