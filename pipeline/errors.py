"""Mistakes that a user can mend, as exceptions whose text is shown without a traceback.

PipelineError
├── ConfigError   a setting, an argument or an output folder is wrong
├── InputError    an input as a whole cannot be used (no file there, nothing to read)
└── ModelError    a model folder is missing, damaged or of another kind

Every message says where: what; what to do. Anything else that is raised is a bug and keeps its traceback.
One article that cannot be read is no error but a `Rejection`: the run goes on. Too little memory shows in many ways;
`is_lack_of_memory` tells it from bugs.
"""

import errno

_LACK_OF_MEMORY = (
    "allocate memory",
    "out of memory",
    "bad_alloc",
    "failed to map segment",
    "start new thread",
    "launch worker thread",
)
"""What libraries say where Python says MemoryError; a thread needs memory for its stack."""


class PipelineError(Exception):
    """A mistake that the user can mend; its text is the whole message."""


class ConfigError(PipelineError):
    """A setting, an argument or an output folder is wrong."""


class InputError(PipelineError):
    """An input as a whole cannot be used."""


class ModelError(PipelineError):
    """A model folder is missing, damaged or of another kind."""


def is_lack_of_memory(error: BaseException) -> bool:
    """Tell whether an error means that there was too little memory, whatever library raised it."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or any(sign in str(error) for sign in _LACK_OF_MEMORY)
