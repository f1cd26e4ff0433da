"""What a run has to tell: plain items in both languages, which may wait in a file until a service takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Item:
    """One thing to tell. `key`: what it is of; `mark` changes when it is worth telling again.

    The texts hold words of strangers and are as they came: who writes a message makes them harmless. `page`: the
    folder of the page about it, under the site's.
    """

    key: str
    es: str
    en: str
    mark: str = ""
    page: str | None = None

    def text(self, lang: str) -> str:
        return self.en if lang == "en" else self.es


@dataclass(frozen=True)
class News:
    """What is to be told, gravest matters apart; falsy where there is nothing.

    documents: published for the first time, by sha256. findings: critical, confirmed, of a cause of their own, by
    finding_id. to_review: the same, of documents whose reading an alarm doubts. withdrawn: findings that were told and
    no longer stand. failed: documents. sources: those whose last visit failed. alarms: of the monitors. ended: alarms
    that were told and stand no more.

    Not told, but remembered with it: `recovered`, the keys of failures that are over; `documents_there` and
    `findings_there`, what was published before anything was ever told; `stamp`, of the data that were looked at.
    """

    documents: tuple[Item, ...] = ()
    findings: tuple[Item, ...] = ()
    to_review: tuple[Item, ...] = ()
    withdrawn: tuple[Item, ...] = ()
    alarms: tuple[Item, ...] = ()
    failed: tuple[Item, ...] = ()
    sources: tuple[Item, ...] = ()
    ended: tuple[Item, ...] = ()
    recovered: tuple[str, ...] = ()
    documents_there: tuple[str, ...] = ()
    findings_there: tuple[str, ...] = ()
    stamp: str = ""

    def __bool__(self) -> bool:
        return any(items for _, items in self.sections())

    def sections(self) -> list[tuple[str, tuple[Item, ...]]]:
        """What is told, by the name of its section, in the order of a message."""
        return [(name, getattr(self, name)) for name in SECTIONS]

    def then(self, later: News) -> News:
        """This news, never told, and what came later, as one: what is over in between is not told at all."""
        out: dict[str, Any] = {}
        for name, items in self.sections():
            over = {item.key for of in (name, *_OVER.get(name, ())) for item in getattr(later, of)}
            over |= set(later.recovered) if name in _FAILURES else set()
            untold = {item.key for of in _ENDS.get(name, ()) for item in getattr(self, of)}
            kept = [item for item in items if item.key not in over]
            out[name] = (*kept, *(item for item in getattr(later, name) if item.key not in untold))
        return News(**out)

    def waiting(self) -> dict[str, Any]:
        """As the file of what waits has it: without what is only to be remembered."""
        return {name: [asdict(item) for item in items] for name, items in self.sections() if items}

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> News:
        """What `waiting` gave; any of several errors for what it did not."""
        sections: dict[str, Any] = {name: tuple(Item(**item) for item in items) for name, items in said.items()}
        return cls(**sections)


_REMEMBERED = ("recovered", "documents_there", "findings_there", "stamp")
SECTIONS = tuple(f.name for f in fields(News) if f.name not in _REMEMBERED)
_FAILURES = ("failed", "sources")
# What ends something of other sections: not told where nobody was told that it began.
_ENDS = {"withdrawn": ("findings", "to_review"), "ended": ("alarms",)}
# What of other sections, told of the same thing later, makes an item obsolete.
_OVER = {
    "findings": ("to_review", "withdrawn"),
    "to_review": ("findings", "withdrawn"),
    "withdrawn": ("findings", "to_review"),
    "alarms": ("ended",),
    "ended": ("alarms",),
}
