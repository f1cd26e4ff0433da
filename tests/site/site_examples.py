"""A small published report: a PDF of two pages, its table as data, and findings about it."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from rendicion_etl.curated.schemas import names
from rendicion_etl.curated.writer import publish, stage

DOCUMENT_ID = "scep-2021-c1-0123abcd"
SHA256 = "0123abcd" * 8  # not the PDF's own, which changes with the library that draws it
TABLE_ID = f"{DOCUMENT_ID}/t01"
WIDTH, HEIGHT = 400.0, 500.0
LINES = (
    ("header", "Grupo", "Vigente", "Saldo"),
    ("detail", "Grupo 0", "Q 100.00", "Q 60.00"),
    ("detail", "Grupo 1", "Q 200.00", "Q 30.00"),
    ("total", "TOTAL", "Q 310.00", "Q 95.00"),
)
ROLES = ("label", "vigente", "saldo")
Row = dict[str, Any]


def box(row: int, col: int) -> list[float]:
    """Where the cell stands on page 1: columns of 100 points from x = 50, rows of 20 points from y = 100."""
    return [50.0 + 100 * col, 100.0 + 20 * row, 150.0 + 100 * col, 120.0 + 20 * row]


def make_pdf(path: Path) -> None:
    """Draw the table on page 1 and a sentence on page 2."""
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setFont("Helvetica", 10)
    for row, line in enumerate(LINES):
        for col, text in enumerate(line[1:]):
            _, _, x1, bottom = box(row, col)
            canvas.drawRightString(x1 - 4, HEIGHT - bottom + 6, text)
    canvas.showPage()
    canvas.drawString(50, HEIGHT - 112, "El saldo es de Q 96.00.")
    canvas.save()


def document(**more: Any) -> Row:
    return {
        "document_id": DOCUMENT_ID,
        "sha256": SHA256,
        "file_name": "informe.pdf",
        "source_url": None,
        "retrieved_at": dt.datetime(2021, 5, 14, 3, 0, tzinfo=dt.UTC),
        "institution": "scep",
        "institution_name": "Secretaría de Ejemplo",
        "fiscal_year": 2021,
        "period": "C1",
        "period_start": dt.date(2021, 1, 1),
        "period_end": dt.date(2021, 4, 30),
        "n_pages": 2,
        "n_tables": 1,
        "n_findings": 0,
        "text_source": "native",
        "pdf_producer": "ReportLab",
        "supersedes": None,
        "status": "ok",
        "pipeline_version": "0.1.0+test",
        **more,
    }


def table(**more: Any) -> Row:
    return {
        "document_id": DOCUMENT_ID,
        "table_id": TABLE_ID,
        "table_index": 1,
        "number": "Tabla No. 1",
        "title": "Ejecución por grupo\nEn quetzales",
        "source_note": "Fuente: Sicoin",
        "kind": "grupo_gasto",
        "unit": "GTQ",
        "copy_of": None,
        "first_page": 1,
        "last_page": 1,
        "n_rows": len(LINES),
        "n_cols": 3,
        "n_header_rows": 1,
        "reader": "ruled",
        "agreement": Decimal(1),
        "n_unread": None,
        **more,
    }


def cell(row: int, col: int, text: str, **more: Any) -> Row:
    """A cell as published; an amount where it has digits after a Q."""
    value = Decimal(text[2:].replace(",", "")) if text.startswith("Q ") else None
    x0, top, x1, bottom = box(row, col)
    return {
        "document_id": DOCUMENT_ID,
        "table_id": TABLE_ID,
        "row": row,
        "col": col,
        "row_span": 1,
        "col_span": 1,
        "text": text,
        "value": value,
        "value_type": "amount" if value is not None else "label",
        "row_role": "detail",
        "column_role": "label",
        "percent_base": None,
        "ocr_certainty": None,
        "page": 1,
        "x0": x0,
        "top": top,
        "x1": x1,
        "bottom": bottom,
        **more,
    }


def cells() -> list[Row]:
    return [
        cell(row, col, text, row_role=line[0], column_role=ROLES[col])
        for row, line in enumerate(LINES)
        for col, text in enumerate(line[1:])
    ]


def related(row: int, col: int, value: str, sign: int = 1) -> Row:
    place = {"table_id": TABLE_ID, "row": row, "col": col, "page": 1, "box": box(row, col)}
    return {**place, "value": value, "text": f"Q {value}", "sign": sign}


def finding(key: int, row: int | None = 3, col: int | None = 1, **more: Any) -> Row:
    """A confirmed finding about a cell of the table: by default its total of vigente."""
    x0, top, x1, bottom = box(row, col) if row is not None and col is not None else (50.0, 100.0, 350.0, 180.0)
    return {
        "finding_id": f"{key:016x}",
        "check_id": "totals.column_sum",
        "check_version": "1",
        "severity": "critical",
        "confidence": "confirmed",
        "document_id": DOCUMENT_ID,
        "period": "C1",
        "table_id": TABLE_ID,
        "table_number": "Tabla No. 1",
        "row": row,
        "col": col,
        "column_role": ROLES[col] if col is not None else None,
        "page": 1,
        "x0": x0,
        "top": top,
        "x1": x1,
        "bottom": bottom,
        "printed": Decimal("310.00"),
        "expected": Decimal("300.00"),
        "difference": Decimal("10.00"),
        "tolerance": Decimal(0),
        "printed_text": "Q 310.00",
        "expected_text": None,
        "message_es": "El total dice 310.00, pero sus filas suman 300.00.",
        "message_en": "The total says 310.00, but its rows sum to 300.00.",
        "hint_es": None,
        "hint_en": None,
        "related": [related(1, 1, "100.00"), related(2, 1, "200.00")],
        "evidence": {},
        "consequence_of": None,
        **more,
    }


SALDO = {"printed": Decimal(95), "expected": Decimal(90), "difference": Decimal(5), "printed_text": "Q 95.00"}
PROSE = {"table_id": None, "table_number": None, "row": None, "col": None, "page": 2, "column_role": None}


def findings() -> list[Row]:
    """Two contradictions in one row, one remark, and one doubt about a sentence on page 2."""
    return [
        finding(4, confidence="unconfirmed", check_id="agreement.narrative", severity="warning", related=[], **PROSE),
        finding(3, row=1, col=2, severity="info", check_id="percentages.base", related=[]),
        finding(2, col=2, related=[related(1, 2, "60.00"), related(2, 2, "30.00")], **SALDO),
        finding(1, hint_es="Difieren en una sola cifra."),
    ]


def result(check_id: str = "totals.column_sum", **more: Any) -> Row:
    return {
        "document_id": DOCUMENT_ID,
        "table_id": TABLE_ID,
        "check_id": check_id,
        "check_version": "1",
        "outcome": "fail",
        "reason": None,
        "n_applied": 2,
        "n_passed": 0,
        **more,
    }


def correction(what: str = "value", row: int | None = 2, col: int | None = 2, **more: Any) -> Row:
    """A correction of our reading: by default of the saldo of Grupo 1."""
    return {
        "document_id": DOCUMENT_ID,
        "table_id": TABLE_ID,
        "row": row,
        "col": col,
        "page": 1,
        "what": what,
        "printed": "Q 30.00",
        "before": "30.00",
        "after": "35.00",
        "author": "Ana Pérez",
        "date": dt.date(2025, 5, 2),
        "reason": "La página dice 35.",
        "file": "scep.toml",
        **more,
    }


def publish_report(home: Path, **datasets: Any) -> tuple[Path, Path]:
    """Publish the example, or one with other `datasets` or in another `partition`, under `home`.

    Returns the folders `curated` and `raw`.
    """
    raw, curated = home / "raw", home / "curated"
    archived = raw / "sha256" / SHA256[:2] / f"{SHA256}.pdf"
    archived.parent.mkdir(parents=True, exist_ok=True)
    make_pdf(archived)
    partition = datasets.pop("partition", {"institution": "scep", "fiscal_year": 2021})
    found = datasets.pop("findings", findings())
    parsed = [{**f, "related": json.dumps(f["related"]), "evidence": json.dumps(f["evidence"])} for f in found]
    records = {
        "documents": [document(n_findings=len(found), **datasets.pop("document", {}))],
        "tables": [table()],
        "cells": cells(),
        "findings": parsed,
        "check_results": [
            result(),
            result("percentages.base", n_applied=1),
            result("agreement.narrative", n_applied=1, table_id=None),
        ],
        **{key: [] for key in ("budget_execution", "indicators", "statements", "corrections")},
        **datasets,
    }
    whole = {
        name: [{key: {**row, **partition}[key] for key in names(name)} for row in rows]
        for name, rows in records.items()
    }
    publish(stage(whole, home / "staging"), curated)
    return curated, raw
