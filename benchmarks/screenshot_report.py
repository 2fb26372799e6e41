"""A picture of a report page as a browser shows it: python benchmarks/screenshot_report.py REPORT.html OUT.png.

`--width` is that of the window (390 is a phone's), `--dark` asks for dark colors, `--open` opens all that is folded.
Needs Chromium or Chrome.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LONGEST = 16_000
"""Height in pixels beyond which browsers do not paint a picture."""

OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1")
TELL_HEIGHT = "<script>document.title = document.documentElement.scrollHeight</script>"


def find_browser() -> str:
    """Give the path of a browser; without one, end and say what to install."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        sys.exit("no browser; install one, and Arabic fonts: apt-get install chromium fonts-noto-core")
    return found


def take_picture(page: str, picture: Path, width: int, *, is_dark: bool) -> None:
    """Paint a page in its full length, or as much of it as one picture holds.

    Args:
        page: The page's HTML.
        picture: Where to write the picture, a PNG.
        width: Width of the window in pixels.
        is_dark: Whether the reader likes dark colors.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "page.html"
        scheme = f"--blink-settings=preferredColorScheme={0 if is_dark else 1}"
        browse = [find_browser(), *OPTIONS, scheme, f"--user-data-dir={folder}/profile"]
        file.write_text(page + TELL_HEIGHT, encoding="utf-8")
        told = _run([*browse, f"--window-size={width},900", "--dump-dom", file.as_uri()])
        found = re.search(r"<title>(\d+)</title>", told)
        height = min(LONGEST, int(found[1]) if found else LONGEST)
        file.write_text(page, encoding="utf-8")
        _run([*browse, f"--window-size={width},{height}", f"--screenshot={picture.resolve()}", file.as_uri()])


def _run(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout  # noqa: S603  (our own words)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--open", action="store_true")
    given = parser.parse_args()
    html = given.page.read_text(encoding="utf-8")
    if given.open:
        html = html.replace("<details", "<details open")
    take_picture(html, given.picture, given.width, is_dark=given.dark)
