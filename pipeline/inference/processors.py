"""How many processors this process may use, by its affinity and by the quota of its control group."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_ROOT: Final = Path("/")


def allowed_processors(root: Path = _ROOT) -> int:
    """Give the number of processors that this process may keep busy, at least 1.

    A container with a quota of 2.5 processors sees all of the machine's; more than 2 threads would be made to wait.

    Args:
        root: The file system's root.
    """
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = min(_quotas(root), default=float(count))
    return max(1, min(count, int(quota)))


def _quotas(root: Path) -> Iterator[float]:
    """Yield the quotas, in processors, of this process's control group and of those that it is part of."""
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", maxsplit=2)
        mounts = ["", "unified"] if not controllers else ["cpu", controllers] if "cpu" in controllers.split(",") else []
        for mount in mounts:
            top = root / "sys/fs/cgroup" / mount
            group = top / path.lstrip("/")  # in a container it may not be there, while its top is
            for folder in (group, *group.parents):
                yield from _quota_of(folder)
                if folder == top:
                    break


def _quota_of(group: Path) -> Iterator[float]:
    """Yield the quota of one control group, of either version; nothing where it has none."""
    words = _read(group / "cpu.max").split()
    if not words:
        words = [_read(group / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period")]
    if len(words) == 2 and all(word.isdigit() for word in words) and int(words[1]):  # noqa: PLR2004  (quota, period)
        yield int(words[0]) / int(words[1])


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""
