"""No bad input hurts a good one, hangs the run, or is passed over in silence."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from .__main__ import row_beginning
from .catalog import ALL
from .keeper import GOOD_TEXTS, Outcome, label_alone, make, mismatch
from .specimen import Specimen

ROOT = Path(__file__).parents[2]
MEMORY_MEGABYTES = 700
"""Of a run over all specimens; a run over one good article takes some 200."""

# Labels the folder in its arguments and tells how much memory that took; made in a process of its own so that nothing
# else counts.
RUN = """
import json, sys
from pathlib import Path
from tests.zoo import keeper
outcomes = keeper.label_together(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
told = {name: [each.texts, each.others] for name, each in outcomes.items()}
status = Path("/proc/self/status")  # resource.getrusage would count the memory of the process that started this one
lines = status.read_text().splitlines() if status.exists() else []
print(json.dumps([told, next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)]))
"""


@pytest.mark.parametrize("specimen", ALL, ids=lambda specimen: specimen.name)
def test_a_specimen_alone_comes_to_what_is_expected_of_it(
    specimen: Specimen, linear_classifier: Path, tmp_path: Path
) -> None:
    if not make([specimen], tmp_path / "zoo"):
        pytest.skip("cannot be made on this machine")
    outcome = label_alone(tmp_path / "zoo" / specimen.name, tmp_path / "labels", linear_classifier)
    assert mismatch(specimen, outcome) == ""
    _check_accounts(tmp_path / "labels")


@pytest.mark.thorough
def test_all_together_come_to_the_same_in_bounded_memory_and_the_good_article_comes_out_whole(
    linear_classifier: Path, tmp_path: Path
) -> None:
    possible = make(ALL, tmp_path / "zoo")
    arguments = [str(tmp_path / "zoo"), str(tmp_path / "labels"), str(linear_classifier)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", RUN, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment,
        timeout=900,
    )
    assert ended.returncode == 0, ended.stderr
    outcomes, kilobytes = json.loads(ended.stdout)

    assert outcomes["good"] == [GOOD_TEXTS, []]
    wrong = [mismatch(specimen, Outcome(*outcomes.get(specimen.name, [[], []]))) for specimen in possible]
    assert [each for each in wrong if each] == []
    _check_accounts(tmp_path / "labels")
    assert kilobytes < MEMORY_MEGABYTES * 1024


def test_specimens_have_names_of_their_own_and_there_are_enough() -> None:
    names = [specimen.name for specimen in ALL]
    assert len(names) == len(set(names)) >= 60


def test_the_page_on_reliability_tells_every_specimen_as_it_is() -> None:
    # When one is added or changed: python -m tests.zoo OUT, and put OUT/zoo.md at the end of the page.
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert [specimen.name for specimen in ALL if row_beginning(specimen) not in page] == []
    assert "**WRONG**" not in page


def _check_accounts(labels: Path) -> None:
    """All that was read is in the files, once, and no file is anywhere else."""
    counts = Counter(json.loads((labels / "run.json").read_text(encoding="utf-8"))["counts"])
    rows = {name: _count_lines(labels / f"{name}.jsonl") for name in ("labels", "dropped", "rejected")}
    assert rows["labels"] + rows["dropped"] == counts["split_paragraphs: paragraphs"]
    read = counts["read_articles: articles"] + counts["read_articles: rejected"]
    assert rows["rejected"] + counts["write_predictions: articles"] == read
    assert {path.name for path in labels.iterdir()} == {
        *("labels.jsonl", "labels.csv", "labels.parquet", "dropped.jsonl", "rejected.jsonl", "run.json")
    }


def _count_lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")
