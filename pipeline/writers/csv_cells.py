r"""Text in cells of CSV that no spreadsheet takes for a formula, and the way back.

A spreadsheet evaluates a cell that begins with `=`, `+`, `-` or `@`; some skip a tab or CR in front, others read
full-width forms as plain ones. Before such a beginning one apostrophe is put, as spreadsheets themselves do:

    =1+1      becomes  '=1+1
    - a list  becomes  '- a list
    '=1       becomes  ''=1       (so that the way back is exact)
    it's      stays    it's

The same is done wherever a reader might see a new cell begin inside a quoted one: behind every line break, tab and
semicolon (the separator of spreadsheets under Arabic settings). Spaces, apostrophes and invisible characters in front
of the sign do not hide it. `unguard(guard(text)) == text` for every text.
"""

import re

_BREAKS = r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029\t;]"
_SKIPPED = r"[ '\"\0\xa0\xad\u061c\u180e\u2000-\u200f\u202a-\u202f\u2060-\u206f\u3000\ufeff]*"
_SIGN = r"[=+\-@\t\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20]"
_AT_START = rf"(?={_SKIPPED}(?:{_SIGN}|[\r\n]))"
_FURTHER_ON = rf"(?={_SKIPPED}{_SIGN})"
_TO_GUARD = re.compile(rf"\A{_AT_START}|(?<={_BREAKS}){_FURTHER_ON}")
_GUARDED = re.compile(rf"\A'{_AT_START}|(?<={_BREAKS})'{_FURTHER_ON}")


def guard(text: str) -> str:
    """Put an apostrophe before everything in a text that a spreadsheet might take for a formula."""
    return _TO_GUARD.sub("'", text)


def unguard(cell: str) -> str:
    """Give back the text that was guarded."""
    return _GUARDED.sub("", cell)
