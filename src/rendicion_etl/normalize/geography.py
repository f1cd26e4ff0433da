"""Which rows of a table are places, and which places they are."""

from __future__ import annotations

from collections.abc import Mapping

from rendicion_etl.normalize import places
from rendicion_etl.normalize.model import Cell, Column, Row, Table
from rendicion_etl.normalize.places import Place
from rendicion_etl.normalize.text import squash

MOST = 0.6  # of the filled cells of a column must be places for it to be the column of places
PLACE_WORDS = ("departamento", "municipio", "ubicacion", "region")
LOCATED = ("detail", "subtotal")  # the roles of rows that may be a place
BY_KIND: dict[str, places.Level] = {
    "ubicacion_geografica": "department",
    "region": "region",
    "municipal": "municipality",
}


def locate_rows(table: Table, given: Mapping[int, Place] | None = None) -> None:
    """Set the place codes of the rows of a table that lists places; rows that cannot be resolved keep none.

    `given` are the rows whose place is known already.
    """
    given = given or {}
    column = place_column(table)
    code_column = next((c for c in table.columns if c.role == "code"), None)
    level = BY_KIND.get(table.kind) or (_level_of(column.header) if column else None)
    if column is None and level is None and not given:
        return
    if code_column and level != "region" and is_counter(table, code_column.col):
        code_column = None
    beside = _municipalities_beside(table)
    for row in table.rows:
        if row.role not in LOCATED:
            continue
        if row.row in given:
            _locate(row, given[row.row])
            continue
        if column is None and level is None:
            continue
        if row.row in beside:
            _locate(row, beside[row.row])
            continue
        name = _text(table.cell(row.row, column.col)) if column else row.label_printed
        code = _text(table.cell(row.row, code_column.col)) if code_column and level else None
        own = None if level == "municipality" and row.role == "subtotal" and not code else level
        found = _resolve(name, code, own, table.row(row.parent) if row.parent is not None else None)
        if found:
            _locate(row, found)


def _level_of(header: str) -> places.Level | None:
    """What a header says that its column lists; None where it says both, or neither."""
    said = squash(header)
    if ("departamento" in said) == ("municipio" in said):
        return None
    return "department" if "departamento" in said else "municipality"


def _locate(row: Row, place: Place) -> None:
    row.department_code, row.municipality_code = place.department_code, place.municipality_code
    row.region_code, row.iso_3166_2 = place.region_code, place.iso_3166_2


def _municipalities_beside(table: Table) -> dict[int, Place]:
    """Row -> municipality, in a table with one column of departments and one of municipalities.

    A department that is printed once for several rows holds for the rows below it.
    """
    said = {word: [c.col for c in table.columns if squash(c.header) in (word, word + "s")] for word in PLACE_WORDS[:2]}
    if [len(cols) for cols in said.values()] != [1, 1]:
        return {}
    (departments,), (municipalities,) = said.values()
    above: Place | None = None
    out = {}
    for row in (r for r in table.rows if r.role == "detail"):
        name = _text(table.cell(row.row, departments))
        above = places.from_name(name, "department") if name else above
        inside = _text(table.cell(row.row, municipalities))
        found = places.from_name(inside, "municipality", above.department_code) if inside and above else None
        if found:
            out[row.row] = found
    return out


def is_counter(table: Table, col: int) -> bool:
    """Whether a column only counts the rows: 1, 2, 3 ... without a gap."""
    texts = [c.text.strip(". ") for r in table.rows if r.role == "detail" and (c := table.cell(r.row, col)) and c.text]
    return all(t.isdigit() for t in texts) and [int(t) for t in texts] == list(range(1, len(texts) + 1))


def _resolve(name: str | None, code: str | None, level: places.Level | None, parent: Row | None) -> Place | None:
    """The name decides; the code where there is no name, or where the name alone is not certain."""
    by_code = places.from_code(code, level) if code else None
    if by_code and by_code.kind == "special":
        by_code = None
    if parent is not None and parent.department_code and not parent.municipality_code:
        return places.from_name(name or "", "municipality", parent.department_code) or by_code
    if by_code and level == "municipality" and by_code.kind == "department":
        return by_code  # 0100: a department among its municipalities
    within = by_code.department_code if by_code and level == "municipality" else None
    by_name = places.from_name(name or "", level, within)
    if level == "region" and by_name and by_code and by_name != by_code:
        return None
    return by_name or by_code


def place_column(table: Table) -> Column | None:
    """The column whose texts are places: most of them resolve. Where two do, the one with a header that says so."""
    best: tuple[bool, bool, float, Column] | None = None
    for column in table.columns:
        if table.types(column.col)["label"] < 2:
            continue
        n_cells = n_places = n_finer = 0
        for cell in table.column(column.col):
            if cell.value_type == "label" and table.row(cell.row).role in LOCATED:
                place = _place(cell.text)
                n_cells += 1
                n_places += place is not None
                n_finer += place is not None and place.kind != "region"
        if n_cells < 2:
            continue
        share, finer = n_places / n_cells, n_finer > n_cells / 2
        said = any(word in squash(column.header) for word in PLACE_WORDS)
        if share >= MOST and (best is None or (finer, said, share) > best[:3]):
            best = finer, said, share, column
    return best[3] if best else None


def _place(text: str) -> Place | None:
    return places.from_name(text) or places.from_name(text, "municipality") or places.from_name(text, "region")


def _text(cell: Cell | None) -> str | None:
    return cell.text if cell else None
