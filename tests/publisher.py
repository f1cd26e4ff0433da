"""A web server on loopback that answers as told, well or badly, and remembers what it was asked."""

from __future__ import annotations

import ssl
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PDF = b"%PDF-1.7\n" + b"a line of a report\n" * 5000 + b"%%EOF\n"
PRIVATE = ("127.0.0.1/32", "::1/128")
"""What a source must allow to be served from here; 127.0.0.2 stays as private as any other address."""


@dataclass
class Reply:
    """An answer. etag: the body is asked for conditionally. ranges: parts of it are given.

    length: what Content-Length says, where not the truth. cut: the connection ends after so many bytes of the body.
    drip: seconds between bytes of the body.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    ranges: bool = False
    length: int | None = None
    cut: int | None = None
    drip: float = 0.0


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]


class Publisher:
    """`at`: path -> its answer, or several that are given one after the other, the last one from then on."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.at: dict[str, Reply | list[Reply]] = {}
        self.asked: list[Asked] = []

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def page(self, path: str, *hrefs: str, **more: Any) -> None:
        """An index page with some links."""
        links = "".join(f'<li><a href="{href}">Informe {n}</a>' for n, href in enumerate(hrefs, 1))
        headers = {"Content-Type": "text/html; charset=utf-8"}
        self.at[path] = Reply(f"<html><body>{links}</body></html>".encode(), headers=headers, **more)

    def paths(self) -> list[str]:
        """What was asked for, robots.txt left out."""
        return [each.path for each in self.asked if each.path != "/robots.txt"]

    def next_at(self, path: str) -> Reply:
        told = self.at.get(path, Reply(b"nothing here", status=404))
        if isinstance(told, Reply):
            return told
        return told.pop(0) if len(told) > 1 else told[0]


@contextmanager
def publishing(tls: ssl.SSLContext | None = None) -> Iterator[Publisher]:
    """A server on every address of loopback, for as long as it lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            publisher.asked.append(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}))
            _answer(self, publisher.next_at(self.path))

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            if not isinstance(sys.exception(), OSError):  # those of a visitor that hung up are meant
                super().handle_error(*_)

    with Server(("0.0.0.0", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        publisher = Publisher(server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield publisher
        server.shutdown()


def _answer(to: BaseHTTPRequestHandler, reply: Reply) -> None:
    status, body, headers = reply.status, reply.body, dict(reply.headers)
    if reply.etag:
        headers["ETag"] = reply.etag
        if to.headers.get("If-None-Match") == reply.etag:
            status, body = 304, b""
    asked = to.headers.get("Range")
    if reply.ranges and asked and to.headers.get("If-Range") == reply.etag:
        begin = int(asked.removeprefix("bytes=").rstrip("-"))
        headers["Content-Range"] = f"bytes {begin}-{len(body) - 1}/{len(body)}"
        status, body = 206, body[begin:]
    to.send_response(status)
    for name, value in headers.items():
        to.send_header(name, value)
    if "Transfer-Encoding" not in headers:
        to.send_header("Content-Length", str(len(body) if reply.length is None else reply.length))
    to.end_headers()
    try:
        if reply.drip:
            for byte in body:
                to.wfile.write(bytes([byte]))
                to.wfile.flush()
                time.sleep(reply.drip)
        else:
            to.wfile.write(body[: reply.cut])
        if reply.cut is not None or reply.length is not None:
            to.close_connection = True
    except OSError:
        to.close_connection = True  # the other side has heard enough
