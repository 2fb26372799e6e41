"""Do labels rest on the words told for them? python benchmarks/explain_faithfulness.py GOLD [--model M] [--rows N].

Labels the rows of GOLD, draws N of those that get a label, and explains them. Then the model is asked again, once
without the words and once with nothing but them: comprehensiveness is how much the label's probability falls without
them, sufficiency how much it falls with them alone (J. DeYoung et al., "ERASER: A Benchmark to Evaluate Rationalized
NLP Models", 2020; of good evidence the first is high and the second low). The words are those that `taawun label
--explain` tells, and the K weightiest; each beside as many words of the paragraph drawn at random. Prints a table in
Markdown with 95 % bootstrap intervals over rows, and what explaining costs beside labelling: processor time, on rows
that all have a label (a row without one costs nothing).
"""

import argparse
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pipeline.config import prepare_stages
from pipeline.decision import FloatArray
from pipeline.evidence import Question, choose_words, find_words, leave_out, weigh_words
from pipeline.gold import prepare_rows
from pipeline.kinds import Classifier, load_classifier
from pipeline.labelled import read_labelled
from pipeline.records import Tally

RESAMPLES = 1000
TOP = (1, 3, 5)


class Claim(NamedTuple):
    """Words of a paragraph that are said to speak for a label."""

    row: int
    text: str
    label: int
    words: frozenset[str]


def draw_rows(classifier: Classifier, gold: Path, count: int, random: np.random.Generator) -> list[Question]:
    """Draw rows among those that get a label, with the labels that they get."""
    rows = read_labelled([gold], classifier.decision.taxonomy)
    texts = [text for text in prepare_rows(rows, prepare_stages(classifier.decision), Tally()) if text]
    applies = classifier.decision.applies(classifier.probabilities(texts))
    labelled = np.flatnonzero(applies.any(axis=1))
    drawn = np.sort(random.choice(labelled, min(count, len(labelled)), replace=False))
    return [Question(texts[row], np.flatnonzero(applies[row]).tolist()) for row in drawn]


def fall(classifier: Classifier, claims: Sequence[Claim]) -> FloatArray:
    """Give comprehensiveness and sufficiency of claims, shape (claims, 2)."""
    texts = [claim.text for claim in claims]
    texts += [leave_out(claim.text, claim.words) for claim in claims]
    texts += [leave_out(claim.text, set(find_words(claim.text)) - claim.words) for claim in claims]
    scores = classifier.probabilities(texts).reshape(3, len(claims), -1)
    whole, without, alone = scores[:, np.arange(len(claims)), [claim.label for claim in claims]]
    return np.stack([whole - without, whole - alone], axis=1)


def at_random(claims: Iterable[Claim], random: np.random.Generator) -> list[Claim]:
    """Put as many words drawn at random in place of those claimed."""
    return [
        claim._replace(words=frozenset(random.choice(find_words(claim.text), len(claim.words), replace=False).tolist()))
        for claim in claims
    ]


def intervals(values: FloatArray, rows: Sequence[int], random: np.random.Generator) -> list[str]:
    """Write the mean of each column with its interval; all values of a row are drawn together."""
    sums = np.zeros((max(rows) + 1, values.shape[1]))
    np.add.at(sums, rows, values)
    counts = np.bincount(rows)
    present = np.flatnonzero(counts)
    drawn = present[random.integers(len(present), size=(RESAMPLES, len(present)))]
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)[:, None]
    low, high = np.quantile(means, (0.025, 0.975), axis=0)
    return [f"{m:.3f} [{a:.3f}, {b:.3f}]" for m, a, b in zip(values.mean(axis=0), low, high, strict=True)]


def main() -> None:
    """Draw, explain, ask again and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--model", default="models/cooperation")
    parser.add_argument("--rows", type=int, default=100)
    given = parser.parse_args()
    random = np.random.default_rng(0)
    classifier = load_classifier(given.model, device="cpu", precision="float32")
    questions = draw_rows(classifier, given.gold, given.rows, random)
    start = time.process_time()
    classifier.probabilities([question.text for question in questions])
    labelled = time.process_time()
    weighed = weigh_words(questions, lambda texts: classifier.probabilities(list(texts)))
    explained = time.process_time()
    found = [
        (row, question.text, label, list(weights), choose_words(weights))
        for row, (question, by_label) in enumerate(zip(questions, weighed, strict=True))
        for label, weights in by_label.items()
    ]
    sets = {"as told": [Claim(row, text, label, frozenset(told)) for row, text, label, _, told in found]}
    for count in TOP:
        sets[str(count)] = [Claim(row, text, label, frozenset(most[:count])) for row, text, label, most, _ in found]
    print(f"{classifier.version}: {len(found)} labels of {len(questions)} rows\n")
    print(
        "| words | words a label | comprehensiveness | at random | sufficiency | at random |\n|---|---|---|---|---|---|"
    )
    for name, claims in sets.items():
        rows = [claim.row for claim in claims]
        by_evidence = intervals(fall(classifier, claims), rows, random)
        by_chance = intervals(fall(classifier, at_random(claims, random)), rows, random)
        mean = np.mean([len(claim.words) for claim in claims])
        print(f"| {name} | {mean:.1f} | {by_evidence[0]} | {by_chance[0]} | {by_evidence[1]} | {by_chance[1]} |")
    ratio = (explained - labelled) / (labelled - start)
    print(f"\nexplaining takes {ratio:.1f} times the processor time of labelling these rows")


if __name__ == "__main__":
    main()
