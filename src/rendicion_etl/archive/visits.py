"""What is remembered of a source from one visit to the next: `raw/sources/<id>.json`, written whole or not at all."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rendicion_etl.archive.store import write_whole

MOST_REASONS = 10
_LONGEST_REASON = 500


@dataclass(frozen=True)
class Version:
    """The bytes that an address gave, and when they were first seen there."""

    sha256: str
    at: dt.datetime


@dataclass
class Known:
    """An address: the versions it gave, the earliest first, and what its server said of the last one.

    Of a file in a folder `etag` is its size and time of change.
    """

    first_seen: dt.datetime
    versions: list[Version] = field(default_factory=list)
    etag: str | None = None
    last_modified: str | None = None

    @property
    def sha256(self) -> str | None:
        """Of the last version."""
        return self.versions[-1].sha256 if self.versions else None


@dataclass
class Visits:
    """A source as its visits left it. `addresses`: of documents, each with its history.

    last_success: the last visit that failed in nothing that concerns the source as a whole. last_new: when it last
    brought a document or a revision. failures_in_row: visits since the last success; reasons: what failed in the last
    of them, `address: why`, at most MOST_REASONS.
    """

    source_id: str
    addresses: dict[str, Known] = field(default_factory=dict)
    first_visit: dt.datetime | None = None
    last_visit: dt.datetime | None = None
    last_success: dt.datetime | None = None
    last_new: dt.datetime | None = None
    failures_in_row: int = 0
    reasons: list[str] = field(default_factory=list)

    @property
    def n_documents(self) -> int:
        """How many documents, of any version, it has brought."""
        return len({version.sha256 for known in self.addresses.values() for version in known.versions})

    def note_failures(self, failures: dict[str, str], *, failed: bool) -> None:
        """Take in what failed in a visit, address -> why; `failed` is of the visit as a whole."""
        self.reasons = [f"{address}: {why}"[:_LONGEST_REASON] for address, why in failures.items()][:MOST_REASONS]
        self.failures_in_row = self.failures_in_row + 1 if failed else 0


def path_of(raw: Path, source_id: str) -> Path:
    """Where the archive under `raw` remembers a source."""
    return raw / "sources" / f"{source_id}.json"


def read_visits(raw: Path, source_id: str) -> Visits:
    """What is remembered of a source; nothing where it was never visited, or where the file is damaged.

    What a damaged file knew is learnt again at the next visit: every address is asked once more in full, and what the
    archive has is recognised by its bytes. Raises OSError where the file is there and may not be read.
    """
    try:
        said = json.loads(path_of(raw, source_id).read_text(encoding="utf-8"))
        addresses = {address: _known(each) for address, each in said.pop("addresses").items()}
        moments = {key: _moment(said.pop(key)) for key in ("first_visit", "last_visit", "last_success", "last_new")}
        failures, reasons = int(said["failures_in_row"]), [str(each) for each in said["reasons"]]
    except FileNotFoundError:
        return Visits(source_id)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Visits(source_id)
    return Visits(source_id, addresses, **moments, failures_in_row=failures, reasons=reasons)


def write_visits(raw: Path, visits: Visits) -> None:
    """Remember a source; raises OSError where the archive cannot be written."""
    said = json.dumps(asdict(visits), ensure_ascii=False, indent=1, default=dt.datetime.isoformat)
    write_whole(path_of(raw, visits.source_id), said.encode("utf-8", "replace") + b"\n")


def _known(said: dict[str, Any]) -> Known:
    versions = [Version(str(v["sha256"]), dt.datetime.fromisoformat(v["at"])) for v in said["versions"]]
    return Known(dt.datetime.fromisoformat(said["first_seen"]), versions, said["etag"], said["last_modified"])


def _moment(said: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(said) if said else None
