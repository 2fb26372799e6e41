"""The page's file: whole, harmless whatever the texts hold."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.text import boilerplate_reason, foreign_reason
from pipeline.view_page import Contents, ViewedArticle, page_script, write_page
from tests.view_samples import DECISION, row

ROOT = Path(__file__).parents[2]
HARMFUL = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    '"><img src=x onerror=alert(1)>',
    "\u2028\u2029",
    "\u202eنص مقلوب\u202c",
    "{{ 7*7 }}",
    "]]>&lt;",
]


def _page(text: str) -> str:
    contents = Contents(DECISION)
    pages = list(contents.pages([ViewedArticle([row(text, title=text, source=text, article_id=text)])]))
    return write_page(contents.summary(text), pages, "pages")


class _Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.inside: dict[str, str] = {}
        self._id: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._id = dict(attrs).get("id")

    def handle_data(self, data: str) -> None:
        if self._id:
            self.inside[self._id] = self.inside.get(self._id, "") + data


@pytest.mark.parametrize("text", HARMFUL)
def test_no_text_adds_a_tag_to_the_page_and_all_come_through_as_they_are(text: str) -> None:
    parsed = _Tags(_page(text))
    assert parsed.tags == _Tags(_page("نص")).tags
    assert json.loads(parsed.inside["pages"])[0][0][0]["t"] == text
    contents = json.loads(parsed.inside["contents"])
    assert (contents["articles"]["title"], contents["sources"], contents["title"]) == ([text], [text], text)


@pytest.mark.parametrize("text", HARMFUL)
def test_a_page_of_its_own_is_one_call_with_json(text: str) -> None:
    [page] = Contents(DECISION).pages([ViewedArticle([row(text)])])
    script = page_script(7, page)
    match = re.fullmatch(r"window\.taawunPage\(7, (.*)\);\n", script)
    assert match
    assert not re.search(r"[<>&\u2028\u2029]", match[1])
    assert json.loads(match[1]) == page


def test_the_page_asks_nothing_of_any_network() -> None:
    page = _page("نص")
    assert "default-src 'none'" in page
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!#)""", page)


def test_a_page_with_files_of_its_own_may_open_those() -> None:
    contents = Contents(DECISION)
    list(contents.pages([ViewedArticle([row()])]))
    page = write_page(contents.summary("t"), None, "pages")
    assert 'id="pages"' not in page
    assert "script-src 'unsafe-inline' 'self' file:" in page


def test_every_reason_why_a_paragraph_is_left_out_is_told_in_arabic() -> None:
    rooms = [ROOT / "pipeline" / "text" / f"{name}.py" for name in ("boilerplate", "languages")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in rooms)
    reasons = re.findall(r'^[A-Z][A-Z_]*: Final = "(.+)"$', code, re.MULTILINE)
    assert {boilerplate_reason("إعلان"), boilerplate_reason("…"), foreign_reason("not a word of it")} <= set(reasons)
    page = _page("نص")
    told = page[page.index("const REASONS") : page.index("const WORDS")]
    assert sorted(re.findall(r'"([^"]+)": "[^"]+"', told)) == sorted(reasons)


def test_every_word_of_the_page_is_there_in_both_languages() -> None:
    page = _page("نص")
    english, arabic = re.split(r"\n  ar: \{", page[page.index("const WORDS") : page.index("};\n</script>")])
    names = [set(re.findall(r"(\w+): (?=[\"`(])", words)) for words in (english, arabic)]
    assert names[0] == names[1]
    assert set(re.findall(r"say\.([a-z_]+)", page)) | set(re.findall(r'data-say="(\w+)"', page)) <= names[0]
