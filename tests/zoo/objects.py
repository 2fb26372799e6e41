"""JSON and JSON Lines with everything that can be wrong with them."""

import json

from .specimen import LABELLED, MORE, NEWS, Make, Specimen, file, sparse

GOOD = f'{{"text": "{NEWS}"}}\n'

_AGAIN, _NESTED = '"n": 1, ', '{"n": 1, "n": '


def _line(line: str) -> Make:
    """A line between two good ones."""
    return file("a.jsonl", f"{GOOD}{line}\n{GOOD}")


def _is_bad(name: str, what: str, line: str, reason: str) -> Specimen:
    """A line that is rejected, while those beside it are labelled."""
    return Specimen(name, what, _line(line), (LABELLED, f"rejected: {reason}"), (NEWS, NEWS))


def _is_fine(name: str, what: str, line: str, *texts: str) -> Specimen:
    """A line that is labelled."""
    return Specimen(name, what, _line(line), (LABELLED,), (NEWS, *(texts or (MORE,)), NEWS))


SPECIMENS = [
    _is_bad("json-deep", "JSON of 10,000 levels", "[" * 10_000 + "]" * 10_000, "JSON nested too deeply"),
    _is_bad("json-deep-open", "JSON of 90,000 levels, never closed", '{"a":' * 18_000, "JSON nested too deeply"),
    *(
        _is_bad(
            f"json-deep-title-{depth}",
            f"a title of {depth} levels",
            f'{{"text": "{MORE}", "title": {"[" * depth}{"]" * depth}}}',
            "",
        )
        for depth in (989, 992, 2000)
    ),
    _is_fine("json-nan", "NaN and Infinity", f'{{"text": "{MORE}", "id": NaN, "title": Infinity, "x": -Infinity}}'),
    _is_bad("json-nan-text", "NaN where text belongs", '{"text": NaN}', "not an article: text: a number where text"),
    _is_bad("json-number", "a number where text belongs", '{"text": 5}', "not an article: text: a number where text"),
    _is_bad("json-bool", "true where text belongs", '{"text": true}', "not an article: text: true or false where text"),
    _is_bad("json-null", "null where text belongs", '{"text": null}', "not an article: text: null where text"),
    _is_bad(
        "json-nested",
        "an object where text belongs",
        f'{{"text": {{"ar": "{MORE}"}}}}',
        "not an article: text: an object",
    ),
    _is_bad("json-list-text", "a list where text belongs", f'{{"text": ["{MORE}"]}}', "not an article: text: a list"),
    _is_bad("json-string", "a text instead of an object", f'"{MORE}"', "not an article: text where an object"),
    _is_bad("json-empty-text", "a text without letters", '{"text": ""}', "the article has no text"),
    _is_bad("json-no-text", "no field of text", f'{{"body": "{MORE}"}}', "text: field required; the fields are: body"),
    _is_bad(
        "json-name",
        "a field whose name drives the terminal",
        '{"\\u001b]0;pwned\\u0007\\u202e": 1}',
        "the fields are: ?]0;pwned??",
    ),
    _is_bad(
        "json-twice",
        "a text given twice, differently",
        f'{{"text": "{MORE}", "text": "{NEWS}"}}',
        "text is given twice",
    ),
    _is_fine("json-twice-same", "a text given twice, the same", f'{{"text": "{MORE}", "text": "{MORE}"}}'),
    _is_fine("json-twice-other", "another field given twice", f'{{"text": "{MORE}", "n": 1, "n": 2}}'),
    _is_fine(
        "json-repeated",
        "a field given 12,000 times, with 100 kB at last",
        f'{{"text": "{MORE}", {_AGAIN * 12_000}"n": "{"x" * 100_000}"}}',
    ),
    _is_fine(
        "json-repeated-nested",
        "a field given twice on each of 800 levels around 180 kB",
        f'{{"text": "{MORE}", "n": {_NESTED * 800}"{"x" * 180_000}"{"}" * 800}}}',
    ),
    _is_bad(
        "json-twice-deep",
        "a title given twice, once of 900 levels",
        f'{{"text": "{MORE}", "title": {"[" * 900}{"]" * 900}, "title": "{NEWS}"}}',
        "title is given twice | rejected: JSON nested too deeply",
    ),
    _is_bad(
        "json-digits",
        "a number of 5,000 digits",
        f'{{"text": "{MORE}", "n": {"9" * 5000}}}',
        "a number with too many digits",
    ),
    _is_fine(
        "json-huge-number",
        "a number of 4,000 digits, and one beyond all floats",
        f'{{"text": "{MORE}", "n": {"9" * 4000}, "id": 1e999}}',
    ),
    _is_bad(
        "json-huge-id",
        "an id of 5,000 characters",
        f'{{"text": "{MORE}", "id": "{"x" * 5000}"}}',
        "id: longer than 2,000 characters",
    ),
    _is_bad(
        "json-huge-title",
        "a number of 4,000 digits for a title",
        f'{{"text": "{MORE}", "title": {"9" * 4000}}}',
        "title: longer than",
    ),
    _is_bad(
        "json-many-fields",
        "10,000 fields, none of them text",
        json.dumps(dict.fromkeys(map(str, range(10_000)), 1)),
        "field required",
    ),
    _is_bad("json-long-line", "a line longer than the limit", f'{{"text": "{"x" * 300_000}"}}', "line longer than"),
    _is_bad("json-garbage-behind", "garbage behind an object", f'{{"text": "{MORE}"}}}}}}', "invalid JSON: Extra data"),
    _is_bad("json-open", "an object that is not closed", f'{{"text": "{MORE}"', "invalid JSON"),
    _is_bad("json-quotes", "Python instead of JSON", f"{{'text': '{MORE}'}}", "invalid JSON"),
    _is_bad("json-nul", "a NUL byte", f'{{"text": "{MORE}\0"}}', "a binary file or damaged text (NUL byte"),
    _is_fine("json-nul-escape", "NUL as an escape", f'{{"text": "{NEWS}\\u0000{MORE}"}}', f"{NEWS}\ufffd{MORE}"),
    _is_fine(
        "json-surrogates",
        "lone surrogates as escapes",
        f'{{"text": "{NEWS}\\ud800{MORE}", "title": "\\udfff"}}',
        f"{NEWS}\ufffd{MORE}",
    ),
    _is_fine("json-control", "control characters within a text", f'{{"text": "{MORE}\t{NEWS}"}}', f"{MORE}\t{NEWS}"),
    _is_fine("json-separator", "U+2028 within a text", f'{{"text": "{MORE}\u2028{NEWS}"}}', MORE, NEWS),
    _is_fine(
        "json-path-id",
        "ids that look like paths",
        "\n".join(
            json.dumps({"text": MORE, "id": name})
            for name in ("../../x", "/etc/passwd", "C:\\x", "a\0b", "labels.jsonl", "")
        ),
        *[MORE] * 6,
    ),
    _is_fine("json-same-ids", "ids that are given twice", f'{{"text": "{MORE}", "id": "1"}}\n' * 2, MORE, MORE),
    _is_fine(
        "json-odd-ids",
        "ids that are no text",
        "\n".join(json.dumps({"text": MORE, "id": name}) for name in (1.5, True, None, [1], {"a": 1})),
        *[MORE] * 5,
    ),
    _is_fine("json-mark", "a byte order mark amid the file", f'\ufeff{{"text": "{MORE}"}}'),
    _is_bad("json-garbage-line", "a line of garbage", "<<<<<<< HEAD", "invalid JSON"),
    Specimen(
        "json-mixed-encodings",
        "lines in three encodings",
        file("a.jsonl", GOOD.encode() + GOOD.encode("cp1256") + GOOD.encode("iso8859-6")),
        (LABELLED,),
        (NEWS,) * 3,
    ),
    Specimen(
        "json-cut-list",
        "a list that is cut off",
        file("a.json", f'[{GOOD}, {GOOD}, {{"text": "'),
        (LABELLED, "rejected: invalid JSON: Unterminated string"),
        (NEWS, NEWS),
    ),
    Specimen(
        "json-list-behind",
        "two lists one behind the other",
        file("a.json", f"[{GOOD}][{GOOD}]"),
        (LABELLED, "rejected: invalid JSON: Extra data"),
        (NEWS,),
    ),
    Specimen(
        "json-list-of-lists",
        "a list of a thousand empty lists",
        file("a.json", b"[" + b"[]," * 1000 + b"0]"),
        ("rejected: not an article: a list", "rejected: not an article: a number"),
    ),
    Specimen("json-empty-list", "an empty list", file("a.json", "[ ]"), ("rejected: an empty list",)),
    Specimen(
        "json-lines-in-json", "JSON Lines under the name .json", file("a.json", GOOD * 2), (LABELLED,), (NEWS, NEWS)
    ),
    Specimen(
        "json-in-lines",
        "a JSON file under the name .jsonl",
        file("a.jsonl", f"[\n{GOOD}]"),
        ("rejected: JSON spread over",),
    ),
    Specimen(
        "json-one-line",
        "a gigabyte on one line",
        sparse("a.jsonl", b'{"text": "', 2**30),
        ("rejected: line longer than",),
    ),
    Specimen("json-whole", "128 MB of JSON", sparse("a.json", b"[", 2**27), ("rejected: longer than",)),
]
