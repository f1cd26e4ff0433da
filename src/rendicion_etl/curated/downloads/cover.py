"""The first and the last sheet of a workbook, and the file beside the others: what this is, and how to cite it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rendicion_etl.curated.downloads.model import TABLES
from rendicion_etl.curated.export import harmless
from rendicion_etl.curated.schemas import EJECUCION
from rendicion_etl.curated.terms import ABOUT_EN, ABOUT_ES, TERMS_EN, TERMS_ES, Edition, cite_en, cite_es
from rendicion_etl.curated.values import clean

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


def write_cover(book: Any, edition: Edition, counts: Mapping[str, int], most: int) -> None:
    """The sheet `portada`: what this is, then the sheets with a link to each."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    sheet = book.create_sheet(COVER)
    for column, width in (("A", 22), ("B", 100), ("C", 12)):
        sheet.column_dimensions[column].width = width

    def cell(text: str, **font: Any) -> Any:
        made = WriteOnlyCell(sheet, harmless(clean(text)))
        made.alignment = Alignment(wrap_text=bool(not font), vertical="top")
        made.font = Font(**font)
        return made

    sheet.append([cell(edition.title, bold=True, size=14)])
    sheet.append([])
    for row, (name, text) in enumerate(facts(edition).items(), 3):
        # Written row by row, so no program has measured the text yet.
        sheet.row_dimensions[row].height = 15 * (1 + len(text) // 95)
        sheet.append([cell(name, bold=True), cell(text)])
    sheet.append([])
    sheet.append([cell(name, bold=True) for name in ("Hoja", "Qué contiene", "Filas")])
    for table in TABLES:
        link = cell(table.name, color="0563C1", underline="single")
        link.hyperlink = Hyperlink(ref="", location=f"'{table.name}'!A1")
        left_out = " No cabe en una hoja: véala en CSV, Parquet o DuckDB." if counts[table.name] > most else ""
        sheet.append([link, cell(f"{table.title_es}. {table.es}{left_out}"), counts[table.name]])


def write_dictionary(book: Any) -> None:
    """The sheet `diccionario`: what each column of each sheet means."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(DICTIONARY)
    sheet.freeze_panes = "A2"
    for column, width in (("A", 18), ("B", 20), ("C", 16), ("D", 90), ("E", 90)):
        sheet.column_dimensions[column].width = width
    head = [WriteOnlyCell(sheet, name) for name in ("hoja", "columna", "tipo", "significado", "meaning")]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for table in TABLES:
        for field in table.fields:
            texts = [WriteOnlyCell(sheet, text) for text in (field.es, field.en)]
            for cell in texts:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            sheet.append([table.name, field.name, field.type, *texts])
    sheet.auto_filter.ref = f"A1:E{1 + sum(len(table.fields) for table in TABLES)}"
