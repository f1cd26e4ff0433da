"""The entry of a correction, drafted: place, print and current value filled in, the rest left to a person.

Once its blanks are filled it is accepted as it stands (`normalize.correction_files`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from rendicion_etl.curated.published import find_document, whole_files
from rendicion_etl.curated.restore import restore
from rendicion_etl.curated.review import Item
from rendicion_etl.errors import RendicionError
from rendicion_etl.normalize.correction_files import Corrections
from rendicion_etl.normalize.corrections import before_of, may_have_value, page_of, printed_at
from rendicion_etl.normalize.geography import LOCATED
from rendicion_etl.normalize.model import Cell, Document, Table

_GEOGRAPHY = "geography."


@dataclass(frozen=True)
class Draft:
    """An entry to be filled in: `text` in TOML, `before` what is read at its place now, None for nothing."""

    text: str
    what: str
    before: str | None


def draft(item: Item, curated: Path, corrections: Corrections) -> Draft:
    """The entry for what a person is to look at.

    Raises RendicionError where no correction can settle it: it is settled elsewhere, or is corrected already.
    """
    document = _document(item, curated)
    tables = {table.table_id: as_read(table, document) for table in document.tables}
    taken = {(c.table, c.what, c.row, c.col) for c in corrections.get(document.sha256, ())}
    for table_id, what, row, col in _candidates(item, tables):
        table, place = tables[table_id], (row, col if what == "value" else None)
        if (table.index, what, *place) not in taken:
            return drafted(document, table, what, *place)
    why = "no hay nada que una corrección pueda cambiar ahí, o ya está corregido"
    raise RendicionError(item.document_id, why, "Mire la página; lo corregido se ve en el sitio y en «corrections».")


def _document(item: Item, curated: Path) -> Document:
    if item.kind == "document":
        why = "no se conoce su institución o su año, y eso no se corrige en corrections/"
        next_step = "Agregue el nombre que el informe imprime a los catálogos (src/rendicion_etl/catalogs/)."
        raise RendicionError(item.document_id, why, next_step)
    if item.kind == "correction":
        why = "es una corrección que ya está escrita"
        raise RendicionError(item.document_id, why, "Corrija su archivo, o ingiera el documento.")
    known = find_document(curated, item.sha256)
    files = whole_files(curated, known) if known else None
    if files is None:
        next_step = f"Ingiera de nuevo el PDF de {item.document_id} con: rendicion ingest."
        raise RendicionError(item.document_id, "el archivo está dañado", next_step)
    return restore(files)


def as_read(table: Table, document: Document) -> Table:
    """A table with the caption and the header that it has without its corrections: what an entry must name."""
    before = {
        (a.correction.what, a.correction.row): a.before
        for a in document.corrections
        if a.table_id == table.table_id and a.correction.what in ("number", "title", "row_role")
    }
    roles = [before.get(("row_role", row.row), row.role) for row in table.rows]
    leading = next((k for k, role in enumerate(roles) if role != "header"), len(roles))
    changed = any(what == "row_role" for what, _ in before)
    return replace(
        table,
        number=before.get(("number", None), table.number),
        title=before.get(("title", None), table.title),
        n_header_rows=leading if changed else table.n_header_rows,
    )


def _candidates(item: Item, tables: dict[str, Table]) -> Iterator[tuple[str, str, int | None, int | None]]:
    """What could be corrected, most likely first: (table_id, what, row, col)."""
    table_id = item.table_id
    if table_id is None:
        return  # prose: there is nothing of it but what is printed
    if item.kind == "place":
        yield table_id, item.level, item.row, None
    elif item.kind == "table":
        for cell in sorted(tables[table_id].cells, key=_least_certain):
            if cell.value is not None:
                yield table_id, "value", cell.row, cell.col
    elif not item.cells:
        yield table_id, "kind", None, None
    for where, row, col in item.cells:
        if where in tables:  # the others are of an earlier report
            yield where, _likely(item, tables[where], row, col), row, col


def _least_certain(cell: Cell) -> tuple[float, Decimal]:
    """Cells in the order in which to look at them: the least certain first, then the largest."""
    return 1 if cell.certainty is None else cell.certainty, -abs(cell.value or Decimal(0))


def _likely(item: Item, table: Table, row: int, col: int) -> str:
    """What of a cell in doubt a correction would most likely give."""
    role = next((r.role for r in table.rows if r.row == row), None)
    if str(item.values["check_id"]).startswith(_GEOGRAPHY) and role in LOCATED:
        return "department"
    return "value" if may_have_value(table, row, col) else "row_role"


def drafted(document: Document, table: Table, what: str, row: int | None, col: int | None) -> Draft:
    """The entry for one place of a table, whatever is read there."""
    page = page_of(table, what, row, col)
    place = {"row": row, "col": col}
    said = {
        "sha256": document.sha256,
        "document_id": document.document_id,
        "table": table.index,
        "page": page,
        **{name: value for name, value in place.items() if value is not None},
        "printed": printed_at(table, what, row, col),
        **dict.fromkeys((what, "author", "date", "reason"), ""),
    }
    # What JSON writes of texts and whole numbers is TOML too.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in said.items()]
    return Draft("\n".join(("[[correction]]", *lines)) + "\n", what, before_of(table, what, row, col))
