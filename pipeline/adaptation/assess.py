"""How well the student follows the teacher on text that it was not trained on."""

from dataclasses import replace

import numpy as np
import torch

from pipeline.adaptation.align_words import Passages
from pipeline.adaptation.compare_states import sentence_vectors
from pipeline.adaptation.cut_passages import epoch_batches
from pipeline.adaptation.heal import Healer, masking_of, states_of
from pipeline.adaptation.make_batch import make_batch


def assess(healer: Healer, passages: Passages, seed: int) -> dict[str, float]:
    """Measure student against teacher on held-out passages.

    Args:
        healer: The models.
        passages: Text that was not trained on.
        seed: Of the masks.

    Returns:
        `cosine`: mean cosine of the unmasked sentence vectors; `centered`: the same after each model's mean vector was
        taken away; `found`: share of the passages whose student vector is, among all teacher vectors, nearest to its
        own; `mask`: nats per masked token; `words`, `middle`, `sentence`: unexplained shares of variance, means over
        batches.
    """
    masking = masking_of(healer)
    sums = dict.fromkeys(("words", "middle", "sentence", "mask"), 0.0)
    ours, theirs = [], []
    batches = epoch_batches(passages.lengths(), healer.settings.batch_tokens, seed, 0)
    with torch.inference_mode():
        for step, chosen in enumerate(batches):
            random = np.random.default_rng((seed, step, 2))
            hidden = make_batch(passages, chosen, replace(masking, passages=1.0), random)
            plain = make_batch(passages, chosen, replace(masking, passages=0.0), random)
            student, teacher = states_of(healer.student.bert, plain.student), states_of(healer.teacher, plain.teacher)
            losses = healer.distances(plain, student, teacher)
            losses["mask"] = healer.mask_loss(hidden, states_of(healer.student.bert, hidden.student))
            for name, loss in losses.items():
                sums[name] += float(loss) / len(batches)
            ours.append(sentence_vectors(student[-1], plain.student))
            theirs.append(sentence_vectors(teacher[-1], plain.teacher))
    return sums | compare_vectors(torch.cat(ours), torch.cat(theirs))


def compare_vectors(ours: torch.Tensor, theirs: torch.Tensor) -> dict[str, float]:
    """Compare two models' vectors of the same passages.

    Args:
        ours: Shape (passages, hidden).
        theirs: The same shape.

    Returns:
        `cosine`, `centered` and `found`, as in `assess`.
    """
    around, goal = ours - ours.mean(dim=0), theirs - theirs.mean(dim=0)
    near = torch.nn.functional.normalize(around) @ torch.nn.functional.normalize(goal).T
    return {
        "cosine": float(torch.cosine_similarity(ours, theirs).mean()),
        "centered": float(near.diagonal().mean()),
        "found": float((near.argmax(dim=1) == torch.arange(len(near))).float().mean()),
    }
