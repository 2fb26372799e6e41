"""A lock that one process at a time has, and that ends with it."""

import logging
from typing import BinaryIO

logger = logging.getLogger(__name__)


def is_taken(stream: BinaryIO) -> bool:
    """Try to take the lock of a file; tells whether another run has it."""
    try:
        import fcntl
    except ImportError:  # Windows
        return False
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError as error:
        logger.warning("%s: cannot be locked (%s): see to it that no other run writes there", stream.name, error)
    return False
