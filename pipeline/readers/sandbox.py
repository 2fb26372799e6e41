"""A child process that extracts pages under a limit of time and memory.

HTML parsers can be made to hang or to eat all memory. The child is killed then, and the parent goes on with a new one.
It is a fresh interpreter, never a fork: the parent may hold threads and models.
"""

import json
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypedDict

import pipeline
from pipeline.errors import PipelineError
from pipeline.readers.pages import Page, extract_page

START_SECONDS = 120
PAGES_PER_CHILD = 500
"""A child is replaced after so many pages, so that what libraries leak stays small."""
LENGTH_BYTES = 8
NEARLY = 0.75
OUT_OF_TIME, OUT_OF_MEMORY, BROKEN_OFF = "out of time", "out of memory", "the parser broke off"
_BOOT = "import sys; sys.path.append(sys.argv[1]); from pipeline.readers.sandbox import serve; serve()"


class Answer(TypedDict, total=False):
    """What the child answers: a page, or how it failed."""

    page: dict[str, Any]
    failure: str


class PageFailure(Exception):  # noqa: N818 - it becomes a Rejection
    """A page cannot be extracted; its text is the reason."""


class PageExtractor:
    """Extracts pages in a child process, which is started with the first page and ended with the context."""

    def __init__(self, timeout_seconds: float, memory_megabytes: int) -> None:
        """Limit each page to `timeout_seconds`, and the child to `memory_megabytes`."""
        self._timeout = timeout_seconds
        self._memory = memory_megabytes
        self._child: subprocess.Popen[bytes] | None = None
        self._pages = 0
        self._is_overdue = False

    def __enter__(self) -> Self:
        """Start nothing yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child."""
        self._stop()

    def extract(self, html: str) -> Page:
        """Extract the article of a page.

        Raises:
            PageFailure: It takes too long or too much memory, or makes the parser fail.
            PipelineError: The child does not even start.
        """
        if self._pages >= PAGES_PER_CHILD:
            self._stop()
        is_fresh = self._child is None
        answer = self._ask(html)
        if not is_fresh and answer.get("failure") in {OUT_OF_MEMORY, BROKEN_OFF}:
            # It may be the pages before this one that filled the memory.
            answer = self._ask(html)
        if "failure" in answer:
            limits = {OUT_OF_TIME: f"{self._timeout:g} seconds", OUT_OF_MEMORY: f"{self._memory:,} MB of memory"}
            limit = limits.get(answer["failure"])
            what = f"takes more than {limit} to extract" if limit else f"cannot be extracted ({answer['failure']})"
            message = f"the page {what}; it may be damaged, or a whole site in one file"
            raise PageFailure(message)
        return Page(**answer["page"])

    def _ask(self, html: str) -> Answer:
        """Have the child extract a page."""
        child = self._child or self._start()
        self._pages += 1
        answer = self._exchange(child, html.encode("utf-8", "replace"), self._timeout)
        if answer.get("failure") in {OUT_OF_TIME, OUT_OF_MEMORY, BROKEN_OFF}:
            self._stop()
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        """Start a child and wait until it is ready.

        Raises:
            PipelineError: It does not start.
        """
        root = str(Path(pipeline.__file__).resolve().parents[1])
        self._child = child = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-P", "-c", _BOOT, root, str(self._memory), str(self._timeout)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._pages = 0
        answer = self._exchange(child, b"", START_SECONDS)
        if "failure" in answer:
            self._stop()
            why = answer["failure"]
            message = f"HTML cannot be extracted: its process does not start ({why}); reinstall trafilatura"
            raise PipelineError(message)
        return child

    def _exchange(self, child: subprocess.Popen[bytes], request: bytes, seconds: float) -> Answer:
        """Send a request and wait for the answer, or for the end of the child or of its time."""
        self._is_overdue = False
        watch = threading.Timer(seconds, self._kill_overdue, [child])
        watch.daemon = True
        watch.start()
        try:
            assert child.stdin is not None  # noqa: S101 - for the type checker
            assert child.stdout is not None  # noqa: S101
            _send(child.stdin, request)
            message = _receive(child.stdout)
        except BrokenPipeError:
            message = None
        finally:
            watch.cancel()
        if message is not None:
            answer: Answer = json.loads(message)
            return answer
        return {"failure": OUT_OF_TIME if self._is_overdue else BROKEN_OFF}

    def _kill_overdue(self, child: subprocess.Popen[bytes]) -> None:
        """Kill a child whose time is up."""
        self._is_overdue = True
        child.kill()

    def _stop(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        child.wait()


def serve() -> None:
    """Be the child: extract pages from standard input until it ends."""
    memory, seconds = int(sys.argv[2]), float(sys.argv[3])
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    _limit(memory)
    while (request := _receive(requests)) is not None:
        _set_alarm(int(seconds if request else START_SECONDS) + 5)
        answer = _answer(request)
        _set_alarm(0)
        _send(answers, json.dumps(answer).encode())


def _answer(request: bytes) -> Answer:
    """Extract one page; the empty one is a rehearsal that imports what extraction needs."""
    try:
        page = extract_page(request.decode() or "<html></html>")
    except MemoryError:
        return {"failure": OUT_OF_MEMORY}
    except Exception as error:  # noqa: BLE001 - whatever a damaged page does to the parser is the page's fault
        failure = f"{type(error).__name__}: {error}"[:200]
        return {"failure": OUT_OF_MEMORY if _memory_is_short() else failure}
    # The libraries take a lack of memory for a page without text, or a damaged one.
    return {"page": asdict(page)} if page.text or not _memory_is_short() else {"failure": OUT_OF_MEMORY}


def _memory_is_short() -> bool:
    """Tell whether this process has come near its limit of memory."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return False
    peak = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmPeak:")), 0)
    return peak * 1024 > NEARLY * int(sys.argv[2]) * 2**20


def _set_alarm(seconds: int) -> None:
    """Have the system end this process after some time, should the parent be gone; 0 calls it off."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _limit(memory_megabytes: int) -> None:
    """Bound the memory of this process, leave Ctrl-C to the parent, and keep stray output out of the answers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout = sys.stderr
    try:
        import resource
    except ImportError:  # Windows: the time limit remains.
        return
    limit = memory_megabytes * 2**20
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most != resource.RLIM_INFINITY:
        limit = min(limit, most)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    except (ValueError, OSError):  # macOS does not know this limit.
        return


def _send(pipe: IO[bytes], message: bytes) -> None:
    """Write a message with its length before it."""
    pipe.write(len(message).to_bytes(LENGTH_BYTES, "little"))
    pipe.write(message)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes | None:
    """Read a message; `None` where the other end is closed."""
    head = pipe.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    length = int.from_bytes(head, "little")
    message = pipe.read(length)
    return message if len(message) == length else None
