import logging
import os
import subprocess
import sys

import pytest

from pipeline.errors import ConfigError
from pipeline.jobs.scaling.quiet import kept_quiet


def test_what_libraries_print_is_kept_from_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with kept_quiet():
        print("from Python")  # noqa: T201
        os.write(2, b"from elsewhere\n")
        subprocess.run([sys.executable, "-c", "import sys; sys.stderr.write('from a child')"], check=True)
    os.write(2, b"afterwards\n")

    assert capfd.readouterr() == ("", "afterwards\n")


def test_python_still_reaches_the_terminal() -> None:
    program = """if True:
        import os, sys
        from pipeline.jobs.scaling.quiet import kept_quiet
        with kept_quiet():
            sys.stderr.write("bar")
            os.write(2, b"chatter")
        sys.stderr.write(" end")
    """
    ended = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert ended.stderr == "bar end"


@pytest.mark.parametrize(
    ("error", "level"), [(ConfigError("mend it"), logging.INFO), (RuntimeError("bug"), logging.ERROR)]
)
def test_what_was_kept_is_told_with_a_bug_and_else_only_where_it_is_asked_for(
    caplog: pytest.LogCaptureFixture, error: Exception, level: int
) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(type(error)), kept_quiet():
        os.write(2, b"the raylet died\n")
        raise error

    (record,) = caplog.records
    assert record.getMessage() == "ray: the raylet died"
    assert record.levelno == level
