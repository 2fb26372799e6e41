"""Lone surrogates: code points that Python text may hold and no UTF-8 file can."""

import re
from typing import Final

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def replace_surrogates(text: str) -> tuple[str, int]:
    r"""Replace lone surrogates by U+FFFD, one for one, so that offsets stay true.

    They come from JSON escapes such as `"\ud800"` and from names of files that are not UTF-8.

    Returns:
        The text, and how many were replaced.
    """
    return (text, 0) if text.isascii() else _LONE_SURROGATE.subn(_REPLACEMENT, text)
