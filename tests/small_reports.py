"""Small published reports, each of a few tables and findings, and runs that brought them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from rendicion_etl.curated.schemas import DATASETS, names
from rendicion_etl.curated.writer import publish, stage
from rendicion_etl.runs.report import DocumentReport, RunReport

Row = dict[str, Any]
RETRIEVED = dt.datetime(2024, 6, 1, 12, tzinfo=dt.UTC)


def sha_of(document_id: str) -> str:
    return document_id[-8:] * 8


def finding(document_id: str, key: int, **more: Any) -> Row:
    """A critical, confirmed contradiction, root of its cause."""
    return {
        "finding_id": f"{key:08x}{document_id[-8:]}",
        "check_id": "totals.column_sum",
        "check_version": "1",
        "severity": "critical",
        "confidence": "confirmed",
        "document_id": document_id,
        "period": "C1",
        "table_id": f"{document_id}/t01",
        "table_number": "Tabla No. 1",
        "row": 3,
        "col": 1,
        "column_role": "vigente",
        "page": 1,
        "x0": 0.0,
        "top": 0.0,
        "x1": 1.0,
        "bottom": 1.0,
        "printed": Decimal(310),
        "expected": Decimal(300),
        "difference": Decimal(10),
        "tolerance": Decimal(0),
        "printed_text": "310",
        "message_es": f"El total número {key} no es la suma de sus filas.",
        "message_en": f"Total number {key} is not the sum of its rows.",
        "related": "[]",
        "evidence": "{}",
        **more,
    }


def table(document_id: str, index: int, **more: Any) -> Row:
    return {
        "document_id": document_id,
        "table_id": f"{document_id}/t{index:02d}",
        "table_index": index,
        "number": f"Tabla No. {index}",
        "title": "Ejecución",
        "kind": "grupo_gasto",
        "unit": "GTQ",
        "first_page": 1,
        "last_page": 1,
        "n_rows": 4,
        "n_cols": 3,
        "n_header_rows": 1,
        "reader": "ruled",
        "agreement": Decimal(1),
        **more,
    }


def result(document_id: str, n_applied: int, n_passed: int, check_id: str = "totals.column_sum") -> Row:
    return {
        "document_id": document_id,
        "table_id": None,
        "check_id": check_id,
        "check_version": "1",
        "outcome": "pass" if n_applied == n_passed else "fail",
        "n_applied": n_applied,
        "n_passed": n_passed,
    }


def report(
    curated: Path,
    document_id: str = "scep-2024-c1-0123abcd",
    *,
    findings: Sequence[Row] = (),
    tables: Sequence[Row] | None = None,
    results: Sequence[Row] = (),
    **document: Any,
) -> str:
    """Publish a report; its institution, year and period are those of its identifier. Returns the identifier."""
    institution, year, period, _ = document_id.split("-")
    partition = {"institution": institution, "fiscal_year": int(year)}
    made = [table(document_id, 1)] if tables is None else list(tables)
    row = {
        "document_id": document_id,
        "sha256": sha_of(document_id),
        "file_name": "informe.pdf",
        "retrieved_at": RETRIEVED,
        "institution_name": "Secretaría de Ejemplo",
        "period": period.upper(),
        "period_start": dt.date(int(year), 1, 1),
        "period_end": dt.date(int(year), 4, 30),
        "n_pages": 2,
        "n_tables": len(made),
        "n_findings": len(findings),
        "text_source": "native",
        "status": "ok",
        "pipeline_version": "0.1.0+test",
        **document,
    }
    records: dict[str, Sequence[Row]] = {name: [] for name in DATASETS}
    records |= {"documents": [row], "tables": made, "findings": findings, "check_results": results}
    whole = {
        name: [{key: {**each, **partition}.get(key) for key in names(name)} for each in rows]
        for name, rows in records.items()
    }
    publish(stage(whole, curated.parent / "staging"), curated)
    return document_id


def run_of(curated: Path, *documents: DocumentReport | str) -> RunReport:
    """A run that published these documents for the first time, or in which they met another fate."""
    made = [
        DocumentReport("informe.pdf", "ingested", sha_of(each), each, is_new=True) if isinstance(each, str) else each
        for each in documents
    ]
    return RunReport(made, curated)
