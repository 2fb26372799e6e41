"""Files that are no files, cannot be read, or have names that mean something."""

import os
import socket
import sys
from pathlib import Path

from .specimen import LABELLED, NEWS, Make, Specimen, file, link, pipe, sparse

SHRUNK = Path("/sys/kernel/mm/transparent_hugepage/enabled")
FORBIDDEN = Path("/proc/self/mem")


def _folder(name: str) -> Make:
    return lambda folder: (folder / name).mkdir()


def _socket(folder: Path) -> None:
    here = Path.cwd()
    os.chdir(folder)  # a socket's whole path may have 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("a.txt")
    finally:
        os.chdir(here)


def _sealed(folder: Path) -> None:
    file("a.txt", NEWS)(folder)
    (folder / "a.txt").chmod(0)


def _upward(folder: Path) -> None:
    (folder / "below").mkdir()
    file("below/a.txt", NEWS)(folder)
    for name in ("up", "self", "over"):
        (folder / "below" / name).symlink_to("..", target_is_directory=True)


def _beside(folder: Path) -> None:
    outside = folder.parent.with_name(f"{folder.parent.name}-outside")
    outside.mkdir(exist_ok=True)
    file("secret.txt", NEWS)(outside)
    (folder / "linked").symlink_to(outside, target_is_directory=True)


def _is_rejected(name: str, what: str, make: Make, reason: str) -> Specimen:
    return Specimen(name, what, make, (f"rejected: {reason}",))


def _is_named(name: str, what: str, called: str) -> Specimen:
    """A good article in a file with an odd name."""
    return Specimen(name, what, file(called, NEWS), (LABELLED,), (NEWS,))


SPECIMENS = [
    _is_rejected(
        "pipe", "a named pipe", pipe("a.txt"), "a named pipe, not a file; to read what comes out of a command"
    ),
    _is_rejected("pipe-gzip", "a named pipe under the name .gz", pipe("a.jsonl.gz"), "a named pipe, not a file"),
    _is_rejected("socket", "a socket", _socket, "a socket, not a file"),
    _is_rejected("device-zero", "an endless device", link("a.txt", "/dev/zero"), "a device, not a file"),
    _is_rejected("device-null", "an empty device", link("a.jsonl", "/dev/null"), "a device, not a file"),
    _is_rejected("broken-link", "a link to a file that is gone", link("a.txt", "gone"), "cannot be read: No such file"),
    _is_rejected(
        "loop", "a link to itself", link("a.txt", "a.txt"), "cannot be read: Too many levels of symbolic links"
    ),
    Specimen(
        "loops",
        "links to the folders above",
        _upward,
        (LABELLED, "rejected: a folder, by way of a link that is not followed"),
        (NEWS,),
    ),
    _is_rejected("outside", "a link out of the folder", _beside, "a folder, by way of a link that is not followed"),
    Specimen(
        "shrinking",
        "a file that gets shorter while it is read (simulated: a file of /sys is shorter than it says)",
        link("a.txt", str(SHRUNK)),
        ("rejected: the file became shorter while it was read",),
        is_possible=SHRUNK.exists,
    ),
    Specimen(
        "forbidden",
        "a file that the system will not read (simulated: the memory of the process)",
        link("a.txt", str(FORBIDDEN)),
        ("rejected: cannot be read: Input/output error",),
        is_possible=FORBIDDEN.exists,
    ),
    Specimen(
        "sealed",
        "a file without permission",
        _sealed,
        ("rejected: cannot be read: Permission denied",),
        is_possible=lambda: os.geteuid() != 0,
    ),
    _is_rejected(
        "gigabyte", "a sparse gigabyte of text", sparse("a.txt", NEWS.encode(), 2**30), "longer than 4,000,000 bytes"
    ),
    _is_rejected(
        "gigabyte-gzip",
        "128 MB of zeros under the name .gz",
        sparse("a.txt.gz", b"", 2**27),
        "damaged or no gzip data",
    ),
    _is_rejected("no-suffix", "a file without suffix", file("NEWS", NEWS), "files without suffix are not read"),
    _is_rejected("program", "a program", file("a.exe", b"MZ\x90\0"), ".exe files are not read; those that are: .txt"),
    _is_named("name-capitals", "a suffix in capitals", "A.TXT"),
    _is_named("name-long", "a name of 255 bytes", "ا" * 125 + ".txt"),
    _is_named("name-newline", "a name with a line break and an escape in it", "a\n\x1b[2J:7.txt"),
    _is_named("name-turned", "a name turned around by an override", "gpj.\u202etxt.txt"),
    Specimen(
        "name-bytes",
        "a name that is no UTF-8",
        file(os.fsdecode(b"\xe3\xe4.txt"), NEWS),
        (LABELLED,),
        (NEWS,),
        is_possible=lambda: sys.platform == "linux",
    ),
    _is_named("name-formula", "a name that is a formula", "=1+1;@x.txt"),
    _is_named("name-dots", "a name of dots", "a..txt"),
    _is_named("name-pattern", "a name with wildcards in it", "[a]*?.txt"),
    _is_rejected(
        "folder-txt",
        "an empty folder under the name .txt, with a hidden file beside",
        lambda folder: (_folder("b.txt")(folder), file(".hidden.txt", NEWS)(folder), file("c.txt", b"")(folder))[0],
        "empty file",
    ),
]
