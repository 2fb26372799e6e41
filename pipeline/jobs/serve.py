"""Showing a folder of pages in the browser of this machine, and of no other."""

from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

ADDRESS = "127.0.0.1"
"""Loopback: other machines cannot reach it."""


def serve(folder: Path, say: Callable[[str], None], port: int = 0) -> None:
    """Serve a folder until Ctrl-C.

    Args:
        folder: What is shown.
        say: Is told the address.
        port: Where; any that is free for 0.
    """
    with make_server(folder, port) as server:
        say(f"http://{ADDRESS}:{server.server_port}/ shows {folder}; Ctrl-C ends it\n")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("\n")


def make_server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """Open the server; it answers requests for this machine's own name only, so that no foreign page can ask it."""
    return ThreadingHTTPServer((ADDRESS, port), partial(_Quiet, directory=str(folder)))


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line for each, and only to whom asks for this machine by its own name."""

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Answer a request for a file, or for its size and kind alone."""
        host = (self.headers.get("Host") or "").partition(":")[0].lower()
        if host not in {ADDRESS, "localhost"}:
            self.send_error(403)
            return None
        return super().send_head()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
