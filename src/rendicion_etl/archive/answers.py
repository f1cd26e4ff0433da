"""What servers answer: what of it is of use, and what is a failure, in words for a reader."""

from __future__ import annotations

import datetime as dt
import re
import ssl
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote

import httpcore
import httpx

from rendicion_etl.archive.guard import RefusedAddress
from rendicion_etl.archive.store import HEADER_WITHIN
from rendicion_etl.errors import RendicionError

KEPT_HEADERS = ("etag", "last-modified", "content-type", "content-disposition")

_LATER = "Se intentará en la próxima visita."
CUT = ("la conexión se cortó antes del final", _LATER)
NO_END = (
    "el PDF está cortado: le falta la marca del final",
    "Si la institución lo publica así, descárguelo a mano e ingiéralo.",
)

_SLOW = ("el servidor tardó demasiado", _LATER)
_GONE = "Si la institución la retiró, quítela de la lista; si no, vuelva a intentarlo."
_BY_HAND = "Descargue el archivo a mano e ingiéralo."
_HTML = ("la dirección dio una página HTML, no un PDF", "Abra la dirección en un navegador y corrija el patrón.")
_NO_PDF = (
    "lo que dio la dirección no es un PDF por su contenido",
    "Corrija el patrón de la fuente si no debe tomarse.",
)
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_LONGEST_HEADER = 500
_END_WITHIN = 64 * 1024  # of the end of a PDF; some have signatures or junk behind the mark


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


def must_succeed(address: str, response: httpx.Response) -> None:
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


def failure_on_the_line(address: str, error: Exception) -> FetchFailed:
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
    return FetchFailed(address, *CUT, transient=True)


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error
        error = error.__cause__ or error.__context__
    return None


def range_of(response: httpx.Response) -> tuple[int | None, int | None]:
    """Where the body begins in the file, and how long the file is: (0, None) where the body is all of it.

    (None, None) where it is a part of which that cannot be told.
    """
    if response.status_code == 200:
        return 0, None
    match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("content-range", ""))
    if not match:
        return None, None
    return int(match[1]), None if match[2] == "*" else int(match[2])


def validator_of(response: httpx.Response) -> str | None:
    """What tells this version of the file from others when the rest of it is asked for; None: it cannot be."""
    if response.headers.get("accept-ranges") == "none" or "content-encoding" in response.headers:
        return None
    etag = str(response.headers.get("etag", ""))
    return etag if etag and not etag.startswith("W/") else response.headers.get("last-modified")


def must_be_pdf(head: bytes, response: httpx.Response) -> None:
    if b"%PDF-" in head[:HEADER_WITHIN]:
        return
    said_html = "html" in response.headers.get("content-type", "").lower()
    is_html = said_html or head.lstrip()[:1] == b"<"
    raise FetchFailed(str(response.url), *(_HTML if is_html else _NO_PDF))


def has_end(path: Path) -> bool:
    """Whether a PDF has the mark of its end: a server that says a wrong length cuts it without a word."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _END_WITHIN, 0))
        return b"%%EOF" in file.read()


def answer_of(address: str, response: httpx.Response) -> Answer:
    headers = {k: response.headers[k][:_LONGEST_HEADER] for k in KEPT_HEADERS if k in response.headers}
    return Answer(str(response.url), headers, _name(address, headers.get("content-disposition", "")))


def _name(address: str, disposition: str) -> str:
    """The name of a file as its server or else its address says: text to show, never a path."""
    message = Message()
    message["content-disposition"] = " ".join(disposition.split())
    return message.get_filename() or unquote(httpx.URL(address).path.rstrip("/").rpartition("/")[2]) or "documento.pdf"
