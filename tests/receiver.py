"""A webhook on this machine: it keeps every message that it is sent and answers as it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """The messages received, as (title, body); `status` of the next answers; `on_message` is called before each."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []
        self.paths: list[str] = []
        self.status = 200
        self.on_message: Callable[[], None] = lambda: None
        self.port = 0

    def address(self, more: str = "") -> str:
        return f"json://127.0.0.1:{self.port}/{more}"

    @property
    def bodies(self) -> list[str]:
        return [body for _, body in self.messages]

    def take(self) -> list[str]:
        """The bodies received since the last time."""
        taken, self.messages = self.bodies, []
        return taken


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            receiver.on_message()
            if receiver.status == 200:
                receiver.messages.append((said["title"], said["message"]))
                receiver.paths.append(self.path)
            self.send_response(receiver.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
