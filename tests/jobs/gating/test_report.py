from pathlib import Path
from typing import Any

import pytest

from pipeline.config import load_config
from pipeline.jobs.gating.report import promotion_section, read_gate, summarize_gate, what_to_do
from pipeline.taxonomy import Taxonomy

TAXONOMY = load_config(Taxonomy, Path(__file__).parents[3] / "configs" / "cooperation.yaml")


def _numbers(candidate: float | None, incumbent: float | None, interval: list[float] | None) -> dict[str, Any]:
    difference = None if candidate is None or incumbent is None else candidate - incumbent
    return {
        "candidate": candidate,
        "incumbent": incumbent,
        "difference": difference,
        "interval": interval,
        "p": None,
    }


@pytest.fixture
def gate() -> dict[str, Any]:
    """What `gate.json` holds of a version that was refused."""
    domain = {"articles": 20, "is_judged": True, "incumbent_interval": [0.5, 0.7]}
    return {
        "version": "0002",
        "model": "mine@aaaaaaaaaaaa",
        "incumbent": "mine@bbbbbbbbbbbb",
        "settings": {"margin": 0.03, "resamples": 1000},
        "verdict": "refused",
        "reasons": ["macro-F1 is lower: …", "energy got worse: …"],
        "remarks": ["the incumbent's decision rule was fitted on them"],
        "rows": {"compared": 1200, "held_out": 1000, "evaluation": 200},
        "left_out": {"annotated for some domains only": 12},
        "evaluation": [{"file": "gold.jsonl", "sha256": "0123456789abcdef" * 4, "rows": 212}],
        "not_compared": {"new": ["sport"], "gone": ["weather"]},
        "macro_f1": _numbers(0.5, 0.6, [-0.15, -0.05]),
        "domains": {
            "energy": {"rows": 30, **domain, **_numbers(0.4, 0.6, [-0.3, -0.1])},
            "finance": {"rows": 2, **domain, "is_judged": False, **_numbers(None, None, None)},
        },
    }


def test_the_section_tells_the_verdict_its_reasons_and_all_numbers(gate: dict[str, Any]) -> None:
    section = promotion_section(gate, TAXONOMY)

    assert section.startswith(
        "## Promotion\nVersion 0002 of its line. The gate refused it:\n\n- macro-F1 is lower: …\n- e"
    )
    assert "| macro-F1 over domains | 1200 | 0.500 | 0.600 | -0.100 [-0.150, -0.050] |" in section
    assert "| F1 of Energy | 30 | 0.400 | 0.600 [0.500, 0.700] | -0.200 [-0.300, -0.100] |" in section
    assert "| F1 of Finance and banking | 2 | undefined | undefined [0.500, 0.700] | undefined |" in section


def test_the_section_tells_which_rows_and_domains_were_compared(gate: dict[str, Any]) -> None:
    section = promotion_section(gate, TAXONOMY)

    assert (
        "mine@bbbbbbbbbbbb on 1,200 rows that neither was trained on:\n1,000 were held out of its training, " in section
    )
    assert "200 are of gold.jsonl (SHA-256 0123456789abcdef).\n" in section
    assert "had to be above -0.030." in section
    assert "Left out: 12 rows annotated for some domains only." in section
    assert "The incumbent's decision rule was fitted on them." in section
    assert "Not compared, as the incumbent does not know them: sport." in section
    assert "The incumbent knows these domains, this version does not: weather." in section
    assert "Not judged by themselves, for lack of articles that have them: finance." in section


def test_a_version_that_was_not_compared_has_a_section_without_numbers(gate: dict[str, Any]) -> None:
    kept = {key: gate[key] for key in ("version", "model", "settings")}
    few = kept | {"verdict": "not compared", "reasons": ["there was nothing"], "incumbent": None}

    section = promotion_section(few, TAXONOMY)

    assert section == (
        "## Promotion\nVersion 0002 of its line. It was not compared with anything:\n\n- there was nothing\n"
    )
    assert summarize_gate(few) == "gate: not compared\n  there was nothing\n"


def test_the_summary_tells_verdict_rows_and_reasons(gate: dict[str, Any]) -> None:
    assert summarize_gate(gate) == (
        "gate: refused against mine@bbbbbbbbbbbb on 1,200 rows\n  macro-F1 is lower: …\n  energy got worse: …\n"
    )


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("refused", "look at what got worse, or make it current all the same: taawun promote m 0002 --despite-gate"),
        ("cannot tell", "evaluation=[gold.jsonl], and train again, or make it current untold: taawun promote m 0002"),
        ("passed", "another version was made current meanwhile; to make this one so: taawun promote m 0002"),
    ],
)
def test_what_to_do_depends_on_the_verdict(verdict: str, told: str) -> None:
    assert told in what_to_do(Path("m"), "0002", {"verdict": verdict})


def test_a_model_that_went_through_no_gate_has_none_to_read(linear_classifier: Path) -> None:
    assert read_gate(linear_classifier) is None
