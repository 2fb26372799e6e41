"""What fuzzing begins with: the small files of the zoo, each under the settings that read it."""

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.zoo.catalog import ALL

from .checks import FORMATS, HEAD

LARGE = {"bomb-text", "bomb-lines", "bomb-behind-articles", "bomb-of-bombs", "parquet-bomb", "parquet-repeated"}


def plant(corpus: Path, max_bytes: int) -> None:
    """Write the files into a folder, each with two bytes before it that say how it is read."""
    for specimen in ALL:
        if specimen.name in LARGE or not specimen.is_possible():
            continue
        with TemporaryDirectory() as folder:
            specimen.make(Path(folder))
            for path in Path(folder).iterdir():
                if path.is_file() and not path.is_symlink() and path.stat().st_size <= max_bytes - HEAD:
                    _plant_file(path, corpus)


def _plant_file(path: Path, corpus: Path) -> None:
    suffixes = [suffix[1:] for suffix in path.suffixes]
    number = next((FORMATS.index(suffix) for suffix in suffixes if suffix in FORMATS), 0)
    content = bytes([number, 0]) + path.read_bytes()
    (corpus / sha256(content).hexdigest()[:16]).write_bytes(content)
