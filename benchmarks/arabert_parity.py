"""Compare `pipeline.text.preprocess_arabert` with the package it replaces, string by string and token by token.

Set up a scratch environment, because the package pins an old `emoji` that it does not need here:

    python -m venv scratch && scratch/bin/pip install tokenizers
    scratch/bin/pip install --no-deps arabert==1.0.1 pyarabic==0.6.15
    PYTHONPATH=. scratch/bin/python benchmarks/arabert_parity.py TEXTS.jsonl TOKENIZER_FOLDER

TEXTS.jsonl holds one object a line with a `text`; TOKENIZER_FOLDER holds AraBERT v0.2's `tokenizer.json`. Nothing is
cleaned before either. Then come odd strings at random, the golden file of the tests, and how time grows on the texts
that the package takes quadratic time for.
"""

import argparse
import json
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from arabert.preprocess import ArabertPreprocessor  # type: ignore[import-not-found, unused-ignore]
from tokenizers import Tokenizer

from pipeline.text import clean, preprocess_arabert

Preprocess = Callable[[str], str]

GOLDEN = Path(__file__).parents[1] / "tests/text/golden/arabert.jsonl"
MEGABYTE = 1e6

# Whole and broken addresses, mentions, tags, entities, brackets, numbers, marks: what the package has patterns for.
WRITTEN = """
http:// https:// www. .com .co.uk .net/ @ info@x.com a.b user_1 :// / ?q=1&b=2 # ~ ال صين قال 1 23 190.3 ٣ ۴ ٪ ٫ ... ،،،
!!!! [ ] [رابط] ( ) < > <br&#32;/> </p> <b> &amp; &lt; &gt; &nbsp; &#1575; &copy ـ َ ّ ٰ ٔ ﻻ ی ک 😀 é - _ — “ ” ‘ ’ « » A
BRICS com org x Z % : ; ' " \\ ^ ` { | } = + * · ୍ ۚ ٠ ٱ ٴ aaaa ههههه wwww httphttp hhttps:// x.info y.comz .com1 a@b @@
a@b.c -a-@-b-.-c- q.q.q.
"""
WHITE = (" ", "  ", "\n", "\t", "\u200c", "\u200f", "\ufeff", "\ufe0f", "\x1c", "\x85", "\xa0", "<br />")
FRAGMENTS = (*WRITTEN.split(), *WHITE, "w" * 250, "b" * 253)

HOSTILE = {
    "a long Arabic word": "ال",
    "a long Latin word": "ab",
    "digits": "12",
    "ends of sentences": "a.",
    "opening brackets": "<",
    "at signs": "a@",
    "addresses": "http://a.bc/",
    "entities": "&amp;",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the comparison; exit code 1 when a string differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("--random", type=int, default=20_000, metavar="N", help="odd strings to try (20000)")
    parser.add_argument("--seed", type=int, default=0)
    settings = parser.parse_args(arguments)
    theirs: Preprocess = ArabertPreprocessor("bert-base-arabertv02").preprocess
    tokenizer = Tokenizer.from_file(str(settings.tokenizer / "tokenizer.json"))
    with settings.texts.open(encoding="utf-8") as lines:
        texts = [str(json.loads(line)["text"]) for line in lines]
    differing = compare_texts(texts, theirs, tokenizer)
    differing += compare_random(settings.random, settings.seed, theirs)
    differing += compare_golden(theirs)
    report_decimal_points(tokenizer)
    report_speed(texts, theirs)
    report_growth(theirs)
    return 1 if differing else 0


def compare_texts(texts: list[str], theirs: Preprocess, tokenizer: Tokenizer) -> int:
    """Print how many texts come out equal; return how many do not."""
    strings = tokens = 0
    for text in texts:
        own, other = preprocess_arabert(text), theirs(text)
        strings += own == other
        tokens += tokenizer.encode(own).ids == tokenizer.encode(other).ids
        if own != other:
            print(f"differs: {text!r}\n  ours   {own!r}\n  theirs {other!r}")
    print(f"texts: {strings} of {len(texts)} strings equal, {tokens} of {len(texts)} token sequences equal")
    return len(texts) - strings


def odd_strings(number: int, seed: int) -> Iterator[str]:
    """Make strings of fragments, of their characters, and of few fragments often repeated."""
    chance = random.Random(seed)  # noqa: S311  (no secret)
    characters = "".join(FRAGMENTS[:-2])
    for _ in range(number):
        kind = chance.random()
        pool: Sequence[str] = FRAGMENTS
        if kind < 1 / 5:
            pool = chance.sample(FRAGMENTS, 4)
        elif kind < 2 / 5:
            pool = characters
        yield "".join(chance.choice(pool) for _ in range(chance.randint(1, chance.choice((4, 8, 25)))))


def compare_random(number: int, seed: int, theirs: Preprocess) -> int:
    """Print how many odd strings come out equal; return how many do not."""
    equal = differing = unanswered = 0
    for text in odd_strings(number, seed):
        other = within_a_second(theirs, text)
        if other is None:
            unanswered += 1
        elif preprocess_arabert(text) == other:
            equal += 1
        else:
            differing += 1
            print(f"differs: {text!r}\n  ours   {preprocess_arabert(text)!r}\n  theirs {other!r}")
    print(f"random: {equal} of {number} strings equal; on {unanswered} the package did not answer within a second")
    return differing


def within_a_second(preprocess: Preprocess, text: str) -> str | None:
    """Run a function that may take exponential time; None when it takes more than a second."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 1)
    try:
        return preprocess(text)
    except TimeoutError:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def compare_golden(theirs: Preprocess) -> int:
    """Print whether the golden file still holds what the package gives."""
    with GOLDEN.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    wrong = [row["text"] for row in rows if theirs(row["text"]) != row["expected"]]
    print(f"golden file: {len(rows) - len(wrong)} of {len(rows)} rows are the package's")
    return len(wrong)


def report_decimal_points(tokenizer: Tokenizer) -> None:
    """Show that the spaces put around a decimal point make no difference to the tokens."""
    for number in ("190.3", "1,250", "3.9%"):
        apart, together = (tokenizer.encode(text).tokens for text in (preprocess_arabert(number), number))
        print(f"{number!r} gives {apart}, unchanged {together}")


def report_speed(texts: list[str], theirs: Preprocess) -> None:
    """Print megabytes of UTF-8 a second, text by text."""
    cleaned = [clean(text).text for text in texts]
    for name, function, sample in (
        ("clean", lambda text: clean(text).text, texts),
        ("clean, clean already", lambda text: clean(text).text, cleaned),
        ("preprocess_arabert", preprocess_arabert, texts),
        ("the package", theirs, texts[:1000]),
    ):
        size = sum(len(text.encode()) for text in sample) / MEGABYTE
        print(f"speed: {name}: {size / min(seconds(function, sample) for _ in range(3)):.1f} MB/s")


def report_growth(theirs: Preprocess) -> None:
    """Print how much longer a text of four times the length takes: about 4 is linear, about 16 quadratic."""
    for name, piece in HOSTILE.items():
        factors = []
        for function, length in ((lambda text: clean(text).text, 2**17), (preprocess_arabert, 2**17), (theirs, 2**10)):
            short, long = (piece * (length * factor // len(piece)) for factor in (1, 4))
            factors.append(seconds(function, [long]) / seconds(function, [short]))
        print("growth on {}: clean {:.1f}, preprocess_arabert {:.1f}, the package {:.1f}".format(name, *factors))


def seconds(function: Preprocess, texts: list[str]) -> float:
    """Measure the time that a function takes for some texts."""
    start = time.perf_counter()
    for text in texts:
        function(text)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
