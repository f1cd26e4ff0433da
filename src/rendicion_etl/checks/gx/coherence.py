"""Coherence: what the datasets say twice they say alike. A value and its text, a table and its cells, a line and its
row, the codes of one place, a row and the one that contains it.

Functions of the same form as in `contract`. Each can be redone from the datasets alone, so a reader can repeat it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from rendicion_etl.checks.gx.staged import Checked, Columns, Run, breaches_of
from rendicion_etl.curated.schemas import CURRENCY_SIGNS, PHASES
from rendicion_etl.normalize import places
from rendicion_etl.normalize.numbers import parse_number
from rendicion_etl.normalize.text import key

Wrong = list[tuple[str | None, dict[str, Any]]]

HALF_VALUE = Decimal("5E-13")
"""Of a decimal(38,12): print with more decimals is rounded to it when it is stored."""
WHOLE_DIGITS = 26
"""Of a decimal(38,12): a longer number is left out, its text stays."""
HALF_PERCENT = Decimal("5E-9")
"""Of a decimal(18,8): a percentage computed is rounded to it."""
_NAMES_MONEY = re.compile(r"[A-Za-z$]")
_MONEY = re.compile(r"([A-Z]{3})(?:_(?:thousands|millions))?")


def values_read(frame: Columns, run: Run, value_types: Sequence[str]) -> Checked:
    """The value of a cell is what its text says, read with one decimal sign or the other.

    And a cell of the given types whose text is a number has a value, unless the number is too long for its column. The
    value of a corrected cell is what the correction says.
    """
    applied = 0
    corrected = _corrected_values(run.of("corrections"))
    wrong: Wrong = []
    names = ("document_id", "table_id", "row", "col", "text", "value", "value_type")
    for document_id, table_id, row, col, text, value, value_type in frame.rows(*names):
        if value is None and value_type not in value_types:
            continue
        given = corrected.get((table_id, row, col))
        readings = _readings(text) if given is None else [given]
        applied += 1
        if value is None:
            read = all(reading.adjusted() >= WHOLE_DIGITS for reading in readings)
        else:
            read = any(abs(reading - Decimal(value)) <= HALF_VALUE for reading in readings)
        if not read:
            place = {"table_id": table_id, "row": row, "col": col, "text": text, "value": str(value)}
            wrong.append((document_id, place))
    return Checked(applied, breaches_of(wrong, "Hay valores que su texto no dice.", "Values that no text says."))


def _corrected_values(corrections: Columns) -> dict[tuple[str, int, int], Decimal]:
    names = ("table_id", "row", "col", "what", "after")
    return {(t, r, c): Decimal(after) for t, r, c, what, after in corrections.rows(*names) if what == "value"}


def _readings(text: str) -> list[Decimal]:
    numbers = (parse_number(text, "."), parse_number(text, ","))
    return [number.value for number in numbers if number is not None]


def tables_agree(frame: Columns, run: Run) -> Checked:
    """A table is as large as its cells, has one in each row, lies on their pages, and copies an earlier table only.

    Slots without a cell are allowed: print has them, in bands and where a rule is missing.
    """
    extent: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    rows: dict[str, set[int]] = defaultdict(set)
    pages: dict[str, set[int]] = defaultdict(set)
    spans = run.of("cells").rows("table_id", "row", "col", "row_span", "col_span", "page")
    for table_id, row, col, row_span, col_span, page in spans:
        n_rows, n_cols = extent[table_id]
        extent[table_id] = max(n_rows, row + row_span), max(n_cols, col + col_span)
        rows[table_id].update(range(row, row + row_span))
        pages[table_id].add(page)
    index = dict(frame.rows("table_id", "table_index"))
    wrong: Wrong = []
    names = ("document_id", "table_id", "n_rows", "n_cols", "first_page", "last_page", "copy_of")
    for document_id, table_id, n_rows, n_cols, first, last, copy_of in frame.rows(*names):
        broken = {
            "n_rows": n_rows != extent[table_id][0] or len(rows[table_id]) != n_rows,
            "n_cols": n_cols != extent[table_id][1],
            "first_page": min(pages[table_id], default=None) != first,
            "last_page": max(pages[table_id], default=None) != last,
            "copy_of": copy_of in index and not index[copy_of] < index[table_id],
        }
        if any(broken.values()):
            wrong.append((document_id, {"table_id": table_id, "columns": _named(broken)}))
    reason_es = "Hay tablas que no son como sus celdas, o que copian una tabla que no es anterior."
    return Checked(len(frame), breaches_of(wrong, reason_es, "Tables unlike their cells, or copies of no earlier one."))


def _named(broken: dict[str, bool]) -> list[str]:
    return [name for name, is_broken in broken.items() if is_broken]


def lines_agree(frame: Columns, run: Run) -> Checked:
    """A line has the page, the role and the texts of its row, and the kind and the currency of its table.

    A label is compared by its letters and digits: words that print broke are whole in it. A line with a `col` is a
    number: its page is that of its own cell.
    """
    printed = _printed_rows(run.of("cells"))
    table = {table_id: rest for table_id, *rest in run.of("tables").rows("table_id", "kind", "unit")}
    signs = _currencies_printed(run.of("cells"))
    wrong: Wrong = []
    for line in _records(frame):
        table_id, row = line["table_id"], line["row"]
        cells = printed.get((table_id, row), [])
        kind, unit = table.get(table_id, (None, None))
        money = _MONEY.fullmatch(unit or "")
        named = {money[1]} if money else signs.get(table_id, set())
        texts = [cell["text"] for cell in cells]
        own = [cell for cell in cells if cell["col"] == line["col"]] if "col" in line else cells
        broken = {
            "page": line["page"] not in {cell["page"] for cell in own},
            "row_role": {cell["row_role"] for cell in own if cell["row"] == row} != {line["row_role"]},
            "label": key(line["label"] or "") not in key(" ".join(texts)),
            "label_printed": line.get("label_printed") not in (None, *texts),
            "classification": line.get("classification", kind) != kind,
            "currency": "currency" in line and len(named) == 1 and {line["currency"]} != named,
        }
        if any(broken.values()):
            wrong.append((line["document_id"], {"table_id": table_id, "row": row, "columns": _named(broken)}))
    reason_es = "Hay renglones que no dicen lo que su fila o su tabla."
    return Checked(len(frame), breaches_of(wrong, reason_es, "Lines unlike their row or their table."))


def _records(frame: Columns) -> Iterator[dict[str, Any]]:
    wanted = ("document_id", "table_id", "row", "page", "row_role", "label")
    names = [*wanted, *(n for n in ("col", "label_printed", "classification", "currency") if n in frame)]
    return (dict(zip(names, values, strict=True)) for values in frame.rows(*names))


def _printed_rows(cells: Columns) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """(table_id, row) -> the cells that cover the row, left to right."""
    out: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    names = ("col", "row", "text", "page", "row_role")
    for table_id, row_span, *rest in cells.rows("table_id", "row_span", *names):
        cell = dict(zip(names, rest, strict=True))
        for row in range(cell["row"], cell["row"] + row_span):
            out[table_id, row].append(cell)
    for covering in out.values():
        covering.sort(key=lambda cell: cell["col"])
    return out


def _currencies_printed(cells: Columns) -> dict[str, set[str | None]]:
    """table_id -> the currencies whose signs stand beside its amounts; None for a sign of several."""
    out: dict[str, set[str | None]] = defaultdict(set)
    for table_id, text, value, role in cells.rows("table_id", "text", "value", "column_role"):
        number = parse_number(text) if value is not None and role in PHASES and _NAMES_MONEY.search(text) else None
        if number and number.currency:
            out[table_id].add(CURRENCY_SIGNS.get(number.currency))
    return {table_id: found for table_id, found in out.items() if found != {None}}


def places_belong(frame: Columns, run: Run) -> Checked:
    """Department, municipality, ISO code and region are of one place, and none of those that it has is missing."""
    names = ("department_code", "municipality_code", "iso_3166_2", "region_code")
    located = [
        (document_id, codes)
        for document_id, *codes in frame.rows("document_id", *names)
        if codes != [None] * len(names)
    ]
    wrong: Wrong = [
        (document_id, dict(zip(names, codes, strict=True)))
        for document_id, codes in located
        if codes != _codes(codes[0], codes[1], codes[3])
    ]
    reason_es = "Hay códigos de departamento, municipio y región que no son de un mismo lugar."
    return Checked(len(located), breaches_of(wrong, reason_es, "Place codes that do not belong together."))


def _codes(department: str | None, municipality: str | None, region: str | None) -> list[str | None] | None:
    """All codes of the smallest place named, or None if there is no such place."""
    try:
        if municipality:
            place = places.municipality(municipality)
        else:
            place = places.department(department) if department else places.region(region or "")
    except KeyError:
        return None
    return [place.department_code, place.municipality_code, place.iso_3166_2, place.region_code]


def rows_nest(frame: Columns, run: Run) -> Checked:
    """A row stands one level below the row of its table that contains it; one that none contains is at level 0."""
    names = ("document_id", "table_id", "row", "parent_row", "level")
    level_of = {(table_id, row): level for _, table_id, row, _, level in frame.rows(*names)}
    wrong: Wrong = []
    for document_id, table_id, row, parent, level in frame.rows(*names):
        above = -1 if parent is None else level_of.get((table_id, parent))
        if parent == row or above is None or level != above + 1:
            wrong.append((document_id, {"table_id": table_id, "row": row, "parent_row": parent, "level": level}))
    reason_es = "Hay filas que no están un nivel bajo la fila que las contiene."
    return Checked(len(frame), breaches_of(wrong, reason_es, "Rows not one level below the row that contains them."))


def percentages_follow(frame: Columns, run: Run) -> Checked:
    """pct_computed is devengado over vigente times 100: the row's own vigente, or that of a total of its table."""
    names = ("document_id", "table_id", "row", "row_role", "vigente", "devengado", "pct_computed")
    totals: dict[str, list[Decimal]] = defaultdict(list)
    for _, table_id, _, role, vigente, _, _ in frame.rows(*names):
        if role == "total" and vigente:
            totals[table_id].append(vigente)
    applied = 0
    wrong: Wrong = []
    for document_id, table_id, row, _, vigente, devengado, computed in frame.rows(*names):
        if computed is None:
            continue
        applied += 1
        bases = [*([vigente] if vigente else []), *totals[table_id]]
        if devengado is None or not any(abs(devengado * 100 / base - computed) <= HALF_PERCENT for base in bases):
            wrong.append((document_id, {"table_id": table_id, "row": row, "pct_computed": str(computed)}))
    reason_es = "Hay porcentajes calculados que no salen de sus montos."
    return Checked(applied, breaches_of(wrong, reason_es, "Percentages that do not follow from their amounts."))
