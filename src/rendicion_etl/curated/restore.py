"""A document as its datasets have it, for whoever compares a later one with it.

Enough for that, and no more: tables with their columns, rows and cells, each with its place. Which rows a total sums
is in their parents; that no part of a table is missing is not written down, so whoever accuses with it must see that
its sums close.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from rendicion_etl.curated.field import NUMERIC_TYPES, UNKNOWN_INSTITUTION, UNKNOWN_YEAR
from rendicion_etl.curated.older import Record, read_rows
from rendicion_etl.normalize.columns import names_columns
from rendicion_etl.normalize.correction_files import Correction
from rendicion_etl.normalize.corrections import Applied
from rendicion_etl.normalize.model import Cell, Column, Document, Row, Table
from rendicion_etl.normalize.numbers import parse_number
from rendicion_etl.reading.page import Box
from rendicion_etl.tables.model import Region


def restore(files: Mapping[str, Path]) -> Document:
    """The document of some files of datasets, staged or published: dataset -> path."""
    (document,) = read_rows(files["documents"])
    partition = dict(part.split("=", 1) for part in files["documents"].parts[-3:-1])
    institution, year = partition["institution"], int(partition["fiscal_year"])
    cells, lines = _by_table(files["cells"]), _by_table(files["budget_execution"])
    return Document(
        document_id=document["document_id"],
        sha256=document["sha256"],
        file_name=document["file_name"],
        institution=None if institution == UNKNOWN_INSTITUTION else institution,
        institution_name=document["institution_name"],
        fiscal_year=None if year == UNKNOWN_YEAR else year,
        period=document["period"],
        period_start=document["period_start"],
        period_end=document["period_end"],
        n_pages=document["n_pages"],
        text_source=document["text_source"],
        pdf_producer=document["pdf_producer"],
        tables=[
            _table(table, cells[table["table_id"]], lines[table["table_id"]])
            for table in sorted(read_rows(files["tables"]), key=lambda t: t["table_index"])
        ],
        supersedes=document["supersedes"],
        corrections=tuple(_applied(record, document) for record in read_rows(files["corrections"])),
    )


def _by_table(path: Path) -> dict[str, list[Record]]:
    out: dict[str, list[Record]] = defaultdict(list)
    for record in read_rows(path):
        out[record["table_id"]].append(record)
    return out


def _applied(said: Record, document: Record) -> Applied:
    names = ("document_id", "page", "row", "col", "what", "printed", "after", "author", "date", "reason", "file")
    of = {name: said[name] for name in names}
    table = int(said["table_id"].rpartition("/t")[2])
    return Applied(said["table_id"], Correction(sha256=document["sha256"], table=table, **of), said["before"])


def _table(said: Record, records: list[Record], lines: list[Record]) -> Table:
    cells = [_cell(record) for record in records]
    columns = [_column(col, said, records, cells) for col in range(said["n_cols"])]
    for cell, record in zip(cells, records, strict=True):
        if record["row_role"] != "header" and record["column_role"] != columns[cell.col].role:
            cell.own_header = columns[cell.col].header or record["column_role"]
    return Table(
        table_id=said["table_id"],
        index=said["table_index"],
        number=said["number"],
        title=said["title"],
        source_note=said["source_note"],
        kind=said["kind"],
        unit=said["unit"],
        regions=_regions(cells),
        n_rows=said["n_rows"],
        n_cols=said["n_cols"],
        n_header_rows=said["n_header_rows"],
        reader=said["reader"],
        columns=columns,
        rows=_rows(records, {line["row"]: line for line in lines}),
        cells=cells,
        copy_of=said["copy_of"],
        agreement=said["agreement"],
        n_unread=said["n_unread"],
    )


def _cell(said: Record) -> Cell:
    value = said["value"]
    decimals = _decimals(said["text"], value) if said["value_type"] in NUMERIC_TYPES else 0
    if value is not None:
        value = value.quantize(Decimal(1).scaleb(-decimals)) if decimals else value.normalize() + 0
    return Cell(
        row=said["row"],
        col=said["col"],
        row_span=said["row_span"],
        col_span=said["col_span"],
        text=said["text"],
        page=said["page"],
        box=Box(*(said[side] for side in Box._fields)),
        value=value,
        value_type=said["value_type"],
        decimals=decimals,
        certainty=said["ocr_certainty"],
    )


def _decimals(text: str, value: Decimal | None) -> int:
    """How many digits are printed after the decimal sign, whichever sign makes the text that value."""
    readings = [number for number in (parse_number(text, "."), parse_number(text, ",")) if number]
    return next((number.decimals for number in readings if number.value == value), 0)


def _column(col: int, said: Record, records: list[Record], cells: list[Cell]) -> Column:
    """A column with the role that most of its cells have, and the texts of the header over it from the top down."""
    roles = Counter(r["column_role"] for r in records if r["col"] == col and r["row_role"] != "header")
    over = [c for c in cells if c.row < said["n_header_rows"] and c.col <= col < c.col + c.col_span]
    texts = [c.text for c in sorted(over, key=lambda c: c.row) if names_columns(c, said["n_cols"])]
    return Column(col, roles.most_common(1)[0][0] if roles else "other", " ".join(dict.fromkeys(texts)))


def _rows(records: list[Record], lines: Mapping[int, Record]) -> list[Row]:
    """One Row per printed row; code, label and the row that contains it where it is a budget line."""
    out = []
    for index, cells in sorted(_by_row(records).items()):
        line = lines.get(index, {})
        code, label, words = (line.get(name) for name in ("code", "label", "label_printed"))
        row = Row(index, cells[0]["row_role"], code, label, words, cells[0]["page"])
        row.level, row.parent = line.get("level", 0), line.get("parent_row")
        row.department_code, row.municipality_code = line.get("department_code"), line.get("municipality_code")
        out.append(row)
    return out


def _by_row(records: list[Record]) -> dict[int, list[Record]]:
    out: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        out[record["row"]].append(record)
    return out


def _regions(cells: list[Cell]) -> list[Region]:
    """Where the cells stand, page by page."""
    pages: dict[int, list[Box]] = defaultdict(list)
    for cell in cells:
        pages[cell.page].append(cell.box)
    return [Region(page, Box.around(boxes)) for page, boxes in sorted(pages.items())]
