from pathlib import Path

import numpy as np
import pytest

from pipeline.distillation.choose_passages import choose, draw_lines, is_copy, read_runs
from pipeline.errors import InputError

KNOWN = "بحث وزيرا خارجية البلدين سبل تعزيز التعاون الاقتصادي بينهما خلال لقاء في العاصمة"


def _write(path: Path, *texts: str) -> Path:
    path.write_text("".join(f'{{"text": "{text}"}}\n' for text in texts), encoding="utf-8")
    return path


def test_a_paragraph_that_shares_runs_of_words_with_evaluation_data_is_a_copy(tmp_path: Path) -> None:
    runs = read_runs([_write(tmp_path / "dev.jsonl", "نص آخر لا صلة له", KNOWN)])

    assert is_copy(f"وقالت الوكالة: {KNOWN}، أمس.", runs)
    assert not is_copy("بحث وزيرا الطاقة في البلدين مشروع خط أنابيب جديد يمر عبر أراضي دولة ثالثة", runs)
    assert not is_copy("بحث وزيرا خارجية", runs)
    assert is_copy(KNOWN, read_runs([_write(tmp_path / "vowelled.jsonl", KNOWN.replace("ب", "\u200fبـ"))]))


def test_evaluation_data_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "dev.jsonl").write_text('{"labels": []}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"dev\.jsonl"):
        read_runs([tmp_path / "dev.jsonl"])


def test_lines_are_drawn_once_within_their_bounds_and_in_the_order_of_the_text() -> None:
    lines = ["a b c", "a", "d e f", "a b c", "g h i j", "k l m"]
    assert draw_lines(lines, (2, 3), 9, seed=0) == ["a b c", "d e f", "k l m"]
    assert len(draw_lines(lines, (2, 3), 2, seed=0)) == 2


def test_rare_domains_get_their_share() -> None:
    probabilities = np.full((5000, 2), 0.001)
    probabilities[:40, 1] = 0.9

    chosen = choose(probabilities, 200, 0.5, seed=1)
    at_random = choose(probabilities, 200, 0.0, seed=1)

    assert len(chosen) == len(set(chosen)) == 200
    assert (chosen < 40).sum() > 30
    assert (at_random < 40).sum() < 10


def test_no_more_is_chosen_than_there_is() -> None:
    assert choose(np.full((5, 2), 0.5), 50, 0.5, seed=1).tolist() == [0, 1, 2, 3, 4]
