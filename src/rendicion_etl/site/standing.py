"""What of the published stands now, and what is to be withdrawn: the ledger brought up to date with the data.

A finding is withdrawn when its document was replaced by another (`replaced`), when the document is there and the
finding is not, or no longer confirmed (`reread`), or when the document is gone (`gone`). What is in the data and not
replaced stands; if it was withdrawn before, it returns.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rendicion_etl.curated.field import SEVERITIES, UNKNOWN_INSTITUTION, UNKNOWN_YEAR
from rendicion_etl.curated.query import named_rows, some_at_a_time
from rendicion_etl.site.data import Row
from rendicion_etl.site.ledger import PUBLISHED, RETURNED, WITHDRAWN, Entry, Event, Ledger, Packed

if TYPE_CHECKING:
    import duckdb

_KEYS = "SELECT institution, fiscal_year, document_id FROM documents ORDER BY document_id"
_FINDINGS = """
WITH f AS (SELECT * FROM findings WHERE {inside} AND confidence = 'confirmed'),
    t AS (SELECT table_id, title, unit FROM tables WHERE {inside})
SELECT f.*, d.sha256, d.pipeline_version, t.title AS table_title, t.unit AS table_unit
FROM f JOIN documents d ON d.document_id = f.document_id LEFT JOIN t ON t.table_id = f.table_id
ORDER BY f.document_id, f.finding_id
"""
_JSON = ("related", "evidence")  # fields of a finding whose text is JSON
_FETCHED = 200  # rows at a time


@dataclass(frozen=True)
class Standing:
    """What is in the data: documents and confirmed findings by identifier, as JSON has them.

    doubts: the document of each unconfirmed finding. rules: the version of each rule that judged a document.
    """

    documents: dict[str, Row]
    findings: dict[str, Packed]
    doubts: dict[str, str]
    rules: dict[tuple[str, str], str]

    def counts(self) -> dict[str, Counter[str]]:
        """Of each document how many confirmed findings of each severity, and how many `doubts`, it has."""
        out = {key: Counter(dict.fromkeys((*SEVERITIES, "doubts"), 0)) for key in self.documents}
        for packed in self.findings.values():
            out[packed.row["document_id"]][packed.row["severity"]] += 1
        for document_id in self.doubts.values():
            out[document_id]["doubts"] += 1
        return out


def standing(connection: duckdb.DuckDBPyConnection) -> Standing:
    """What is published now."""
    documents = [Packed.of(row).row for row in _rows(connection, "SELECT * FROM documents ORDER BY document_id")]
    parts = some_at_a_time(named_rows(connection, _KEYS))
    findings = (row for inside in parts for row in _rows(connection, _FINDINGS.format(inside=inside)))
    doubts = "SELECT finding_id, document_id FROM findings WHERE confidence <> 'confirmed'"
    rules = "SELECT document_id, check_id, max(check_version) FROM check_results GROUP BY ALL"
    return Standing(
        {row["document_id"]: row for row in documents},
        {row["finding_id"]: Packed.of(row) for row in findings},
        dict(connection.execute(doubts).fetchall()),
        {(document, check): version for document, check, version in connection.execute(rules).fetchall()},
    )


def bring_up_to_date(ledger: Ledger, now: Standing, at: dt.datetime) -> None:
    """Enter what is new into the ledger, and withdraw what no longer stands, as of `at` (to the second, UTC)."""
    at = at.astimezone(dt.UTC).replace(microsecond=0)
    by_content = {row["sha256"]: key for key, row in now.documents.items()}
    replaced_by = replacements(now.documents)
    documents = {key: Packed.of(row) for key, row in now.documents.items()}
    for known, there in ((ledger.documents, documents), (ledger.findings, now.findings)):
        for key, packed in there.items():
            if key in known:
                known[key].packed = packed
            else:
                known[key] = Entry(packed.row["document_id"], packed, [Event(at, PUBLISHED)])
    for key, entry in ledger.documents.items():
        _settle(entry, _of_document(key, entry.row, now, by_content, replaced_by), at, is_there=key in now.documents)
    for key, entry in ledger.findings.items():
        _settle(entry, _of_finding(key, entry.row, now, by_content, replaced_by), at, is_there=key in now.findings)


def _of_document(
    key: str, row: Row, now: Standing, by_content: Mapping[str, str], replaced_by: Mapping[str, str]
) -> Event | None:
    """Why a document has no pages of its own any more; None where it is there, replaced or not."""
    if key in now.documents:
        return None
    if renamed := by_content.get(row["sha256"]):
        return _withdrawn("renamed", replaced_by=renamed)
    if successor := replaced_by.get(key):
        return _withdrawn("replaced", replaced_by=successor)
    return _withdrawn("gone")


def _of_finding(
    key: str, row: Row, now: Standing, by_content: Mapping[str, str], replaced_by: Mapping[str, str]
) -> Event | None:
    """Why a finding no longer stands; None where it does."""
    document_id = by_content.get(row["sha256"])  # its document, under whatever identifier
    successor = replaced_by.get(document_id or row["document_id"])
    if document_id and key not in now.findings:
        return _withdrawn(
            "reread",
            replaced_by=successor,
            before={"pipeline": row["pipeline_version"], "check": row["check_version"]},
            after={
                "pipeline": now.documents[document_id]["pipeline_version"],
                "check": now.rules.get((document_id, row["check_id"])),
            },
            doubt=key in now.doubts,
        )
    if successor:
        return _withdrawn("replaced", replaced_by=successor)
    return None if document_id else _withdrawn("gone")


def _withdrawn(reason: str, **more: Any) -> Event:
    return Event(dt.datetime.min, WITHDRAWN, reason, **more)


def _settle(entry: Entry, found: Event | None, at: dt.datetime, *, is_there: bool) -> None:
    """Note what changed of an entry; `found` says why it is withdrawn now.

    What is not there stays withdrawn for the reason it had, if that was our correction or the new one tells less.
    """
    before = entry.withdrawal
    if found is None:
        if before:
            entry.events.append(Event(at, RETURNED))
    elif before and before.reason == found.reason:
        entry.events[-1] = replace(before, replaced_by=found.replaced_by)
    elif not before or is_there or not (before.reason == "reread" or found.reason == "gone"):
        entry.events.append(replace(found, at=at))


def successors(documents: Mapping[str, Row]) -> dict[str, str]:
    """Document -> the one that replaced it; where several did, the last."""
    out: dict[str, str] = {}
    for key, row in sorted(documents.items(), key=lambda item: (item[1]["retrieved_at"] or "", item[0])):
        if row["supersedes"] and row["supersedes"] != key:
            out[row["supersedes"]] = key
    return out


def replacements(documents: Mapping[str, Row]) -> dict[str, str]:
    """Document -> the latest of those that replaced it, one after the other."""
    next_of, out = successors(documents), {}
    for key in next_of:
        last, passed = key, {key}
        while (following := next_of.get(last)) and following not in passed:
            passed.add(following)
            last = following
        if last != key:
            out[key] = last
    return out


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[Row]:
    """The rows of a query as the ledger packs them: JSON fields as values; what is unknown is null."""
    answer = connection.execute(sql)
    names = [column[0] for column in answer.description]
    while some := answer.fetchmany(_FETCHED):
        for values in some:
            row: Row = dict(zip(names, values, strict=True))
            row["institution"] = None if row["institution"] == UNKNOWN_INSTITUTION else row["institution"]
            row["fiscal_year"] = None if row["fiscal_year"] == UNKNOWN_YEAR else row["fiscal_year"]
            yield row | {name: _parsed(row[name]) for name in _JSON if name in row}


def _parsed(text: str | None) -> Any:
    """A JSON field as a value; one that is damaged stays text: pages of its document tell of it."""
    try:
        return json.loads(text or "null")
    except ValueError:
        return text
