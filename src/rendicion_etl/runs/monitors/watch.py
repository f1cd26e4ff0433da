"""Looks at all sources and documents: which alarms stand now, and how much there was to look at.

A person who has looked at an alarm says so; it no longer stands, until it changes. That is kept in
`curated/alarmas.json`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rendicion_etl.archive.store import write_whole
from rendicion_etl.curated.field import UNKNOWN_INSTITUTION, UNKNOWN_YEAR
from rendicion_etl.errors import RendicionError
from rendicion_etl.runs.monitors.alarm import Alarm
from rendicion_etl.runs.monitors.sudden import LEAST, Measured, of_document
from rendicion_etl.settings import SOURCES, Settings

SEEN = "alarmas.json"  # under the curated folder
_LOW = 0.9  # agreement of two readings below which they disagree on a table
_WEIGHTY = "('critical', 'warning')"

_DOCUMENTS = f"""
WITH s AS (
    SELECT document_id, sum(n_applied) AS applied, sum(n_applied - n_passed) AS failed, sum(n_unconfirmed) AS doubtful
    FROM scores WHERE severity IN {_WEIGHTY} GROUP BY ALL
), t AS (
    SELECT document_id, count(*) AS n, count(*) FILTER (kind = 'other') AS other, count(agreement) AS compared,
        count(*) FILTER (agreement < {_LOW}) AS disagreeing, list(DISTINCT kind) AS kinds
    FROM tables GROUP BY ALL
)
SELECT d.document_id, d.institution, d.institution_name, d.fiscal_year, d.period, d.file_name, d.supersedes,
    d.retrieved_at, s.applied, s.failed, s.doubtful, t.n, t.other, t.compared, t.disagreeing, t.kinds
FROM documents d LEFT JOIN s USING (document_id) LEFT JOIN t USING (document_id)
"""


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
    rows = _rows(settings.curated)
    found: list[Alarm] = []
    for source in sources.values():
        reports = [(row["fiscal_year"], row["period"]) for row in rows if row["institution"] == source.institution]
        found += of_source(source, read_visits(settings.raw, source.id), reports, today or dt.date.today())
    earlier: dict[str, list[Measured]] = defaultdict(list)
    n_compared = 0
    for row in rows:
        document, before = _measured(row), earlier[row["institution"]]
        n_compared += len(before) >= LEAST
        found += of_document(document, before)
        before.append(document)
    known = _read_seen(settings.curated)
    seen = [alarm for alarm in found if known.get(alarm.key) == alarm.mark]
    stand = tuple(alarm for alarm in found if alarm not in seen)
    return Watched(stand, tuple(seen), len(sources), n_compared, len(rows) - n_compared)


def note_seen(settings: Settings, subject: str) -> list[Alarm]:
    """Note that a person has looked at the alarms of a source or document; RendicionError where it has none."""
    found = [alarm for alarm in watch(settings).alarms if alarm.subject == subject]
    if not found:
        why, next_step = "no tiene ninguna alarma", "Las que hay se listan con: rendicion monitor."
        raise RendicionError(subject, why, next_step)
    known = _read_seen(settings.curated) | {alarm.key: alarm.mark for alarm in found}
    content = json.dumps(known, ensure_ascii=False, indent=0, sort_keys=True).encode() + b"\n"
    write_whole(settings.curated / SEEN, content)
    return found


def _read_seen(curated: Path) -> dict[str, str]:
    path = curated / SEEN
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return {str(key): str(mark) for key, mark in said.items()}
    except FileNotFoundError:
        return {}
    except (AttributeError, ValueError) as error:
        why, next_step = "el registro de alarmas vistas está dañado", "Apártelo: las alarmas volverán a mostrarse."
        raise RendicionError(str(path), why, next_step) from error


def _rows(curated: Path) -> Sequence[dict[str, Any]]:
    """The documents with institution and period that no other replaced, those of earlier periods first."""
    from rendicion_etl.curated.query import open_curated, told_plainly
    from rendicion_etl.site.periods import in_time
    from rendicion_etl.site.standing import replacements

    with told_plainly(curated), open_curated(curated) as connection:
        answer = connection.execute(_DOCUMENTS)
        names = [column[0] for column in answer.description]
        rows = [dict(zip(names, values, strict=True)) for values in answer.fetchall()]
    gone = replacements({row["document_id"]: row for row in rows})
    known = [
        row
        for row in rows
        if row["document_id"] not in gone
        and row["institution"] not in (None, UNKNOWN_INSTITUTION)
        and row["fiscal_year"] not in (None, UNKNOWN_YEAR)
        and row["period"]
    ]
    return sorted(known, key=lambda r: (*in_time(r["fiscal_year"], r["period"]), r["retrieved_at"], r["document_id"]))


def _measured(row: dict[str, Any]) -> Measured:
    from rendicion_etl.site.feeds import report_name
    from rendicion_etl.site.words import Words

    figures = {name: int(row[name] or 0) for name in ("applied", "failed", "doubtful", "other", "compared")}
    return Measured(
        row["document_id"],
        report_name(row, Words("es")),
        report_name(row, Words("en")),
        **figures,
        tables=int(row["n"] or 0),
        disagreeing=int(row["disagreeing"] or 0),
        kinds=frozenset(row["kinds"] or ()) - {"other", "text"},
    )
