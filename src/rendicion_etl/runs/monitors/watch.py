"""Looks at all sources and documents: which alarms stand now, and how much there was to look at.

A person who has looked at an alarm says so; it no longer stands, until it changes. That is kept in
`curated/avisos/alarmas.json`.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from rendicion_etl.archive.store import write_whole
from rendicion_etl.errors import RendicionError
from rendicion_etl.runs.monitors.alarm import NOTICES, Alarm
from rendicion_etl.runs.monitors.documents import judge_documents
from rendicion_etl.settings import SOURCES, Settings

_SEEN = "alarmas.json"


@dataclass(frozen=True)
class Watched:
    """The alarms that stand, and what was looked at: sources, documents that could be compared with earlier ones and
    documents that could not. `seen`: alarms that a person has looked at."""

    alarms: tuple[Alarm, ...]
    seen: tuple[Alarm, ...]
    n_sources: int
    n_compared: int
    n_alone: int


def watch(settings: Settings, today: dt.date | None = None) -> Watched:
    """What alarms now. Raises RendicionError for a file of sources, or of alarms seen, that is not understood."""
    from rendicion_etl.archive.sources import read_sources
    from rendicion_etl.archive.visits import read_visits
    from rendicion_etl.runs.monitors.calendar import of_source

    none = settings.sources == Path(SOURCES) and not settings.sources.is_file()
    sources = {} if none else read_sources(settings.sources)
    judged = judge_documents(settings.curated)
    found: list[Alarm] = []
    for source in sources.values():
        reports = judged.periods.get(source.institution or "", [])
        found += of_source(source, read_visits(settings.raw, source.id), reports, today or dt.date.today())
    found += judged.alarms
    known = _read_seen(settings.curated)
    seen = [alarm for alarm in found if known.get(alarm.key) == alarm.mark]
    stand = tuple(alarm for alarm in found if alarm not in seen)
    return Watched(stand, tuple(seen), len(sources), judged.n_compared, judged.n_alone)


def note_seen(settings: Settings, subject: str) -> list[Alarm]:
    """Note that a person has looked at the alarms of a source or document; RendicionError where it has none."""
    found = [alarm for alarm in watch(settings).alarms if alarm.subject == subject]
    if not found:
        why, next_step = "no tiene ninguna alarma", "Las que hay se listan con: rendicion monitor."
        raise RendicionError(subject, why, next_step)
    known = _read_seen(settings.curated) | {alarm.key: alarm.mark for alarm in found}
    content = json.dumps(known, ensure_ascii=False, indent=0, sort_keys=True).encode() + b"\n"
    write_whole(settings.curated / NOTICES / _SEEN, content)
    return found


def _read_seen(curated: Path) -> dict[str, str]:
    path = curated / NOTICES / _SEEN
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return {str(key): str(mark) for key, mark in said.items()}
    except FileNotFoundError:
        return {}
    except (AttributeError, ValueError) as error:
        why, next_step = "el registro de alarmas vistas está dañado", "Apártelo: las alarmas volverán a mostrarse."
        raise RendicionError(str(path), why, next_step) from error
