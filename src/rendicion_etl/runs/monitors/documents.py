"""Judges every published document beside the earlier ones of its institution, once for each state of the data.

The judgement is kept in `curated/avisos/comparados.json`: where nothing was published since, no data are read.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rendicion_etl.archive.store import write_whole
from rendicion_etl.curated.copies import bring_beside
from rendicion_etl.curated.field import UNKNOWN_INSTITUTION, UNKNOWN_YEAR
from rendicion_etl.curated.remote import must_be_whole, pull
from rendicion_etl.runs.monitors.alarm import NOTICES, Alarm
from rendicion_etl.runs.monitors.sudden import LEAST, Measured, of_document
from rendicion_etl.version import pipeline_version

_JUDGED = "comparados.json"
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
class Judged:
    """The alarms of all documents; how many could be compared with earlier ones and how many could not. `periods`: of
    each institution, fiscal year and period of its reports."""

    alarms: list[Alarm]
    n_compared: int
    n_alone: int
    periods: dict[str, list[tuple[int, str]]]


def bring(curated: Path) -> None:
    """Bring the copy of a store up to date, with what is remembered beside the data; of any other folder, nothing.

    Raises RendicionError where not all of it can be had: what is missing must not be taken for withdrawn.
    """
    must_be_whole(curated, pull(curated))
    bring_beside(curated, NOTICES)


def judge_documents(curated: Path) -> Judged:
    """The judgement of what is published now."""
    from rendicion_etl.curated.stamp import data_stamp

    path, stamp = curated / NOTICES / _JUDGED, f"{pipeline_version()} {data_stamp(curated)}"
    with suppress(OSError, AttributeError, KeyError, TypeError, ValueError):  # else it is made anew
        said = json.loads(path.read_text(encoding="utf-8"))
        if said.pop("stamp") == stamp:
            periods = {name: [(int(y), str(p)) for y, p in reports] for name, reports in said.pop("periods").items()}
            return Judged(alarms=[Alarm(**each) for each in said.pop("alarms")], periods=periods, **said)
    judged = _judge(_rows(curated))
    if curated.is_dir():
        with suppress(OSError):  # a reader who may not write looks again the next time
            write_whole(path, json.dumps({"stamp": stamp, **asdict(judged)}, ensure_ascii=False).encode() + b"\n")
    return judged


def _judge(rows: Sequence[dict[str, Any]]) -> Judged:
    earlier: dict[str, list[Measured]] = defaultdict(list)
    periods: dict[str, list[tuple[int, str]]] = defaultdict(list)
    alarms: list[Alarm] = []
    n_compared = 0
    for row in rows:
        document, before = _measured(row), earlier[row["institution"]]
        n_compared += len(before) >= LEAST
        alarms += of_document(document, before)
        before.append(document)
        periods[row["institution"]].append((row["fiscal_year"], row["period"]))
    return Judged(alarms, n_compared, len(rows) - n_compared, dict(periods))


def _rows(curated: Path) -> Sequence[dict[str, Any]]:
    """The documents with institution and period that no other replaced, those of earlier periods first."""
    from rendicion_etl.curated.query import named_rows, open_curated, told_plainly
    from rendicion_etl.site.periods import in_time
    from rendicion_etl.site.standing import replacements

    with told_plainly(curated), open_curated(curated) as connection:
        rows = named_rows(connection, _DOCUMENTS)
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
