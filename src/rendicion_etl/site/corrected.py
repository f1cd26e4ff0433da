"""What people corrected in the reading of a document, as its page tells it: where, what is printed, what it is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rendicion_etl.normalize.places import department_name, municipality_name
from rendicion_etl.site.data import Row
from rendicion_etl.site.naming import table_name
from rendicion_etl.site.tabular import TableData
from rendicion_etl.site.words import Words


@dataclass(frozen=True)
class Corrected:
    """A correction in words. `href` leads to the cell, row or table on the page of the document."""

    correction: Row
    where: str
    href: str
    what: str
    before: str
    after: str


def corrections_of(corrections: list[Row], tables: Mapping[str, TableData], words: Words) -> list[Corrected]:
    """The corrections of a document, in the order of its tables."""
    ordered = sorted(corrections, key=lambda c: (c["table_id"], c["row"] or 0, c["col"] or 0, c["what"]))
    return [_corrected(c, tables[c["table_id"]], words) for c in ordered if c["table_id"] in tables]


def _corrected(said: Row, table: TableData, words: Words) -> Corrected:
    row, col = said["row"], said["col"]
    names = (table_name(table.table, words), table.row_label(row), table.column_header(col))
    return Corrected(
        correction=said,
        where=" · ".join(name for name in names if name),
        href=f"#{table.anchor}{_cell(table, row, col)}",
        what=words(f"corrections.{said['what']}"),
        before=_shown(said["what"], said["before"], words),
        after=_shown(said["what"], said["after"], words),
    )


def _cell(table: TableData, row: int | None, col: int | None) -> str:
    """The cell that is linked to: of a row its first one, of a column its header, of a whole table none."""
    if row is None and col is None:
        return ""
    if col is None:
        col = min((cell.col for cell in table.row(row or 0)), default=0)
    cell = table.cell_at(row or 0, col)
    return f"-{cell.row}-{cell.col}" if cell else ""


def _shown(what: str, value: str | None, words: Words) -> str:
    """A value of a correction in words."""
    if value is None:
        return words("corrections.nothing")
    match what:
        case "kind":
            return words.get(f"kinds.{value}", value)
        case "unit":
            return words.get(f"units.{value}", value)
        case "department" | "municipality":
            name = department_name(value) if what == "department" else municipality_name(value)
            return f"{value} ({name})" if name else value
        case _:
            return value
