"""A small staged run, made by hand: documents of one table each whose total may be wrong, and the rules they meet."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from rendicion_etl.checks.gx.verdict import ExpectationResult
from rendicion_etl.checks.model import Finding, Place, Result, Rule
from rendicion_etl.curated.schemas import DATASETS, arrow_schema
from rendicion_etl.normalize.model import Cell, Column, Document, Row, Table
from rendicion_etl.reading.page import Box
from rendicion_etl.tables.model import Region

EXPECTATIONS = Path(__file__).parents[3] / "expectations"
CHECK_IDS = (
    "totals.column_sum",
    "totals.subtotal",
    "identities.row",
    "percentages.execution",
    "percentages.base",
    "agreement.across_tables",
    "agreement.narrative",
    "geography.code_name",
    "geography.coverage",
    "geography.region",
    "structure.duplicate_row",
    "values.sign_and_bound",
    "periods.cumulative",
    "periods.asignado",
    "revisions.changed",
)
HEADER = ("Renglón", "Vigente", "Devengado", "% Ejecución", "Plazas")
ROLES = ("label", "vigente", "devengado", "pct", "count")
LINES = (("Sueldos", "100.00", "50.00", "50", "4"), ("Becas", "300.00", "30.00", "10", "0"))
TOTAL = ("Total", "400.00", "80.00", "20", "4")
A, B = "abc-2021-c1-00000001", "abc-2021-c2-00000002"


def document(document_id: str, total: tuple[str, ...] = TOTAL) -> Document:
    """A report with one table: a header, two details and a total."""
    printed = (HEADER, *LINES, total)
    cells = [
        _cell(row, col, text, ROLES[col] if row else "label")
        for row, texts in enumerate(printed)
        for col, text in enumerate(texts)
    ]
    roles = ("header", "detail", "detail", "total")
    table = Table(
        table_id=f"{document_id}/t00",
        index=0,
        number="Tabla No. 1",
        title="Ejecución por renglón",
        source_note=None,
        kind="renglon",
        unit="GTQ",
        regions=[Region(1, Box(0, 0, 50, 40))],
        n_rows=4,
        n_cols=5,
        n_header_rows=1,
        reader="ruled",
        columns=[Column(col, ROLES[col], HEADER[col]) for col in range(5)],
        rows=[Row(row, roles[row], None, printed[row][0], printed[row][0], 1) for row in range(4)],
        cells=cells,
    )
    return Document(
        document_id=document_id,
        sha256=document_id[-8:] * 8,
        file_name="informe.pdf",
        institution="abc",
        institution_name="Academia de Buenas Cuentas",
        fiscal_year=2021,
        period="C1",
        period_start=dt.date(2021, 1, 1),
        period_end=dt.date(2021, 4, 30),
        n_pages=1,
        text_source="native",
        pdf_producer=None,
        tables=[table],
    )


def _cell(row: int, col: int, text: str, role: str) -> Cell:
    box = Box(col * 10.0, row * 10.0, col * 10.0 + 9, row * 10.0 + 9)
    if role == "label":
        return Cell(row, col, 1, 1, text, 1, box, value_type="label")
    kind = {"pct": "percent", "count": "count"}.get(role, "amount")
    return Cell(row, col, 1, 1, text, 1, box, Decimal(text), kind)  # type: ignore[arg-type]


def column_sum(document: Document) -> list[Result]:
    """The total of every money column is the sum of the lines above it."""
    table = document.tables[0]
    findings = []
    for col in (1, 2):
        expected = sum((table.value(row, col) or Decimal(0) for row in (1, 2)), Decimal(0))
        cell = table.cell(3, col)
        if cell.value != expected:
            findings.append(
                Finding(
                    check_id="totals.column_sum",
                    check_version="1",
                    severity="critical",
                    place=Place(table.table_id, 3, col, 1, cell.box, cell.value, cell.text),
                    printed=cell.value,
                    expected=expected,
                    tolerance=Decimal(0),
                    printed_text=cell.text,
                    expected_text=None,
                    message_es="El total no es la suma.",
                    message_en="The total is not the sum.",
                )
            )
    outcome = "fail" if findings else "pass"
    return [Result("totals.column_sum", "1", table.table_id, outcome, None, 2, 2 - len(findings), findings)]


def not_applicable(check_id: str) -> Rule:
    def run(document: Document) -> list[Result]:
        return [Result(check_id, "1", document.tables[0].table_id, "not_applicable", "sin datos", 0, 0)]

    return Rule(check_id, "1", "warning", run)


RULES = (Rule("totals.column_sum", "1", "critical", column_sum), *(not_applicable(id_) for id_ in CHECK_IDS[1:]))


class Sample:
    """A run as it is staged, its documents beside it. Change `records` to break the contract."""

    def __init__(self, *documents: Document, rules: tuple[Rule, ...] = RULES) -> None:
        self.documents = {document.document_id: document for document in documents}
        self.rules = rules
        self.records: dict[str, list[dict[str, Any]]] = {name: [] for name in DATASETS}
        for document in documents:
            stage(document, rules, self.records)

    def frames(self, arrow: bool = False) -> dict[str, pd.DataFrame]:
        """One frame per dataset, as read from Parquet; with pandas' Arrow types if `arrow`."""
        mapper = pd.ArrowDtype if arrow else None
        return {
            name: pa.Table.from_pylist(rows, schema=arrow_schema(name)).to_pandas(types_mapper=mapper)
            for name, rows in self.records.items()
        }

    def load(self, document_id: str) -> Document:
        return self.documents[document_id]

    def record(self, dataset: str, **where: Any) -> dict[str, Any]:
        """The one record of a dataset with these values, to be changed in place."""
        (found,) = [r for r in self.records[dataset] if all(r[name] == value for name, value in where.items())]
        return found


def two_documents() -> Sample:
    return Sample(document(A), document(B))


def failing(result: ExpectationResult) -> tuple[str, list[str]]:
    return result.outcome, [breach.document_id for breach in result.breaches]


def stage(document: Document, rules: tuple[Rule, ...], records: dict[str, list[dict[str, Any]]]) -> None:
    """Adds what a document and its results become, by hand."""
    table = document.tables[0]
    ids = {"document_id": document.document_id, "table_id": table.table_id}
    results = [result for rule in rules for result in rule.run(document)]
    findings = [finding for result in results for finding in result.findings]
    records["documents"].append(
        {
            **{name: getattr(document, name) for name in ("document_id", "sha256", "file_name", "period")},
            "retrieved_at": dt.datetime(2021, 6, 1, tzinfo=dt.UTC),
            "n_pages": document.n_pages,
            "n_tables": len(document.tables),
            "n_findings": len(findings),
            "text_source": document.text_source,
            "status": "ok",
            "pipeline_version": "1",
        }
    )
    records["tables"].append(
        {
            **ids,
            **{"table_index": 0, "kind": table.kind, "unit": table.unit, "first_page": 1, "last_page": 1},
            **{"n_rows": table.n_rows, "n_cols": table.n_cols, "n_header_rows": 1, "reader": table.reader},
        }
    )
    for cell in table.cells:
        records["cells"].append(
            {
                **ids,
                **{name: getattr(cell, name) for name in ("row", "col", "row_span", "col_span", "text", "value")},
                **{"value_type": cell.value_type, "page": cell.page, **cell.box._asdict()},
                **{"row_role": table.rows[cell.row].role, "column_role": ROLES[cell.col]},
            }
        )
    for row in table.rows[1:]:
        place = {**ids, "row": row.row, "page": 1, "period": document.period, "row_role": row.role, "label": row.label}
        vigente, devengado, pct, plazas = (table.value(row.row, col) for col in range(1, 5))
        records["budget_execution"].append(
            {
                **place,
                **{"classification": "renglon", "currency": "GTQ", "label_printed": row.label_printed},
                **({"level": 0} if row.role == "total" else {"level": 1, "parent_row": 3}),
                **{
                    "vigente": vigente,
                    "devengado": devengado,
                    "pct_printed": pct,
                    "pct_computed": round(devengado * 100 / vigente, 8),
                },
            }
        )
        records["indicators"].append({**place, "col": 4, "measure": "Plazas", "unit": "count", "value": plazas})
    for number, finding in enumerate(findings):
        records["findings"].append(_finding_record(document, finding, number))
    for result in results:
        names = ("table_id", "check_id", "check_version", "outcome", "reason", "n_applied", "n_passed")
        records["check_results"].append({**ids, **{name: getattr(result, name) for name in names}})


def _finding_record(document: Document, finding: Finding, number: int) -> dict[str, Any]:
    place = finding.place
    names = ("check_id", "check_version", "severity", "confidence", "printed", "expected", "difference", "tolerance")
    return {
        **{name: getattr(finding, name) for name in (*names, "printed_text", "message_es", "message_en")},
        **{"finding_id": f"{document.sha256[:8]}{number:08d}", "document_id": document.document_id},
        **{"table_id": place.table_id, "row": place.row, "col": place.col, "page": place.page, **place.box._asdict()},
        **{"period": document.period, "related": "[]", "evidence": "{}"},
    }
