"""A printed sum against the rows it sums: what totals.column_sum and totals.subtotal share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import partial

from rendicion_etl.checks.compare import (
    HALF_CENT,
    NOT_WHOLE,
    Tally,
    amount,
    figures,
    header_of,
    label_of,
    name_of,
)
from rendicion_etl.checks.fault import Fault
from rendicion_etl.checks.identity import Terms
from rendicion_etl.checks.model import Finding, Result, Severity
from rendicion_etl.checks.relations import Key, Linear, key_of, linear
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
        tally.holding.append(partial(_holding, table, role))
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
        cells = _terms(total, parts)
        if linear(table, cells).holds():
            tally.ok()
        elif blank:
            tally.skip("hay sumandos en blanco")
        else:
            tally.fail(_finding(table, cells, tally, severity, key_of(table, total)))


def _terms(total: Cell, parts: Iterable[Cell]) -> Terms:
    return [(total, -1), *((c, 1) for c in parts)]


def _holding(table: Table, role: RowRole) -> Iterator[Linear]:
    """The printed sums that hold, of those of which every part can be read."""
    for row in (r for r in table.rows if table.whole and r.role == role):
        for col in row.judged:
            total, (parts, _, unread) = table.cell(row.row, col), figures(table, row.parts, col)
            if total and total.value is not None and parts and not unread:
                relation = linear(table, _terms(total, parts))
                if relation.holds():
                    yield relation


def _finding(table: Table, cells: list[tuple[Cell, int]], tally: Tally, severity: Severity, accused: Key) -> Finding:
    """A total (the first of `cells`) that is not what its rows add up to, as the fault of one of them."""
    fault = Fault.of(table, cells, accused)
    total, parts = cells[0][0], [c for c, _ in cells[1:]]
    assert total.value is not None
    summed = sum((c.value for c in parts if c.value is not None), Decimal(0))
    rounding = abs(total.value - summed) <= HALF_CENT * len(parts) and total.value_type == "amount"
    where, label, header = name_of(table), label_of(table, total), header_of(table, total)
    es = (
        f"{where}: en «{header}», la fila «{label}» dice {amount(total.value)}, pero sus {len(parts)} filas suman "
        f"{amount(summed)} (diferencia {amount(total.value - summed)})"
    )
    en = (
        f"{where}: under “{header}”, the row “{label}” prints {amount(total.value)}, but its {len(parts)} rows add up "
        f"to {amount(summed)} (difference {amount(total.value - summed)})"
    )
    if fault.cell != total:
        own, printed, expected = label_of(table, fault.cell), amount(fault.printed), amount(fault.expected)
        es += f"; lo que no cuadra es la fila «{own}», que dice {printed} en vez de {expected}"
        en += f"; what does not fit is the row “{own}”, which prints {printed} instead of {expected}"
    return fault.told(
        (tally.check_id, tally.version),
        "info" if rounding else severity,
        (es + (": redondeo." if rounding else "."), en + (": rounding." if rounding else ".")),
        partial(_finding, table, cells, tally, severity),
        beside=parts if fault.cell == total else (),
    )
