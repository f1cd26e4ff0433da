"""Small judged documents, made from tables typed as they would be printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from rendicion_etl.archive.store import Stored
from rendicion_etl.checks.model import Finding, Place, Result
from rendicion_etl.curated.records import records_of
from rendicion_etl.curated.writer import publish, stage
from rendicion_etl.normalize.model import PHASES, Cell, Column, Document, Row, Table
from rendicion_etl.reading.page import Box
from rendicion_etl.tables.model import Region

SHA = "0123abcd" * 8
VERSION = "0.1.0+test"
ROLES = ("label", "vigente", "devengado", "pct", "saldo")
GRUPOS = (
    ("header", "Grupo", "Vigente", "Devengado", "% Ejecución", "Saldo"),
    ("detail", "Grupo 0", "Q 200.00", "Q 50.25", "25%", "Q 149.75"),
    ("detail", "Grupo 1", "Q 100.00", "-", "0%", ""),
    ("total", "Total", "Q 300.00", "Q 50.25", "17%", "Q 249.75"),
)


def table(
    *lines: Sequence[str],
    roles: Sequence[str] = ROLES,
    kind: str = "grupo_gasto",
    unit: str | None = "GTQ",
    index: int = 0,
    codes: bool = True,
    **more: Any,
) -> Table:
    """A table from its lines: (row role, text of each column). With `codes` a digit at the end of a label is a code."""
    lines = lines or GRUPOS
    columns = more.pop("columns", None) or [Column(col, role, lines[0][col + 1]) for col, role in enumerate(roles)]
    cells = [
        cell(row, col, text, roles[col] if line[0] != "header" else "label")
        for row, line in enumerate(lines)
        for col, text in enumerate(line[1:])
    ]
    return Table(
        table_id="",  # given with the document
        index=index,
        number=f"Tabla No. {index + 1}",
        title="Ejecución\nEn quetzales",
        source_note=more.pop("source_note", None),
        kind=kind,
        unit=unit,
        regions=[Region(1, Box(0, 0, 100, 100))],
        n_rows=len(lines),
        n_cols=len(roles),
        n_header_rows=1,
        reader="ruled",
        columns=columns,
        rows=[row_of(row, line, roles, codes) for row, line in enumerate(lines)],
        cells=cells,
        **more,
    )


def row_of(row: int, line: Sequence[str], roles: Sequence[str], codes: bool) -> Row:
    role: Any = line[0]
    label = line[1 + roles.index("label")] if "label" in roles else None
    if "code" in roles:
        code = line[1 + roles.index("code")] or None
    else:
        code = label.split()[-1] if codes and label and label[-1].isdigit() else None
    return Row(row, role, code, label, label, page=1, level=0 if role == "total" else 1)


def cell(row: int, col: int, text: str, role: str) -> Cell:
    """A cell with the value that its text has; a dash is 0, nothing is nothing."""
    box = Box(10.0 * col, 10.0 * row, 10.0 * col + 9, 10.0 * row + 9)
    digits = text.strip("Q% ").replace(",", "")
    value, value_type = None, "label" if text else "empty"
    if role in ("code", "label"):
        value_type = role if text else "empty"
    elif text == "-":
        value, value_type = Decimal(0), "amount"
    elif digits.replace(".", "").isdigit():
        value = Decimal(digits)
        value_type = "percent" if "%" in text else "count" if role == "count" else "amount"
    return Cell(row, col, 1, 1, text, 1, box, value, value_type, len(digits.partition(".")[2]))  # type: ignore[arg-type]


def document(*tables: Table, sha256: str = SHA, institution: str | None = "scep", **more: Any) -> Document:
    """A report of SCEP for January to April 2021 unless told otherwise."""
    known = {"fiscal_year": 2021, "period": "C1", **more}
    parts = (institution, known["fiscal_year"], known["period"])
    name = "doc" if None in parts else "-".join(map(str, parts)).lower()
    document_id = known.pop("document_id", f"{name}-{sha256[:8]}")
    for index, made in enumerate(tables):
        made.index, made.table_id = index, f"{document_id}/t{index:02d}"
    return Document(
        document_id=document_id,
        sha256=sha256,
        file_name="informe.pdf",
        institution=institution,
        institution_name="Secretaría de Coordinación Ejecutiva de la Presidencia",
        period_start=dt.date(2021, 1, 1),
        period_end=dt.date(2021, 4, 30),
        n_pages=1,
        text_source="native",
        pdf_producer=None,
        tables=list(tables),
        **known,
    )


def finding(of: Document, row: int = 3, col: int = 1, **more: Any) -> Finding:
    """The total of the first table does not equal the sum of its rows."""
    place = Place(of.tables[0].table_id, row, col, 1, Box(10, 30, 19, 39), Decimal("300.00"), "Q 300.00")
    part = Place(of.tables[0].table_id, 1, col, 1, Box(10, 10, 19, 19), Decimal("200.10"), "Q 200.10")
    known: dict[str, Any] = {
        "check_id": "totals.column_sum",
        "check_version": "1",
        "severity": "critical",
        "place": place,
        "printed": Decimal("300.00"),
        "expected": Decimal("300.10"),
        "tolerance": Decimal(0),
        "printed_text": "Q 300.00",
        "expected_text": None,
        "message_es": "El total no es la suma.",
        "message_en": "The total is not the sum.",
        "related": (part,),
    }
    return Finding(**{**known, **more})


def result(*findings: Finding) -> Result:
    return Result(
        "totals.column_sum", "1", None, "fail" if findings else "pass", None, 1, 0 if findings else 1, [*findings]
    )


def stored(sha256: str = SHA, day: int = 1) -> Stored:
    return Stored(sha256, Path("raw") / sha256, "informe.pdf", None, dt.datetime(2021, 6, day, 12, tzinfo=dt.UTC))


def records(of: Document, *results: Result, day: int = 1, **more: Any) -> dict[str, list[dict[str, Any]]]:
    made = records_of(of, results, stored(of.sha256, day), VERSION, **more)
    return {dataset: list(rows) for dataset, rows in made.items()}


def published(curated: Path, of: Document, *results: Result, day: int = 1, **more: Any) -> Document:
    """Publish a document and give it back."""
    publish(stage(records(of, *results, day=day, **more), curated / ".staging"), curated)
    return of


def amounts(record: dict[str, Any]) -> dict[str, str]:
    """The phases that a budget line prints, as text."""
    return {phase: str(record[phase]) for phase in PHASES if record[phase] is not None}
