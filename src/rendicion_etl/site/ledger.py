"""The ledger of what was published: a document or a confirmed finding keeps its address, whatever becomes of it.

`curated/ledger/<document_id>.json`, one file for each document that ever had a page, lies beside the site and not in
it: a site that is deleted is built again with the same addresses and dates. An entry is what was last published under
an address (`row`, as JSON has it: decimals and moments are text) and what happened to it, in order (`events`). All
entries are in memory during a build, so their rows are packed.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from rendicion_etl.archive.store import write_whole
from rendicion_etl.curated.export import plain
from rendicion_etl.curated.field import DOCUMENT_ID
from rendicion_etl.errors import RendicionError

LEDGER = "ledger"  # under the curated folder
PUBLISHED, WITHDRAWN, RETURNED = "published", "withdrawn", "returned"
# Why something is withdrawn. A document that only changed its identifier is `renamed`.
REASONS = ("replaced", "reread", "gone", "renamed")
_FORMAT = 1
_FINDING_ID = r"[0-9a-f]{16}"
# What a page cannot be made without.
_OF_DOCUMENT = {
    *("document_id", "sha256", "file_name", "retrieved_at", "institution_name", "fiscal_year", "period"),
    *("n_pages", "n_tables", "pipeline_version"),
}
_OF_FINDING = {
    *("document_id", "sha256", "pipeline_version", "check_id", "check_version", "severity", "table_id", "page"),
    *("column_role", "printed", "expected", "difference", "printed_text", "expected_text", "message_es", "message_en"),
}
_RESTORE = (
    "Recupérelo de una copia de respaldo. Si no la hay, apártelo: lo que ese documento tenga ahora se anotará "
    "como publicado hoy, y lo que se le hubiera retirado perderá su página."
)


@dataclass(frozen=True, slots=True)
class Packed:
    """A row in a tenth of the memory it takes as values."""

    content: bytes

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Packed:
        """Pack a row of what JSON has, decimals and moments; the same row gives the same content."""
        return cls(zlib.compress(json.dumps(row, default=plain, sort_keys=True).encode(), 1))

    @property
    def row(self) -> dict[str, Any]:
        """The row, as JSON has it. Not to be changed: it may be given again."""
        return _unpacked(self.content)


@lru_cache(64)
def _unpacked(content: bytes) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(zlib.decompress(content))
    return row


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an address: `published`, `withdrawn` for a `reason`, or `returned`.

    replaced_by: the document that stands in its place. before, after: the versions of program and rule (`pipeline`,
    `check`) that said it and that no longer do. doubt: it is still in the data, but unconfirmed.
    """

    at: dt.datetime
    what: str
    reason: str | None = None
    replaced_by: str | None = None
    before: dict[str, str | None] | None = None
    after: dict[str, str | None] | None = None
    doubt: bool = False

    @property
    def told(self) -> str | None:
        """The reason in the words of `texts.toml`: what the same program no longer says was not our mistake."""
        return "rejudged" if self.reason == "reread" and self.before == self.after else self.reason


@dataclass(slots=True)
class Entry:
    """An address: what was last published under it, and its events; `home` is the document whose file keeps it."""

    home: str
    packed: Packed
    events: list[Event]

    @property
    def row(self) -> dict[str, Any]:
        return self.packed.row

    @property
    def published(self) -> dt.datetime:
        return self.events[0].at

    @property
    def updated(self) -> dt.datetime:
        return max(event.at for event in self.events)

    @property
    def withdrawal(self) -> Event | None:
        """Why it is withdrawn now; None where it stands."""
        return self.events[-1] if self.events[-1].what == WITHDRAWN else None


@dataclass
class Ledger:
    """All that was ever published: documents and findings by their identifiers."""

    documents: dict[str, Entry] = field(default_factory=dict)
    findings: dict[str, Entry] = field(default_factory=dict)


def read_ledger(curated: Path) -> Ledger:
    """The ledger under `curated`, empty where nothing was published yet.

    Raises RendicionError where a file of it is damaged: begun anew, it would forget what was withdrawn.
    """
    out = Ledger()
    for path in sorted((curated / LEDGER).glob("*.json")):
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            why = "no es JSON, o está cortado"
            raise _damaged(path, why) from error
        try:
            document, findings = _entries(path.stem, said)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            why = "le faltan campos o tiene valores que no se entienden"
            raise _damaged(path, why) from error
        out.documents[path.stem] = document
        out.findings.update(findings)
    return out


def write_ledger(curated: Path, ledger: Ledger) -> None:
    """Write the files of the ledger that changed, each of them whole; the same ledger gives the same bytes."""
    for document_id, content in _files(ledger):
        path = curated / LEDGER / f"{document_id}.json"
        if not path.is_file() or path.read_bytes() != content:
            write_whole(path, content)


def _damaged(path: Path, why: str) -> RendicionError:
    return RendicionError(str(path), f"el registro de lo publicado está dañado: {why}", _RESTORE)


def _entries(document_id: str, said: Any) -> tuple[Entry, dict[str, Entry]]:
    """The entries of one file; any of several errors where it is not as `_files` writes it."""
    if said["format"] != _FORMAT or said["document_id"] != document_id or not re.fullmatch(DOCUMENT_ID, document_id):
        raise ValueError(document_id)
    findings = {key: _entry(document_id, value, _OF_FINDING) for key, value in said["findings"].items()}
    if not all(re.fullmatch(_FINDING_ID, key) for key in findings):
        raise ValueError(document_id)
    if not all(re.fullmatch(DOCUMENT_ID, entry.row["document_id"]) for entry in findings.values()):
        raise ValueError(document_id)
    return _entry(document_id, said["document"], _OF_DOCUMENT), findings


def _entry(home: str, said: dict[str, Any], needed: set[str]) -> Entry:
    events = [Event(**{**event, "at": dt.datetime.fromisoformat(event["at"])}) for event in said["events"]]
    row = said["row"]
    if needed - set(row) or events[0].what != PUBLISHED:
        raise ValueError(home)
    for event in events:
        withdrawn = event.what == WITHDRAWN
        if event.at.tzinfo is None or (event.reason in REASONS) is not withdrawn:
            raise ValueError(home)
        if event.replaced_by is not None and not re.fullmatch(DOCUMENT_ID, event.replaced_by):
            raise ValueError(home)
    return Entry(home, Packed.of(row), events)


def _files(ledger: Ledger) -> Iterator[tuple[str, bytes]]:
    of: dict[str, list[str]] = {document_id: [] for document_id in ledger.documents}
    for finding_id, entry in ledger.findings.items():
        of[entry.home].append(finding_id)
    for document_id, entry in sorted(ledger.documents.items()):
        said = {
            "format": _FORMAT,
            "document_id": document_id,
            "document": _plain(entry),
            "findings": {finding_id: _plain(ledger.findings[finding_id]) for finding_id in of[document_id]},
        }
        yield document_id, json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _plain(entry: Entry) -> dict[str, Any]:
    """An entry as the file has it; of an event only what it says."""
    events = [{k: v for k, v in asdict(event).items() if v not in (None, False)} for event in entry.events]
    return {"row": entry.row, "events": [{**event, "at": event["at"].isoformat()} for event in events]}
