"""JSON: a list of articles, or one."""

from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader, BytesIO

from pipeline.readers.base import Found, Opened, Unreadable
from pipeline.readers.bytes import read_whole
from pipeline.readers.decode import count_decoding, decode
from pipeline.readers.jsonl_files import EXTRA, parse, parse_next, read_jsonl, skip_space
from pipeline.readers.rows import to_article
from pipeline.readers.sources import bare_name


def read_json(opened: Opened, /) -> Iterator[Found]:
    """Read a JSON file; places name the articles of a list by their number, from 1.

    The articles of a list are parsed one at a time, so that those before a broken one are read, and a list of millions
    of small things takes no more memory than its text. JSON Lines under the name `.json`, which is common, is read as
    such.
    """
    content = read_whole(opened)
    decoded = decode(content, opened.settings.encoding)
    text, start = decoded.text, skip_space(decoded.text, 0)
    if text.startswith("[", start):
        count_decoding(opened, decoded)
        for number, row in enumerate(_elements(text, start + 1), start=1):
            yield to_article(opened, row, f"{opened.name}:{number}")
        return
    try:
        whole = parse(text)
    except Unreadable as error:
        if EXTRA not in str(error):
            raise
        yield from read_jsonl(replace(opened, stream=BufferedReader(BytesIO(content))))
        return
    count_decoding(opened, decoded)
    yield to_article(opened, whole, opened.name, bare_name(opened.name))


def _elements(text: str, start: int) -> Iterator[object]:
    """Parse the elements of a list one by one, from behind its opening bracket.

    Raises:
        Unreadable: The list is empty or broken, or something stands behind it.
    """
    position = skip_space(text, start)
    if text.startswith("]", position):
        message = "an empty list: no article in it"
        raise Unreadable(message)
    while True:
        element, position = parse_next(text, position)
        yield element
        if text.startswith("]", position):
            break
        if not text.startswith(",", position):
            message = f"invalid JSON: Expecting ',' delimiter at character {position + 1:,}"
            raise Unreadable(message)
        position += 1
    behind = skip_space(text, position + 1)
    if behind < len(text):
        message = f"invalid JSON: {EXTRA} at character {behind + 1:,}"
        raise Unreadable(message)
