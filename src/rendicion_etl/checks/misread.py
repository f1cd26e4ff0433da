"""Figures of scanned pages that take part in a contradiction are looked at again before anybody is accused.

What a figure says is decided by how it looks, never by what it should add up to: where a reading of other pixels and
one of the figure by itself both see the same digits, and the first reading saw others, the first was wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rendicion_etl.checks.model import Place, Result
from rendicion_etl.normalize.model import Document
from rendicion_etl.reading.digits import digits_in
from rendicion_etl.reading.second_look import DISPUTED
from rendicion_etl.tables.model import RawTable, is_ocr
from rendicion_etl.tables.pressed import edited
from rendicion_etl.tables.second import SecondReading

Reread = dict[tuple[int, int, int], str]
"""Table (its place in the document, from 0), row and column of a cell -> what it says."""


def misread(document: Document, results: Iterable[Result], reading: SecondReading) -> Reread:
    """The cells of findings that two closer looks agree to say something else."""
    tables = {t.table_id: t for t in document.tables}
    taking_part = {p for r in results for f in r.findings for p in (f.place, *f.related) if p.table_id}
    places = {p for p in taking_part if is_ocr(tables[p.table_id].reader)}
    out: Reread = {}
    for place in sorted(places, key=lambda p: p.page):  # a page is drawn once
        if place.row is not None and place.col is not None and (text := _otherwise(place, reading)):
            out[tables[place.table_id].index - 1, place.row, place.col] = text
    return out


def _otherwise(place: Place, reading: SecondReading) -> str | None:
    """What a figure says if two looks agree that it is not what the first reading has; else None."""
    first, again = digits_in(place.text or ""), reading.other_pixels(place.page, place.box)
    if not first or not again or digits_in(again) == first:
        return None
    return again if digits_in(reading.closest(place.page, place.box) or "") == digits_in(again) else None


def set_right(tables: Sequence[RawTable], said: Reread) -> None:
    """Put what closer looks saw into the tables; such a cell stays in dispute, and confirms nothing."""
    for (index, row, col), text in said.items():
        for cell in edited(tables[index].cells):
            if (cell.row, cell.col) == (row, col):
                cell.text, cell.certainty = text, DISPUTED
