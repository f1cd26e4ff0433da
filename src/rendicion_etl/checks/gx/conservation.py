"""Conservation: nothing that was read is lost, doubled or invented on the way into the datasets.

Functions of the same form as in `contract`; these look across datasets, cell by cell.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rendicion_etl.checks.gx.staged import EXAMPLES, Breach, Checked, Columns, Run, breaches_of
from rendicion_etl.curated.schemas import PHASES
from rendicion_etl.normalize.units import FACTORS

CENT = Decimal("0.01")
_AMOUNT = re.compile(r"\d[\d.,]*[.,]\d\d\b")
_RUN_TOGETHER = re.compile(r"(?:\d[\d.,]*[.,]\d\d[\s)(Q-]+){3}\d")
LAST_DIGIT = Decimal("1E-12")
"""Of a decimal(38,12): expected value and difference are each rounded to it when they are stored."""


def spans_apart(frame: Columns, run: Run) -> Checked:
    """The cells of a table lie inside its grid and no two cover the same slot."""
    size = {key[0]: key[1:] for key in run.of("tables").rows("table_id", "n_rows", "n_cols")}
    taken: set[tuple[str, int, int]] = set()
    wrong = []
    names = ("document_id", "table_id", "row", "col", "row_span", "col_span")
    for document_id, table_id, row, col, row_span, col_span in frame.rows(*names):
        n_rows, n_cols = size.get(table_id, (0, 0))
        slots = {(table_id, r, c) for r in range(row, row + row_span) for c in range(col, col + col_span)}
        inside = row >= 0 and col >= 0 and row + row_span <= n_rows and col + col_span <= n_cols
        if not slots or not inside or slots & taken:
            wrong.append((document_id, {"table_id": table_id, "row": row, "col": col}))
        taken |= slots
    reason_es = "Hay celdas que se enciman o se salen de su tabla."
    return Checked(len(frame), breaches_of(wrong, reason_es, "Cells overlap or leave their table."))


def numbers_land_once(
    frame: Columns,
    run: Run,
    value_types: Sequence[str],
    row_roles: Sequence[str],
    naming_columns: Sequence[str],
) -> Checked:
    """Every number in the body of a table lands once: in its phase of budget_execution, or else in indicators.

    1. Headers and notes are not body (`row_roles`); numbers in columns that name the row (`naming_columns`) are
       names. 2. A percentage may land in pct_printed of its row. 3. Amounts in budget_execution are scaled by the
       unit of their table. And back: nothing stands in either dataset that no cell prints.
    """
    scale = {table_id: FACTORS.get(unit or "", 1) for table_id, unit in run.of("tables").rows("table_id", "unit")}
    slots = _budget_slots(run.of("budget_execution"))
    counted = Counter(run.of("indicators").rows("table_id", "row", "col"))
    applied, wrong = 0, []
    names = ("document_id", "table_id", "row", "col", "value", "value_type", "row_role", "column_role")
    for document_id, table_id, row, col, value, value_type, row_role, role in frame.rows(*names):
        if value is None or value_type not in value_types or row_role not in row_roles or role in naming_columns:
            continue
        applied += 1
        place = {"table_id": table_id, "row": row, "col": col, "value": str(value)}
        n_indicators = counted.pop((table_id, row, col), 0)
        if n_indicators > 1:
            wrong.append((document_id, {**place, "landed": n_indicators}))
        if n_indicators:
            continue
        slot = (table_id, row, "pct_printed" if role == "pct" else role)
        landed = slots.pop(slot, None)
        expected = value if role == "pct" else value * scale.get(table_id, 1)
        if landed is None:
            wrong.append((document_id, {**place, "landed": 0}))
        elif abs(landed[1] - expected) > CENT / 2:
            wrong.append((document_id, {**place, "landed_as": str(landed[1])}))
    lost = breaches_of(wrong, "Hay números de las tablas que no llegan una sola vez a los datos.", "Numbers lost.")
    invented = [
        (document_id, {"table_id": table_id, "row": row, "column": name, "value": str(value)})
        for (table_id, row, name), (document_id, value) in slots.items()
    ]
    owner = dict(run.of("tables").rows("table_id", "document_id"))
    invented += [
        (owner.get(table_id, ""), {"table_id": table_id, "row": row, "col": col}) for table_id, row, col in counted
    ]
    added = breaches_of(invented, "Hay números en los datos que ninguna celda imprime.", "Numbers no cell prints.")
    return Checked(applied + len(invented), lost + added)


def _budget_slots(budget: Columns) -> dict[tuple[str, int, str], tuple[str, Decimal]]:
    """(table_id, row, column) -> (document_id, amount) for what is not null in budget_execution."""
    slots = {}
    for name in (*PHASES, "pct_printed"):
        for document_id, table_id, row, value in budget.rows("document_id", "table_id", "row", name):
            if value is not None:
                slots[(table_id, row, name)] = (document_id, value)
    return slots


def amounts_read(
    frame: Columns,
    run: Run,
    column_roles: Sequence[str],
    row_roles: Sequence[str],
    max_unread_cells: str,
    max_unread_columns: str,
) -> Checked:
    """The numeric columns of a document were understood.

    A column is unread when more than `max_unread_cells` of the figures that it shows stand in cells without a value;
    a document fails when more than `max_unread_columns` of its numeric columns are unread. Both are shares, as text
    ("0.5"). A column is numeric by its role, or because rows ran together in it: four amounts or more in one cell
    are a column that was not divided into rows, whatever role its header and rows were given.
    """
    shown: Counter[tuple[str, str, int]] = Counter()
    unread: Counter[tuple[str, str, int]] = Counter()
    names = ("document_id", "table_id", "col", "text", "value", "row_role", "column_role")
    for document_id, table_id, col, text, value, row_role, role in frame.rows(*names):
        together = _RUN_TOGETHER.search(text or "")
        numeric = role in column_roles and row_role in row_roles and any(c.isdigit() for c in text or "")
        if together or numeric:
            n_figures = len(_AMOUNT.findall(text)) if together else 1
            shown[(document_id, table_id, col)] += n_figures
            unread[(document_id, table_id, col)] += n_figures if value is None else 0
    columns: dict[str, list[tuple[str, int]]] = defaultdict(list)
    lost: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for key, n in shown.items():
        columns[key[0]].append(key[1:])
        if Fraction(unread[key], n) > Fraction(max_unread_cells):
            lost[key[0]].append(key[1:])
    breaches = []
    for document_id, bad in lost.items():
        if Fraction(len(bad), len(columns[document_id])) > Fraction(max_unread_columns):
            said = f"{len(bad)} / {len(columns[document_id])}"
            places: list[dict[str, Any]] = [{"table_id": table_id, "col": col} for table_id, col in bad[:EXAMPLES]]
            breach = Breach(
                document_id, len(bad), f"Columnas de montos sin leer: {said}.", f"Unread columns: {said}.", places
            )
            breaches.append(breach)
    return Checked(len(shown), breaches)


def findings_quote_cells(frame: Columns, run: Run) -> Checked:
    """A finding on a cell stands on its page, quotes its text and its value, and its difference adds up."""
    cells = {key[:3]: key[3:] for key in run.of("cells").rows("table_id", "row", "col", "page", "text", "value")}
    applied, wrong = 0, []
    names = ("document_id", "finding_id", "table_id", "row", "col", "page", "printed_text")
    amounts = frame.rows("printed", "expected", "difference")
    for (document_id, finding_id, *key, page, text), amount in zip(frame.rows(*names), amounts, strict=True):
        printed, expected, difference = amount
        added = None if printed is None or expected is None else printed - expected
        adds_up = difference == added or (None not in (difference, added) and abs(difference - added) <= LAST_DIGIT)
        quoted = True
        if None not in key:
            cell = cells.get(tuple(key))
            quoted = cell is not None and page == cell[0] and text in (None, cell[1]) and printed in (None, cell[2])
        applied += 1
        if not quoted or not adds_up:
            wrong.append((document_id, {"finding_id": finding_id, "printed": str(printed)}))
    reason_es = "Hay hallazgos que no citan su celda tal como fue leída, o cuya diferencia no cuadra."
    return Checked(applied, breaches_of(wrong, reason_es, "Findings that do not quote their cell."))


def findings_derived(frame: Columns, run: Run) -> Checked:
    """The findings and results staged for a document are those that the rules give when they are run again.

    Checks that crash on a document are left out for it: the accountability suite reports them as errors.
    """
    judgement = run.judgement
    staged: dict[str, Counter[Any]] = defaultdict(Counter)
    for document_id, *place in run.of("findings").rows("document_id", "check_id", "table_id", "row", "col", "page"):
        staged[document_id][tuple(place)] += 1
    results = run.of("check_results")
    for document_id, *result in results.rows("document_id", "check_id", "table_id", "outcome", "n_applied", "n_passed"):
        staged[document_id][tuple(result)] += 1
    wrong = []
    judged = [document_id for document_id in frame["document_id"] if document_id not in judgement.unloadable]
    for document_id in judged:
        derived: Counter[Any] = Counter(judgement.places[document_id])
        derived.update(judgement.results[document_id])
        crashed = {tally.check_id for tally in judgement.tallies.values() if document_id in tally.errors}
        for key in (staged[document_id] - derived) + (derived - staged[document_id]):
            if key[0] not in crashed:
                where = "staged" if staged[document_id][key] > derived[key] else "derived"
                wrong.append((document_id, {"only": where, "key": list(key)}))
    reason_es = "Los hallazgos preparados no son los que las reglas dan al repetirlas."
    return Checked(
        len(judged), breaches_of(wrong, reason_es, "Staged findings are not the ones derived."), judgement.unloadable
    )
