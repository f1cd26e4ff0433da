"""All tables in one workbook: a cover, `ejecucion` and a sheet for each other table, and the meaning of the columns.

A sheet takes 1,048,576 rows, and common machines far fewer: a table of more than ROWS is left to CSV and Parquet as a
whole, and its sheet says so. Half of a table would be taken for all of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rendicion_etl.curated.downloads.cover import write_cover, write_dictionary
from rendicion_etl.curated.downloads.links import SiteLinks
from rendicion_etl.curated.downloads.model import TABLES
from rendicion_etl.curated.downloads.snapshot import count, rows_of
from rendicion_etl.curated.export import sheet_value
from rendicion_etl.curated.field import Dataset, Field
from rendicion_etl.curated.terms import Edition

ROWS = 200_000
# https://support.microsoft.com/office/excel-specifications-and-limits: "Hyperlinks in a worksheet".
LINKS = 65_530
TOO_LONG = (
    "Esta tabla tiene {rows} filas y aquí no cabe. Está completa en CSV (rendicion export --csv), Parquet (--parquet) "
    "y DuckDB (--duckdb)."
)

_FORMATS = {"date": "yyyy-mm-dd", "timestamp": "yyyy-mm-dd hh:mm:ss", "decimal(18,2)": "#,##0.00"}
_WIDE = {"label": 45, "label_printed": 45, "title": 45, "text": 45, "message_es": 70, "message_en": 70, "code": 14}
_WIDTHS = {"string": 20, "decimal(18,2)": 18, "timestamp": 20}
_LINKED = ("document_id", "finding_id", "consequence_of")
_BLUE = "0563C1"

Convert = Callable[[Any, tuple[Any, ...]], Any]


def write_xlsx(sources: Mapping[str, Path], target: Path, edition: Edition, site: SiteLinks | None, base: str) -> None:
    """Write the workbook; `base` is what stands before the path of a page of the site."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = edition.title, "rendicion-etl"
    counts = {table.name: count(sources[table.name]) for table in TABLES}
    write_cover(book, edition, counts, ROWS)
    for table in TABLES:
        _write_sheet(book, table, sources[table.name], counts[table.name], site, base)
    write_dictionary(book)
    book.save(target)


def _write_sheet(book: Any, table: Dataset, source: Path, n_rows: int, site: SiteLinks | None, base: str) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(table.name)
    if n_rows > ROWS:
        sheet.append([TOO_LONG.format(rows=n_rows)])
        return
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.fields))}{n_rows + 1}"
    for index, field in enumerate(table.fields, 1):
        width = _WIDE.get(field.name, _WIDTHS.get(field.type, 14))
        sheet.column_dimensions[get_column_letter(index)].width = width
    head = [WriteOnlyCell(sheet, field.name) for field in table.fields]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    linked = site if n_rows * sum(field.name in _LINKED for field in table.fields) <= LINKS else None
    converts = []
    for field in table.fields:
        if linked is not None and field.name in _LINKED:
            converts.append(_linking(sheet, table, field, linked, base))
        elif field.type in _FORMATS:
            converts.append(_formatting(sheet, _FORMATS[field.type]))
        else:
            converts.append(_as_it_is)
    for rows in rows_of(source):
        for row in rows:
            sheet.append([convert(value, row) for convert, value in zip(converts, row, strict=True)])


# What makes a cell of a value and its row. A cell is written at once, so one per column does for all rows.


def _as_it_is(value: Any, _: tuple[Any, ...]) -> Any:
    return None if value == "" else sheet_value(value)


def _linking(sheet: Any, table: Dataset, field: Field, site: SiteLinks, base: str) -> Convert:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet)
    cell.font = Font(color=_BLUE, underline="single")
    at = [f.name for f in table.fields].index("document_id")

    def convert(value: Any, row: tuple[Any, ...]) -> Any:
        if value is None:
            return None
        cell.value = sheet_value(value)
        is_document = field.name == "document_id"
        cell.hyperlink = site.to_document(base, value) if is_document else site.to_finding(base, row[at], value)
        return cell

    return convert


def _formatting(sheet: Any, number_format: str) -> Convert:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet)

    def convert(value: Any, _: tuple[Any, ...]) -> Any:
        if isinstance(value, dt.datetime) and not value.microsecond:  # finer than a sheet can tell: text
            value = value.astimezone(dt.UTC).replace(tzinfo=None)
        else:
            value = sheet_value(value)
        if value is None or isinstance(value, str):
            return value
        cell.value = value
        cell.number_format = number_format  # after the value: of a moment openpyxl sets its own
        return cell

    return convert
