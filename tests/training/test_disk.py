import errno
import os
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.training import tell_how_to_go_on


@pytest.mark.parametrize("is_folder", [True, False])
def test_what_was_written_of_a_place_is_gone_and_how_to_go_on_is_told(tmp_path: Path, *, is_folder: bool) -> None:
    place = tmp_path / "place"

    with pytest.raises(ConfigError, match=r"place: cannot be written .* --resume"), tell_how_to_go_on(place):
        if is_folder:
            place.mkdir()
        (place / "weights" if is_folder else place).write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert not place.exists()


def test_other_errors_pass_and_leave_all_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), tell_how_to_go_on(tmp_path / "place"):
        (tmp_path / "place").touch()
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    assert (tmp_path / "place").exists()
