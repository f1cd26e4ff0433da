"""What was told already, and what still waits for a service that did not answer: `curated/avisos.json`.

It lies beside the ledger and not in it. Lost, it is begun anew: nothing is told twice, for what is published by then
counts as told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rendicion_etl.archive.store import write_whole
from rendicion_etl.errors import RendicionError
from rendicion_etl.runs.notify.news import News

FILE = "avisos.json"  # under the curated folder
# What is known of a critical finding: it was there before anything was told; told as news; told as to be reviewed.
THERE, TOLD, TO_REVIEW = "there", "told", "to_review"
_FORMAT = 1
_ASIDE = "Apártelo: lo publicado hasta ahora contará como ya avisado, y lo que esperaba se pierde."


@dataclass
class Told:
    """documents: those known, by sha256; None where nothing was ever told. findings: of each, how it is known.

    failures: of documents and sources, by key, their mark. alarms: those told that stand, with mark and texts.
    waiting: what each service has yet to be told, by the service's id.
    """

    documents: set[str] | None = None
    findings: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    alarms: dict[str, dict[str, str]] = field(default_factory=dict)
    waiting: dict[str, News] = field(default_factory=dict)

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


def read_told(curated: Path) -> Told:
    """What was told; nothing where no message ever went out. RendicionError for a damaged file."""
    path = curated / FILE
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if said["format"] != _FORMAT:
            raise ValueError(said["format"])
        waiting = {service: News.read(news) for service, news in said["waiting"].items()}
        return Told(
            set(said["documents"]), dict(said["findings"]), dict(said["failures"]), dict(said["alarms"]), waiting
        )
    except FileNotFoundError:
        return Told()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        why = "el registro de lo avisado está dañado"
        raise RendicionError(str(path), why, _ASIDE) from error


def write_told(curated: Path, told: Told) -> None:
    """Write what was told, whole, where it changed. Raises OSError where it cannot be written."""
    said: dict[str, Any] = {
        "format": _FORMAT,
        "documents": sorted(told.documents or ()),
        "findings": told.findings,
        "failures": told.failures,
        "alarms": told.alarms,
        "waiting": {service: news.waiting() for service, news in told.waiting.items()},
    }
    content = json.dumps(said, ensure_ascii=False, indent=0, sort_keys=True).encode() + b"\n"
    path = curated / FILE
    if not path.is_file() or path.read_bytes() != content:
        write_whole(path, content)
