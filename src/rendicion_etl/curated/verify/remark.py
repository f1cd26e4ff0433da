"""What can be told of a curated folder: each kind has its words in `messages.toml`, `verify.<kind>`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

# What to do about each kind: `verify.step.<step>` in messages.toml.
DAMAGE = {
    "unreadable": "anew",
    "changed": "anew",
    "schema": "again",
    "newer": "update",
    "missing": "anew",
    "elsewhere": "move",
    "astray": "remove",
    "twice": "one",
    "other_document": "again",
    "rows_astray": "again",
    "duplicate": "again",
    "count": "again",
    "no_document": "bring",
    "store": "anew",
    "pdf_lost": "find",
    "pdf_changed": "replace",
    "record_lost": "record",
}
NOTICES = {"stale": "archive", "pending": "finish", "temporary": "idle", "quarantined": "retry"}
STEPS = {**DAMAGE, **NOTICES}


@dataclass(frozen=True)
class Remark:
    """Something wrong, or out of date, at a file or folder; `values` fill the places of its words."""

    kind: str
    path: Path
    document_id: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_damage(self) -> bool:
        """Whether something is lost or wrong, and not merely out of date or left behind."""
        return self.kind in DAMAGE

    @property
    def step(self) -> str:
        """What to do about it. Ingesting passes over a document whose files are there: a damaged one has to go first.

        Not that of `documents`: it tells under which identifier the document stays.
        """
        step = STEPS[self.kind]
        return "anew" if step == "again" and self.path.parts[-4:-3] == ("documents",) else step


@dataclass
class Seen:
    """How much was looked at: documents, Parquet files, files of the archive and their bytes; remarks by kind."""

    documents: int = 0
    files: int = 0
    pdfs: int = 0
    n_bytes: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def damage(self) -> int:
        return sum(n for kind, n in self.kinds.items() if kind in DAMAGE)

    @property
    def notices(self) -> int:
        return sum(n for kind, n in self.kinds.items() if kind in NOTICES)
