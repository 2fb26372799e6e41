"""A limit of memory that the caller has set, as `ulimit -v` does."""

import sys

from pipeline.errors import ConfigError

LEAST_MEMORY = 1_000_000_000
"""Bytes of address space. With less the libraries of computation end the process in ways of their own, or wait for
threads that never began; what this leaves to a run is told when it runs out."""


def check_memory_limit() -> None:
    """See that the process may use enough memory to load the libraries that read and compute.

    Raises:
        ConfigError: The limit of its address space is below `LEAST_MEMORY`.
    """
    if sys.platform == "win32":  # has no such limit
        return
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < LEAST_MEMORY:
        message = (
            f"memory is limited to {limit // 10**6} MB (ulimit -v), too little for the libraries that read and "
            f"compute; allow at least {LEAST_MEMORY // 10**6} MB, or no limit"
        )
        raise ConfigError(message)
