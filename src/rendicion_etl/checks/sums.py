"""A printed sum against the rows it sums: what totals.column_sum and totals.subtotal share."""

from __future__ import annotations

from decimal import Decimal

from rendicion_etl.checks.compare import (
    HALF_CENT,
    NOT_WHOLE,
    Tally,
    amount,
    figures,
    half_unit,
    header_of,
    label_of,
    name_of,
    place,
    role_of,
)
from rendicion_etl.checks.hints import hint
from rendicion_etl.checks.model import Finding, Result, Severity
from rendicion_etl.normalize.model import Cell, Document, Row, RowRole, Table


def judge_sums(
    document: Document, check_id: str, version: str, role: RowRole, severity: Severity, otherwise: str
) -> list[Result]:
    """Compare every row of a role with its parts; one result per table, `otherwise` where it has no such row."""
    results = []
    for table in document.tables:
        tally = Tally(check_id, version, table.table_id)
        for row in (r for r in table.rows if r.role == role):
            _compare(table, row, tally, severity)
        results.append(tally.result(otherwise))
    return results


def _compare(table: Table, row: Row, tally: Tally, severity: Severity) -> None:
    """Compare one total or subtotal with its parts in every column that can be added up."""
    if not table.whole:
        tally.skip(NOT_WHOLE)
        return
    if not row.judged:
        tally.skip("no es seguro qué filas suma el total")
        return
    for column in (table.columns[col] for col in row.judged):
        total = table.cell(row.row, column.col)
        if total is None or total.value is None:
            tally.skip("el total no está impreso")
            continue
        parts, blank, unread = figures(table, row.parts, column.col)
        if unread or not parts:
            tally.skip("hay celdas que no se pueden leer como número" if unread else "no hay sumandos")
            continue
        expected = sum((c.value for c in parts if c.value is not None), Decimal(0))
        slack = sum((half_unit(table, c) for c in [total, *parts]), Decimal(0))
        if abs(total.value - expected) <= slack:
            tally.ok()
        elif blank:
            tally.skip("hay sumandos en blanco")
        else:
            tally.fail(_finding(table, total, parts, expected, slack, tally, severity))


def _finding(
    table: Table, total: Cell, parts: list[Cell], expected: Decimal, slack: Decimal, tally: Tally, severity: Severity
) -> Finding:
    assert total.value is not None
    rounding = abs(total.value - expected) <= HALF_CENT * len(parts) and total.value_type == "amount"
    where, label, header = name_of(table), label_of(table, total), header_of(table, total)
    difference = total.value - expected
    told = hint(total.value, expected, table, parts)
    return Finding(
        check_id=tally.check_id,
        check_version=tally.version,
        severity="info" if rounding else severity,
        place=place(table, total),
        printed=total.value,
        expected=expected,
        tolerance=slack,
        printed_text=total.text,
        expected_text=None,
        message_es=(
            f"{where}: en «{header}», la fila «{label}» dice {amount(total.value)}, pero sus {len(parts)} filas "
            f"suman {amount(expected)} (diferencia {amount(difference)})" + (": redondeo." if rounding else ".")
        ),
        message_en=(
            f"{where}: under “{header}”, the row “{label}” prints {amount(total.value)}, but its {len(parts)} rows "
            f"add up to {amount(expected)} (difference {amount(difference)})" + (": rounding." if rounding else ".")
        ),
        related=tuple(place(table, c) for c in parts),
        column_role=role_of(table, total),
        hint_es=told[0] if told else None,
        hint_en=told[1] if told else None,
        whole_tables=(table.table_id,),
    )
