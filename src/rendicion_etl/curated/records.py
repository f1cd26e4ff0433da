"""A judged document as the records of the datasets: plain dicts, keys as in the field table."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from rendicion_etl.archive.store import Stored
from rendicion_etl.checks.model import Finding, Place, Result
from rendicion_etl.curated.budget import Ledger, budget_lines, indicators, is_percentage
from rendicion_etl.curated.field import UNKNOWN_INSTITUTION, UNKNOWN_YEAR
from rendicion_etl.curated.schemas import names
from rendicion_etl.curated.values import as_json, clean, fit, sides
from rendicion_etl.normalize.corrections import Applied
from rendicion_etl.normalize.model import Cell, Column, Document, Statement, Table

Record = dict[str, Any]


class Records(Iterable[Record]):
    """The records of one dataset, made anew each time they are asked for: a long document's would fill the memory."""

    def __init__(self, make: Callable[[], Iterable[Record]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[Record]:
        return iter(self._make())


def records_of(
    document: Document,
    results: Iterable[Result],
    stored: Stored,
    pipeline_version: str,
    supersedes: str | None = None,
) -> dict[str, Iterable[Record]]:
    """What is published of a document, by dataset.

    Amounts of `budget_execution` are in whole currency units, everything else is as printed. `supersedes` is the
    document_id of the version that this one replaces. Nothing is computed but `pct_computed`.
    """
    results = list(results)
    partition = {
        "institution": document.institution or UNKNOWN_INSTITUTION,
        "fiscal_year": document.fiscal_year or UNKNOWN_YEAR,
    }
    ledgers = [Ledger(table) for table in document.tables]
    findings = [finding for result in results for finding in result.findings]
    makers: dict[str, Callable[[], Iterable[Record]]] = {
        "documents": lambda: [_document(document, len(findings), stored, pipeline_version, supersedes)],
        "tables": lambda: (_table(document, table) for table in document.tables),
        "cells": lambda: (cell for table in document.tables for cell in _cells(document, table)),
        "budget_execution": lambda: (line for ledger in ledgers for line in budget_lines(document, ledger, partition)),
        "indicators": lambda: (value for ledger in ledgers for value in indicators(document, ledger, partition)),
        "statements": lambda: (_statement(document, statement) for statement in document.statements),
        "findings": lambda: _findings(document, findings),
        "check_results": lambda: (_result(document, result) for result in results),
        "corrections": lambda: (_correction(document, each) for each in document.corrections),
    }
    return {dataset: Records(partial(_ordered, dataset, make, partition)) for dataset, make in makers.items()}


def _ordered(dataset: str, make: Callable[[], Iterable[Record]], partition: Record) -> Iterator[Record]:
    """The records with their fields in the order of the field table; KeyError where one is missing."""
    fields = names(dataset)
    for record in make():
        whole = {**record, **partition}
        yield {name: whole[name] for name in fields}


def _document(
    document: Document, n_findings: int, stored: Stored, pipeline_version: str, supersedes: str | None
) -> Record:
    retrieved = stored.retrieved_at
    return {
        "document_id": document.document_id,
        "sha256": document.sha256,
        "file_name": clean(document.file_name),
        "source_url": clean(stored.source_url),
        "retrieved_at": retrieved if retrieved.tzinfo else retrieved.replace(tzinfo=dt.UTC),
        "institution_name": clean(document.institution_name),
        "period": document.period,
        "period_start": document.period_start,
        "period_end": document.period_end,
        "n_pages": document.n_pages,
        "n_tables": len(document.tables),
        "n_findings": n_findings,
        "text_source": document.text_source,
        "pdf_producer": clean(document.pdf_producer),
        "supersedes": supersedes,
        "status": "ok" if all(table.whole and not table.n_unread for table in document.tables) else "partial",
        "pipeline_version": pipeline_version,
    }


def _table(document: Document, table: Table) -> Record:
    return {
        "document_id": document.document_id,
        "table_id": table.table_id,
        "table_index": table.index,
        "number": clean(table.number),
        "title": clean(table.title, keep_lines=True),
        "source_note": clean(table.source_note),
        "kind": table.kind,
        "unit": table.unit,
        "copy_of": table.copy_of,
        "first_page": table.first_page,
        "last_page": table.last_page,
        "n_rows": table.n_rows,
        "n_cols": table.n_cols,
        "n_header_rows": table.n_header_rows,
        "reader": table.reader,
        "agreement": fit(table.agreement, 18, 8),
        "n_unread": table.n_unread,
    }


def _cells(document: Document, table: Table) -> Iterator[Record]:
    row_role: list[str] = ["header"] * table.n_header_rows + ["note"] * (table.n_rows - table.n_header_rows)
    for row in table.rows:
        row_role[row.row] = row.role
    columns = {column.col: column for column in table.columns}
    for cell in table.in_order():
        column = columns.get(cell.col)
        yield {
            "document_id": document.document_id,
            "table_id": table.table_id,
            "row": cell.row,
            "col": cell.col,
            "row_span": cell.row_span,
            "col_span": cell.col_span,
            "text": clean(cell.text),
            "value": fit(cell.value, 38, 12),
            "value_type": cell.value_type,
            "row_role": row_role[cell.row],
            "column_role": _role_of(cell, column),
            "percent_base": column.percent_base if column and is_percentage(cell, column) else None,
            "page": cell.page,
            **_box(cell),
            "ocr_certainty": None if cell.certainty is None else round(cell.certainty, 4),
        }


def _role_of(cell: Cell, column: Column | None) -> str:
    """The role of a cell: its column's, unless a header further down says that it is something else."""
    if column is None or cell.own_header:
        return {"percent": "pct", "count": "count"}.get(cell.value_type, "other")
    return column.role


def _box(place: Cell | Place | Statement) -> Record:
    return dict(zip(("x0", "top", "x1", "bottom"), sides(place.box), strict=True))


def _statement(document: Document, statement: Statement) -> Record:
    return {
        "document_id": document.document_id,
        "page": statement.page,
        "text": clean(statement.text),
        "amount": fit(statement.value, 18, 2),
        "unit": statement.unit,
        "concept": statement.concept,
        **_box(statement),
    }


def _findings(document: Document, findings: Iterable[Finding]) -> Iterator[Record]:
    tables = {table.table_id: table for table in document.tables}
    ids = _finding_ids(document, findings, tables)
    for finding in findings:
        yield {
            "finding_id": ids[id(finding)],
            "document_id": document.document_id,
            **_finding(document, finding, tables.get(finding.place.table_id)),
            "consequence_of": ids.get(id(finding.cause)) if finding.cause else None,
        }


def _finding_ids(document: Document, findings: Iterable[Finding], tables: Mapping[str, Table]) -> dict[int, str]:
    """By identity of the finding: a hash of the document, and of its check and place."""
    seen: Counter[str] = Counter()
    out: dict[int, str] = {}
    for finding in findings:
        location = _location(finding, tables.get(finding.place.table_id))
        seen[location] += 1
        # The contract has one finding per check and cell; should there be two, neither is lost nor renamed.
        nth = f"|{seen[location]}" if seen[location] > 1 else ""
        out[id(finding)] = hashlib.sha256(f"{document.sha256}|{location}{nth}".encode()).hexdigest()[:16]
    return out


def _location(finding: Finding, table: Table | None) -> str:
    """Check and place of a finding, as its identifier knows them: a cell or a table, or a box on a page."""
    place = finding.place
    if table is None:
        return f"{finding.check_id}|p{place.page}:" + ",".join(f"{side:.0f}" for side in place.box)
    return f"{finding.check_id}|{table.index},{place.row},{place.col}"


def _finding(document: Document, finding: Finding, table: Table | None) -> Record:
    place = finding.place
    roles = {column.col: column.role for column in table.columns} if table else {}
    numbers = ("printed", "expected", "difference", "tolerance")
    texts = ("printed_text", "expected_text", "message_es", "message_en", "hint_es", "hint_en")
    return {
        "check_id": finding.check_id,
        "check_version": finding.check_version,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "period": document.period,
        "table_id": table.table_id if table else None,
        "table_number": clean(table.number) if table else None,
        "row": place.row if table else None,
        "col": place.col if table else None,
        "column_role": finding.column_role or (roles.get(place.col) if place.col is not None else None),
        "page": place.page,
        **_box(place),
        **{name: fit(getattr(finding, name), 38, 12) for name in numbers},
        **{name: clean(getattr(finding, name)) for name in texts},
        "related": as_json([_related(place) for place in finding.related]),
        "evidence": as_json(finding.evidence),
    }


def _related(place: Place) -> Record:
    return {
        "table_id": place.table_id or None,
        "row": place.row,
        "col": place.col,
        "page": place.page,
        "box": sides(place.box),
        "value": place.value,
        "text": clean(place.text),
        "sign": place.sign,
    }


def _result(document: Document, result: Result) -> Record:
    return {
        "document_id": document.document_id,
        "table_id": result.table_id,
        "check_id": result.check_id,
        "check_version": result.check_version,
        "outcome": result.outcome,
        "reason": clean(result.reason),
        "n_applied": result.n_applied,
        "n_passed": result.n_passed,
    }


def _correction(document: Document, applied: Applied) -> Record:
    c = applied.correction
    return {
        "document_id": document.document_id,
        "table_id": applied.table_id,
        "row": c.row,
        "col": c.col,
        "page": c.page,
        "what": c.what,
        "printed": clean(c.printed),
        "before": clean(applied.before, keep_lines=True),
        "after": clean(c.after, keep_lines=True),
        "author": clean(c.author),
        "date": c.date,
        "reason": clean(c.reason, keep_lines=True),
        "file": clean(c.file),
    }
