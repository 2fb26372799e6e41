"""Finding out whether an installation and a model are sound: versions, precision, hashes, known answers."""

import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from pipeline.errors import ModelError, PipelineError
from pipeline.jobs.gating.model_lines import read_sealed
from pipeline.kinds import Classifier, load_classifier, settle
from pipeline.model_folder import find_model, model_version
from pipeline.readers.sandbox import PageExtractor, PageFailure
from pipeline.release import SAMPLE, Answer, Released, differences, hash_files, read_released, write_released
from pipeline.shipped import code_version
from pipeline.text import clean

LIBRARIES = ("torch", "transformers", "tokenizers", "safetensors", "numpy", "pyarrow", "lxml", "trafilatura")
TOLERANCE = {"float32": 0.005, "bfloat16": 0.06}
"""By how much a probability may differ from the released one, by the type of the weights in memory."""

_DECIMALS = 4
_TEXT = "نص"
_PAGE = f"<p>{_TEXT}</p>"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: It.
        told: What was found; where it is wrong, also what to do.
        is_wrong: Whether it is.
    """

    what: str
    told: str
    is_wrong: bool = False


def examine(name: str, checksums: Path | None = None) -> Iterator[Finding]:
    """Look at the installation and at a model, one thing after the other.

    Args:
        name: Folder or hub id of the model.
        checksums: What is told of released models; what comes with taawun where not given.
    """
    yield from _look_at_installation()
    try:
        folder = find_model(name)
        yield Finding("model", f"{model_version(folder)} in {folder}")
        released = read_released(checksums)
    except PipelineError as error:
        yield Finding("model", str(error), is_wrong=True)
        return
    known = next((each for key, each in released.items() if Path(key).name == folder.resolve().name), None)
    yield _look_at_files(folder, known)
    yield from _ask(folder, known)


def seal(names: Sequence[str], checksums: Path) -> None:
    """Note hashes and answers of models that are to be released, in place of what was noted of them.

    Args:
        names: Folders of models; all that are noted where none is given.
        checksums: Where to write.

    Raises:
        ModelError: One of them is missing or damaged.
    """
    released = read_released(checksums)
    for name in names or list(released):
        folder = find_model(name)
        classifier = load_classifier(name, device="cpu", precision="float32")
        released[name] = Released(version=model_version(folder), files=hash_files(folder), answers=_answers(classifier))
    write_released(released, checksums)


def _look_at_installation() -> Iterator[Finding]:
    """Look at Python, the libraries, and the process that reads web pages."""
    yield Finding("taawun", code_version())
    yield Finding("python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    found, missing = [], []
    for library in LIBRARIES:
        try:
            found.append(f"{library} {version(library)}")
        except PackageNotFoundError:
            missing.append(library)
    yield Finding("libraries", ", ".join(found))
    if missing:
        yield Finding("libraries", f"{', '.join(missing)} missing; install taawun again", is_wrong=True)
    try:
        with PageExtractor(timeout_seconds=60, memory_megabytes=1024) as extractor:
            is_read = extractor.extract(_PAGE).text == _TEXT
    except (PipelineError, PageFailure) as error:
        yield Finding("web pages", str(error), is_wrong=True)
    else:
        yield Finding("web pages", "are read" if is_read else "are read wrongly; reinstall trafilatura", not is_read)


def _look_at_files(folder: Path, known: Released | None) -> Finding:
    """Compare the files of a model with those that were released."""
    if known is None:
        return _look_at_version(folder)
    try:
        wrong = differences(folder, known)
    except ModelError as error:
        return Finding("files", str(error), is_wrong=True)
    if wrong:
        told = (
            f"not those of {known.version}: {'; '.join(wrong)}; take an undamaged copy, or give your model its own name"
        )
        return Finding("files", told, is_wrong=True)
    return Finding("files", f"{len(known.files)} files, all as released")


def _look_at_version(folder: Path) -> Finding:
    """Compare a model that was not released with what the promotion gate has seen of it, if it went through one."""
    try:
        gate = read_sealed(folder)
    except PipelineError as error:
        return Finding("files", str(error), is_wrong=True)
    if gate is None:
        told = "not compared: no model of this name was released with this version of taawun, and no gate has seen it"
        return Finding("files", told)
    return Finding("files", f"weights, tokenizer and thresholds are those that the gate has seen, {gate['model']}")


def _ask(folder: Path, known: Released | None) -> Iterator[Finding]:
    """Load a model in full precision, and in the one that labelling would take, and ask it about the sample."""
    try:
        device, precision = settle(str(folder), device="auto", precision="auto")
        yield Finding("precision", f"{precision} on {device} is what labelling takes here")
        for each in dict.fromkeys(("float32", precision)):
            classifier = load_classifier(str(folder), device=device, precision=each)
            yield _compare(classifier, known, each)
    except PipelineError as error:
        yield Finding("model", str(error), is_wrong=True)


def _compare(classifier: Classifier, known: Released | None, precision: str) -> Finding:
    """Compare what a model says of the sample with what it said when it was released."""
    what = f"answers in {precision}"
    domains = classifier.decision.taxonomy.ids
    if known is None:
        is_sound = all(np.isfinite(list(each.probabilities.values())).all() for each in _answers(classifier))
        return Finding(what, "probabilities; not compared" if is_sound else "no numbers: damaged weights", not is_sound)
    wanted = tuple(known.answers[0].probabilities)
    if domains != wanted:
        told = f"of another taxonomy: {', '.join(domains)}; released: {', '.join(wanted)}"
        return Finding(what, told, is_wrong=True)
    got = _answers(classifier, [each.text for each in known.answers])
    pairs = list(zip(got, known.answers, strict=True))
    off = max(abs(one.probabilities[name] - other.probabilities[name]) for one, other in pairs for name in domains)
    # Rounding may tip a decision that was close; in full precision none of the sample's is.
    others = sum(one.labels != other.labels for one, other in pairs) if precision == "float32" else 0
    if others or not off <= TOLERANCE[precision]:
        told = (
            f"{others} of {len(pairs)} labelled otherwise, probabilities off by up to {off:.4f}: not the model released"
        )
        return Finding(what, told, is_wrong=True)
    return Finding(what, f"{len(pairs)} of {len(pairs)} as released, probabilities within {off:.4f}")


def _answers(classifier: Classifier, texts: Sequence[str] = SAMPLE) -> tuple[Answer, ...]:
    """Ask a model about texts."""
    domains = classifier.decision.taxonomy.ids
    probabilities = classifier.probabilities([clean(text).text for text in texts])
    applies = classifier.decision.applies(probabilities)
    return tuple(
        Answer(
            text=text,
            labels=tuple(name for name, is_given in zip(domains, chosen, strict=True) if is_given),
            probabilities={name: round(float(each), _DECIMALS) for name, each in zip(domains, row, strict=True)},
        )
        for text, row, chosen in zip(texts, probabilities, applies, strict=True)
    )
