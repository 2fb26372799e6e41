"""Labelling that lacks memory, disk, rights or temporary files: whole results or none, a message, and it goes on."""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from pipeline.memory_limit import LEAST_MEMORY

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(sys.platform != "linux", reason="sets limits as Linux does"),
]

ROOT = Path(__file__).parents[3]
SEEDS = ROOT / "seeds" / "articles"
FORMATS = ("--format", "jsonl", "--format", "csv", "--format", "parquet")
MEGABYTE = 2**20
PATIENCE = 120
"""Seconds; a run takes two."""
_PAGE = "<html><body><article><p>وقعت مصر والصين اتفاقا لبناء محطة كهرباء في الجنوب.</p></article></body></html>"
Ended = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five articles and a web page."""
    folder = shutil.copytree(SEEDS, tmp_path_factory.mktemp("resources") / "in")
    (folder / "page.html").write_text(_PAGE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def command(linear_classifier: Path, inputs: Path) -> list[str]:
    """What labels the inputs, an article a block; where is still to be said."""
    label = [sys.executable, "-m", "pipeline", "label", str(inputs), "--model", str(linear_classifier)]
    return [*label, *FORMATS, "blocks.articles=1", "--out"]


@pytest.fixture(scope="module")
def reference(command: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The results where nothing is lacking."""
    out = tmp_path_factory.mktemp("reference") / "out"
    assert run([*command, str(out)]).returncode == 0
    return read(out)


def run(arguments: list[str], limit: Callable[[], None] | None = None, **environment: str) -> Ended:
    return subprocess.run(
        arguments,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        env=os.environ | environment,
        preexec_fn=limit,
    )


def limited(kind: int, most: int) -> Callable[[], None]:
    return partial(resource.setrlimit, kind, (most, most))


def read(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "run.json"}


def check_told(code: int, said: str, out: Path) -> None:
    """See that a run ended well, or left nothing in the place of the results and said what to do."""
    assert "Traceback" not in said
    assert code in {0, 2}
    assert code == 0 or not out.exists()
    if code == 2:
        assert "taawun: " in said
        ways = ("nothing was written", "what was there before is unchanged", "the same command goes on from there")
        assert any(way in said for way in ways)


@pytest.mark.parametrize("megabytes", [150, 300, 900])
def test_too_little_memory_is_told_before_anything_is_loaded(
    command: list[str], tmp_path: Path, megabytes: int
) -> None:
    ended = run([*command, str(tmp_path / "out")], limited(resource.RLIMIT_AS, megabytes * MEGABYTE))
    assert ended.returncode == 2
    assert f"taawun: memory is limited to {megabytes * MEGABYTE // 10**6} MB (ulimit -v), too little" in ended.stderr
    assert "allow at least 1000 MB" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_least_memory_that_is_accepted_is_enough(
    command: list[str], reference: dict[str, bytes], tmp_path: Path
) -> None:
    """For two threads; each further one takes address space."""
    few = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS"), "2")
    ended = run([*command, str(tmp_path / "out")], limited(resource.RLIMIT_AS, LEAST_MEMORY), **few)
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False)
    assert read(tmp_path / "out") == reference


def test_memory_that_runs_out_amid_the_work_costs_none_of_it(
    command: list[str], reference: dict[str, bytes], tmp_path: Path
) -> None:
    """A library may end the process then, as a kill does; what was done is kept."""
    arguments = [*command, str(tmp_path / "out")]
    journal = tmp_path / ".out.partial" / "journal.jsonl"
    with subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        while process.poll() is None and not journal.exists():
            time.sleep(0.001)
        if process.poll() is None:
            resource.prlimit(process.pid, resource.RLIMIT_AS, (MEGABYTE, MEGABYTE))
        try:
            said = process.communicate(timeout=PATIENCE)[1]
        finally:
            process.kill()
    if process.returncode in {0, 2}:
        check_told(process.returncode, said, tmp_path / "out")
    if process.returncode:
        assert not (tmp_path / "out").exists()
        assert run(arguments).returncode == 0
    assert read(tmp_path / "out") == reference


@pytest.mark.parametrize("size", [200, 2_000, 5_000, 20_000, 60_000])
def test_a_full_disk_is_told_and_with_room_it_goes_on(
    command: list[str], reference: dict[str, bytes], tmp_path: Path, size: int
) -> None:
    arguments = [*command, str(tmp_path / "out")]
    ended = run(arguments, limited(resource.RLIMIT_FSIZE, size))
    check_told(ended.returncode, ended.stderr, tmp_path / "out")
    assert ended.returncode == 2
    assert "cannot be written" in ended.stderr
    assert run(arguments).returncode == 0
    assert read(tmp_path / "out") == reference
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Path]:
    """A folder that cannot be written."""
    folder = tmp_path / "sealed"
    folder.mkdir(mode=0o555)
    yield folder
    folder.chmod(0o755)


def without_rights(arguments: list[str]) -> list[str]:
    """Have a command obey the rights of files even where the superuser runs it."""
    if os.geteuid():
        return arguments
    if not shutil.which("setpriv"):
        pytest.skip("the superuser may write everywhere")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *arguments]


@pytest.mark.parametrize("below", ["out", "new/out"])
def test_a_place_that_cannot_be_written_is_told(command: list[str], sealed: Path, below: str) -> None:
    ended = run(without_rights([*command, str(sealed / below)]))
    assert ended.returncode == 2
    told = f"taawun: {sealed / below}: cannot be made (Permission denied); choose another output folder"
    assert told in ended.stderr.splitlines()
    assert list(sealed.iterdir()) == []


def test_no_folder_for_temporary_files_is_needed(
    command: list[str], reference: dict[str, bytes], sealed: Path, tmp_path: Path
) -> None:
    for name, folder in (("of-missing", tmp_path / "nowhere"), ("of-sealed", sealed)):
        ended = run(without_rights([*command, str(tmp_path / name)]), TMPDIR=str(folder))
        assert (ended.returncode, "Traceback" in ended.stderr) == (0, False)
        assert read(tmp_path / name) == reference


@pytest.mark.parametrize("arguments", [["doctor"], ["label", "--help"], ["label", "--show-config"]])
def test_a_reader_that_ends_early_is_no_traceback(arguments: list[str]) -> None:
    shell = ["sh", "-c", '"$@" | head -n 1', "sh", sys.executable, "-m", "pipeline", *arguments]
    ended = run(shell)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.count("\n") == 1


def test_results_are_whole_where_nobody_reads_the_summary(
    command: list[str], reference: dict[str, bytes], tmp_path: Path
) -> None:
    ended = run(["sh", "-c", '"$@" | head -n 0', "sh", *command, str(tmp_path / "out")])
    assert (ended.returncode, "Traceback" in ended.stderr) == (0, False)
    assert read(tmp_path / "out") == reference
