"""All tables in one workbook: a cover, `ejecucion` and a sheet for each other table, and the meaning of the columns.

A sheet takes 1,048,576 rows, and common machines far fewer: a table of more than ROWS is left to CSV and Parquet as a
whole, and its sheet says so. Half of a table would be taken for all of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rendicion_etl.curated.downloads.cover import write_cover, write_dictionary
from rendicion_etl.curated.downloads.links import SiteLinks
from rendicion_etl.curated.downloads.model import TABLES
from rendicion_etl.curated.downloads.snapshot import count, rows_of
from rendicion_etl.curated.export import sheet_value
from rendicion_etl.curated.field import Dataset, Field
from rendicion_etl.curated.terms import Edition
from rendicion_etl.curated.workbook import new_sheet, new_workbook, put, put_link

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

ROWS = 200_000
# Links are held in memory, about 1 kB each, until the file is closed; a sheet of Excel takes 65,530
# (https://support.microsoft.com/office/excel-specifications-and-limits: "Hyperlinks in a worksheet").
LINKS, LINKS_OF_SHEET = 100_000, 65_530
TOO_LONG = (
    "Esta tabla tiene {rows} filas y aquí no cabe. Está completa en CSV (rendicion export --csv), Parquet (--parquet) "
    "y DuckDB (--duckdb)."
)

_FORMATS = {"date": "yyyy-mm-dd", "timestamp": "yyyy-mm-dd hh:mm:ss", "decimal(18,2)": "#,##0.00"}
_WIDE = {"label": 45, "label_printed": 45, "title": 45, "text": 45, "message_es": 70, "message_en": 70, "code": 14}
_WIDTHS = {"string": 20, "decimal(18,2)": 18, "timestamp": 20}
_LINKED = ("finding_id", "document_id")  # the first of them that a table has

Put = Callable[[int, Any, tuple[Any, ...]], None]


def write_xlsx(sources: Mapping[str, Path], target: Path, edition: Edition, site: SiteLinks | None, base: str) -> None:
    """Write the workbook; `base` is what stands before the path of a page of the site."""
    counts = {table.name: count(sources[table.name]) for table in TABLES}
    received = dt.datetime.combine(edition.received, dt.time())
    with new_workbook(target, edition.title, received) as book:
        write_cover(book, edition, counts, ROWS)
        looks = {kind: book.add_format({"num_format": look}) for kind, look in _FORMATS.items()}
        link = book.add_format({"font_color": "#0563C1", "underline": 1})
        linked = _linked(counts) if site else ()
        for table in TABLES:
            leads = site if table.name in linked else None
            _write_sheet(book, table, sources[table.name], counts[table.name], leads, base, looks, link)
        write_dictionary(book)


def _linked(counts: Mapping[str, int]) -> set[str]:
    """The tables whose rows get links: as many as there may be, the shortest tables first."""
    left, out = LINKS, set()
    for name, n_rows in sorted(counts.items(), key=lambda count: count[1]):
        if n_rows <= min(left, LINKS_OF_SHEET):
            out.add(name)
            left -= n_rows
    return out


def _write_sheet(
    book: Workbook,
    table: Dataset,
    source: Path,
    n_rows: int,
    site: SiteLinks | None,
    base: str,
    looks: Mapping[str, Format],
    link: Format,
) -> None:
    if n_rows > ROWS:
        book.add_worksheet(table.name).write_string(0, 0, TOO_LONG.format(rows=n_rows))
        return
    widths = [_WIDE.get(field.name, _WIDTHS.get(field.type, 14)) for field in table.fields]
    sheet = new_sheet(book, table.name, [field.name for field in table.fields], widths)
    sheet.autofilter(0, 0, n_rows, len(table.fields) - 1)
    names = [field.name for field in table.fields]
    linked = next((name for name in _LINKED if name in names), None)
    puts = []
    for column, field in enumerate(table.fields):
        if site is not None and field.name == linked:
            puts.append(_linking(sheet, column, names.index("document_id"), field, site, base, link))
        else:
            puts.append(_plainly(sheet, column, looks.get(field.type)))
    index = 0
    for rows in rows_of(source):
        for row in rows:
            index += 1
            for into, value in zip(puts, row, strict=True):
                if value is not None and value != "":
                    into(index, value, row)


def _plainly(sheet: Worksheet, column: int, look: Format | None) -> Put:
    def write(index: int, value: Any, _: tuple[Any, ...]) -> None:
        if isinstance(value, dt.datetime) and not value.microsecond:  # finer than a sheet can tell: text
            value = value.astimezone(dt.UTC).replace(tzinfo=None)
        else:
            value = sheet_value(value)
        put(sheet, index, column, value, None if isinstance(value, str) else look)

    return write


def _linking(sheet: Worksheet, column: int, at: int, field: Field, site: SiteLinks, base: str, look: Format) -> Put:
    """Links to the page of a document, or of a finding; `at` is the column of the document's id."""

    def write(index: int, value: Any, row: tuple[Any, ...]) -> None:
        is_document = field.name == "document_id"
        target = site.to_document(base, value) if is_document else site.to_finding(base, row[at], value)
        put_link(sheet, index, column, target, sheet_value(value), look)

    return write
