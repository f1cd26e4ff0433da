"""`sources.toml`: where institutions publish, as data. People write it, so what is not understood is refused by name.

A source is a `page` (an index whose links are taken by pattern), a `list` of links (a text file or a page with one
link a line) or a `folder` (an inbox whose files are received and left in place).
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

import httpx
from cronsim import CronSim, CronSimError

from rendicion_etl.entries import entries_of
from rendicion_etl.errors import RendicionError

Kind = Literal["page", "list", "folder"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
EVERYWHERE: tuple[Network, ...] = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))

_NEXT = "Corríjalo como muestra docs/fuentes.md, y compruébelo con: rendicion sources check."
_ONLY = ("solo se admiten fuentes, que comienzan con [[source]]", _NEXT)
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_PATTERNS = ("href", "text", "title", "period", "follow")
_TEXTS = ("id", "institution", "kind", "schedule", *_PATTERNS)
_LISTS = ("addresses", "hosts")
_CRON_FIELDS = 5


@dataclass(frozen=True)
class Limits:
    """What a visit may take of a server and of this machine.

    max_pages: index pages of a visit. max_links: documents of a visit. max_mb, max_page_mb: size of a document, of an
    index page, in MiB. seconds: for one answer, from the first byte asked for to the last received. delay: seconds
    between requests to one host; a longer crawl delay of its robots.txt counts. retries: further attempts after a
    passing failure. backoff: seconds before the first of them, doubled at each. max_wait: seconds that a server may
    have us wait at a time.
    """

    max_pages: int = 20
    max_links: int = 500
    max_mb: float = 100
    max_page_mb: float = 5
    seconds: float = 300
    delay: float = 1
    retries: int = 4
    backoff: float = 2
    max_wait: float = 120


_MAY_BE_ZERO = {"delay", "retries", "backoff", "max_wait"}


@dataclass(frozen=True)
class Source:
    """A place where reports appear.

    addresses: of index pages or lists (http, https or, of a list, a file), or of folders; paths are absolute.
    href, text: which links are taken, by address and by text; both must hold. Without either, a page gives the links
    that end in .pdf and a list gives all. title, period: what in the link's text (or address) is the title, the
    period; the first group, or else all that matches. follow: links to further index pages, by address or text.
    schedule: when it is visited, as five fields of cron. expected_days: after how many days without a new document a
    monitor speaks; None: the calendar of its institution's reports decides. hosts: further hosts that its links and
    redirects may lead to. allow_private: networks that are not on the public internet and may be asked all the same.
    """

    id: str
    kind: Kind
    addresses: tuple[str, ...]
    institution: str | None = None
    href: re.Pattern[str] | None = None
    text: re.Pattern[str] | None = None
    title: re.Pattern[str] | None = None
    period: re.Pattern[str] | None = None
    follow: re.Pattern[str] | None = None
    schedule: str | None = None
    expected_days: int | None = None
    hosts: tuple[str, ...] = ()
    allow_private: tuple[Network, ...] = ()
    limits: Limits = field(default_factory=Limits)

    @cached_property
    def own_hosts(self) -> frozenset[str]:
        """The hosts that it may lead to: those of its addresses, and those that it names."""
        return frozenset({*self.hosts, *(httpx.URL(a).host for a in self.addresses if is_web(a))})


def is_web(address: str) -> bool:
    """Whether an address is of the web, with a host, and not a path; False for other schemes too."""
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError):
        return False
    return url.scheme in ("http", "https") and bool(url.host)


def read_sources(path: Path) -> dict[str, Source]:
    """The sources of a file by id, in its order.

    Raises RendicionError naming file, source and key for the first thing that is not understood: an unknown key, a
    pattern or a schedule of no use, the same id twice. `survey` gives all of them.
    """
    sources, problems = survey(path)
    if problems:
        raise problems[0]
    return sources


def survey(path: Path) -> tuple[dict[str, Source], list[RendicionError]]:
    """The sources of a file that are understood, and everything that is not."""
    sources: dict[str, Source] = {}
    problems: list[RendicionError] = []
    try:
        tables = _tables(path)
    except RendicionError as error:
        return {}, [error]
    for number, said in enumerate(tables, 1):
        try:
            source = _source(path, number, said)
            if source.id in sources:
                raise RendicionError(str(path), f"la fuente «{source.id}» está dos veces", _NEXT)
            sources[source.id] = source
        except RendicionError as error:
            problems.append(error)
    return sources, problems


def _tables(path: Path) -> list[dict[str, Any]]:
    """The `[[source]]` of a file."""
    try:
        return entries_of(path, "source", _ONLY)
    except FileNotFoundError as error:
        why, next_step = "no existe ese archivo de fuentes", "Indique otro con --sources o RENDICION_SOURCES."
        raise RendicionError(str(path), why, next_step) from error


def _source(path: Path, number: int, said: dict[str, Any]) -> Source:
    """One `[[source]]`; RendicionError for whatever in it is missing, unknown or of no use."""
    name = said.get("id") if isinstance(said.get("id"), str) else f"número {number}"

    def refuse(key: str, why: str) -> RendicionError:
        return RendicionError(str(path), f"en la fuente «{name}», la clave «{key}» {why}", _NEXT)

    for key in said:
        if key not in {f.name for f in fields(Source)}:
            raise refuse(key, "no se conoce")
    for key in ("id", "kind", "addresses"):
        if not said.get(key):
            raise refuse(key, "falta o está vacía")
    for key in (*_TEXTS, *_LISTS):
        given = said.get(key, [] if key in _LISTS else "")
        if not (_is_texts(given) if key in _LISTS else isinstance(given, str)):
            raise refuse(key, "no es una lista de textos" if key in _LISTS else "no es un texto")
    made: dict[str, Any] = {key: said[key] for key in _TEXTS if said.get(key)}
    for key in ("id", "institution"):
        if key in made and not _SLUG.fullmatch(made[key]):
            raise refuse(key, "solo admite minúsculas sin tilde, cifras y guiones")
    if made["kind"] not in get_args(Kind):
        raise refuse("kind", "no es page, list ni folder")
    for key in _PATTERNS:
        if key in made:
            try:
                made[key] = re.compile(made[key], re.IGNORECASE)
            except re.error as error:
                raise refuse(key, f"no es una expresión regular: {error}") from error
    if "schedule" in made and not is_cron(made["schedule"]):
        raise refuse("schedule", "no es un horario de cron de cinco campos")
    made["addresses"] = tuple(_address(path, made["kind"], each) for each in said["addresses"])
    if None in made["addresses"]:
        raise refuse("addresses", "tiene una dirección que no es http ni https")
    made["hosts"] = tuple(host.lower() for host in said.get("hosts", ()))
    if not all(re.fullmatch(r"[\w.:-]+", host) for host in made["hosts"]):
        raise refuse("hosts", "solo admite nombres de servidor, sin https:// ni ruta")
    days = said.get("expected_days")
    if days is not None and not (type(days) is int and days >= 1):
        raise refuse("expected_days", "no es un número de días")
    try:
        made["allow_private"] = _networks(said.get("allow_private", False))
    except (TypeError, ValueError) as error:
        raise refuse("allow_private", "no es true, false ni una lista de redes como 10.1.0.0/16") from error
    return Source(**made, expected_days=days, limits=_limits(said.get("limits", {}), refuse))


def _is_texts(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(each, str) and each.strip() for each in given)


def is_cron(text: str) -> bool:
    """Whether a text is a schedule: the five fields of cron."""
    try:
        CronSim(text, dt.datetime(2026, 1, 1))
    except CronSimError:
        return False
    return len(text.split()) == _CRON_FIELDS


def _address(file: Path, kind: str, said: str) -> str | None:
    """An address as the program uses it; of a path, from the folder of the file. None where it cannot be one."""
    said = said.strip()
    if "://" in said or kind == "page":
        return said if is_web(said) and kind != "folder" else None
    return str((file.parent / Path(said).expanduser()).absolute())


def _networks(said: Any) -> tuple[Network, ...]:
    if isinstance(said, bool):
        return EVERYWHERE if said else ()
    if not _is_texts(said):
        raise TypeError(said)
    return tuple(ipaddress.ip_network(each) for each in said)


def _limits(said: Any, refuse: Any) -> Limits:
    """The limits of a source; those that it does not name have the values of Limits."""
    kinds = {f.name: f.type for f in fields(Limits)}  # as written: "int" or "float"
    if not isinstance(said, dict):
        raise refuse("limits", "no es una tabla")
    for key, value in said.items():
        if key not in kinds:
            raise refuse(f"limits.{key}", "no se conoce")
        is_number = type(value) is int or (type(value) is float and kinds[key] == "float")
        least = 0 if key in _MAY_BE_ZERO else 0.001
        if not (is_number and least <= value < float("inf")):
            raise refuse(f"limits.{key}", "no es un número positivo")
    return Limits(**said)
