"""JSON: a list of articles, or one."""

from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader, BytesIO

from pipeline.readers.base import Found, Opened, Unreadable
from pipeline.readers.bytes import read_whole
from pipeline.readers.decode import count_decoding, decode
from pipeline.readers.jsonl_files import parse, read_jsonl
from pipeline.readers.rows import to_article
from pipeline.readers.sources import bare_name


def read_json(opened: Opened, /) -> Iterator[Found]:
    """Read a JSON file whole; places name the articles of a list by their number, from 1.

    JSON Lines under the name `.json`, which is common, is read as such.
    """
    content = read_whole(opened)
    decoded = decode(content, opened.settings.encoding)
    try:
        whole = parse(decoded.text)
    except Unreadable as error:
        if "Extra data" not in str(error):
            raise
        yield from read_jsonl(replace(opened, stream=BufferedReader(BytesIO(content))))
        return
    count_decoding(opened, decoded)
    if not isinstance(whole, list):
        yield to_article(opened, whole, opened.name, bare_name(opened.name))
        return
    if not whole:
        message = "an empty list: no article in it"
        raise Unreadable(message)
    for number, row in enumerate(whole, start=1):
        yield to_article(opened, row, f"{opened.name}:{number}")
