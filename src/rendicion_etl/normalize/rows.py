"""What each row of a table is: its code and label, and whether it is a detail, a total, a band or a note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby

from rendicion_etl.catalogs import vocabulary
from rendicion_etl.normalize.classification import code_and_label
from rendicion_etl.normalize.mend import Mender
from rendicion_etl.normalize.model import NUMERIC_TYPES, Cell, Column, Row, RowRole, Table
from rendicion_etl.normalize.pressed_rows import PressedRows
from rendicion_etl.normalize.text import fold, squash
from rendicion_etl.tables.pressed import Pressed


def understand_rows(
    table: Table,
    header_rows: frozenset[int],
    mender: Mender,
    institution: str | None,
    given: Mapping[int, RowRole] | None = None,
) -> Sequence[Row]:
    """One Row per row of the table; which rows sum which is decided later, from their figures.

    `given` are the rows whose role is known already.
    """
    given = given or {}
    code_col, label_col = table.first_column("code"), table.first_column("label")
    rows: list[Row] | PressedRows = PressedRows() if isinstance(table.cells, Pressed) else []
    for index, cells in _by_row(table):
        code_cell = table.cell(index, code_col) if code_col is not None else None
        label_cell = table.cell(index, label_col) if label_col is not None else None
        role = "header" if index in header_rows else given.get(index) or _role(cells, table.columns)
        printed = label_cell.text if label_cell and label_cell.text else _first_text(cells)
        words = mender.mend(printed) if printed else None
        if role in ("header", "band", "note"):
            code, label = None, words
        else:
            code, label = code_and_label(table.kind, code_cell.text if code_cell else "", words or "", institution)
        page = cells[0].page if cells else rows[-1].page if rows else table.first_page
        rows.append(Row(index, role, code or None, label or None, printed or None, page))
    return rows


def _by_row(table: Table) -> Iterator[tuple[int, list[Cell]]]:
    """Each row with its cells, left to right."""
    filled = groupby(table.in_order(), lambda c: c.row)
    row, cells = next(filled, (None, None))
    for index in range(table.n_rows):
        yield index, list(cells or ()) if index == row else []
        if index == row:
            row, cells = next(filled, (None, None))


def _first_text(cells: list[Cell]) -> str | None:
    """The first words of a row, for rows whose label stands outside the column of labels (`TOTAL` under `No.`)."""
    return next((c.text for c in cells if c.value_type == "label"), None)


def _role(cells: list[Cell], columns: list[Column]) -> RowRole:
    filled = [c for c in cells if c.text]
    if not filled:
        return "note"
    words = next((c.text for c in filled if c.value_type == "label"), "")
    kind = row_word(words)
    figures = [c for c in filled if c.value_type in NUMERIC_TYPES]
    if kind == "note" and not figures and len(filled) == 1:
        return "note"
    if not figures:
        return "band" if len(filled) == 1 and len(columns) > 1 else "detail"
    return kind if kind in ("total", "subtotal") else "detail"


@cache
def _row_words() -> dict[RowRole, tuple[str, ...]]:
    rows: dict[RowRole, list[str]] = vocabulary("columns")["rows"]
    return {role: tuple(squash(w) for w in words) for role, words in rows.items()}


@lru_cache(maxsize=2048)
def is_memo(label: str | None) -> bool:
    """Whether a row stands among the parts of a total without being one: "de los cuales", "van", "menos"."""
    return _begins(label, "memo")


@lru_cache(maxsize=2048)
def is_carried(label: str | None) -> bool:
    """Whether a row carries the sum of those above it over a page break: "Van", "Vienen"."""
    return _begins(label, "carried")


@lru_cache(maxsize=2048)
def is_balance(label: str | None) -> bool:
    """Whether a row prints what is left rather than what is spent: "Disponibilidad final"."""
    return _begins(label, "balance")


def _begins(label: str | None, kind: str) -> bool:
    words: list[str] = vocabulary("columns")["rows"][kind]
    said = fold(label or "")
    return any(said == w or said.startswith((w + " ", w + ":", w + ".", w + ",")) for w in map(fold, words))


def lists_some(title: str | None) -> bool:
    """Whether a caption says that a table lists only some of what there is: "Principales proveedores"."""
    words: list[str] = vocabulary("columns")["rows"]["some"]
    said = f" {fold(title or '')} "
    return any(f" {fold(word)} " in said for word in words)


def is_plain_total(label: str | None) -> bool:
    """Whether a label says total and nothing more, not of what."""
    return squash(label or "").strip(".:*-") in _row_words()["total"]


def row_word(text: str) -> RowRole | None:
    """`total`, `subtotal` or `note` where a label says so with its first words; None for any other label."""
    compact = squash(text).strip(".:*-")
    words = _row_words()
    if any(compact.startswith(w) for w in words["subtotal"]):
        return "subtotal"
    if compact in words["total"] or compact.startswith("total"):
        return "total"
    if any(compact == w or compact.startswith(w + ":") for w in words["note"]) or compact.startswith("fuente"):
        return "note"
    return None
