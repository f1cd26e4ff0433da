"""What needs a person, most valuable first: what could not be read twice alike, names that say nothing, corrections.

A correction that fails its document comes first, then doubts about what would be a contradiction, by severity and by
how much money is at stake. Documents that were replaced are left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rendicion_etl.archive.store import find
from rendicion_etl.checks.corrected import DOUBT
from rendicion_etl.curated.field import PHASES, UNKNOWN_INSTITUTION, UNKNOWN_YEAR
from rendicion_etl.curated.query import named_rows
from rendicion_etl.normalize.correction_files import Correction, Corrections, version_with
from rendicion_etl.normalize.places import from_code
from rendicion_etl.normalize.units import FACTORS

if TYPE_CHECKING:
    import duckdb

LOW = Decimal("0.95")  # share of a table's figures that must be read twice alike
BY_PLACE = ("ubicacion_geografica", "municipal")
RANKS = ("failed", "critical", "warning", "table", "name", "correction", "info")  # the most valuable first
Row = dict[str, Any]
Kind = Literal["finding", "table", "place", "document", "correction"]

_CURRENT = "d.document_id NOT IN (SELECT supersedes FROM documents WHERE supersedes IS NOT NULL)"
_FINDINGS = f"""
SELECT f.*, d.sha256, t.unit
FROM findings f JOIN documents d USING (document_id) LEFT JOIN tables t USING (document_id, table_id)
WHERE f.confidence = 'unconfirmed' AND f.consequence_of IS NULL AND {_CURRENT}"""
_TABLES = f"""
SELECT t.*, d.sha256, max(abs(c.value)) FILTER (c.value_type = 'amount') AS amount
FROM tables t JOIN documents d USING (document_id) JOIN cells c USING (document_id, table_id)
WHERE t.agreement < {LOW} AND t.copy_of IS NULL AND {_CURRENT} GROUP BY ALL"""
_PLACES = f"""
SELECT document_id, table_id, row, any_value(sha256) AS sha256, min(page) AS page, any_value(label) AS label,
    any_value(code) AS code, any_value(kind) AS kind, max(amount) AS amount
FROM (
    SELECT document_id, table_id, row, page, label, code, department_code, row_role,
        greatest(abs(coalesce(vigente, asignado, 0)), abs(coalesce(devengado, 0))) AS amount FROM budget_execution
    UNION ALL SELECT document_id, table_id, row, page, label, NULL, department_code, row_role, 0 FROM indicators
) JOIN tables t USING (document_id, table_id) JOIN documents d USING (document_id)
WHERE row_role = 'detail' AND department_code IS NULL AND t.kind IN {BY_PLACE} AND t.copy_of IS NULL AND {_CURRENT}
GROUP BY document_id, table_id, row"""
_DOCUMENTS = f"""
SELECT d.* FROM documents d
WHERE (institution = '{UNKNOWN_INSTITUTION}' OR fiscal_year = {UNKNOWN_YEAR}) AND {_CURRENT}"""


@dataclass(frozen=True)
class Item:
    """Something for a person to look at.

    rank: one of RANKS. told: the message that says what it is, with the `values` that it needs (those of one language
    end in `_es` and `_en`). amount: the money at stake, in whole currency units, 0 where there is none. cells:
    table_id, row and col of the figures in doubt, those first that were read differently twice. level: of a place, what
    its table is by.
    """

    kind: Kind
    told: str
    values: Row
    document_id: str
    sha256: str
    rank: str
    page: int | None = None
    table_id: str | None = None
    row: int | None = None
    col: int | None = None
    amount: Decimal = Decimal(0)
    cells: tuple[tuple[str, int, int], ...] = ()
    level: Literal["department", "municipality"] = "department"


def review(
    connection: duckdb.DuckDBPyConnection, corrections: Corrections, curated: Path, raw: Path, document: str | None
) -> list[Item]:
    """What needs a person, of all documents or of one. `connection` is `open_curated(curated)`, `raw` the archive."""
    found = [
        *_findings(named_rows(connection, _FINDINGS)),
        *_tables(named_rows(connection, _TABLES)),
        *_places(named_rows(connection, _PLACES)),
        *_documents(named_rows(connection, _DOCUMENTS)),
        *_corrections(named_rows(connection, "SELECT * FROM documents"), corrections, curated, raw),
    ]
    chosen = [item for item in found if document in (None, item.document_id)]
    return sorted(
        chosen,
        key=lambda i: (RANKS.index(i.rank), -i.amount, i.document_id, i.page or 0, i.row or 0, i.col or 0, i.told),
    )


def _findings(rows: Iterable[Row]) -> Iterator[Item]:
    for row in rows:
        evidence = json.loads(row["evidence"])
        differing = [d for d in evidence.get("differing", []) if d["table_id"]]
        doubts = [doubt for doubt in evidence.get("doubts", []) if not doubt.endswith(DOUBT)]
        if evidence.get("doubts") and not (differing or doubts):
            continue  # a person has been there: it follows from a correction
        cells = [(d["table_id"], d["row"], d["col"]) for d in differing]
        if row["row"] is not None and row["col"] is not None:
            cells.append((row["table_id"], row["row"], row["col"]))
        yield Item(
            kind="finding",
            told="review.finding",
            values={name: row[name] for name in ("finding_id", "severity", "check_id", "message_es", "message_en")},
            rank=row["severity"],
            amount=_money(row),
            cells=tuple(dict.fromkeys(cells)),
            **{name: row[name] for name in ("document_id", "sha256", "page", "table_id", "row", "col")},
        )


def _money(row: Row) -> Decimal:
    """The money of a finding: what does not add up, else what is printed."""
    value = row["difference"] if row["difference"] is not None else row["printed"]
    if value is None or row["column_role"] not in (*PHASES, "other"):
        return Decimal(0)
    money: Decimal = abs(value) * _factor(row["unit"])
    return money


def _factor(unit: str | None) -> Decimal:
    return FACTORS.get(unit or "", Decimal(1))


def _tables(rows: Iterable[Row]) -> Iterator[Item]:
    for row in rows:
        yield Item(
            kind="table",
            told="review.table",
            values={"table": row["number"] or row["table_id"], "share": f"{row['agreement'] * 100:.0f}"},
            rank="table",
            page=row["first_page"],
            amount=(row["amount"] or Decimal(0)) * _factor(row["unit"]),
            **{name: row[name] for name in ("document_id", "sha256", "table_id")},
        )


def _places(rows: Iterable[Row]) -> Iterator[Item]:
    for row in rows:
        place = from_code(row["code"] or "")
        if place and place.kind == "special":  # no one place: several departments, abroad
            continue
        yield Item(
            kind="place",
            told="review.place",
            values={"name": row["label"] or row["code"] or ""},
            rank="name",
            level="municipality" if row["kind"] == "municipal" else "department",
            **{name: row[name] for name in ("document_id", "sha256", "page", "table_id", "row", "amount")},
        )


def _documents(rows: Iterable[Row]) -> Iterator[Item]:
    for row in rows:
        told = "review.institution" if row["institution"] == UNKNOWN_INSTITUTION else "review.year"
        yield Item("document", told, {"file": row["file_name"]}, row["document_id"], row["sha256"], "name", 1)


def _corrections(rows: Iterable[Row], corrections: Corrections, curated: Path, raw: Path) -> Iterator[Item]:
    """Corrections that failed their document, or are not in what is published of it."""
    published = {row["sha256"]: row for row in rows}
    for sha256, found in corrections.items():
        known = published.get(sha256)
        if known and known["pipeline_version"].endswith(version_with("", found)):
            continue
        first = found[0]
        if error := _failure(curated, sha256):
            yield _correction(first, "failed", "review.correction_failed", {"error": error})
            continue
        told = "review.correction_waits" if known or find(raw, sha256) else "review.correction_astray"
        for c in found:
            yield _correction(c, "correction", told, {"file": c.file, "entry": c.entry})
    for sha256, row in published.items():
        if ".c" in row["pipeline_version"] and sha256 not in corrections:
            told = "review.correction_gone"
            yield Item("correction", told, {}, row["document_id"], sha256, "correction")


def _correction(c: Correction, rank: str, told: str, values: Row) -> Item:
    return Item("correction", told, values, c.document_id, c.sha256, rank, c.page, row=c.row, col=c.col)


def _failure(curated: Path, sha256: str) -> str | None:
    """What the quarantine says of a document whose corrections do not fit; None where that is not why it is there."""
    try:
        said = json.loads((curated / "quarantine" / f"{sha256}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return str(said.get("error")) if said.get("stage") == "corrections" else None
