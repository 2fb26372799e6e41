"""A task of one's own takes two configuration files and no code: topics of news, one per paragraph."""

import json
from pathlib import Path

import pytest

from pipeline.__main__ import main
from pipeline.config import ANY_TRAIN_CONFIG, TrainConfig, load_config
from pipeline.taxonomy import Taxonomy

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "configs" / "train_topics.yaml"
TOPICS = {
    "politics": (
        "أقر البرلمان قانون الانتخابات بأغلبية ضئيلة بعد نقاش",
        "استقالت الحكومة إثر خلاف بين حزبي الائتلاف",
    ),
    "security": ("أوقفت الشرطة ثلاثة مشتبهين في سرقة المصرف", "قصف الجيش مواقع المسلحين قرب الحدود فجر الثلاثاء"),
    "economy": ("ارتفعت أسعار النفط دولارا بعد تراجع المخزونات", "خفض البنك المركزي سعر الفائدة نصف نقطة مئوية"),
    "sport": ("فاز المنتخب بثلاثة أهداف وبلغ نصف نهائي البطولة", "تعاقد النادي مع مهاجم برازيلي لموسمين"),
    "culture": ("افتتح معرض الكتاب أبوابه بمشاركة مئتي دار نشر", "نال الفيلم جائزة أفضل إخراج في المهرجان"),
    "technology": ("كشفت الشركة عن معالج جديد للهواتف الذكية", "التقط التلسكوب صورا لمجرة تبعد مليار سنة ضوئية"),
    "health": ("سجلت الوزارة مئة إصابة جديدة بالحصبة بين الأطفال", "أظهرت دراسة أن المشي يوميا يقلل خطر أمراض القلب"),
    "society": ("أغلقت المدارس أبوابها بسبب العاصفة الثلجية", "أصيب عشرة ركاب في حادث سير على الطريق الساحلي"),
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two composed paragraphs of each topic."""
    path = tmp_path_factory.mktemp("topics") / "rows.jsonl"
    lines = [{"text": text, "labels": [topic]} for topic, texts in TOPICS.items() for text in texts]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def _settings(rows: Path, encoder: Path) -> list[str]:
    return [
        f"taxonomy={ROOT}/configs/topics.yaml",
        f"labelled=[{rows}]",
        f"base_model={encoder}",
        "window.max_tokens=48",
        "window.overlap=8",
        "training.epochs=2",
        "training.held_out=0.4",
        "training.device=cpu",
        "training.precision=float32",
        "training.threads=1",
        "calibration.resamples=100",
    ]


@pytest.fixture(scope="module")
def model(rows: Path, tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A classifier of topics, trained from the tiny encoder by the configuration of the repository."""
    place = tmp_path_factory.mktemp("trained")
    places = [f"out={place}/topics", f"run={place}/run"]
    assert main(["train", str(CONFIG), *_settings(rows, tiny_encoder), *places, "--quiet"]) == 0
    return place / "topics"


def test_the_files_of_the_repository_are_a_task_of_one_label_per_paragraph() -> None:
    config = load_config(ANY_TRAIN_CONFIG, CONFIG)
    taxonomy = load_config(Taxonomy, ROOT / config.taxonomy)

    assert isinstance(config, TrainConfig)
    assert taxonomy.labels_per_paragraph == "one"
    assert set(taxonomy.ids) == TOPICS.keys()
    assert all(domain.definition for domain in taxonomy.domains)


def test_the_check_says_that_training_can_start(
    rows: Path, tiny_encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = f"out={tmp_path}/model"

    assert main(["train", str(CONFIG), *_settings(rows, tiny_encoder), place, "--check"]) == 0

    assert "Science and technology" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_the_card_names_the_topics_and_the_model(model: Path) -> None:
    card = (model / "README.md").read_text(encoding="utf-8")
    taxonomy = load_config(Taxonomy, ROOT / "configs" / "topics.yaml")

    assert "# topics" in card
    assert all(f"| {domain.english} | {domain.arabic} |" in card for domain in taxonomy.domains)
    assert "exactly one each" in card
    assert "cooperation" not in card.lower()


def test_every_paragraph_gets_exactly_one_topic(model: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n".join(text for texts in TOPICS.values() for text in texts), encoding="utf-8")

    assert main(["label", str(tmp_path / "a.txt"), "--model", str(model), f"--out={tmp_path}/labels", "--quiet"]) == 0

    lines = (tmp_path / "labels" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    labelled = [json.loads(line) for line in lines]
    assert len(labelled) == 16
    for row in labelled:
        assert row["labels"] == [row["primary"]]
        assert row["probabilities"].keys() == TOPICS.keys()
        assert sum(row["probabilities"].values()) == pytest.approx(1, abs=1e-3)


def test_the_one_topic_of_a_paragraph_is_explained_by_its_words(model: Path, tmp_path: Path) -> None:
    text = "\n".join(text for texts in TOPICS.values() for text in texts)
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    told = ["label", str(tmp_path / "a.txt"), "--model", str(model), f"--out={tmp_path}/labels", "--explain", "--quiet"]

    assert main(told) == 0

    rows = [json.loads(line) for line in (tmp_path / "labels" / "labels.jsonl").read_text("utf-8").splitlines()]
    assert [list(row["evidence"]) for row in rows] == [row["labels"] for row in rows]
    told_words = [(row, text[start:end].split()) for row in rows for start, end in row["evidence"][row["primary"]]]
    assert len(told_words) > len(rows) / 2
    assert all(set(words) <= set(row["text"].split()) for row, words in told_words)


def test_the_report_measures_the_topics(model: Path, rows: Path, tmp_path: Path) -> None:
    out = tmp_path / "report"

    code = main(["evaluate", str(rows), "--model", str(model), f"--out={out}", "resamples=100", "--quiet"])

    assert code == 0
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["metrics"]["domains"].keys() == TOPICS.keys()
    assert report["taxonomy"]["name"] == "topics"
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Science and technology" in page
    assert "cooperation" not in page.lower()
