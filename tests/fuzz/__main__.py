"""`python -m tests.fuzz --runs N`: look for bytes that break a reader. Stops at the first that do, and keeps them."""

import argparse
import importlib.util
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

MEMORY_MEGABYTES = 1500
SECONDS = 20
"""Longest time for one input."""
MAX_BYTES = 1024


def main() -> int:
    """Fuzz until so many inputs are tried; gives 0 where none breaks anything, or where atheris is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000, help="inputs to try")
    parser.add_argument("--corpus", type=Path, help="folder of inputs to go on from, and to add to")
    parser.add_argument("--out", type=Path, default=Path(), help="folder for an input that breaks something")
    parser.add_argument("--again", type=Path, metavar="FILE", help="only try the input in a file")
    given = parser.parse_args()
    if given.again:
        from .checks import check

        check(given.again.read_bytes())
        return 0
    if importlib.util.find_spec("atheris") is None:
        sys.stdout.write("nothing was fuzzed: atheris is missing; pip install '.[fuzz]'\n")
        return 0
    with TemporaryDirectory() as folder:
        fuzz(given.runs, given.corpus or Path(folder), given.out)
    return 0


def fuzz(runs: int, corpus: Path, out: Path) -> None:
    """Fuzz; ends the process."""
    import atheris

    with atheris.instrument_imports(include=["pipeline.readers", "pipeline.text", "csv", "json"]):
        from .checks import check
    from .seeds import plant

    corpus.mkdir(parents=True, exist_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    plant(corpus, MAX_BYTES)
    limits = (f"-rss_limit_mb={MEMORY_MEGABYTES}", f"-timeout={SECONDS}", f"-max_len={MAX_BYTES}")
    atheris.Setup(
        ["fuzz", f"-runs={runs}", *limits, f"-artifact_prefix={out}/", "-print_final_stats=1", str(corpus)], check
    )
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
