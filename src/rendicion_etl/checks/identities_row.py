"""In every row, vigente = asignado + modificaciones, and saldo = vigente - devengado.

Applies to the formula that the table's own rows establish (in a table with a financial and a physical half, in each
half by itself): it must hold in at least three rows without a zero term, and in three of four of them; for that of
vigente one such row and two others are enough. What is taken from vigente to give the saldo (devengado, comprometido or
pagado) is therefore learned from the rows, not assumed. The accused cell is the one whose correction mends the most:
the sum of its column and the other formulas of its row; where nothing decides, the result of the formula.

Does not apply:
1. where the columns of a formula are not all printed;
2. where fewer than three rows, or fewer than three of four, bear it out;
3. to a row with a blank cell or one that cannot be read as a number;
4. to a table of which a part may be missing, or several of whose rows were read as one;
5. where one more column of the table explains every row that fails: it is a term of the formula;
6. to a saldo "por comprometer", or one printed as zero where it would be negative;
7. to a budget phase (vigente, devengado ...) that the table prints in two columns.

Legitimate reasons to fail: a saldo from which the commitments of one line are taken too, as a note explains.

Example: 1,896 planned less 540 done is 1,356; the table prints 1,336.

---
En cada fila, vigente = asignado + modificaciones, y saldo = vigente - devengado.

Se aplica a la fórmula que las propias filas de la tabla demuestran (en una tabla con una mitad financiera y otra
física, en cada mitad por separado): debe cumplirse en al menos tres filas sin ningún término en cero, y en tres de cada
cuatro de ellas; para la de vigente bastan una fila así y otras dos. Qué se le resta al vigente para obtener el saldo
(devengado, comprometido o pagado) se aprende de las filas, no se supone. Se señala la celda que, corregida, haría
cuadrar más cosas: la suma de su columna y las demás fórmulas de su fila; si nada lo decide, el resultado de la fórmula.

No se aplica:
1. cuando no están impresas todas las columnas de la fórmula;
2. cuando la cumplen menos de tres filas, o menos de tres de cada cuatro;
3. a una fila con una celda en blanco o que no se puede leer como número;
4. a una tabla a la que puede faltarle una parte, o de la que varias filas se leyeron como una sola;
5. cuando otra columna de la tabla explica todas las filas que no cuadran: es un término más de la fórmula;
6. a un saldo «por comprometer», o impreso como cero donde daría negativo;
7. a un momento del presupuesto (vigente, devengado...) que la tabla imprime en dos columnas.

Razones legítimas para fallar: un saldo que descuenta además los compromisos de un renglón, según explica una nota.

Ejemplo: 1,896 previstos menos 540 ejecutados son 1,356; la tabla dice 1,336.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rendicion_etl.checks.compare import (
    HALF_CENT,
    NOT_WHOLE,
    Tally,
    amount,
    half_unit,
    header_of,
    label_of,
    name_of,
    place,
    role_of,
)
from rendicion_etl.checks.hints import hint
from rendicion_etl.checks.model import Finding, Result
from rendicion_etl.normalize.model import Cell, Document, Table
from rendicion_etl.normalize.percentages import is_line
from rendicion_etl.normalize.roles import IDENTITIES
from rendicion_etl.normalize.text import squash

ID, VERSION = "identities.row", "1"
ENOUGH_ROWS, ENOUGH_SHARE = 3, Decimal("0.75")

# Of the identities with one result the best borne out counts.
FORMS = (*IDENTITIES, ("saldo", (("asignado", 1), ("devengado", -1))))


@dataclass(frozen=True, slots=True)
class Identity:
    """result = sum of sign * term, by column."""

    result: int
    terms: tuple[tuple[int, int], ...]

    def cells(self, table: Table, row: int) -> list[tuple[Cell, int]] | None:
        """The result (sign -1) and the terms of a row; None where one is not printed or not read."""
        found = [(table.cell(row, col), sign) for col, sign in ((self.result, -1), *self.terms)]
        return (
            [(c, s) for c, s in found if c and c.value is not None]
            if all(c and c.value is not None for c, _ in found)
            else None
        )


def run(document: Document) -> list[Result]:
    """One result per table."""
    return [_judge(table) for table in document.tables]


def _judge(table: Table) -> Result:
    tally = Tally(ID, VERSION, table.table_id)
    if not table.whole:
        return tally.result(NOT_WHOLE)
    identities = list(established(table, tally))
    for identity in identities:
        lines = [cells for row in table.rows if is_line(row) and (cells := identity.cells(table, row.row))]
        failing = [cells for cells in lines if _gap(cells) > _slack(table, cells)]
        for _ in range(len(lines) - len(failing)):
            tally.ok()
        if failing and _has_another_term(table, identity, failing):
            tally.skip("otra columna explica las filas que no cuadran")
            continue
        for cells in failing:
            if _is_floored(cells) or "comprometer" in squash(table.columns[identity.result].header):
                tally.skip("el saldo puede restar más de lo impreso, o no imprimirse bajo cero")
            else:
                tally.fail(_finding(table, cells, identities))
    return tally.result("no hay columnas que formen una identidad")


def established(table: Table, tally: Tally | None = None) -> Iterator[Identity]:
    """The identities that the rows of a table bear out, one per result column."""
    for half in dict.fromkeys(c.half for c in table.columns):
        best: dict[str, tuple[int, Identity]] = {}
        phases = [(c.phase, c.col) for c in table.columns if c.phase and c.half == half]
        by_phase = {phase: col for phase, col in phases if [p for p, _ in phases].count(phase) == 1}
        for result, terms in FORMS:
            if not {result, *(t for t, _ in terms)} <= by_phase.keys():
                continue
            identity = Identity(by_phase[result], tuple((by_phase[t], s) for t, s in terms))
            tried = [c for r in table.rows if is_line(r) and (c := identity.cells(table, r.row))]
            telling = [c for c in tried if all(cell.value for cell, _ in c)]  # a term that is zero proves little
            if result == "vigente" and any(_gap(c) <= _slack(table, c) for c in telling):
                telling = tried  # the three headers name this identity: its other rows count as well
            tried = telling
            held = sum(_gap(c) <= _slack(table, c) for c in tried)
            if held < ENOUGH_ROWS or held < ENOUGH_SHARE * len(tried):
                if tally:
                    tally.skip("las filas no confirman la identidad")
            elif result not in best or held > best[result][0]:
                best[result] = held, identity
        yield from (identity for _, identity in best.values())


def _has_another_term(table: Table, identity: Identity, failing: list[list[tuple[Cell, int]]]) -> bool:
    """Whether one more column of money, added or taken away, makes every failing row hold: a term not known."""
    known = {identity.result, *(col for col, _ in identity.terms)}
    half = table.columns[identity.result].half
    for column in table.columns:
        if column.col in known or column.half != half or column.percent or column.role in ("pct", "code", "label"):
            continue
        values = [table.value(cells[0][0].row, column.col) for cells in failing]
        if all(v and abs(v) == _gap(cells) for v, cells in zip(values, failing, strict=True)):
            return True
    return False


def _is_floored(cells: list[tuple[Cell, int]]) -> bool:
    """A result printed as zero where it would be negative: what is overspent is not always printed as such."""
    return cells[0][0].value == 0 and _signed(cells) < 0


def _signed(cells: Sequence[tuple[Cell, int]]) -> Decimal:
    """The sum of cells, each with its sign: zero where an identity holds."""
    return sum((c.value * s for c, s in cells if c.value is not None), Decimal(0))


def _gap(cells: list[tuple[Cell, int]]) -> Decimal:
    return abs(_signed(cells))


def _slack(table: Table, cells: list[tuple[Cell, int]]) -> Decimal:
    return sum((half_unit(table, c) for c, _ in cells), Decimal(0))


def _mended(cell: Cell, sign: int, cells: list[tuple[Cell, int]]) -> Decimal:
    """The value with which this cell alone would make the identity hold."""
    return -_signed([(c, s) for c, s in cells if c is not cell]) * sign


def _votes(table: Table, cell: Cell, value: Decimal, identities: list[Identity], row: int) -> int:
    """How many other relations hold with another value in a cell, less how many hold with the printed one."""
    assert cell.value is not None
    votes = 0
    for whole in table.rows:
        if cell.col in whole.judged and (cell.row == whole.row or cell.row in whole.parts):
            total = table.value(whole.row, cell.col)
            values = [table.value(p, cell.col) or Decimal(0) for p in whole.parts]
            if total is not None:
                gap = total - sum(values, Decimal(0))
                change = (value - cell.value) * (1 if cell.row == whole.row else -1)
                votes += (abs(gap + change) <= HALF_CENT) - (abs(gap) <= HALF_CENT)
    for identity in identities:
        cells = identity.cells(table, row)
        mine = next((s for c, s in cells or () if c is cell), None)
        if cells and mine is not None:
            gap = _signed(cells)
            votes += (abs(gap + (value - cell.value) * mine) <= HALF_CENT) - (abs(gap) <= HALF_CENT)
    return votes


def _finding(table: Table, cells: list[tuple[Cell, int]], identities: list[Identity]) -> Finding:
    row = cells[0][0].row
    ranked = [(_votes(table, c, _mended(c, s, cells), identities, row), -k, c, s) for k, (c, s) in enumerate(cells)]
    _, _, accused, sign = max(ranked, key=lambda v: v[:2])
    expected = _mended(accused, sign, cells)
    printed = accused.value
    assert printed is not None
    result, terms = cells[0][0], cells[1:]
    formula = " ".join(f"{'+' if s > 0 else '-'} {amount(c.value)}" for c, s in terms).lstrip("+ ")
    names = " ".join(f"{'+' if s > 0 else '-'} {header_of(table, c)}" for c, s in terms).lstrip("+ ")
    where, label = name_of(table), label_of(table, accused)
    sum_ = amount(_signed(terms))
    told = hint(printed, expected)
    return Finding(
        check_id=ID,
        check_version=VERSION,
        severity="info" if abs(printed - expected) <= HALF_CENT * len(cells) else "critical",
        place=place(table, accused),
        printed=printed,
        expected=expected,
        tolerance=_slack(table, cells),
        printed_text=accused.text,
        expected_text=None,
        message_es=(
            f"{where}, fila «{label}»: «{header_of(table, result)}» debería ser {names} = {formula} = "
            f"{sum_}, y dice {amount(result.value)}"
            + (
                "."
                if accused is result
                else f"; lo que no cuadra es «{header_of(table, accused)}» ({amount(printed)})."
            )
        ),
        message_en=(
            f"{where}, row “{label}”: “{header_of(table, result)}” should be {names} = {formula} = "
            f"{sum_}, and prints {amount(result.value)}"
            + (
                "."
                if accused is result
                else f"; what does not fit is “{header_of(table, accused)}” ({amount(printed)})."
            )
        ),
        related=tuple(place(table, c, s) for c, s in cells if c is not accused),
        column_role=role_of(table, accused),
        hint_es=told[0] if told else None,
        hint_en=told[1] if told else None,
    )
