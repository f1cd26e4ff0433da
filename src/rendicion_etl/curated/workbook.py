"""XLSX files, written row by row: nothing of them is held in memory, and no text becomes a formula or a link."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.worksheet import Worksheet

_NO_MOMENT = dt.datetime(2000, 1, 1)


@contextmanager
def new_workbook(target: Path | IO[bytes], title: str = "", created: dt.datetime = _NO_MOMENT) -> Iterator[Workbook]:
    """A workbook, written when the block ends; what is not yet in it waits on the disk, beside the target.

    `created` is the moment that it bears: the same content gives the same bytes.
    """
    here, beside = (str(target), target.parent) if isinstance(target, Path) else (target, None)
    with tempfile.TemporaryDirectory(prefix=".xlsx-", dir=beside) as aside:
        never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        options = {"constant_memory": True, "tmpdir": aside, "default_date_format": "yyyy-mm-dd", **never}
        book = Workbook(here, options)
        book.set_properties({"title": title, "author": "rendicion-etl", "created": created})
        yield book
        book.close()


def new_sheet(book: Workbook, name: str, head: Sequence[str], widths: Sequence[float] = ()) -> Worksheet:
    """A sheet with its head, in bold where widths (in characters) are given; the head stays in sight."""
    sheet = book.add_worksheet(name)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True}) if widths else None
    for index, title in enumerate(head):
        sheet.write_string(0, index, title, bold)
    return sheet


def put(sheet: Worksheet, row: int, column: int, value: Any, look: Format | None = None) -> None:
    """Write a value that `export.sheet_value` has let pass; None leaves the cell empty."""
    if isinstance(value, str):
        sheet.write_string(row, column, value, look)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, look)
    elif value is not None:
        sheet.write_number(row, column, value, look)


def put_link(sheet: Worksheet, row: int, column: int, address: str, text: str, look: Format) -> None:
    """Write a link to an address of the web, or to a page by its path from the workbook's folder."""
    to = Url(address) if "://" in address else _Page(f"external:{address}")
    to.text = text
    sheet.write_url(row, column, to, look)


class _Page(Url):  # type: ignore[misc]
    """xlsxwriter gives a path backslashes, which only Windows follows; all systems follow slashes."""

    def _target(self) -> str:
        return str(super()._target()).replace("\\", "/")
