"""Asking the servers of a source: politely, within limits, and again where a failure may pass.

Each request keeps to robots.txt and to a pace for its host; redirects lead nowhere but to hosts of the source. What
cannot be had is a FetchFailed that says why.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

import httpcore
import httpx
from protego import Protego

from rendicion_etl.archive.answers import (
    CUT,
    NO_END,
    Answer,
    FetchFailed,
    Page,
    Trouble,
    answer_of,
    failure_on_the_line,
    has_end,
    must_be_pdf,
    must_succeed,
    range_of,
    validator_of,
)
from rendicion_etl.archive.guard import Guard, GuardedTransport, RefusedAddress
from rendicion_etl.archive.sources import Source
from rendicion_etl.archive.store import HEADER_WITHIN
from rendicion_etl.version import VERSION

T = TypeVar("T")
AGENT = "rendicion-etl"

_MIB = 1 << 20
_CONNECT_SECONDS, _READ_SECONDS = 15.0, 30.0
_MOST_REDIRECTS = 10
_REDIRECTS = {301, 302, 303, 307, 308}
_ROBOTS_BYTES = 512 * 1024  # RFC 9309: at least 500 KiB are read
_LONGEST_BACKOFF = 60.0
_NOT_TODAY = float("inf")
_ENDURED = 3  # addresses of a host that fail in a row, each after its retries; then the host is left alone

_TIRED = ("su servidor falló varias veces seguidas y no se insistió", "Se intentará en la próxima visita.")
_BAD_REDIRECT = ("redirige a algo que no es una dirección", "Avise a la institución.")
_BOMB = ("viene comprimida más de una vez", "Ábrala en un navegador, y avise a la institución.")
_ROBOTS = ("robots.txt no permite pedirla", "Pida permiso a la institución, o descargue el archivo a mano e ingiéralo.")
_OF_THE_LINE = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.UnsupportedProtocol)

_turns: dict[bytes, float] = {}  # host and port -> when the next request may go out, for all visits of this process
_taking_turns = threading.Lock()


class Web:
    """The servers of one source. To be closed: it keeps connections open."""

    def __init__(self, source: Source, contact: str = "", sleep: Callable[[float], object] = time.sleep) -> None:
        self.source, self.limits = source, source.limits
        self._sleep = sleep
        self._guard = Guard(source.allow_private)
        self.hosts = set(source.own_hosts)
        self._robots: dict[str, Protego | Trouble | None] = {}
        self._failing: dict[str, int] = {}
        said = "".join(c for c in contact if c.isascii() and c.isprintable())
        self._client = httpx.Client(
            transport=GuardedTransport(self._guard),
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS),
            headers={
                "User-Agent": f"{AGENT}/{VERSION}" + (f" ({said})" if said else ""),
                "Accept-Encoding": "identity",
            },
        )

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def page(self, address: str) -> Page:
        """An index page in full; raises FetchFailed."""

        def attempt() -> Page:
            with self._exchange(address, {}) as response:
                content = b"".join(self._chunks(response, self.limits.max_page_mb))
                said = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                return Page(str(response.url), content, said, response.charset_encoding)

        return self._patiently(address, attempt)

    def document(self, address: str, to: Path, etag: str | None = None, changed: str | None = None) -> Answer | None:
        """Write the PDF of an address to the file `to`; None where it is what `etag` or `changed` say of the last.

        A download that breaks off goes on from where it was, where the server lets it. Raises FetchFailed where it is
        no PDF, too large or cannot be had.
        """
        validator: str | None = None  # of the version of which a part lies in `to`

        def attempt() -> Answer | None:
            nonlocal validator
            have = to.stat().st_size if validator and to.exists() else 0
            asked = {"If-None-Match": etag, "If-Modified-Since": changed}
            if have:
                asked = {"Range": f"bytes={have}-", "If-Range": validator}
            with self._exchange(address, {k: v for k, v in asked.items() if v}) as response:
                if response.status_code == 304:
                    return None
                begins, total = range_of(response)
                if begins != (have if response.status_code == 206 else 0):
                    validator = None
                    raise FetchFailed(address, *CUT, transient=True)
                validator = validator_of(response)
                with to.open("ab" if begins else "wb") as out:
                    self._pour(response, out, begins)
            validator = None  # it came to its end: another attempt begins anew
            if total not in (None, to.stat().st_size):
                raise FetchFailed(address, *CUT, transient=True)
            if not has_end(to):
                raise FetchFailed(address, *NO_END, transient=True)
            return answer_of(address, response)

        return self._patiently(address, attempt)

    def _pour(self, response: httpx.Response, out: IO[bytes], have: int) -> None:
        """Write a body, `have` bytes of which were written before; what begins as no PDF is not read on."""
        head = b""
        for chunk in self._chunks(response, self.limits.max_mb, have):
            out.write(chunk)
            if have + len(head) < HEADER_WITHIN:
                head += chunk
                if len(head) >= HEADER_WITHIN:
                    must_be_pdf(head, response)
        if not have and len(head) < HEADER_WITHIN:
            must_be_pdf(head, response)

    def _chunks(self, response: httpx.Response, most_mb: float, have: int = 0) -> Iterator[bytes]:
        """The body as it comes, of which `have` bytes came before; FetchFailed as soon as it is too much."""
        most = int(most_mb * _MIB)
        declared = response.headers.get("content-length", "")
        size = have
        if declared.isdigit() and size + int(declared) > most:
            raise self._too_large(response, most_mb)
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > most:
                raise self._too_large(response, most_mb)
            yield chunk

    def _too_large(self, response: httpx.Response, most_mb: float) -> FetchFailed:
        why, next_step = f"pesa más de {most_mb:g} MiB", "Si debe tomarse, aumente max_mb o max_page_mb de la fuente."
        return FetchFailed(str(response.url), why, next_step)

    def _patiently(self, address: str, attempt: Callable[[], T]) -> T:
        """Try, and try again after a passing failure: when the server says, or else after a growing time.

        A host of which several addresses failed in a row is not asked again.
        """
        host = httpx.URL(address).host
        if self._failing.get(host, 0) >= _ENDURED:
            raise FetchFailed(address, *_TIRED, transient=True)
        n = 0
        while True:
            try:
                got = attempt()
            except FetchFailed as error:
                asks_too_much = (error.wait or 0) > self.limits.max_wait
                if not error.transient or asks_too_much or n == self.limits.retries:
                    failed = self._failing.get(host, 0) + 1 if error.transient else 0
                    self._failing[host] = _ENDURED if asks_too_much else failed
                    raise
                growing = min(self.limits.backoff * 2**n, _LONGEST_BACKOFF)
                self._sleep(random.uniform(growing / 2, growing) if error.wait is None else error.wait)
                n += 1
            else:
                self._failing[host] = 0
                return got

    @contextmanager
    def _exchange(self, address: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """The answer of an address, wherever redirects within the source lead; what is no success is a FetchFailed."""
        url = httpx.URL(address)
        for _ in range(_MOST_REDIRECTS):
            self._must_be_ours(address, url)
            self._keep_to_robots(url)
            with self._one(url, headers) as response:
                if response.status_code not in _REDIRECTS or "location" not in response.headers:
                    must_succeed(address, response)
                    if len(response.headers.get_list("content-encoding", split_commas=True)) > 1:
                        raise FetchFailed(address, *_BOMB)  # a kilobyte packed twice may be a gigabyte
                    yield response
                    return
                url = url.join(response.headers["location"]).copy_with(fragment=None)
        raise FetchFailed(address, f"más de {_MOST_REDIRECTS} redirecciones", "Abra la dirección en un navegador.")

    @contextmanager
    def _one(self, url: httpx.URL, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """One request and its answer, whatever it is, in the time that a source gives; FetchFailed where none comes."""
        self._guard.until = time.monotonic() + self.limits.seconds
        try:
            request = self._client.build_request("GET", url, headers=headers)
            try:
                response = self._client.send(request, stream=True)
            except (httpx.RemoteProtocolError, httpx.InvalidURL, ValueError) as error:  # it looks at Location itself
                raise FetchFailed(str(url), *_BAD_REDIRECT) from error
            try:
                yield response
            finally:
                response.close()
        except (RefusedAddress, httpx.HTTPError, *_OF_THE_LINE) as error:
            raise failure_on_the_line(str(url), error) from error

    def _must_be_ours(self, asked: str, url: httpx.URL) -> None:
        if url.scheme not in ("http", "https"):
            raise FetchFailed(asked, "lleva a una dirección que no es http ni https", "Corrija el patrón de la fuente.")
        if url.host not in self.hosts:
            why = f"lleva a otro servidor, {url.host}"
            raise FetchFailed(asked, why, "Si confía en él, agréguelo a hosts de la fuente.")

    def _keep_to_robots(self, url: httpx.URL) -> None:
        """Wait for the turn of a host; FetchFailed where its robots.txt forbids the address, or cannot be read."""
        origin = str(url.copy_with(raw_path=b"/", fragment=None))
        if origin not in self._robots:
            self._robots[origin] = None  # while it is being read
            self._robots[origin] = self._read_robots(f"{origin}robots.txt")
        rules = self._robots[origin]
        if isinstance(rules, Trouble):
            why = f"no se pudo leer robots.txt de su servidor: {rules.why}"
            raise FetchFailed(str(url), why, rules.next_step, transient=True, wait=_NOT_TODAY)
        if rules and not rules.can_fetch(str(url), AGENT):
            raise FetchFailed(str(url), *_ROBOTS)
        self._take_turn(url.netloc, rules)

    def _read_robots(self, address: str) -> Protego | Trouble | None:
        """The rules of a server; None where it has none, Trouble where they cannot be read for now.

        RFC 9309: what cannot be read for now forbids everything, what is not there forbids nothing.
        """

        def attempt() -> Protego:
            with self._exchange(address, {}) as response:
                content = b""
                for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) >= _ROBOTS_BYTES:
                        break
            return Protego.parse(content[:_ROBOTS_BYTES].decode("utf-8", "replace"))

        try:
            return self._patiently(address, attempt)
        except FetchFailed as error:
            return error.trouble if error.transient else None

    def _take_turn(self, host: bytes, rules: Protego | None) -> None:
        """Wait until a host may be asked again."""
        told = (rules.crawl_delay(AGENT) if rules else None) or 0.0
        delay = max(self.limits.delay, min(told, self.limits.max_wait))
        with _taking_turns:
            now = time.monotonic()
            turn = max(_turns.get(host, 0.0), now)
            _turns[host] = turn + delay
        if turn > now:
            self._sleep(turn - now)
