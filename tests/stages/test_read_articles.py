"""Sources become articles; each is accounted for."""

import logging
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.readers import list_sources
from pipeline.records import Article, Record, Rejection, Source, Tally
from pipeline.stages.read_articles import ReadArticles

SEEDS = Path(__file__).parents[2] / "seeds" / "articles"
NEWS = "وقعت الحكومتان اتفاقية للتعاون في مجال الطاقة والنقل، وقال الوزير إن العمل يبدأ قريبا."


def test_the_seed_articles_are_read() -> None:
    tally = Tally()
    articles = list(ReadArticles()(list_sources([str(SEEDS)]), tally))
    assert len(articles) == 5
    assert tally == {"read_articles: articles": 5}
    assert all(isinstance(article, Article) and len(article.text) > 3000 for article in articles)


def test_every_source_gives_at_least_one_record_and_all_are_counted(tmp_path: Path) -> None:
    contents = {
        "a.txt": NEWS,
        "b.jsonl": f'{{"text": "{NEWS}"}}\nno json\n',
        "c.csv": "text\n",
        "d.txt": "",
        "e.pdf": "%PDF-",
        "f.jsonl": "\n\n",
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    tally = Tally()
    records = list(ReadArticles()([*list_sources([str(tmp_path)]), Source(tmp_path / "gone.txt", "gone.txt")], tally))
    assert {str(record.place).split(":")[0] for record in records if isinstance(record, Article | Rejection)} == {
        *contents,
        "gone.txt",
    }
    assert tally["read_articles: articles"] == 2
    assert tally["read_articles: rejected"] == 6
    assert tally["read_articles: blank lines"] == 2


def test_what_is_no_source_passes() -> None:
    passing: list[Record] = [Rejection("x", "y"), Article("a", NEWS, "a")]
    assert list(ReadArticles()(passing, Tally())) == passing


def test_a_detected_encoding_is_reported_once_with_its_number(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_bytes(NEWS.encode("cp1256"))
    tally = Tally()
    with caplog.at_level(logging.WARNING):
        list(ReadArticles()(list_sources([str(tmp_path)]), tally))
    assert tally["read_articles: decoded as windows-1256"] == 3
    assert [record.getMessage() for record in caplog.records] == [
        "read_articles: decoded as windows-1256: 3, the first in 0.txt; read.encoding sets the encoding for all inputs"
    ]


def test_settings_are_written_and_read_back() -> None:
    stage = ReadArticles.model_validate({"fields": {"text": "body", "date": None}, "encoding": "windows-1256"})
    assert stage.fields.text == ("body",)
    assert ReadArticles.model_validate(stage.model_dump(mode="json")) == stage


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"encoding": "windwos"}, "unknown encoding 'windwos'"),
        ({"encoding": "rot13"}, "unknown encoding 'rot13'"),
        ({"encoding": "a\0b"}, "unknown encoding"),
        ({"fields": {"text": []}}, "at least 1 item"),
        ({"fields": {"body": "text"}}, "Extra inputs are not permitted"),
        ({"max_bytes": 0}, "greater than or equal to 1"),
        ({"format": "docx"}, "'txt', 'md'"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ReadArticles.model_validate(settings)
