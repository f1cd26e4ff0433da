"""The first and the last sheet of a workbook, and the file beside the others: what this is, and how to cite it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rendicion_etl.curated.downloads.model import TABLES
from rendicion_etl.curated.export import harmless
from rendicion_etl.curated.schemas import EJECUCION
from rendicion_etl.curated.terms import ABOUT_EN, ABOUT_ES, TERMS_EN, TERMS_ES, Edition, cite_en, cite_es
from rendicion_etl.curated.values import clean
from rendicion_etl.curated.workbook import new_sheet

if TYPE_CHECKING:
    from xlsxwriter import Workbook

COVER, DICTIONARY = "portada", "diccionario"
DEFUSED_ES = (
    "En CSV y XLSX, un texto que una hoja de cálculo tomaría por fórmula (comienza con = + - @) lleva un apóstrofo "
    "delante; en Parquet y DuckDB está como se imprimió."
)
DEFUSED_EN = (
    "In CSV and XLSX a text that a spreadsheet would take for a formula (it begins with = + - @) has an apostrophe "
    "before it; in Parquet and DuckDB it stands as printed."
)


def facts(edition: Edition) -> dict[str, str]:
    """What a reader must know of the data, in the order in which it is told."""
    return {
        "Qué es": ABOUT_ES,
        "Por dónde empezar": f"ejecucion. {EJECUCION.es}",
        "Versión": edition.version,
        "Documentos": f"{edition.n_documents}, recibidos hasta el {edition.received.isoformat()}",
        "Licencia": TERMS_ES,
        "Cómo citar": cite_es(edition),
        "Textos": DEFUSED_ES,
        "What it is": ABOUT_EN,
        "License": TERMS_EN,
        "Cite as": cite_en(edition),
        "Texts": DEFUSED_EN,
    }


def readme(edition: Edition) -> bytes:
    """`LEEME.txt`: the same beside files that have no place for it."""
    lines = [edition.title, "", *(f"{name}: {text}\r\n" for name, text in facts(edition).items())]
    lines += [f"{table.name}: {table.title_es}. {table.es}" for table in TABLES]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def write_cover(book: Workbook, edition: Edition, counts: Mapping[str, int], most: int) -> None:
    """The sheet `portada`: what this is, then the sheets with a link to each."""
    sheet = book.add_worksheet(COVER)
    for column, width in enumerate((22, 100, 12)):
        sheet.set_column(column, column, width)
    title = book.add_format({"bold": True, "font_size": 14})
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    link = book.add_format({"font_color": "#0563C1", "underline": 1, "valign": "top"})
    sheet.write_string(0, 0, _safe(edition.title), title)
    row = 1
    for name, text in facts(edition).items():
        row += 1
        # Written row by row, so no program has measured the text yet.
        sheet.set_row(row, 15 * (1 + len(text) // 95))
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, _safe(text), wrapped)
    row += 2
    for column, name in enumerate(("Hoja", "Qué contiene", "Filas")):
        sheet.write_string(row, column, name, bold)
    for table in TABLES:
        row += 1
        left_out = " No cabe en una hoja: véala en CSV, Parquet o DuckDB." if counts[table.name] > most else ""
        text = f"{table.title_es}. {table.es}{left_out}"
        sheet.set_row(row, 15 * (1 + len(text) // 95))
        sheet.write_url(row, 0, f"internal:'{table.name}'!A1", link, table.name)
        sheet.write_string(row, 1, text, wrapped)
        sheet.write_number(row, 2, counts[table.name])


def _safe(text: str) -> str:
    return harmless(clean(text))


def write_dictionary(book: Workbook) -> None:
    """The sheet `diccionario`: what each column of each sheet means."""
    head = ("hoja", "columna", "tipo", "significado", "meaning")
    sheet = new_sheet(book, DICTIONARY, head, (18, 20, 16, 90, 90))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    columns = [(table, field) for table in TABLES for field in table.fields]
    for row, (table, field) in enumerate(columns, 1):
        for column, text in enumerate((table.name, field.name, field.type, field.es, field.en)):
            sheet.write_string(row, column, text, wrapped)
    sheet.autofilter(0, 0, len(columns), len(head) - 1)
