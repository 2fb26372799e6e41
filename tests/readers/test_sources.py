"""What the user names becomes the files to read."""

import logging
import os
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.readers.sources import bare_name, list_sources, suffix_of
from tests.readers.reading import without_root


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("b.txt", "a.txt", ".hidden.txt", "sub/c.jsonl.gz", "sub/.git/x.txt", "other/photo.png", "other/a.txt"):
        path = tmp_path / "news" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "news"


@pytest.mark.usefixtures("news")
def test_a_folder_is_read_in_order_with_all_below_it_but_hidden_files() -> None:
    names = [source.name for source in list_sources(["news"])]
    assert names == ["a.txt", "b.txt", "other/a.txt", "other/photo.png", "sub/c.jsonl.gz"]


@pytest.mark.usefixtures("news")
def test_files_patterns_and_standard_input_can_be_mixed() -> None:
    sources = list_sources(["news/b.txt", "news/**/*.gz", "-", "news/s*"])
    assert [source.name for source in sources] == ["b.txt", "sub/c.jsonl.gz", "stdin"]
    assert sources[2].path is None


@pytest.mark.usefixtures("news")
def test_a_name_with_wildcards_in_it_is_taken_as_it_is_where_there_is_such_a_file() -> None:
    Path("news/[1].txt").write_text("x")
    assert [source.name for source in list_sources(["news/[1].txt"])] == ["[1].txt"]


def test_a_file_named_twice_is_read_once(news: Path, caplog: pytest.LogCaptureFixture) -> None:
    (news / "link.txt").symlink_to(news / "a.txt")
    with caplog.at_level(logging.WARNING):
        names = [source.name for source in list_sources(["news/a.txt", "news", str(news / "a.txt"), "-", "-"])]
    assert names == ["a.txt", "b.txt", "other/a.txt", "other/photo.png", "sub/c.jsonl.gz", "stdin"]
    assert "4 input file(s) are named more than once" in caplog.text


@pytest.mark.usefixtures("news")
@pytest.mark.parametrize("pattern", ["news/**", "news/**/*", "new*"])
def test_a_pattern_names_each_file_once_though_it_matches_its_folder_too(
    pattern: str, caplog: pytest.LogCaptureFixture
) -> None:
    Path("news/sub/up").symlink_to("..")
    with caplog.at_level(logging.WARNING):
        sources = list_sources([pattern])
    assert [source.path for source in sources if source.path is not None and source.path.is_file()] == [
        Path("news", name) for name in ("a.txt", "b.txt", "other/a.txt", "other/photo.png", "sub/c.jsonl.gz")
    ]
    assert not caplog.text


def test_a_tilde_is_the_folder_of_the_user_unless_a_file_is_called_so(
    news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(news))
    with pytest.raises(InputError) as caught:
        list_sources(["~a.txt", "~no-such-user/*.txt"])
    assert str(caught.value).splitlines()[1:] == [
        "  ~a.txt: no such file or folder; check the name",
        "  ~no-such-user/*.txt: no file matches; check the pattern, and put it in quotes",
    ]
    assert [source.path for source in list_sources(["~/b.txt"])] == [news / "b.txt"]
    Path("~a.txt").write_text("x")
    assert [source.path for source in list_sources(["~a.txt"])] == [Path("~a.txt")]


def test_files_of_the_same_name_are_told_apart(news: Path) -> None:
    names = [source.name for source in list_sources(["news/a.txt", "news/other", "news/../news/other/../b.txt"])]
    assert names == ["news/a.txt", "news/other/a.txt", "photo.png", "b.txt"]
    (news / "x").mkdir()
    (news / "x" / "b.txt").write_text("")
    os.chdir(news / "x")
    names = [source.name for source in list_sources(["b.txt", "../b.txt"])]
    assert names == ["b.txt", "b.txt~2"]


def test_links_to_folders_are_listed_but_not_followed(news: Path, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "d.txt").write_text("x")
    (news / "linked").symlink_to(tmp_path / "more")
    (news / "sub" / "up").symlink_to(news)
    (news / "sub" / "self").symlink_to("self")
    names = [source.name for source in list_sources(["news"])]
    assert {"linked", "sub/up", "sub/self"} < set(names)
    assert names.count("a.txt") == 1
    assert not any(name.startswith(("linked/", "sub/up/")) for name in names)


@pytest.mark.usefixtures("news")
def test_all_wrong_inputs_are_named_at_once() -> None:
    Path("empty/.git").mkdir(parents=True)
    with pytest.raises(InputError) as caught:
        list_sources(["news", "nwes", "empty", "news/*.csv", "a\0b"])
    assert str(caught.value).splitlines() == [
        "inputs: 4 cannot be used",
        "  nwes: no such file or folder; check the name",
        "  empty: no file in the folder (hidden ones and results are left aside); name another",
        "  news/*.csv: no file matches; check the pattern, and put it in quotes",
        "  a\0b: no such file or folder; check the name",
    ]


def test_no_input_at_all_is_a_mistake() -> None:
    with pytest.raises(InputError, match="name files, folders or patterns"):
        list_sources([])


@pytest.mark.skipif(os.name == "nt", reason="names are bytes on POSIX only")
def test_a_name_that_is_no_utf8_can_be_written(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xe3\xe4.txt")).write_text("x")
    (source,) = list_sources([str(tmp_path)])
    assert source.name == "\ufffd\ufffd.txt"
    assert source.path is not None
    assert source.path.is_file()


@pytest.mark.parametrize(
    ("name", "bare", "suffix"),
    [
        ("day.txt", "day", "txt"),
        ("sub/day.JSONL.GZ", "sub/day", "jsonl"),
        ("a.b.html", "a.b", "html"),
        ("README", "README", ""),
        ("x.gz", "x", ""),
        (".gz", ".gz", ""),
        ("..gz", "..gz", ""),
        ("...", "...", ""),
    ],
)
def test_names_and_suffixes_are_told_apart(name: str, bare: str, suffix: str) -> None:
    assert bare_name(name) == bare
    assert suffix_of(Path(name)) == suffix


def test_an_empty_name_is_not_this_folder() -> None:
    with pytest.raises(InputError, match="an empty name"):
        list_sources([""])


@pytest.mark.usefixtures("news")
@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("news/*", ["a.txt", "b.txt", "linked", "other/a.txt", "other/photo.png", "sub/c.jsonl.gz"]),
        ("news/l*", ["linked"]),
        ("new?/linked/*", ["news/linked/d.txt"]),
        ("news/**/*.txt", ["a.txt", "b.txt", "linked", "other/a.txt"]),
        ("news/**/**/c*", ["linked", "sub/c.jsonl.gz"]),
        ("news/*/d.txt", ["linked"]),
        ("news/[os]*/?.[jt]*", ["other/a.txt", "sub/c.jsonl.gz"]),
        ("news/.h*", [".hidden.txt"]),
        ("news/linked/*", ["d.txt"]),
        ("news/linked", ["d.txt"]),
        ("n*/../news/a.*", ["news/../news/a.txt"]),
    ],
)
def test_a_pattern_leads_through_no_link_but_one_that_is_named(pattern: str, names: list[str], tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "d.txt").write_text("x")
    (tmp_path / "news" / "linked").symlink_to(tmp_path / "more")
    assert [source.name for source in list_sources([pattern])] == names


@pytest.mark.usefixtures("news")
def test_links_that_lead_back_up_do_not_multiply_what_a_pattern_has_to_look_at() -> None:
    for name in "xyz":
        Path("news/sub", name).symlink_to("..")
    # Through the links there are 3^40 ways.
    assert [source.name for source in list_sources(["news/**/c.*"])] == ["sub/c.jsonl.gz", "sub/x"]


@pytest.mark.parametrize("pattern", ["*", "**", "**/*", "*/a.txt"])
def test_a_folder_that_cannot_be_listed_is_not_passed_over(
    pattern: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, mode in (("open", 0o777), ("listed", 0o444), ("shut", 0o000)):
        Path(name).mkdir()
        Path(name, "a.txt").write_text("x")
        Path(name).chmod(mode)
    tmp_path.chmod(0o777)
    with without_root():
        paths = {source.path for source in list_sources([pattern])}
        folders = {source.name for source in list_sources(["."])}
    assert {Path("open/a.txt"), Path("shut")} <= paths
    assert folders == {"listed/a.txt", "open/a.txt", "shut"}


def test_a_name_cannot_break_or_turn_around_the_line_that_tells_it(tmp_path: Path) -> None:
    (tmp_path / "a\n\x1b[2J.\u202etxt.txt").write_text("x")
    (source,) = list_sources([str(tmp_path)])
    assert source.name == "a\ufffd\ufffd[2J.\ufffdtxt.txt"
    assert source.path is not None
    assert source.path.is_file()


@pytest.mark.usefixtures("news")
def test_results_below_a_folder_are_left_aside_unless_they_are_named(caplog: pytest.LogCaptureFixture) -> None:
    before = [source.name for source in list_sources(["news"])]
    label, report = Path("news/labels"), Path("news/sub/report")
    (label / "part-00000").mkdir(parents=True)
    report.mkdir()
    (label / "run.json").write_text('{"job": "label", "code": {}, "settings": {}}', encoding="utf-8")
    (label / "part-00000" / "labels.jsonl").write_text("{}", encoding="utf-8")
    (report / "report.json").write_text('{"model": 1, "version": 1, "gold": 1, "metrics": 1}', encoding="utf-8")
    (report / "mistakes.jsonl").write_text("{}", encoding="utf-8")

    with caplog.at_level(logging.WARNING):
        assert [source.name for source in list_sources(["news"])] == before
    assert "news/labels, news/sub/report: left aside, results of taawun and no articles; name them" in caplog.text
    assert {source.name for source in list_sources(["news/**/*"])} == set(before)
    assert {source.name for source in list_sources(["news/labels"])} == {"run.json", "part-00000/labels.jsonl"}


@pytest.mark.parametrize("content", ["", "[]", '{"job": "label"}', "[" * 100_000, "\x00"])
def test_a_file_that_is_called_as_one_of_ours_is_an_input(tmp_path: Path, content: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "run.json").write_text(content, encoding="utf-8")
    assert [source.name for source in list_sources([str(tmp_path)])] == ["sub/run.json"]
