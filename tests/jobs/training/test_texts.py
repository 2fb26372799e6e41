import shutil
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import ModelError
from pipeline.jobs.training.texts import read_fingerprint, was_held_out, was_trained_on, write_fingerprint
from pipeline.records import LabelledParagraph
from pipeline.splits import is_held_out


def _rows(count: int, what: str = "الاتفاق") -> list[LabelledParagraph]:
    texts = [f"وقعت الصين {what} رقم {k} مع روسيا في مجال الطاقة {k * k}" for k in range(count)]
    return [LabelledParagraph(f"{what} {k}", text, (), f"rows.jsonl:{k + 1}") for k, text in enumerate(texts)]


def _write(
    folder: Path,
    rows: list[LabelledParagraph],
    trains: list[int],
    base: Path | None = None,
    checks: list[int] | None = None,
) -> Path:
    folder.mkdir(exist_ok=True)
    trained = np.isin(np.arange(len(rows)), trains)
    write_fingerprint(
        folder, rows, trained, ~trained if checks is None else np.isin(np.arange(len(rows)), checks), base
    )
    return folder


def test_a_model_tells_what_it_was_trained_on_from_what_was_held_out(tmp_path: Path) -> None:
    rows = _rows(6)
    folder = _write(tmp_path / "model", rows[:4], [0, 2])

    trained, held_out = was_trained_on(folder, rows), was_held_out(folder, rows)

    assert trained is not None
    assert held_out is not None
    assert trained.tolist() == [True, False, True, False, False, False]
    assert held_out.tolist() == [False, True, False, True, False, False]
    assert len(read_fingerprint(folder) or ()) == 4


def test_a_copy_of_a_trained_row_was_trained_on_under_whatever_name(tmp_path: Path) -> None:
    rows = _rows(2)
    copy = LabelledParagraph("copy", f"{rows[0].text}!", (), "other.jsonl:1", article="another")
    folder = _write(tmp_path / "model", [*rows, copy], [0])

    trained = was_trained_on(folder, [copy])

    assert trained is not None
    assert trained.tolist() == [True]


def test_a_model_that_went_on_from_another_remembers_what_that_one_was_trained_on(tmp_path: Path) -> None:
    old, new = _rows(4, "العقد"), _rows(4, "الاتفاق")
    base = _write(tmp_path / "base", old, [0, 1])
    folder = _write(tmp_path / "model", [*new, old[1], old[2]], [0, 1], base)
    grandchild = _write(tmp_path / "grandchild", _rows(2, "البروتوكول"), [0], folder)

    for model in (folder, grandchild):
        trained, held_out = was_trained_on(model, [*old, *new]), was_held_out(model, [*old, *new])
        assert trained is not None
        assert held_out is not None
        assert trained.tolist() == [True, True, False, False, True, True, False, False]
        assert held_out.tolist() == [False, False, True, True, False, False, True, True]
    assert len(read_fingerprint(folder) or ()) == 8


def test_an_encoder_has_nothing_to_remember(tmp_path: Path, tiny_encoder: Path) -> None:
    folder = _write(tmp_path / "model", _rows(3), [0], tiny_encoder)

    assert was_trained_on(tiny_encoder, _rows(3)) is None
    assert was_held_out(tiny_encoder, _rows(3)) is None
    assert len(read_fingerprint(folder) or ()) == 3


def test_of_an_older_model_the_sides_of_the_rows_tell_what_was_held_out(tiny_classifier: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_classifier, tmp_path / "model"))
    rows = _rows(60)
    _write(folder, rows, list(range(60)))
    with np.load(folder / "training_texts.npz") as file:
        np.savez(folder / "training_texts.npz", **{name: file[name] for name in ("format", "hashes", "sketches")})

    trained = was_trained_on(folder, [*rows, *_rows(3, "العقد")])

    assert trained is not None
    assert trained.tolist() == [*(~is_held_out(rows, 0.25)).tolist(), False, False, False]  # as its train.yaml says
    (folder / "train.yaml").unlink()
    trained = was_trained_on(folder, rows)
    assert trained is not None
    assert trained.all()


def test_a_linear_model_without_a_gate_was_trained_on_all_of_its_rows(linear_classifier: Path, tmp_path: Path) -> None:
    folder, rows = Path(shutil.copytree(linear_classifier, tmp_path / "model")), _rows(60)
    _write(folder, rows, list(range(60)))
    with np.load(folder / "training_texts.npz") as file:
        np.savez(folder / "training_texts.npz", **{name: file[name] for name in ("format", "hashes", "sketches")})

    trained = was_trained_on(folder, rows)

    assert trained is not None
    assert trained.all()


def test_a_damaged_memory_is_told(tmp_path: Path) -> None:
    folder = _write(tmp_path / "model", _rows(3), [0])
    with np.load(folder / "training_texts.npz") as file:
        arrays = dict(file)

    np.savez(folder / "training_texts.npz", **(arrays | {"trained": np.array([True])}))
    with pytest.raises(ModelError, match=r"training_texts\.npz: cannot be read \(damaged .*trained\(1,\)\)"):
        was_trained_on(folder, _rows(3))
    (folder / "training_texts.npz").write_bytes(b"PK\x03\x04")
    with pytest.raises(ModelError, match="cannot be read"):
        write_fingerprint(tmp_path, _rows(1), np.ones(1, dtype=bool), np.zeros(1, dtype=bool), folder)


def test_no_rows_are_no_matter(tmp_path: Path) -> None:
    folder = _write(tmp_path / "model", _rows(3), [0])

    trained = was_trained_on(folder, [])

    assert trained is not None
    assert len(trained) == 0


def test_rows_that_were_neither_trained_nor_checked_on_are_known_as_neither(tmp_path: Path) -> None:
    rows = _rows(4)
    base = _write(tmp_path / "base", rows[:3], [0], checks=[1])
    folder = _write(tmp_path / "model", rows[3:], [0], base)

    for model in (base, folder):
        trained, held_out = was_trained_on(model, rows[:3]), was_held_out(model, rows[:3])
        assert trained is not None
        assert held_out is not None
        assert (trained.tolist(), held_out.tolist()) == ([True, False, False], [False, True, False])
        assert len(read_fingerprint(model) or ()) >= 3


def test_of_a_model_that_tells_only_what_it_was_trained_on_all_else_was_held_out(tmp_path: Path) -> None:
    rows = _rows(3)
    folder = _write(tmp_path / "model", rows, [0], checks=[1])
    with np.load(folder / "training_texts.npz") as file:
        arrays = dict(file)
    arrays.pop("checked")
    np.savez(folder / "training_texts.npz", **arrays)

    held_out = was_held_out(folder, rows)

    assert held_out is not None
    assert held_out.tolist() == [False, True, True]
