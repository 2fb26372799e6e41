from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.config import load_config
from pipeline.errors import ConfigError
from pipeline.taxonomy import Domain, Taxonomy

COOPERATION = Path(__file__).parents[1] / "configs" / "cooperation.yaml"


def _domain(name: str) -> Domain:
    return Domain(id=name, arabic=name, english=name)


def test_the_cooperation_taxonomy_has_the_ten_domains_of_the_codebook_with_names_and_crosswalk() -> None:
    taxonomy = load_config(Taxonomy, COOPERATION)

    codebook = (COOPERATION.parents[1] / "seeds" / "labelled" / "codebook.md").read_text(encoding="utf-8")
    assert taxonomy.labels_per_paragraph == "any"
    assert len(taxonomy.domains) == 10
    for domain in taxonomy.domains:
        assert f"| {domain.id} | {domain.arabic} |" in codebook
        assert domain.english
        assert domain.definition
        assert "CAP" in domain.crosswalk


def test_ids_must_differ() -> None:
    with pytest.raises(ValidationError, match="given more than once: energy"):
        Taxonomy(name="t", domains=(_domain("energy"), _domain("energy")))


@pytest.mark.parametrize("how_many", ["any", "one"])
def test_no_domain_is_called_none(how_many: str) -> None:
    with pytest.raises(ValidationError, match="none stands for no domain; choose another id"):
        Taxonomy.model_validate(
            {"name": "t", "labels_per_paragraph": how_many, "domains": (_domain("energy"), _domain("none"))}
        )


def test_one_label_per_paragraph_needs_a_choice() -> None:
    with pytest.raises(ValidationError, match="at least two"):
        Taxonomy(name="t", labels_per_paragraph="one", domains=(_domain("energy"),))


def test_a_damaged_taxonomy_file_is_told_by_place(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\ndomains:\n  - {id: Sport, arabic: رياضة, english: Sport}\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"mine\.yaml: \d setting\(s\) wrong\n  domains\.0\.id: "):
        load_config(Taxonomy, path)
