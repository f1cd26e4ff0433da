"""A table as a list of departments: which it names, in which rows, and what else it lists."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from rendicion_etl import catalogs
from rendicion_etl.normalize import places
from rendicion_etl.normalize.geography import is_counter, place_column
from rendicion_etl.normalize.model import Cell, Row, Table
from rendicion_etl.normalize.rows import is_memo, lists_some
from rendicion_etl.normalize.text import fold, key

ALL = tuple(sorted(catalogs.by_code("departments")))
FEWEST_CODES = 0.7  # of the rows must print a code of their own department for a column to be its code


@dataclass(frozen=True, slots=True)
class Named:
    """A row that names a department: its name's cell, and the department that a code beside it means, if any."""

    row: Row
    cell: Cell
    department: str
    by_code: str | None

    @property
    def agrees(self) -> bool:
        return self.by_code in (None, self.department)


@dataclass(frozen=True)
class Listing:
    """The rows of a table that name a department, and the other rows that print figures.

    `strange` are those of the others that may be a department in a spelling that is not known.
    """

    named: list[Named]
    others: list[Row]
    strange: list[Row]

    @property
    def departments(self) -> set[str]:
        """All that are named, by name or by code."""
        return {n.department for n in self.named} | {n.by_code for n in self.named if n.by_code}

    @property
    def missing(self) -> list[str]:
        return [code for code in ALL if code not in self.departments]

    @property
    def repeated(self) -> dict[str, list[Named]]:
        """Department -> its rows, of those named more than once; rows whose code says otherwise are left out."""
        count = Counter(n.department for n in self.named if n.agrees)
        return {d: [n for n in self.named if n.department == d and n.agrees] for d, k in count.items() if k > 1}

    @property
    def rows(self) -> list[int]:
        """The rows whose figures the total of the table should sum."""
        return sorted([n.row.row for n in self.named] + [r.row for r in self.others])


def listing(table: Table) -> Listing | None:
    """The departments that a table lists; None where it lists none, or municipalities, or has no figures."""
    column = place_column(table) or next((c for c in table.columns if c.role == "label"), None)
    if column is None or table.kind in ("municipal", "text") or any(r.municipality_code for r in table.rows):
        return None
    codes = _codes(table)
    named, others, strange = [], [], []
    for row in (r for r in table.rows if r.role == "detail" and table.figured[r.row] and not is_memo(r.label)):
        cell = table.cell(row.row, column.col)
        if row.department_code and cell:
            named.append(Named(row, cell, row.department_code, codes.get(row.row)))
        else:
            others.append(row)
            if key(row.label or "") not in _no_departments():
                strange.append(row)
    return Listing(named, others, strange) if named else None


def _codes(table: Table) -> dict[int, str]:
    """Row -> the department whose code it prints; {} where the codes of the table are not those of departments."""
    col = table.first_column("code")
    if col is None or is_counter(table, col):
        return {}
    rows = [r for r in table.rows if r.role == "detail" and r.department_code]
    said = {r.row: p for r in rows if (c := table.cell(r.row, col)) and (p := places.from_code(c.text, "department"))}
    right = sum(p.department_code == r.department_code for r in rows if (p := said.get(r.row)))
    if right < FEWEST_CODES * len(rows):
        return {}
    return {row: p.department_code for row, p in said.items() if p.department_code}


@cache
def _no_departments() -> frozenset[str]:
    """The names of what a budget classifies beside the departments: Multirregional, Servicios en el exterior ..."""
    return frozenset(key(r["name"]) for r in catalogs.table("special_places"))


def says_all(table: Table) -> bool:
    """Whether the caption or the total of a table says that it lists all departments."""
    if lists_some(table.title):
        return False
    totals = [r.label_printed or "" for r in table.rows if r.role == "total"]
    return any(_says_all(fold(text)) for text in [*(table.title or "").splitlines(), *totals])


def _says_all(text: str) -> bool:
    words = catalogs.vocabulary("places")["all_departments"]
    if any(re.search(rf"\b{word}\b", text) for word in words["except"]):
        return False
    number = r"(?:\d+|dieci\w+|veint\w+)"
    return any(
        re.search(rf"\b{phrase}\b", text) and not re.search(rf"\b{number} de (?:los |sus )?{phrase}\b", text)
        for phrase in words["said"]
    )
