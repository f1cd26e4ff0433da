"""One visit of a source: find what it offers, fetch what is new or changed, receive it into the archive.

Whatever happens to one address, the others go on. What is remembered is written as things arrive: a visit that is cut
short loses nothing that came, and who did not live to ingest it finds it in the memory of the source after the next.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from rendicion_etl.archive.answers import FetchFailed, Trouble
from rendicion_etl.archive.discover import Offer, discover
from rendicion_etl.archive.sources import Source
from rendicion_etl.archive.store import Origin, Stored, addresses_of, find, receive
from rendicion_etl.archive.visits import Known, Version, Visits, path_of, read_visits, write_visits
from rendicion_etl.archive.web import Web
from rendicion_etl.errors import RendicionError
from rendicion_etl.settings import Settings

State = Literal["new", "revision", "same_elsewhere"]
_REMEMBER_EVERY = 5.0  # seconds: the memory of a source of many documents takes a while to write
_UNREADABLE = ("no se puede leer el archivo", "Revise que siga ahí y sus permisos de lectura.")
_BUSY = ("otra visita de esta fuente está en curso", "Espere a que termine.")


@dataclass(frozen=True)
class Arrival:
    """A document that a visit brought.

    state: `new` bytes; a `revision`, other bytes at a known address; `same_elsewhere`, known bytes at a new address.
    title, period: as the source told, where it did.
    """

    url: str
    stored: Stored
    state: State
    title: str | None = None
    period: str | None = None


@dataclass
class Visit:
    """What a visit brought and what failed, by address; a whole source that failed stands there by its own address.

    failed: whether it was the source that failed (none of its pages, or nothing of what it offers, could be had), and
    not just some address.
    """

    source_id: str
    at: dt.datetime
    arrivals: list[Arrival] = field(default_factory=list)
    n_unchanged: int = 0
    failures: dict[str, Trouble] = field(default_factory=dict)
    failed: bool = False
    seconds: float = 0.0


def visit(
    source: Source, raw: Path, *, contact: str | None = None, sleep: Callable[[float], object] = time.sleep
) -> Visit:
    """Visit a source once; `raw` is the archive.

    contact: how those who run servers reach us, as RENDICION_CONTACT. Raises OSError where the archive cannot be
    written; everything else that goes wrong is in the Visit.
    """
    begun = time.monotonic()
    made = Visit(source.id, dt.datetime.now(dt.UTC))
    with _alone(raw, source.id) as is_alone:
        if not is_alone:
            made.failures[source.id], made.failed = Trouble(*_BUSY, transient=True), True
            return made
        visits = read_visits(raw, source.id)
        with Web(source, Settings().contact if contact is None else contact, sleep) as web:
            offers = discover(source, web)
            made.failures.update(offers.failures)
            written = time.monotonic()
            for offer in offers.found.values():
                _take(offer, source, raw, web, visits, made)
                if made.arrivals and time.monotonic() - written > _REMEMBER_EVERY:
                    write_visits(raw, visits)
                    written = time.monotonic()
        nothing_came = not made.arrivals and not made.n_unchanged
        made.failed = bool(offers.failures) or (bool(offers.found) and nothing_came)
        _remember(visits, made)
        write_visits(raw, visits)
    made.seconds = time.monotonic() - begun
    return made


def _take(offer: Offer, source: Source, raw: Path, web: Web, visits: Visits, made: Visit) -> None:
    """Have one document, if it is not the one that is known, and note what became of it."""
    known = visits.addresses.get(offer.address) or Known(made.at)
    part = path_of(raw, source.id).with_suffix(".part")
    try:
        if offer.path:
            got = _from_folder(offer.path, offer.address, source, raw, known, made.at)
        else:
            got = _from_web(offer.address, part, source, raw, known, web)
    except FetchFailed as error:
        made.failures[offer.address] = error.trouble
        return
    except RendicionError as error:
        made.failures[offer.address] = Trouble(error.why, error.next_step)
        return
    except OSError as error:
        if offer.path is None or error.filename != str(offer.path):
            raise  # it is the archive that cannot be written
        made.failures[offer.address] = Trouble(*_UNREADABLE)
        return
    finally:
        part.unlink(missing_ok=True)
    visits.addresses[offer.address] = known
    if got is None:
        made.n_unchanged += 1
        return
    stored, state = got
    known.versions.append(Version(stored.sha256, made.at))
    made.arrivals.append(Arrival(offer.address, stored, state, offer.title, offer.period))


def _from_web(
    address: str, part: Path, source: Source, raw: Path, known: Known, web: Web
) -> tuple[Stored, State] | None:
    """Fetch an address into the archive; None where it is as before."""
    is_kept = known.sha256 is not None and find(raw, known.sha256) is not None
    asked = (known.etag, known.last_modified) if is_kept else (None, None)
    answer = web.document(address, part, *asked)
    if answer is None:
        return None
    origin = Origin(source.id, address, dt.datetime.now(dt.UTC), answer.headers)
    got = _receive(part, raw, known, origin, answer.name)
    known.etag, known.last_modified = answer.headers.get("etag"), answer.headers.get("last-modified")
    return got


def _from_folder(
    path: Path, address: str, source: Source, raw: Path, known: Known, at: dt.datetime
) -> tuple[Stored, State] | None:
    """Receive a file of a folder; None where it is as before. It stays where it is."""
    now = path.stat()
    mark = f"{now.st_size}-{now.st_mtime_ns}"
    if known.etag == mark and known.sha256 and find(raw, known.sha256):
        return None
    got = _receive(path, raw, known, Origin(source.id, address, at), None)
    known.etag = mark
    return got


def _receive(path: Path, raw: Path, known: Known, origin: Origin, name: str | None) -> tuple[Stored, State] | None:
    """Receive a file and tell what it is to the archive; None where these bytes were known of this address."""
    from hashlib import file_digest

    with path.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
    was_there = find(raw, sha256) is not None
    elsewhere = addresses_of(raw, sha256)
    stored = receive(path, raw, origin=origin, name=name)
    if stored.sha256 == known.sha256:
        return None
    if known.sha256:
        return stored, "revision"
    if not was_there:
        return stored, "new"
    if origin.url not in elsewhere:
        return stored, "same_elsewhere"
    known.versions.append(Version(stored.sha256, stored.retrieved_at))  # the memory was lost, not the document
    return None


def _remember(visits: Visits, made: Visit) -> None:
    visits.first_visit = visits.first_visit or made.at
    visits.last_visit = made.at
    if not made.failed:
        visits.last_success = made.at
    if any(arrival.state != "same_elsewhere" for arrival in made.arrivals):
        visits.last_new = made.at
    visits.note_failures({address: trouble.why for address, trouble in made.failures.items()}, failed=made.failed)


@contextmanager
def _alone(raw: Path, source_id: str) -> Iterator[bool]:
    """Whether nobody else is visiting this source; as long as it lasts nobody else can."""
    path = path_of(raw, source_id).with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)
