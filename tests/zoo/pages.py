"""Web pages that are damaged, hostile, or no pages at all."""

from .specimen import LABELLED, MORE, NEWS, Make, Specimen, file

NO_TEXT = "rejected: no article text found in the page"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def _page(body: str, head: str = "") -> str:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


def _article(inside: str) -> Make:
    """A page with an article around something."""
    return file("a.html", _page(f"<article><p>{NEWS}</p>{inside}<p>{MORE}</p></article>"))


def _is_read(name: str, what: str, make: Make) -> Specimen:
    """A page whose article comes out whole, and nothing else."""
    return Specimen(name, what, make, (LABELLED,), (NEWS, MORE))


SPECIMENS = [
    _is_read("page-script", "a page with a script in its article", _article("<script>alert('نص')</script>")),
    _is_read(
        "page-handlers",
        "event handlers and frames",
        _article(
            '<img src=x onerror="alert(1)"><iframe srcdoc="<p>إطار</p>"></iframe>'
            '<svg onload="x()"><text>رسم</text></svg>'
        ),
    ),
    _is_read(
        "page-comments", "comments that do not end where they should", _article("<!-- x <p>تعليق</p> -- > <p> -->")
    ),
    _is_read(
        "page-unclosed", "elements that are never closed", file("a.html", f"<html><body><article><p>{NEWS}<p>{MORE}")
    ),
    _is_read(
        "page-windows-1256",
        "a page in Windows-1256 that says UTF-8",
        file("a.html", _page(f"<article><p>{NEWS}</p><p>{MORE}</p></article>").encode("cp1256")),
    ),
    _is_read(
        "page-utf-16",
        "a page in UTF-16 that says UTF-8",
        file("a.html", _page(f"<article><p>{NEWS}</p><p>{MORE}</p></article>").encode("utf-16")),
    ),
    _is_read("page-in-txt", "a page under the name .txt", file("a.txt", _page(f"<p>{NEWS}</p><p>{MORE}</p>"))),
    _is_read(
        "page-fragment",
        "paragraphs of HTML in a field of JSON",
        file("a.jsonl", f'{{"text": "<p>{NEWS}</p><p onclick=\\"x()\\">{MORE}</p>"}}'),
    ),
    _is_read(
        "page-title",
        "a title of a million characters",
        file("a.html", _page(f"<article><p>{NEWS}</p><p>{MORE}</p></article>", f"<title>{'عنوان ' * 160_000}</title>")),
    ),
    Specimen(
        "page-entity",
        "an entity that names a file of the system",
        file(
            "a.html",
            f'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>{NEWS}</p><p>&x;</p></body></html>',
        ),
        (f"{LABELLED}", f"{LABELLED} | dropped: "),
    ),
    Specimen(
        "page-laughs",
        "entities that expand a billion times",
        file(
            "a.html", f'<!DOCTYPE html [<!ENTITY l0 "ههه">{LAUGHS}]><html><body><p>&l9;</p><p>{NEWS}</p></body></html>'
        ),
        (LABELLED, f"{LABELLED} | dropped: "),
        (NEWS,),
    ),
    Specimen(
        "page-deep", "100,000 elements one in another", file("a.html", _page("<div>" * 100_000 + NEWS)), (NO_TEXT,)
    ),
    Specimen(
        "page-tables",
        "20,000 tables one in another",
        file("a.html", _page("<table><tr><td>" * 20_000 + NEWS)),
        (NO_TEXT,),
    ),
    Specimen(
        "page-attributes",
        "100,000 attributes",
        file("a.html", _page("<p " + 'a="x" ' * 100_000 + f">{NEWS}</p>")),
        (LABELLED,),
        (NEWS,),
    ),
    Specimen(
        "page-attribute",
        "an attribute of two million characters",
        file("a.html", _page(f'<img src="data:image/png;base64,{"A" * 2_000_000}"><p>{NEWS}</p>')),
        (LABELLED,),
        (NEWS,),
    ),
    Specimen(
        "page-links",
        "200,000 links",
        file("a.html", _page('<a href="x">ر</a>' * 200_000)),
        ("rejected: the page takes more than",),  # it would take nine times as long
    ),
    Specimen(
        "page-opening",
        "300,000 signs <",
        file("a.html", "<html>" + "<" * 300_000 + NEWS),
        ("rejected: text longer than",),
    ),
    Specimen(
        "page-comment",
        "a comment that never ends",
        file("a.html", f"<html><body><!-- {NEWS} " + "- " * 300_000),
        (NO_TEXT,),
    ),
    Specimen(
        "page-of-script",
        "nothing but a script",
        file("a.html", _page("<script>document.write('نص')</script>")),
        (NO_TEXT,),
    ),
    Specimen("page-empty", "a page without text", file("a.html", _page("")), (NO_TEXT,)),
    Specimen(
        "page-nul", "a page with NUL in it", file("a.html", _page(f"<p>{NEWS}\0</p>")), ("rejected: a binary file",)
    ),
    Specimen(
        "page-long",
        "a page longer than the limit",
        file("a.html", _page(f"<p>{NEWS}</p>" * 9000)),
        ("rejected: text longer than",),
    ),
    Specimen(
        "page-of-spoiled-text",
        "a page of UTF-8 that was taken for Windows-1256",
        file("a.html", _page(f"<article><p>{NEWS.encode().decode('cp1256')}</p></article>")),
        ("rejected: unreadable text: UTF-8 that was",),
    ),
]
