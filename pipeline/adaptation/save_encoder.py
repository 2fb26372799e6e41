"""The encoder as a folder that transformers loads: config.json, model.safetensors, the tokenizer's files."""

import shutil
from pathlib import Path

import torch
from transformers import BertForMaskedLM, BertModel


def save_encoder(student: BertForMaskedLM, vocabulary: Path, out: Path) -> None:
    """Write the student's encoder beside its place and move it in whole.

    The weights are stored as bfloat16. The pooler, which the student has not, starts as the identity, so that a
    classifier begins with the tanh of `[CLS]`, which was taught to be a sentence vector.

    Args:
        student: The healed student.
        vocabulary: Folder with the tokenizer's files.
        out: The folder to be made.
    """
    encoder = BertModel(student.config, add_pooling_layer=True)
    encoder.load_state_dict(student.bert.state_dict(), strict=False)
    torch.nn.init.eye_(encoder.pooler.dense.weight)
    torch.nn.init.zeros_(encoder.pooler.dense.bias)
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(vocabulary, part)
    encoder.to(torch.bfloat16).save_pretrained(part)
    part.rename(out)
