"""Where a model is and what its folder says of itself: finding it, its decision file, its version. No weights here."""

import hashlib
import json
import os
import re
from pathlib import Path

from pydantic import ValidationError

from pipeline.decision import Decision
from pipeline.errors import ModelError
from pipeline.model_line import ModelLine, is_line, line_of
from pipeline.shipped import find_shipped

DECISION_FILE = "decision.json"
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_VERSIONED = ("config.json", DECISION_FILE, "ngrams.json", "tokenizer.json", "*.safetensors")


def find_model(name: str) -> Path:
    """Find a model by its folder, by its place in the installed package, or on the Hugging Face hub.

    Args:
        name: A folder, or a hub id such as `aubmindlab/bert-base-arabertv02`. A line of models stands for its current
            version, whose folder stays what it is when another becomes current.

    Raises:
        ModelError: It is in none of these places, the hub cannot be reached, or a line has no current version.
    """
    folder = find_shipped(name)
    if os.path.exists(folder):  # noqa: PTH110 - unlike the method, it bears every name
        if is_line(folder):
            return ModelLine(folder).current_folder()
        if folder.is_dir():
            return folder
        message = f"{name}: not a folder; a model is a folder with config.json and *.safetensors"
        raise ModelError(message)
    if not _HUB_ID.fullmatch(name) or name.split("/", maxsplit=1)[0] in {".", "..", "models"}:
        message = f"{name}: no such model folder; give the folder of a model, for example models/cooperation"
        raise ModelError(message)
    return _download(name)


def _download(hub_id: str) -> Path:
    """Fetch a model from the hub, or take it from this machine's copy of it, without a network only that."""
    from huggingface_hub import snapshot_download

    is_offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}
    wanted = ["*.json", "*.npz", "*.safetensors", "vocab.txt", "README.md"]
    try:
        return Path(snapshot_download(hub_id, allow_patterns=wanted, local_files_only=is_offline))
    except (OSError, ValueError) as error:
        why = "offline, as asked, and not on this machine" if is_offline else type(error).__name__
        message = (
            f"{hub_id}: no such folder, and it could not be had from the Hugging Face hub "
            f"({why}); check the name, or download it elsewhere and give its folder"
        )
        raise ModelError(message) from error


def read_decision(folder: Path) -> Decision:
    """Read the decision file of a classifier.

    Raises:
        ModelError: It is missing, no JSON, or not of the shape of `Decision`.
    """
    path = folder / DECISION_FILE
    try:
        return Decision.model_validate_json(path.read_bytes())
    except OSError as error:
        advice = (
            f"fine-tune it first: taawun train configs/train_arabert.yaml base_model={folder}"
            if (folder / "config.json").exists()
            else "give the folder of one, for example models/cooperation"
        )
        message = f"{folder}: not a taawun classifier, it has no {DECISION_FILE}; {advice}"
        raise ModelError(message) from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'file'}: {each['msg']}" for each in error.errors())
        message = f"{path}: {wrong}; the file belongs to another version or was edited: take the original"
        raise ModelError(message) from error


def write_decision(decision: Decision, folder: Path) -> None:
    """Write the decision file of a classifier into its folder."""
    without = decision.WINDOW_SETTINGS if decision.kind == "linear" else frozenset()
    text = json.dumps(decision.model_dump(mode="json", exclude=set(without)), ensure_ascii=False, indent=2)
    (folder / DECISION_FILE).write_text(text + "\n", encoding="utf-8")


def model_version(folder: Path) -> str:
    """Name a model by content: `name@` and 12 hex digits of the SHA-256 of all that decides its labels.

    All versions of a line have the line's name.

    Raises:
        ModelError: One of its files cannot be read.
    """
    digest = hashlib.sha256()
    for path in sorted({match for pattern in _VERSIONED for match in folder.glob(pattern)}):
        digest.update(path.name.encode())
        digest.update(hash_file(path))
    place = line_of(folder) or folder.resolve()
    # The hub's cache keeps `org/name` as models--org--name/snapshots/<commit>.
    name = place.parent.parent.name.rpartition("--")[2] if place.parent.name == "snapshots" else place.name
    return f"{name}@{digest.hexdigest()[:12]}"


def hash_file(path: Path) -> bytes:
    """Give the SHA-256 of a file of a model.

    Raises:
        ModelError: It cannot be read, as a link to nowhere.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); take an undamaged copy of the model"
        raise ModelError(message) from error


def content_of(version: str) -> str:
    """Give the hash of a version, which stays what it is where its folder or its line gets another name."""
    return version.rpartition("@")[2]
