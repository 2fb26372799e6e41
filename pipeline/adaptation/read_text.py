"""The text that the encoder is adapted on: read from one file, prepared as the product prepares what it labels."""

import lzma
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import InputError
from pipeline.text import clean, preprocess_arabert


def read_lines(path: Path) -> Iterator[str]:
    """Give the lines of a text file, of an `.xz` file too, without empty ones.

    Raises:
        InputError: The file cannot be read.
    """
    try:
        with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as stream:
            yield from (line.strip() for line in stream if line.strip())
    except (OSError, lzma.LZMAError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read ({error}); give a text file in UTF-8, plain or .xz"
        raise InputError(message) from error


def prepare_text(source: Path, target: Path) -> list[str]:
    """Clean and preprocess a text once; the result is kept in a file, one paragraph a line.

    Args:
        source: The text as published.
        target: Where the result is kept; read again when it is there.

    Returns:
        The prepared paragraphs; words stand between single spaces.

    Raises:
        InputError: The source cannot be read or has no text.
    """
    if not target.exists():
        part = target.with_suffix(".part")
        with part.open("w", encoding="utf-8") as stream:
            for line in read_lines(source):
                prepared = " ".join(preprocess_arabert(clean(line).text).split())
                if prepared:
                    stream.write(prepared + "\n")
        part.replace(target)
    lines = target.read_text(encoding="utf-8").split("\n")[:-1]
    if not lines:
        message = f"{source}: no text in it; give a file with one paragraph a line"
        raise InputError(message)
    return lines
