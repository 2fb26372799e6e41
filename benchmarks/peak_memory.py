"""The most memory that a process held."""

import resource
import sys
from pathlib import Path

_BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024


def peak_bytes(process: int | str = "self") -> int:
    """Read from Linux what a process that runs held at most; 0 where it cannot be told.

    Unlike `told_bytes` this does not count the memory of the process that started it.
    """
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError:  # not Linux, or it ended just now
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def told_bytes(usage: resource.struct_rusage) -> int:
    """Give the peak that the system tells of a process, for systems other than Linux."""
    return usage.ru_maxrss * _BYTES_PER_UNIT
