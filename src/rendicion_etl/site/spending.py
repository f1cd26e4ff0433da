"""What an institution had and spent: over its periods, by group, by department. Each number with its place in print.

Lines come from the view `ejecucion` alone, where the same money stands once; totals are those printed under the same
lines, or the lines' sum where none is printed. In quetzales; Decimal throughout.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rendicion_etl.catalogs import by_code
from rendicion_etl.curated.field import UNKNOWN_INSTITUTION, UNKNOWN_YEAR
from rendicion_etl.curated.query import named_rows
from rendicion_etl.site.amounts import SHOWN, Amount, Basis, Division, Line, Period, Place
from rendicion_etl.site.periods import in_time

if TYPE_CHECKING:
    import duckdb

# Classifications that divide the whole of a budget, the first preferred. Objects of expenditure are often listed for
# one group only, transfers and targets are parts.
WHOLE = (
    "grupo_gasto",
    "finalidad",
    "funcion",
    "fuente_financiamiento",
    "programa",
    "unidad_ejecutora",
    "ubicacion_geografica",
    "region",
)
_NUMBER_ONLY = re.compile(r"(?:grupo(?: de gasto)?)?[\s\d.,:-]*", re.IGNORECASE)
_OUTWEIGHS = Decimal("1.01")  # as in `ejecucion`: a smaller lead is a misprint or rounding


def phases_over_time(connection: duckdb.DuckDBPyConnection, institution: str) -> list[Period]:
    """asignado, vigente and devengado of an institution as a whole, period by period; [] where nothing is known.

    Of the tables of a period counts one whose lines no other's outweigh by 1 %, in the order of `WHOLE`, a phase at a
    time; those that print a total before those whose lines are summed. Periods without a report are not in the list.
    """
    tables: dict[tuple[int, str], dict[str, list[_Row]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows(connection, institution, WHOLE):
        tables[row["fiscal_year"], row["period"]][row["classification"]].append(row)
    out = []
    for (year, period), by_kind in sorted(tables.items(), key=lambda item: in_time(*item[0])):
        found = [by_kind[kind] for kind in WHOLE if kind in by_kind]
        amounts = {phase: best for phase in SHOWN if (best := _best(connection, found, phase))}
        start = found[0][0]["period_start"]
        if amounts:
            total = Line("", "", amounts)
            out.append(Period(year, period, total, accumulates=start is None or start.month == 1))
    return out


def by_group(connection: duckdb.DuckDBPyConnection, institution: str, fiscal_year: int, period: str) -> Division | None:
    """The money of a period by grupo de gasto, in order of code; None where no table divides it so.

    A group goes by the name that is printed; by its official one where only its number is.
    """
    rows = list(_rows(connection, institution, ("grupo_gasto",), fiscal_year, period))
    names = by_code("grupos_gasto")
    lines = []
    for row in rows:
        label, known = row["label"] or "", names.get(row["code"], {}).get("name")
        named = label if known is None or not _NUMBER_ONLY.fullmatch(label) else known
        lines.append(Line(row["code"], named or row["code"], _printed(row)))
    return _division(connection, fiscal_year, period, rows, lines) if rows else None


def by_department(
    connection: duckdb.DuckDBPyConnection, institution: str, fiscal_year: int, period: str
) -> Division | None:
    """The money of a period by department: all 22 in order of code, those without a line without amounts.

    None where no line names a department. Several lines of one department are summed.
    """
    rows = list(_rows(connection, institution, ("ubicacion_geografica",), fiscal_year, period))
    of: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        of[row["department_code"] or ""].append(row)
    elsewhere = [Line(row["code"], row["label"] or row["code"], _printed(row)) for row in of.pop("", [])]
    if not of:
        return None
    lines = [Line(code, place["name"], _joined(of.get(code, ()))) for code, place in by_code("departments").items()]
    return _division(connection, fiscal_year, period, rows, lines, elsewhere)


_Row = dict[str, Any]


def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Work `ejecucion` out once, for all institutions: it looks at every line, whichever one is asked for.

    One currency per table of lines: quetzales, or else the one that nothing names.
    """
    if connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'site_columns'").fetchone():
        return
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE site_lines AS
        SELECT e.*, d.period_start FROM ejecucion e JOIN documents d USING (document_id)
        WHERE e.institution <> '{UNKNOWN_INSTITUTION}' AND e.fiscal_year <> {UNKNOWN_YEAR} AND e.period IS NOT NULL
            AND coalesce(e.currency, 'GTQ') = 'GTQ'
        QUALIFY (e.currency IS NULL) = bool_and(e.currency IS NULL)
            OVER (PARTITION BY e.institution, e.fiscal_year, e.period, e.classification)"""
    )
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE site_totals AS
        SELECT * FROM budget_execution
        WHERE row_role = 'total' AND level = 0 AND table_id IN (SELECT table_id FROM site_lines)
        QUALIFY count(*) OVER (PARTITION BY table_id) = 1"""
    )
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE site_columns AS
        SELECT table_id, column_role, min(col) AS col FROM cells
        WHERE table_id IN (SELECT table_id FROM site_lines) AND row_role IN ('detail', 'subtotal', 'total')
        GROUP BY ALL"""
    )


def _rows(
    connection: duckdb.DuckDBPyConnection,
    institution: str,
    classifications: Sequence[str],
    fiscal_year: int | None = None,
    period: str | None = None,
) -> Iterable[_Row]:
    """The lines of an institution, each with the columns of its phases, in order of code."""
    _prepare(connection)
    columns = ", ".join(f"max(col) FILTER (column_role = '{phase}') AS {phase}_col" for phase in SHOWN)
    return named_rows(
        connection,
        f"""SELECT l.*, {", ".join(f"{phase}_col" for phase in SHOWN)} FROM site_lines l
        LEFT JOIN (SELECT table_id, {columns} FROM site_columns GROUP BY table_id) USING (table_id)
        WHERE institution = ? AND list_contains(?, classification)
            AND fiscal_year = coalesce(?, fiscal_year) AND period = coalesce(?, period)
        ORDER BY fiscal_year, period, classification, code, label, table_id, "row" """,
        institution,
        list(classifications),
        fiscal_year,
        period,
    )


def _printed(row: _Row, basis: Basis = "printed") -> dict[str, Amount]:
    """What a line or a total prints."""
    return {
        phase: Amount(
            row[phase],
            basis,
            row["classification"],
            Place(row["document_id"], row["table_id"], row["row"], row[f"{phase}_col"], row["page"]),
        )
        for phase in SHOWN
        if row[phase] is not None
    }


def _joined(rows: Sequence[_Row]) -> dict[str, Amount]:
    """What several lines print together."""
    if len(rows) == 1:
        return _printed(rows[0])
    return {phase: total for phase in SHOWN if (total := _sum(rows, phase))}


def _sum(rows: Sequence[_Row], phase: str) -> Amount | None:
    printed = [row for row in rows if row[phase] is not None]
    if not printed:
        return None
    first = min(printed, key=lambda row: (row["table_id"], row["row"]))
    place = Place(first["document_id"], first["table_id"], None, None, first["page"])
    return Amount(sum((row[phase] for row in printed), Decimal(0)), "sum", first["classification"], place)


def _total(connection: duckdb.DuckDBPyConnection, rows: Sequence[_Row], phase: str) -> Amount | None:
    """The total that is printed under the lines, if they are all of one table and it has one; else their sum."""
    if len({row["table_id"] for row in rows}) == 1:
        columns = {f"{each}_col": rows[0][f"{each}_col"] for each in SHOWN}
        for total in named_rows(connection, "SELECT * FROM site_totals WHERE table_id = ?", rows[0]["table_id"]):
            printed = _printed({**total, **columns}, "total")
            if phase in printed:
                return printed[phase]
    return _sum(rows, phase)


def _best(connection: duckdb.DuckDBPyConnection, tables: Sequence[Sequence[_Row]], phase: str) -> Amount | None:
    """The total of the first table that no other outweighs, one with a printed total before the others."""
    weights = [(abs(lines.value), rows) for rows in tables if (lines := _sum(rows, phase))]
    if not weights:
        return None
    heaviest = max(weight for weight, _ in weights)
    totals = [_total(connection, rows, phase) for weight, rows in weights if weight * _OUTWEIGHS >= heaviest]
    return min((t for t in totals if t), key=lambda t: t.basis != "total")


def _division(
    connection: duckdb.DuckDBPyConnection,
    fiscal_year: int,
    period: str,
    rows: Sequence[_Row],
    lines: Sequence[Line],
    elsewhere: Sequence[Line] = (),
) -> Division:
    amounts = {phase: total for phase in SHOWN if (total := _total(connection, rows, phase))}
    return Division(fiscal_year, period, tuple(lines), Line("", "", amounts), tuple(elsewhere))
