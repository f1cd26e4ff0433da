"""What was told already, and what still waits for a service that did not answer: `curated/avisos/avisados.json`.

It lies beside the ledger and not in it. Lost, it is begun anew: nothing is told twice, for what is published by then
counts as told.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rendicion_etl.archive.store import write_whole
from rendicion_etl.errors import RendicionError
from rendicion_etl.runs.monitors.alarm import NOTICES
from rendicion_etl.runs.notify.news import News

FILE = f"{NOTICES}/avisados.json"  # under the curated folder
# What is known of a critical finding: it was there before anything was told; told as news; told as to be reviewed.
THERE, TOLD, TO_REVIEW = "there", "told", "to_review"
_FORMAT = 1
_ASIDE = "Apártelo: lo publicado hasta ahora contará como ya avisado, y lo que esperaba se pierde."


@dataclass
class Told:
    """documents: those known, by sha256; None where nothing was ever told. findings: of each, how it is known.

    stamp: of the data when they were last told of. failures: of documents and sources, by key, their mark. alarms:
    those told that stand, with mark and texts. services: those of the last time, by id. waiting: what each of them has
    yet to be told.
    """

    documents: set[str] | None = None
    findings: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    alarms: dict[str, dict[str, str]] = field(default_factory=dict)
    services: list[str] = field(default_factory=list)
    waiting: dict[str, News] = field(default_factory=dict)
    stamp: str = ""

    def untold(self, news: News) -> News:
        """Of news, what was not told meanwhile: another run may have told it, or this one is tried again."""
        known = self.documents or set()
        failures, alarms = self.failures, {key: said["mark"] for key, said in self.alarms.items()}
        return replace(
            news,
            documents=tuple(item for item in news.documents if item.key not in known),
            findings=tuple(item for item in news.findings if self.findings.get(item.key) != TOLD),
            to_review=tuple(item for item in news.to_review if item.key not in self.findings),
            withdrawn=tuple(item for item in news.withdrawn if item.key in self.findings),
            alarms=tuple(item for item in news.alarms if alarms.get(item.key) != item.mark),
            failed=tuple(item for item in news.failed if failures.get(item.key) != item.mark),
            sources=tuple(item for item in news.sources if failures.get(item.key) != item.mark),
            ended=tuple(item for item in news.ended if item.key in alarms),
        )

    def hand_out(self, news: News, services: list[str]) -> None:
        """Let news wait for these services. What waited for one that is gone, its address mended perhaps, is for
        those that were not there the last time."""
        gone = News()
        for each in self.waiting:
            gone = gone if each in services else gone.then(self.waiting[each])
        waited = {each: self.waiting.get(each, News() if each in self.services else gone) for each in services}
        self.waiting = {each: before.then(news) for each, before in waited.items()}
        self.services = services

    def note(self, news: News) -> None:
        """Remember news as told."""
        self.documents = {*(self.documents or ()), *(item.key for item in news.documents), *news.documents_there}
        self.findings |= dict.fromkeys(news.findings_there, THERE)
        self.findings |= {item.key: TOLD for item in news.findings}
        self.findings |= {item.key: TO_REVIEW for item in news.to_review}
        self.failures |= {item.key: item.mark for item in (*news.failed, *news.sources)}
        self.alarms |= {item.key: {"mark": item.mark, "es": item.es, "en": item.en} for item in news.alarms}
        for item in news.withdrawn:
            self.findings.pop(item.key, None)
        for item in news.ended:
            self.alarms.pop(item.key, None)
        for key in news.recovered:
            self.failures.pop(key, None)
        self.stamp = news.stamp or self.stamp


def read_told(curated: Path) -> Told:
    """What was told; nothing where no message ever went out. RendicionError for a damaged file."""
    path = curated / FILE
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if said["format"] != _FORMAT:
            raise ValueError(said["format"])
        waiting = {service: News.read(news) for service, news in said["waiting"].items()}
        findings, failures, alarms = (dict(said[name]) for name in ("findings", "failures", "alarms"))
        services = [str(each) for each in said["services"]]
        return Told(set(said["documents"]), findings, failures, alarms, services, waiting, str(said["stamp"]))
    except FileNotFoundError:
        return Told()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        why = "el registro de lo avisado está dañado"
        raise RendicionError(str(path), why, _ASIDE) from error


def write_told(curated: Path, told: Told) -> None:
    """Write what was told, whole, where it changed. Raises OSError where it cannot be written."""
    said: dict[str, Any] = {
        "format": _FORMAT,
        "stamp": told.stamp,
        "documents": sorted(told.documents or ()),
        "findings": told.findings,
        "failures": told.failures,
        "alarms": told.alarms,
        "services": told.services,
        "waiting": {service: news.waiting() for service, news in told.waiting.items()},
    }
    content = json.dumps(said, ensure_ascii=False, indent=0, sort_keys=True).encode() + b"\n"
    path = curated / FILE
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)


@contextmanager
def one_at_a_time(curated: Path) -> Iterator[None]:
    """Nobody else tells meanwhile; who comes second waits. Raises OSError where the folder cannot be written."""
    path = curated / NOTICES / ".lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
