"""Which documents a source offers now: the links of its pages or lists that its patterns take, the PDFs of a folder."""

from __future__ import annotations

import os
import re
import stat
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from rendicion_etl.archive.answers import FetchFailed, Page, Trouble
from rendicion_etl.archive.links import Link, links_in_list, links_in_page
from rendicion_etl.archive.sources import Source, is_web
from rendicion_etl.archive.store import HEADER_WITHIN, printable_name
from rendicion_etl.archive.web import Web

_MIB = 1 << 20
_END_WITHIN = 1024
_STILL_WRITING = 60.0  # seconds since its last change in which a file without its end may be on its way
_NO_LINK = ("ningún enlace corresponde al patrón de la fuente", "Abra la página y corrija href o text de la fuente.")
_NO_ADDRESS = ("no es una dirección http ni https", "Corrija esa línea de la lista.")
_NO_FOLDER = ("la carpeta no existe o no se puede leer", "Revise addresses de la fuente y los permisos.")
_NO_LIST = ("la lista no existe o no se puede leer", "Revise addresses de la fuente y los permisos.")
_OTHER_HOST = "Si confía en él, agréguelo a hosts de la fuente."


@dataclass(frozen=True)
class Offer:
    """A document that a source offers. `path` is where it lies, of a folder. title, period: as the source told."""

    address: str
    text: str = ""
    title: str | None = None
    period: str | None = None
    path: Path | None = None


@dataclass
class Offers:
    """What a source offers by address, in its order; `failures` are of its pages, lists and folders as such."""

    found: dict[str, Offer] = field(default_factory=dict)
    failures: dict[str, Trouble] = field(default_factory=dict)


def discover(source: Source, web: Web, *, first_page_only: bool = False) -> Offers:
    """What a source offers; whatever happens to one of its pages, the others go on.

    first_page_only: of the web, ask for the first address alone.
    """
    offers = Offers()
    if source.kind == "folder":
        for address in source.addresses:
            _in_folder(Path(address).absolute(), offers)
    elif source.kind == "list":
        web_addresses = [a for a in source.addresses if is_web(a)]
        for address in source.addresses:
            if not (first_page_only and address in web_addresses[1:]):
                _in_list(source, address, web, offers)
    else:
        _in_pages(source, web, offers, first_page_only=first_page_only)
    return offers


def _in_pages(source: Source, web: Web, offers: Offers, *, first_page_only: bool) -> None:
    """Read index pages and those that they lead to, none twice."""
    waiting = deque(source.addresses[:1] if first_page_only else source.addresses)
    seen = {_plain(address) for address in waiting}
    n_read = 0
    while waiting:
        address = waiting.popleft()
        if n_read == source.limits.max_pages:
            why = f"quedaron páginas sin leer: la fuente admite {n_read} en una visita"
            offers.failures[address] = Trouble(why, "Aumente max_pages de la fuente, o corrija follow.")
            return
        n_read += 1
        page = _page(address, web, offers)
        if page is None:
            continue
        seen.add(_plain(page.address))
        for link in links_in_page(page.content, page.address, page.encoding):
            if _takes(source, link):
                _offer(source, link, web, offers)
            elif not first_page_only and _leads_on(source, link, page) and _plain(link.address) not in seen:
                seen.add(_plain(link.address))
                waiting.append(link.address)
    if not offers.found and not offers.failures:
        offers.failures[source.addresses[0]] = Trouble(*_NO_LINK)


def _in_list(source: Source, address: str, web: Web, offers: Offers) -> None:
    """Read a list of links: a file, of which every line is a configured address, or a page of the web."""
    if is_web(address):
        page = _page(address, web, offers)
        if page is None:
            return
        if "html" in page.content_type:
            for link in links_in_page(page.content, page.address, page.encoding):
                if _takes(source, link):
                    _offer(source, link, web, offers)
            return
        content = page.content
    else:
        most = int(source.limits.max_page_mb * _MIB)
        try:
            with Path(address).open("rb") as file:
                content = file.read(most + 1)
        except OSError:
            offers.failures[address] = Trouble(*_NO_LIST)
            return
        if len(content) > most:
            why = f"pesa más de {source.limits.max_page_mb:g} MiB"
            offers.failures[address] = Trouble(why, "Si debe tomarse, aumente max_mb o max_page_mb de la fuente.")
            return
    for number, said, target in links_in_list(content.decode("utf-8-sig", "replace")):
        if target is None:
            offers.failures[f"{address}:{number}"] = Trouble(*_NO_ADDRESS)
            continue
        if not is_web(address):
            web.hosts.add(httpx.URL(target).host)
        link = Link(target, said if said != target else "")
        if _takes(source, link):
            _offer(source, link, web, offers)


def _page(address: str, web: Web, offers: Offers) -> Page | None:
    try:
        return web.page(address)
    except FetchFailed as error:
        offers.failures[address] = error.trouble
        return None


def _takes(source: Source, link: Link) -> bool:
    """Whether the patterns of a source take a link."""
    if not source.href and not source.text:
        return source.kind == "list" or httpx.URL(link.address).path.lower().endswith(".pdf")
    by_address = source.href is None or source.href.search(link.address)
    return bool(by_address and (source.text is None or source.text.search(link.text)))


def _leads_on(source: Source, link: Link, page: Page) -> bool:
    """Whether a link leads to a further index page of the same host."""
    if httpx.URL(link.address).host != httpx.URL(page.address).host:
        return False
    follow = source.follow
    return link.is_next or bool(follow and (follow.search(link.address) or follow.search(link.text)))


def _offer(source: Source, link: Link, web: Web, offers: Offers) -> None:
    host = httpx.URL(link.address).host
    if link.address in offers.found:
        return
    if host not in web.hosts:
        why = f"lleva a otro servidor, {host}"
        offers.failures[link.address] = Trouble(why, _OTHER_HOST)
    elif len(offers.found) == source.limits.max_links:
        why = f"quedaron enlaces sin tomar: la fuente admite {source.limits.max_links} en una visita"
        offers.failures[source.addresses[0]] = Trouble(why, "Aumente max_links de la fuente, o corrija su patrón.")
    else:
        title, period = _said(source.title, link, link.text or None), _said(source.period, link, None)
        offers.found[link.address] = Offer(link.address, link.text, title, period)


def _said(pattern: re.Pattern[str] | None, link: Link, otherwise: str | None) -> str | None:
    """What a pattern finds in the text of a link, or else in its address: the first group, or all that matches."""
    if pattern is None:
        return otherwise
    match = pattern.search(link.text) or pattern.search(link.address)
    return (match[1] if match.re.groups else match[0]) if match else None


def _plain(address: str) -> str:
    """An address by which a page is known again."""
    return str(httpx.URL(address).copy_with(fragment=None))


def _in_folder(folder: Path, offers: Offers) -> None:
    """The files below a folder that are PDFs by content, and those that only say so by name: those will be refused."""
    if not (folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)):
        offers.failures[str(folder)] = Trouble(*_NO_FOLDER)
        return
    for path in _files_below(folder, offers):
        try:
            is_ready = _is_ready(path)
        except OSError:
            is_ready = True  # who receives it says what is wrong
        if is_ready:
            offers.found[path.as_uri()] = Offer(path.as_uri(), title=printable_name(path), path=path)


def _files_below(folder: Path, offers: Offers) -> Iterator[Path]:
    """Regular files, in order; hidden ones and links that lead nowhere are passed over."""

    def refused(error: OSError) -> None:
        offers.failures[Path(error.filename).as_uri()] = Trouble(*_NO_FOLDER)

    for home, folders, names in os.walk(folder, onerror=refused):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(home, name)
            if not name.startswith(".") and path.exists() and stat.S_ISREG(path.stat().st_mode):
                yield path


def _is_ready(path: Path) -> bool:
    """Whether a file is to be received: a PDF by content or by name, and not one that is still being written."""
    with path.open("rb") as file:
        is_pdf = b"%PDF-" in file.read(HEADER_WITHIN)
        file.seek(max(path.stat().st_size - _END_WITHIN, 0))
        has_end = b"%%EOF" in file.read()
    is_meant = is_pdf or path.suffix.lower() == ".pdf"
    return is_meant and (has_end or time.time() - path.stat().st_mtime > _STILL_WRITING)


def offline_troubles(source: Source) -> dict[str, Trouble]:
    """What can be seen to be wrong with a source without asking anybody: folders and lists that are not there."""
    offers = Offers()
    for address in source.addresses:
        if source.kind == "folder" and not os.access(address, os.R_OK | os.X_OK):
            offers.failures[address] = Trouble(*_NO_FOLDER)
        elif source.kind == "list" and not is_web(address) and not os.access(address, os.R_OK):
            offers.failures[address] = Trouble(*_NO_LIST)
    return offers.failures
