import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from pipeline.config import (
    ANY_TRAIN_CONFIG,
    EvaluateConfig,
    ExportConfig,
    ExportModelConfig,
    LabelConfig,
    SuggestConfig,
    ViewConfig,
    dump_yaml,
    load_config,
)
from pipeline.decision import Decision
from pipeline.errors import ConfigError, ModelError
from pipeline.stages.base import Stage
from pipeline.taxonomy import Domain, Taxonomy

LABEL = Path(__file__).parents[1] / "configs" / "label.yaml"
PREPARE = ({"stage": "clean_articles"}, {"stage": "split_paragraphs"}, {"stage": "drop_boilerplate"})


def _flow(*prepare: dict[str, str], config: LabelConfig | None = None) -> list[Stage]:
    taxonomy = Taxonomy(name="t", domains=(Domain(id="energy", arabic="الطاقة", english="Energy"),))
    decision = Decision(taxonomy=taxonomy, prepare=prepare)
    return (config or LabelConfig()).flow(decision, Path("models/mine"), Path("out"))


def test_the_label_file_of_the_repository_says_the_defaults() -> None:
    assert load_config(LabelConfig, LABEL) == LabelConfig()


def test_the_label_file_shows_every_stage_in_the_order_in_which_text_flows() -> None:
    lines = LABEL.read_text(encoding="utf-8").splitlines()
    sections = [line.split(":")[0] for line in lines if line and not line.startswith((" ", "#"))]
    assert sections[-5:] == ["read", "extract", "tokenize", "classify", "write"]
    tags = [stage.stage for stage in _flow(*PREPARE)]
    assert tags == [
        "read_articles",
        "extract_articles",
        "clean_articles",
        "split_paragraphs",
        "drop_boilerplate",
        "tokenize_paragraphs",
        "classify_paragraphs",
        "write_predictions",
    ]


def test_a_printed_configuration_reads_back_the_same(tmp_path: Path) -> None:
    config = load_config(LabelConfig, None, ["classify.threads=2", "inputs=[a, b]", "read.fields.text=body"])
    path = tmp_path / "again.yaml"
    path.write_text(dump_yaml(config), encoding="utf-8")

    assert load_config(LabelConfig, path) == config


def test_overrides_win_over_the_file_and_the_file_over_defaults(tmp_path: Path) -> None:
    path = tmp_path / "label.yaml"
    path.write_text("classify:\n  threads: 3\n  batch_tokens: 1024\n", encoding="utf-8")

    config = load_config(LabelConfig, path, ["classify.threads=2"])

    assert (config.classify.threads, config.classify.batch_tokens) == (2, 1024)  # type: ignore[union-attr]


def test_more_of_a_list_comes_behind_what_is_listed_and_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "label.yaml"
    path.write_text("inputs: [a, b]\n", encoding="utf-8")

    def inputs(*more: str, overrides: tuple[str, ...] = ()) -> tuple[str, ...]:
        return load_config(LabelConfig, path, overrides, more={"inputs": more}).inputs

    assert inputs() == ("a", "b")
    assert inputs("c", "a", "c") == ("a", "b", "c")
    assert inputs("c", overrides=("inputs=[d]",)) == ("d", "c")
    assert load_config(LabelConfig, None, more={"inputs": ["c"]}).inputs == ("c",)
    with pytest.raises(ConfigError, match=r"and settings: 1 setting\(s\) wrong\n  inputs: a list expected"):
        inputs("c", overrides=("inputs=d",))


def test_stages_are_told_model_and_folder_by_the_job_and_by_nothing_else() -> None:
    chain = {stage.stage: stage for stage in _flow(*PREPARE)}

    assert chain["tokenize_paragraphs"].model == chain["classify_paragraphs"].model == Path("models/mine")  # type: ignore[attr-defined]
    assert chain["write_predictions"].folder == Path("out")  # type: ignore[attr-defined]
    assert chain["write_predictions"].domains == ("energy",)  # type: ignore[attr-defined]
    assert "models/mine" not in str([stage.model_dump(mode="json") for stage in chain.values()])
    with pytest.raises(ConfigError, match=r"classify\.model is not set here; set model, once"):
        load_config(LabelConfig, None, ["classify.model=models/other"])
    with pytest.raises(ConfigError, match=r"write\.folder is not set here; set out, once"):
        load_config(LabelConfig, None, ["write.folder=x"])


def test_labels_are_explained_where_that_is_asked_for_just_as_they_were_given() -> None:
    told = {"explain": True, "classify": {"device": "cpu", "batch_tokens": 512, "threads": 1}}
    *_, classify, explain, write = _flow(*PREPARE, config=LabelConfig.model_validate(told))

    assert (classify.stage, explain.stage, write.stage) == (
        "classify_paragraphs",
        "explain_predictions",
        "write_predictions",
    )
    assert explain.model_dump(exclude={"stage"}) == classify.model_dump(exclude={"stage"})
    assert explain.model == Path("models/mine")  # type: ignore[attr-defined]
    assert write.explained  # type: ignore[attr-defined]
    assert not _flow(*PREPARE)[-1].explained  # type: ignore[attr-defined]
    with pytest.raises(ConfigError, match=r"write\.explained is not set here; set explain, once"):
        load_config(LabelConfig, None, ["write.explained=true"])


def test_all_mistakes_are_told_at_once_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "label.yaml"
    path.write_text("read:\n  stage: read_artcles\nclassify:\n  lr: 1\n  threads: none\nmodle: x\n", encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_config(LabelConfig, path)

    lines = str(caught.value).splitlines()
    assert lines[0] == f"{path}: 4 setting(s) wrong"
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "read",
        "classify.lr",
        "classify.threads",
        "modle",
    ] or {line.split(":")[0].strip() for line in lines[1:]} == {"read", "classify.lr", "classify.threads", "modle"}
    assert "'read_articles'" in lines[1]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2e-5", 2e-5),
        ("2.5E3", 2500.0),
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("10", 10),
        ("2024-01-02", "2024-01-02"),
    ],
)
def test_values_mean_what_they_look_like(tmp_path: Path, text: str, value: object) -> None:
    from pipeline.config.loading import _read_mapping

    path = tmp_path / "any.yaml"
    path.write_text(f"setting: {text}\n", encoding="utf-8")

    found = _read_mapping(path)["setting"]

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("content", "message"),
    [("- a\n", "settings expected"), ("a: [\n", "not YAML"), ("!!python/object/apply:os.system [ls]\n", "not YAML")],
)
def test_a_file_that_is_no_configuration_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError, match=message):
        load_config(LabelConfig, path)


@pytest.mark.parametrize(
    "kind", [EvaluateConfig, ExportConfig, ExportModelConfig, LabelConfig, SuggestConfig, ViewConfig]
)
def test_a_setting_that_no_command_has_is_told_with_those_that_it_has(kind: type[BaseModel]) -> None:
    with pytest.raises(ConfigError, match="colour: no such setting") as refused:
        load_config(kind, None, ["colour=red"])
    assert str(refused.value).endswith(f"there are {', '.join(sorted(kind.model_fields))}")


@pytest.mark.parametrize(
    ("kind", "setting", "told"),
    [
        (
            LabelConfig,
            "read.feilds=x",
            "read.feilds: no such setting; did you mean fields? there are encoding, ",
        ),
        (LabelConfig, "classify_paragraphs.threads=2", "classify_paragraphs: no such setting; there are blocks, "),
        (ANY_TRAIN_CONFIG, "training.epoch=1", "training.epoch: no such setting; did you mean epochs? there are acc"),
        (ANY_TRAIN_CONFIG, "gate.margn=1", "gate.margn: no such setting; did you mean margin? there are incumbent, "),
        (
            ANY_TRAIN_CONFIG,
            "prepare=[{stage: drop_boilerplate, keep: 3}]",
            "prepare.0.keep: no such setting; there are keep_foreign, stage",
        ),
    ],
)
def test_a_setting_is_told_with_the_nearest_of_its_section(kind: Any, setting: str, told: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(told)):
        load_config(kind, None, [setting])


def test_a_missing_file_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: cannot be read \(No such file"):
        load_config(LabelConfig, Path("nowhere.yaml"))


def test_stages_that_do_not_fit_together_are_refused_before_anything_runs() -> None:
    with pytest.raises(ConfigError, match="extract_articles works on Article records but write_predictions"):
        load_config(LabelConfig, None, ["read={stage: write_predictions}"])
    with pytest.raises(ModelError, match="drop_boilerplate works on Paragraph records but clean_articles"):
        _flow({"stage": "clean_articles"}, {"stage": "drop_boilerplate"})
    with pytest.raises(ModelError, match="must lead from articles to paragraphs"):
        _flow({"stage": "clean_articles"})
    with pytest.raises(ConfigError, match="between extract and tokenize"):
        load_config(LabelConfig, None, ["read={stage: drop_boilerplate}", "extract={stage: drop_boilerplate}"])


def test_prepare_stages_of_another_version_are_refused() -> None:
    with pytest.raises(ModelError, match="belongs to another version"):
        _flow({"stage": "stem_words"})
