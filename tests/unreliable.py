"""A way to a store that fails by script: a proxy on loopback, with real connections that are cut and hang."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote


class Fault(Enum):
    """What becomes of a request instead of its answer."""

    SLOW_DOWN = (503, "SlowDown", "Please reduce your request rate.")
    INTERNAL = (500, "InternalError", "We encountered an internal error. Please try again.")
    REFUSED = (403, "AccessDenied", "Access Denied")
    CUT = "the connection is reset in the middle of the body, of the request or else of the answer"
    HANG = "nothing, until the client goes away"


@dataclass(frozen=True)
class Asked:
    """A request: the how many-th, and of those with this method and path the how many-th."""

    number: int
    again: int
    method: str
    path: str


Script = Callable[[Asked], Fault | None]


def never(_: Asked) -> None:
    return None


@dataclass
class Unreliable:
    """The proxy: `script` says what fails; `asked` and `failed` are the requests so far."""

    address: str
    behind: str
    script: Script = never
    asked: list[Asked] = field(default_factory=list)
    failed: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, method: str, path: str) -> Fault | None:
        with self.lock:
            before = sum((each.method, each.path) == (method, path) for each in self.asked)
            asked = Asked(len(self.asked) + 1, before + 1, method, path)
            self.asked.append(asked)
            if fault := self.script(asked):
                self.failed.append(asked)
            return fault

    @contextmanager
    def failing(self, script: Script) -> Iterator[None]:
        """Fail by a script while the block lasts; what was asked is counted anew."""
        self.asked, self.failed, self.script = [], [], script
        yield
        self.script = never


@contextmanager
def unreliable(behind: str) -> Iterator[Unreliable]:
    """A proxy in front of the server at `behind`, an address of http."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    proxy = Unreliable(f"http://127.0.0.1:{server.server_port}", behind)
    server.upstream, server.proxy = behind.removeprefix("http://"), proxy  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        fault = self.server.proxy.fault(self.command, unquote(self.path))  # type: ignore[attr-defined]
        if fault is Fault.HANG:
            self.rfile.read(length)
            self.connection.recv(1)  # nothing, once the client closes
            self.close_connection = True
            return
        if fault is Fault.CUT and length:
            self.rfile.read(length // 2)
            self._reset()
            return
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        body = self.rfile.read(length)
        if fault and fault is not Fault.CUT:
            self._answer(fault)
        else:
            self._forward(body, cut=fault is Fault.CUT)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve

    def _forward(self, body: bytes, *, cut: bool) -> None:
        there = http.client.HTTPConnection(self.server.upstream, timeout=60)  # type: ignore[attr-defined]
        there.request(self.command, self.path, body, dict(self.headers.items()))
        answer = there.getresponse()
        content = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        size = answer.headers.get("Content-Length") if self.command == "HEAD" else len(content)
        self.send_header("Content-Length", str(size or 0))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)
        there.close()
        if cut:
            self._reset()

    def _answer(self, fault: Fault) -> None:
        status, code, message = fault.value
        content = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _reset(self) -> None:
        """End the connection as a machine does that lost it: not in order, but with a reset."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what was asked is in `asked`."""
