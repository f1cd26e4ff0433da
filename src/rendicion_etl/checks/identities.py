"""Which column of a table is the sum or difference of which others: named, printed in the header, or learned.

Named identities are those of the law (vigente = asignado + modificaciones; saldo = vigente - what was spent). A header
may print one itself (`C=A+B`, `G=C-E`). Others are learned from the rows (total = hombres + mujeres). One that follows
from others is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from rendicion_etl.checks.identities_learned import learned
from rendicion_etl.checks.identity import Identity, holds
from rendicion_etl.normalize.model import Table
from rendicion_etl.normalize.percentages import is_line
from rendicion_etl.normalize.roles import IDENTITIES

ENOUGH_ROWS, ENOUGH_SHARE = 3, Decimal("0.75")

# Of the identities with one result the best borne out counts.
FORMS = (*IDENTITIES, ("saldo", (("asignado", 1), ("devengado", -1))))

_NAME = r"(?:[A-Za-z]|\d{1,2})"
_FORMULA = re.compile(rf"(?<!\w)[( ]*({_NAME})?[) ]*= *[( ]*({_NAME}(?:[( ]*[-+–−][( ]*{_NAME})+)[) ]*")
_TERM = re.compile(rf"([-+–−]?)[( ]*({_NAME})")
_MARK = re.compile(rf"(?:.*\s)?\(({_NAME})\)|({_NAME})")


def established(table: Table) -> list[Identity]:
    """The identities that the rows of a table bear out, none of which follows from the others."""
    told = [*_named(table), *_printed(table)]
    basis = _Basis()
    return [identity for identity in (*told, *learned(table, told)) if basis.adds(identity)]


def is_named(table: Table) -> bool:
    """Whether the header names an identity, borne out or not."""
    return any(True for half in _halves(table) for _ in _forms(table, half)) or bool(_formulas(table))


def _halves(table: Table) -> list[str | None]:
    return list(dict.fromkeys(c.half for c in table.columns))


def _named(table: Table) -> Iterator[Identity]:
    """The identities of the law, one per result and half of the table."""
    for half in _halves(table):
        best: dict[str, tuple[int, Identity]] = {}
        for result, identity in _forms(table, half):
            held = _borne_out(table, identity, any_row=result == "vigente")
            if held and (result not in best or held > best[result][0]):
                best[result] = held, identity
        yield from (identity for _, identity in best.values())


def _forms(table: Table, half: str | None) -> Iterator[tuple[str, Identity]]:
    phases = [(c.phase, c.col) for c in table.columns if c.phase and c.half == half]
    by_phase = {phase: col for phase, col in phases if [p for p, _ in phases].count(phase) == 1}
    for result, terms in FORMS:
        if {result, *(t for t, _ in terms)} <= by_phase.keys():
            yield result, Identity(by_phase[result], tuple((by_phase[t], s) for t, s in terms))


def _borne_out(table: Table, identity: Identity, any_row: bool) -> int:
    """How many rows bear an identity out, 0 where they are too few or too small a share.

    A term that is zero proves little: such rows count only with `any_row`, where the header itself says what is the
    sum of what, and where one row without a zero term holds. So do rows that leave one term blank and hold without it.
    """
    lines = [r.row for r in table.rows if is_line(r)]
    found = (cells for row in lines if (cells := identity.cells(table, row)))
    tried = [(holds(table, cells), all(c.value for c, _ in cells)) for cells in found]
    telling = [held for held, tells in tried if tells]
    if any_row and any(telling):
        blank = (cells for row in lines if (cells := identity.cells_but_one(table, row)))
        telling = [held for held, _ in tried] + [True for cells in blank if holds(table, cells)]
    held = sum(telling)
    return held if held >= ENOUGH_ROWS and held >= ENOUGH_SHARE * len(telling) else 0


def _printed(table: Table) -> Iterator[Identity]:
    for identity in _formulas(table):
        if _borne_out(table, identity, any_row=True):
            yield identity


def _formulas(table: Table) -> list[Identity]:
    """The sums that headers print, `C=A+B` with A and B the marks of other columns."""
    marks: dict[str, int] = {}
    formulas: list[tuple[int, str]] = []
    for cell in (c for c in table.header() if c.col_span == 1 and c.text):
        at = cell.text.find("=")
        formula = _FORMULA.search(cell.text[max(at - 6, 0) :]) if at >= 0 else None
        if formula and not _goes_on(cell.text[max(at - 6, 0) :][formula.end() :]):
            formulas.append((cell.col, formula.group(2)))
            if formula.group(1):
                marks.setdefault(formula.group(1).upper(), cell.col)
        elif mark := _MARK.fullmatch(cell.text):
            marks.setdefault((mark.group(1) or mark.group(2)).upper(), cell.col)
    out: list[Identity] = []
    for col, formula_text in formulas:
        terms = [(marks.get(name.upper()), -1 if sign and sign != "+" else 1) for sign, name in _terms(formula_text)]
        known = tuple((k, s) for k, s in terms if k is not None)
        if len(known) == len(terms) > 1 and col not in {k for k, _ in known}:
            out.append(Identity(col, known))
    return out


def _terms(formula: str) -> list[tuple[str, str]]:
    return _TERM.findall(formula)


def _goes_on(rest: str) -> bool:
    """Whether a formula goes on with a product or a quotient: then it is no sum."""
    return rest.lstrip(" )")[:1] in set("/*×x÷%")


class _Basis:
    """Identities as vectors over columns: tells whether one more follows from those that are in."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[int, Fraction]] = {}  # by leading column

    def adds(self, identity: Identity) -> bool:
        vector = {col: Fraction(sign) for col, sign in ((identity.result, -1), *identity.terms)}
        while vector:
            lead = min(vector)
            row = self._rows.get(lead)
            if row is None:
                scale = vector[lead]
                self._rows[lead] = {col: v / scale for col, v in vector.items()}
                return True
            scale = vector[lead]
            for col, v in row.items():
                vector[col] = vector.get(col, Fraction(0)) - scale * v
            vector = {col: v for col, v in vector.items() if v}
        return False
