import pytest

from pipeline.jobs.results.names import portable_name


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("/home/rana/rows/gold.jsonl", "gold.jsonl"),
        ("../shared/gold.jsonl", "gold.jsonl"),
        ("/data/*.jsonl", "*.jsonl"),
        ("seeds/labelled/*.jsonl", "seeds/labelled/*.jsonl"),
        ("aubmindlab/bert-base-arabertv02", "aubmindlab/bert-base-arabertv02"),
    ],
)
def test_a_name_keeps_only_what_holds_on_every_machine(name: str, kept: str) -> None:
    assert portable_name(name) == kept
