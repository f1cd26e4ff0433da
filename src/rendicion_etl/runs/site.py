"""The site is built anew where something changed: a document's pages in a child of its own, then what lists them all,
in children too.

What a document's pages were made of (its files, what else is known of its findings, the program) is kept as one stamp
a document in `curated/site/estado.json`, written last: a build that was cut short is taken up by the next one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from rendicion_etl.archive.store import place_of, write_whole
from rendicion_etl.curated.schemas import DATASETS
from rendicion_etl.curated.writer import published_files
from rendicion_etl.runs.workers import Failure, run_documents
from rendicion_etl.settings import Settings, address_of
from rendicion_etl.site.pages import FILES, SECTIONS, SITE
from rendicion_etl.version import pipeline_version

_STATE = "estado.json"
_DUE = ".site-due"  # under the curated folder: written before something is published, gone once a site shows it
OF_A_PART = 6 * 3600.0  # seconds


@dataclass
class Built:
    """What a build did: the page to begin with, which documents were drawn or left as they were, which failed."""

    index: Path
    drawn: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failures: dict[str, Failure] = field(default_factory=dict)


def note_due(curated: Path) -> None:
    """Note that something is about to be published that the site does not show. Raises OSError."""
    write_whole(curated / _DUE, secrets.token_bytes(8))


def is_due(curated: Path) -> bool:
    """Whether something was published since the last complete build began."""
    return (curated / _DUE).exists()


def _due(curated: Path) -> bytes | None:
    try:
        return (curated / _DUE).read_bytes()
    except FileNotFoundError:
        return None


def build_site(
    settings: Settings,
    on_done: Callable[[int, int], None] = lambda done, of: None,
    at: dt.datetime | None = None,
) -> Built:
    """Build `curated/site/`, only what changed since the last time.

    `on_done` is told how many documents are done, of how many. `at` is the moment that the ledger notes for what is
    new or withdrawn, which is now. Raises RendicionError where nothing is published, for a damaged ledger and for a
    setting or an answer of an institution that is not understood, before anything is written.
    """
    from rendicion_etl.curated.copies import bring_beside, share_beside
    from rendicion_etl.curated.query import open_published
    from rendicion_etl.site.feeds import site_address, write_feeds
    from rendicion_etl.site.ledger import LEDGER, read_ledger, write_ledger
    from rendicion_etl.site.notes import notes_of
    from rendicion_etl.site.overall import parts_of_all
    from rendicion_etl.site.pages import write_assets
    from rendicion_etl.site.replies import must_be_known, read_replies
    from rendicion_etl.site.standing import bring_up_to_date, standing
    from rendicion_etl.site.withdrawn import write_withdrawn

    home = settings.curated / SITE
    due = _due(settings.curated)
    address, replies = site_address(settings.site_url), read_replies(settings.replies)
    with open_published(settings.curated) as connection:
        stands = standing(connection)
    bring_beside(settings.curated, LEDGER)
    ledger = read_ledger(settings.curated)
    bring_up_to_date(ledger, stands, at or dt.datetime.now(dt.UTC))
    must_be_known(settings.replies, replies.values(), ledger.findings)
    write_ledger(settings.curated, ledger)
    share_beside(settings.curated, LEDGER)
    write_assets(home)
    notes = notes_of(ledger, stands, replies)
    before, now = _state(home), _stamps(settings, stands.documents, notes)
    out = Built(home / FILES[settings.lang])
    changed = [name for name, stamp in now.items() if before.get(name) != stamp or not _is_drawn(home, name)]
    out.unchanged = [name for name in now if name not in changed]
    write = partial(_write_document, home, settings.curated, settings.raw)
    tasks = [(name, notes.get(name, {})) for name in changed]
    done = 0

    def count(_: object) -> None:
        nonlocal done
        done += 1
        on_done(done, len(changed))

    for outcome in run_documents(write, tasks, jobs=settings.jobs, on_done=count, **settings.limits):
        document_id, _ = outcome.item
        if outcome.failure:
            out.failures[document_id] = outcome.failure
        else:
            out.drawn.append(document_id)
    write_withdrawn(home, ledger, {*stands.documents, *stands.findings}, replies)
    write_feeds(home, ledger, stands, address)
    parts = list(parts_of_all(home, settings.curated, stands.documents, now).items())
    del ledger, stands, notes
    missing = {
        outcome.item[0]: outcome.failure
        for outcome in run_documents(_write_part, parts, jobs=settings.jobs, timeout=OF_A_PART)
        if outcome.failure
    }
    out.failures |= missing
    kept = {name: stamp for name, stamp in now.items() if name not in out.failures}
    write_whole(home / _STATE, json.dumps(kept, indent=0, sort_keys=True).encode())
    # Unless something was published meanwhile, or a page about all documents is still to be written.
    if not missing and due is not None and _due(settings.curated) == due:
        (settings.curated / _DUE).unlink(missing_ok=True)
    return out


def _write_document(home: Path, curated: Path, raw: Path, task: tuple[str, Mapping[str, Any]]) -> None:
    from rendicion_etl.site.document_pages import write_document

    document_id, notes = task
    write_document(home, curated, raw, document_id, notes)


def _write_part(part: tuple[str, Callable[[], None]]) -> None:
    _, write = part
    write()


def _is_drawn(home: Path, document_id: str) -> bool:
    made = [home / document_id / name for name in FILES.values()]
    made.append(home / SECTIONS["downloads"] / document_id / f"{document_id}.xlsx")
    return all(path.is_file() for path in made)


def _state(home: Path) -> dict[str, str]:
    """The stamps of the last build; none where there was no build, or its file cannot be read."""
    try:
        found = json.loads((home / _STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _stamps(
    settings: Settings, documents: Mapping[str, Mapping[str, Any]], notes: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    """Of each published document, what its pages are made of, as one short text."""
    files: dict[str, list[str]] = {name: [] for name in documents}
    for path in (path for dataset in DATASETS for path in published_files(settings.curated, ".parquet", dataset)):
        if path.stem in files:
            about = path.stat()
            files[path.stem].append(f"{path.relative_to(settings.curated)} {about.st_size} {about.st_mtime_ns}")
    out = {}
    for name, of in files.items():
        # A store keeps whatever was received.
        has_pdf = bool(address_of(settings.raw)) or place_of(settings.raw, documents[name]["sha256"]).is_file()
        note = json.dumps(notes.get(name, {}), sort_keys=True, default=str)
        out[name] = _digest([pipeline_version(), *sorted(of), str(has_pdf), note])
    return out


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
