"""A model folder opens with plain transformers, and says the same: its card and the cookbook tell how."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.kinds import load_classifier
from pipeline.text import clean, preprocess_arabert

ROOT = Path(__file__).parents[2]
TEXTS = (
    "وقّعت مصر والصين اتفاقاً لبناء محطة كهرباء بقدرة 500 ميغاواط",
    "بحث الوزيران في عمّان «سبل» تعزيز العلاقات الثنائية!",
    "ارتفع التبادل التجاري بنسبة 12%",
)


@pytest.mark.parametrize("name", ["cooperation", "tiny"])
def test_the_text_classification_pipeline_of_transformers_gives_our_logits(name: str, tiny_classifier: Path) -> None:
    import transformers

    folder = tiny_classifier if name == "tiny" else ROOT / "models" / name
    classify = transformers.pipeline("text-classification", str(folder), top_k=None, dtype="float32", device="cpu")
    texts = [preprocess_arabert(clean(text).text) for text in TEXTS]

    given = [{each["label"]: each["score"] for each in told} for told in classify(texts, function_to_apply="none")]

    ours = load_classifier(str(folder), device="cpu", precision="float32")
    windows = [window for (window,) in ours.tokenizer.windows([clean(text).text for text in TEXTS])]
    theirs = np.array([[told[label] for label in ours.decision.taxonomy.ids] for told in given])
    np.testing.assert_allclose(theirs, ours.logits(windows), atol=1e-4)
    assert np.ptp(theirs) > 0.1
