"""Make the encoder: teacher, text, vocabulary, transplant, healing, assessment, one folder."""

import logging
from pathlib import Path

import torch
from tokenizers import Tokenizer

from pipeline.adaptation.assess import assess
from pipeline.adaptation.build_vocabulary import build_vocabulary, load_vocabulary, save_vocabulary
from pipeline.adaptation.cut_passages import cut_passages
from pipeline.adaptation.heal import Healer, heal
from pipeline.adaptation.read_e5 import find_e5, read_e5
from pipeline.adaptation.read_text import prepare_text
from pipeline.adaptation.save_encoder import save_encoder
from pipeline.adaptation.settings import AdaptConfig
from pipeline.adaptation.transplant import transplant
from pipeline.adaptation.work_folder import claim_work_folder
from pipeline.errors import ConfigError, InputError

_log = logging.getLogger(__name__)

_TEACHER_ROOM = 2
"""The teacher may need so many times the student's tokens for a passage; a longer one is cut."""


def adapt(settings: AdaptConfig) -> dict[str, dict[str, float]]:
    """Make an encoder, or go on with one that was begun in the same work folder.

    Returns:
        What `assess` measured on held-out text before and after healing.

    Raises:
        ConfigError: The output exists, or the work folder belongs to other settings, texts or another teacher.
        InputError: The text or the teacher cannot be read, or there is too little text.
    """
    if settings.out.exists():
        message = f"{settings.out}: exists; remove it or choose another folder with out="
        raise ConfigError(message)
    if settings.threads:
        torch.set_num_threads(settings.threads)
    source = settings.teacher or find_e5()
    used = settings.model_dump(mode="json", exclude={"out", "work", "threads", "text", "teacher"})
    claim_work_folder(settings.work, used, (), [settings.text, source])
    lines = prepare_text(settings.text, settings.work / "text.txt")
    if len(lines) <= settings.held_out:
        message = (
            f"{settings.text}: {len(lines)} usable paragraphs, too few to hold out {settings.held_out}; "
            f"give more text or a smaller held_out, and remove {settings.work}"
        )
        raise InputError(message)
    teacher, old = read_e5(source)
    new = _vocabulary(settings, lines[: -settings.held_out])
    torch.manual_seed(settings.seed)  # for the head that guesses masked words: all else is transplanted
    student = transplant(teacher, old, new, settings.layers)
    student.set_attn_implementation("eager")  # the fused attention's backward pass is slower on CPUs
    healer = Healer(student.to(torch.bfloat16), teacher.to(torch.bfloat16), settings.layers, settings.heal)
    longest = settings.heal.max_tokens
    most = min(_TEACHER_ROOM * longest, teacher.config.max_position_embeddings)
    held_out = cut_passages(lines[-settings.held_out :], new, old, longest, most)
    passages = cut_passages(lines[: -settings.held_out], new, old, longest, most)
    _log.info("%d passages, %d tokens", len(passages), passages.lengths().sum())
    before = assess(healer, held_out, settings.seed)
    _log.info("before healing: %s", _written(before))
    heal(healer, passages, settings.work / "checkpoint.pt", settings.seed)
    after = assess(healer, held_out, settings.seed)
    _log.info("after healing: %s", _written(after))
    save_encoder(student, settings.work / "vocabulary", settings.out)
    return {"before": before, "after": after}


def _vocabulary(settings: AdaptConfig, lines: list[str]) -> Tokenizer:
    folder = settings.work / "vocabulary"
    if not folder.exists():
        part: Path = settings.work / "vocabulary.part"
        save_vocabulary(build_vocabulary(lines, settings.vocabulary_size), part)
        part.rename(folder)
    return load_vocabulary(folder)


def _written(measured: dict[str, float]) -> str:
    return " ".join(f"{name}={value:.4f}" for name, value in measured.items())
