"""A file of settings holds values; it makes nothing happen."""

from pathlib import Path

import pytest

from pipeline.__main__ import main
from pipeline.config import LabelConfig, TrainConfig, load_config
from pipeline.errors import ConfigError, PipelineError
from pipeline.taxonomy import Taxonomy

TAGS = [
    '!!python/object/apply:os.system ["touch {mark}"]',
    '!!python/object/new:os.system ["touch {mark}"]',
    "!!python/name:os.system",
    "!!python/module:os",
    '!!python/object/apply:pathlib.Path.touch [!!python/object/apply:pathlib.Path ["{mark}"]]',
    '!!python/tuple ["a"]',
    "!mine {mark}",
]


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_that_makes_objects_is_refused_in_files_and_settings(tag: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    path = tmp_path / "settings.yaml"
    path.write_text(f"out: {tag.format(mark=mark)}\n", encoding="utf-8")
    for kind in (LabelConfig, TrainConfig, Taxonomy):
        with pytest.raises(ConfigError, match="not YAML: could not determine a constructor"):
            load_config(kind, path)
        with pytest.raises(ConfigError, match="the value is not YAML"):
            load_config(kind, None, [f"out={tag.format(mark=mark)}"])
    assert main(["label", "x", f"out={tag.format(mark=mark)}"]) == 2
    assert not mark.exists()


def test_references_that_multiply_are_not_followed(tmp_path: Path) -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 30)]
    path = tmp_path / "laughs.yaml"
    path.write_text("\n".join(["l0: &l0 [ha]", *levels, "inputs: *l29", "out: *l29"]), encoding="utf-8")
    with pytest.raises(PipelineError, match="inputs"):
        load_config(LabelConfig, path)


@pytest.mark.parametrize("name", ["x" * 300, "a/" * 3000, "a\0b", "\udcff", "\x1b[2J"])
def test_a_name_that_no_file_can_have_is_told_without_a_traceback(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["label", name], ["label", "x", "--config", name], ["label", "seeds", "--model", name]):
        assert main([*arguments, f"out={tmp_path / 'out'}"]) == 2
        shown = capsys.readouterr().err
        assert shown.startswith("taawun: ")
        assert "\x1b" not in shown


@pytest.mark.parametrize("value", ["[" * 3000, "9" * 5000, "[", "'"])
def test_a_broken_setting_is_told_without_a_traceback(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["label", "x", f"out={value}"]) == 2
    assert "the value is not YAML" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"a: [", b"a: 1\n\x00", b"? {a: 1}: 2", b"[" * 3000, b"a: " + b"9" * 5000, b"- 1"]
)
def test_a_broken_file_of_settings_is_told_without_a_traceback(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "settings.yaml"
    path.write_bytes(content)
    assert main(["label", "x", "--config", str(path)]) == 2
    assert f"taawun: {path}: " in capsys.readouterr().err
