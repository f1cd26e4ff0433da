"""Asking the servers of a source: politely, within limits, and again where a failure may pass.

Each request keeps to robots.txt and to a pace for its host; redirects lead nowhere but to hosts of the source. What
cannot be had is a FetchFailed that says why.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, TypeVar
from urllib.parse import unquote

import httpcore
import httpx
from protego import Protego

from rendicion_etl.archive.guard import Guard, GuardedTransport, RefusedAddress
from rendicion_etl.archive.sources import Source
from rendicion_etl.archive.store import HEADER_WITHIN
from rendicion_etl.errors import RendicionError
from rendicion_etl.version import VERSION

T = TypeVar("T")
AGENT = "rendicion-etl"
KEPT_HEADERS = ("etag", "last-modified", "content-type", "content-disposition")

_MIB = 1 << 20
_LONGEST_HEADER = 500
_READ_SECONDS = 30.0
_MOST_REDIRECTS = 10
_ROBOTS_BYTES = 512 * 1024  # RFC 9309: at least 500 KiB are read
_LONGEST_BACKOFF = 60.0
_END_WITHIN = 64 * 1024  # of the end of a PDF; some have signatures or junk behind the mark
_REDIRECTS = {301, 302, 303, 307, 308}
_PASSING = {408, 425, 429, 500, 502, 503, 504}

_LATER = "Se intentará en la próxima visita."
_CUT = ("la conexión se cortó antes del final", _LATER)
_SLOW = ("el servidor tardó demasiado", _LATER)
_GONE = "Si la institución la retiró, quítela de la lista; si no, vuelva a intentarlo."
_BY_HAND = "Descargue el archivo a mano e ingiéralo."
_HTML = ("la dirección dio una página HTML, no un PDF", "Abra la dirección en un navegador y corrija el patrón.")
_NO_PDF = (
    "lo que dio la dirección no es un PDF por su contenido",
    "Corrija el patrón de la fuente si no debe tomarse.",
)
_NO_END = (
    "el PDF está cortado: le falta la marca del final",
    "Si la institución lo publica así, descárguelo a mano e ingiéralo.",
)
_ROBOTS = ("robots.txt no permite pedirla", "Pida permiso a la institución, o descargue el archivo a mano e ingiéralo.")

_TIRED = ("su servidor falló varias veces seguidas y no se insistió", _LATER)
_BAD_REDIRECT = ("redirige a algo que no es una dirección", "Avise a la institución.")
_OF_THE_LINE = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.UnsupportedProtocol)
_NOT_TODAY = float("inf")
_ENDURED = 3  # addresses of a host that fail in a row, each after its retries; then the host is left alone

_turns: dict[bytes, float] = {}  # host and port -> when the next request may go out, for all visits of this process
_taking_turns = threading.Lock()


@dataclass(frozen=True)
class Trouble:
    """Why an address could not be had, in words for a reader. transient: a later attempt may succeed."""

    why: str
    next_step: str
    transient: bool = False


class FetchFailed(RendicionError):
    """An address that could not be had. `wait`: how many seconds its server asks to be left alone."""

    def __init__(
        self, address: str, why: str, next_step: str, *, transient: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(address, why, next_step)
        self.transient, self.wait = transient, wait

    @property
    def trouble(self) -> Trouble:
        return Trouble(self.why, self.next_step, self.transient)


@dataclass(frozen=True)
class Answer:
    """What a server said: the address that gave it in the end, headers of use, and the name for the file."""

    address: str
    headers: dict[str, str]
    name: str


@dataclass(frozen=True)
class Page:
    """An index page or a list in full; `encoding` as its server said."""

    address: str
    content: bytes
    content_type: str
    encoding: str | None


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
            timeout=_READ_SECONDS,
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
                begins, total = _range_of(response)
                if begins != (have if response.status_code == 206 else 0):
                    validator = None
                    raise FetchFailed(address, *_CUT, transient=True)
                validator = _validator(response)
                with to.open("ab" if begins else "wb") as out:
                    self._pour(response, out, begins)
            validator = None  # it came to its end: another attempt begins anew
            if total not in (None, to.stat().st_size):
                raise FetchFailed(address, *_CUT, transient=True)
            if not _has_end(to):
                raise FetchFailed(address, *_NO_END, transient=True)
            return _answer(address, response)

        return self._patiently(address, attempt)

    def _pour(self, response: httpx.Response, out: IO[bytes], have: int) -> None:
        """Write a body, `have` bytes of which were written before; what begins as no PDF is not read on."""
        head = b""
        for chunk in self._chunks(response, self.limits.max_mb, have):
            out.write(chunk)
            if have + len(head) < HEADER_WITHIN:
                head += chunk
                if len(head) >= HEADER_WITHIN:
                    _must_be_pdf(head, response)
        if not have and len(head) < HEADER_WITHIN:
            _must_be_pdf(head, response)

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
        for n in range(self.limits.retries + 1):
            try:
                got = attempt()
            except FetchFailed as error:
                asks_too_much = (error.wait or 0) > self.limits.max_wait
                if error.transient and n < self.limits.retries and not asks_too_much:
                    growing = min(self.limits.backoff * 2**n, _LONGEST_BACKOFF)
                    self._sleep(random.uniform(growing / 2, growing) if error.wait is None else error.wait)
                    continue
                self._failing[host] = self._failing.get(host, 0) + 1 if error.transient else 0
                if asks_too_much:
                    self._failing[host] = _ENDURED
                raise
            self._failing[host] = 0
            return got
        raise AssertionError("unreachable: the last attempt returns or raises")

    @contextmanager
    def _exchange(self, address: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """The answer of an address, wherever redirects within the source lead; what is no success is a FetchFailed."""
        url = httpx.URL(address)
        for _ in range(_MOST_REDIRECTS):
            self._must_be_ours(address, url)
            self._keep_to_robots(url)
            with self._one(url, headers) as response:
                if response.status_code not in _REDIRECTS or "location" not in response.headers:
                    _must_succeed(address, response)
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
            raise _failed(str(url), error) from error

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


def _must_succeed(address: str, response: httpx.Response) -> None:
    """Raise FetchFailed for an answer that is no success and not one that was asked for."""
    code, asked = response.status_code, response.request.headers
    if (
        code == 200
        or (code == 304 and ("if-none-match" in asked or "if-modified-since" in asked))
        or (code in (206, 416) and "range" in asked)
    ):
        return
    if code in _PASSING:
        why = f"el servidor respondió con el código {code}"
        raise FetchFailed(address, why, _LATER, transient=True, wait=_asked_to_wait(response))
    if code in (404, 410):
        raise FetchFailed(address, f"no hay nada en esa dirección (código {code})", _GONE)
    if code in (401, 403):
        raise FetchFailed(address, f"el servidor no permite pedirla (código {code})", _BY_HAND)
    raise FetchFailed(address, f"el servidor respondió con el código {code}", "Abra la dirección en un navegador.")


def _asked_to_wait(response: httpx.Response) -> float | None:
    """The seconds of Retry-After, which may be a date too; None where it says nothing of use."""
    said = response.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    try:
        return max((parsedate_to_datetime(said) - dt.datetime.now(dt.UTC)).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None


def _failed(address: str, error: Exception) -> FetchFailed:
    """An error on the line in words for a reader."""
    if isinstance(error, RefusedAddress):
        why = f"su servidor está en una dirección privada o reservada, {error.address}"
        return FetchFailed(address, why, "Si es de confianza, permítala en allow_private de la fuente.")
    if certificate := _certificate_error(error):
        why = f"no se pudo verificar el certificado de su servidor: {certificate.verify_message}"
        return FetchFailed(
            address, why, "Avise a la institución, o agregue el certificado que falta con SSL_CERT_FILE."
        )
    if isinstance(error, httpx.TimeoutException | httpcore.TimeoutException):
        return FetchFailed(address, *_SLOW, transient=True)
    if isinstance(error, httpcore.ConnectError):
        return FetchFailed(address, f"no se pudo conectar con su servidor: {error}", _LATER, transient=True)
    return FetchFailed(address, *_CUT, transient=True)


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _range_of(response: httpx.Response) -> tuple[int | None, int | None]:
    """Where the body begins in the file, and how long the file is: (0, None) where the body is all of it.

    (None, None) where it is a part of which that cannot be told.
    """
    if response.status_code == 200:
        return 0, None
    match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("content-range", ""))
    if not match:
        return None, None
    return int(match[1]), None if match[2] == "*" else int(match[2])


def _validator(response: httpx.Response) -> str | None:
    """What tells this version of the file from others when the rest of it is asked for; None: it cannot be."""
    if response.headers.get("accept-ranges") == "none" or "content-encoding" in response.headers:
        return None
    etag = str(response.headers.get("etag", ""))
    return etag if etag and not etag.startswith("W/") else response.headers.get("last-modified")


def _must_be_pdf(head: bytes, response: httpx.Response) -> None:
    if b"%PDF-" in head[:HEADER_WITHIN]:
        return
    said_html = "html" in response.headers.get("content-type", "").lower()
    is_html = said_html or head.lstrip()[:1] == b"<"
    raise FetchFailed(str(response.url), *(_HTML if is_html else _NO_PDF))


def _has_end(path: Path) -> bool:
    """Whether a PDF has the mark of its end: a server that says a wrong length cuts it without a word."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _END_WITHIN, 0))
        return b"%%EOF" in file.read()


def _answer(address: str, response: httpx.Response) -> Answer:
    headers = {k: response.headers[k][:_LONGEST_HEADER] for k in KEPT_HEADERS if k in response.headers}
    return Answer(str(response.url), headers, _name(address, headers.get("content-disposition", "")))


def _name(address: str, disposition: str) -> str:
    """The name of a file as its server or else its address says: text to show, never a path."""
    message = Message()
    message["content-disposition"] = " ".join(disposition.split())
    return message.get_filename() or unquote(httpx.URL(address).path.rstrip("/").rpartition("/")[2]) or "documento.pdf"
