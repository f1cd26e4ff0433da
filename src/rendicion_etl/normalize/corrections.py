"""What people correct in our reading: each correction names a place, what stands there in print, and what it means.

A correction changes what is made of the print, never the print. It holds only where the document still says what its
author saw there; everywhere else the document fails, since a correction at another place would falsify it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

from rendicion_etl.curated.schemas import COLUMN_ROLES, KINDS, PHASES, ROW_ROLES, UNIT
from rendicion_etl.errors import UnreadableDocument
from rendicion_etl.normalize import places
from rendicion_etl.normalize.columns import header_path
from rendicion_etl.normalize.correction_files import Correction
from rendicion_etl.normalize.geography import LOCATED
from rendicion_etl.normalize.model import Document, RowRole, Table
from rendicion_etl.normalize.places import Place
from rendicion_etl.normalize.units import FACTORS

STAGE = "corrections"
ONLY_ONE = ("code", "label", *PHASES)  # column roles of which a table has one
APART = " | "  # between the texts of a row, of a header, of a caption


@dataclass(frozen=True, slots=True)
class Applied:
    """A correction that was applied to a table, and what was read `before`; None for nothing."""

    table_id: str
    correction: Correction
    before: str | None


@dataclass(frozen=True)
class Given:
    """What corrections say of one table; `captions` are its number, title, unit and kind, by these names."""

    values: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    row_roles: dict[int, RowRole] = field(default_factory=dict)
    column_roles: dict[int, str] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    captions: dict[str, str] = field(default_factory=dict)


def given_for(corrections: Iterable[Correction], table: int) -> Given:
    """What corrections that fit their document say of one of its tables, named by its index."""
    out = Given()
    for c in corrections:
        if c.table != table:
            continue
        match c.what:
            case "value" if c.row is not None and c.col is not None:
                out.values[c.row, c.col] = Decimal(c.after)
            case "row_role" if c.row is not None:
                out.row_roles[c.row] = cast(RowRole, c.after)
            case "column_role" if c.col is not None:
                out.column_roles[c.col] = c.after
            case "department" | "municipality" if c.row is not None:
                out.places[c.row] = _place(c.what, c.after)
            case _:
                out.captions[c.what] = c.after
    return out


def applied(document: Document, corrections: Sequence[Correction]) -> tuple[Applied, ...]:
    """The corrections of a document, each with what was read at its place. `document` is as read, without them.

    Raises UnreadableDocument, naming file and entry, for the first that does not fit.
    """
    tables = {table.index: table for table in document.tables}
    misfits = [(c, _other_document(c, document) or _misfit(c, tables.get(c.table))) for c in corrections]
    if not any(why for _, why in misfits):
        misfits = [(c, _out_of_place(c, tables[c.table], corrections)) for c in corrections]
    for c, why in misfits:
        if why:
            raise UnreadableDocument(
                document.file_name,
                f"la corrección {c.entry} de {c.file} no corresponde a lo leído: {why}",
                f"Corríjala o retírela; lo que hay que revisar se ve con: rendicion review --document {c.document_id}.",
                stage=STAGE,
            )
    return tuple(
        Applied(table.table_id, c, before_of(table, c.what, c.row, c.col))
        for c, table in ((c, tables[c.table]) for c in corrections)
    )


def printed_at(table: Table, what: str, row: int | None, col: int | None) -> str:
    """What a correction must name as printed, its pieces joined by ` | `.

    Of a value the text of its cell, of a row all its texts, of a column the header over it (its first text where it
    has none), of a caption the number and the title as read (the first row where the table has neither).
    """
    match what:
        case "value":
            cell = table.cell(row or 0, col or 0)
            return cell.text if cell else ""
        case "row_role" | "department" | "municipality":
            return _row_text(table, row or 0)
        case "column_role":
            header = header_path(table.header(), table.n_header_rows, table.n_cols, col or 0)
            return APART.join(header) or next((c.text for c in table.cells if c.col == col and c.text), "")
        case _:
            said = [text for text in (table.number, table.title) if text]
            return APART.join(" ".join(text.split()) for text in said) or _row_text(table, 0)


def page_of(table: Table, what: str, row: int | None, col: int | None) -> int:
    """The page that a correction must name."""
    if row is None:
        return table.first_page
    here = [c.page for c in table.row_cells(row) if col in (None, c.col)]
    return here[0] if here else next((r.page for r in table.rows if r.row == row), table.first_page)


def _row_text(table: Table, row: int) -> str:
    return APART.join(c.text for c in sorted(table.row_cells(row), key=lambda c: c.col) if c.text)


def _other_document(c: Correction, document: Document) -> str | None:
    """Why a correction names its document otherwise than it is called: whoever reviews it would be misled."""
    why = None
    if c.document_id != document.document_id:
        why = f"el documento es {document.document_id}, no {c.document_id}"
    return why


def _misfit(c: Correction, table: Table | None) -> str | None:
    """Why a correction does not fit its document; None where it does."""
    why = None
    if table is None:
        why = f"el documento no tiene una tabla {c.table}"
    elif c.row is not None and c.row >= table.n_rows:
        why = f"la tabla {c.table} no tiene fila {c.row}"
    elif c.col is not None and c.col >= table.n_cols:
        why = f"la tabla {c.table} no tiene columna {c.col}"
    elif c.what == "value" and table.cell(c.row or 0, c.col or 0) is None:
        why = f"en la fila {c.row} y la columna {c.col} no comienza ninguna celda"
    elif _same(printed := printed_at(table, c.what, c.row, c.col)) != _same(c.printed):
        why = f"ahí está impreso «{printed}», no «{c.printed}»"
    elif (page := page_of(table, c.what, c.row, c.col)) != c.page:
        why = f"eso está en la página {page}, no en la {c.page}"
    return why or _unknown(c)


def _same(text: str) -> str:
    """Text without what the datasets leave out of it either: control characters, and white space of all lengths."""
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())


def _unknown(c: Correction) -> str | None:
    """Why what a correction gives is no word of the contract or no place of the catalogues."""
    known = {"row_role": ROW_ROLES, "column_role": COLUMN_ROLES, "kind": KINDS}.get(c.what)
    why = None
    if known and c.after not in known:
        why = f"no se conoce «{c.after}»; se admite: {', '.join(known)}"
    elif c.what == "unit" and not _is_unit(c.after):
        why = f"«{c.after}» no es una unidad"
    elif c.what in ("department", "municipality") and not _exists(c.what, c.after):
        why = f"no existe el código «{c.after}»"
    return why


def _is_unit(unit: str) -> bool:
    """Whether figures of that unit can be told in whole units."""
    return unit in FACTORS or (re.fullmatch(UNIT, unit) is not None and "_" not in unit)


def _exists(what: str, code: str) -> bool:
    try:
        _place(what, code)
    except KeyError:
        return False
    return True


def _place(what: str, code: str) -> Place:
    return places.department(code) if what == "department" else places.municipality(code)


def _out_of_place(c: Correction, table: Table, corrections: Sequence[Correction]) -> str | None:
    """Why a correction cannot be of such a cell, row or column."""
    given = given_for(corrections, table.index)
    rows, columns = _roles(table, given)
    why = None
    if c.what == "value" and not may_have_value(table, c.row or 0, c.col or 0, given):
        why = "esa celda no puede tener una cifra: es de encabezado, de códigos o de nombres, o abarca varias columnas"
    elif c.what in ("department", "municipality") and rows.get(c.row or 0) not in LOCATED:
        why = "esa fila no es un renglón que pueda tener un lugar"
    elif c.what == "column_role" and c.after in ONLY_ONE and Counter(columns.values())[c.after] > 1:
        why = f"otra columna de la tabla ya es «{c.after}»; corrija también su papel"
    return why


def _roles(table: Table, given: Given) -> tuple[dict[int, RowRole], dict[int, str]]:
    """The roles of rows and columns as they are once corrected."""
    rows = {row.row: given.row_roles.get(row.row, row.role) for row in table.rows}
    return rows, {col.col: given.column_roles.get(col.col, col.role) for col in table.columns}


def may_have_value(table: Table, row: int, col: int, given: Given | None = None) -> bool:
    """Whether a cell may be given a value: no header, no name, no code, and of one column."""
    rows, columns = _roles(table, given or Given())
    cell = table.cell(row, col)
    return (
        cell is not None
        and cell.col_span == 1
        and rows.get(row) != "header"
        and columns.get(col) not in ("code", "label")
    )


def before_of(table: Table, what: str, row: int | None, col: int | None) -> str | None:
    """What is read where a correction may stand; None for nothing."""
    line = next((r for r in table.rows if r.row == row), None)
    match what:
        case "value":
            value = table.value(row or 0, col or 0)
            return None if value is None else format(value, "f")
        case "row_role":
            return line.role if line else None
        case "column_role":
            return next((column.role for column in table.columns if column.col == col), None)
        case "department":
            return line.department_code if line else None
        case "municipality":
            return line.municipality_code if line else None
        case _:
            return cast("str | None", getattr(table, what))
