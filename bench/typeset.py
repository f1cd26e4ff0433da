"""Papers of bench/sheets.py as PDF: by reportlab, as a system's printout, by Chromium or WeasyPrint."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from make_tables_data import Row, Table
from make_tables_html import Printed, print_chromium, print_weasyprint
from make_tables_html import caption as html_caption
from make_tables_html import table as html_table
from make_tables_reportlab import ALL, CENTRED, HEAD, MONO, grid
from reportlab.lib import colors
from reportlab.lib.pagesizes import landscape, letter
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from layouts import Look
from sheets import Column, Line, Paper, Sheet

PROGRAMS = {"chromium": "chromium", "weasyprint": os.environ.get("WEASYPRINT", "weasyprint")}
SPACES = str.maketrans(",", " ")
COMMAS = str.maketrans(",.", ".,")


def is_there(look: Look) -> bool:
    """Whether what sets this look is installed."""
    return look.by not in PROGRAMS or shutil.which(PROGRAMS[look.by]) is not None


def printed(value: Decimal | None, column: Column, look: Look) -> str:
    """A figure as its look prints it."""
    if value is None:
        return ""
    if not value and look.zero is not None:
        return look.zero
    text = f"{abs(value):,f}"
    text = text.translate(COMMAS) if look.comma else text.translate(SPACES) if look.spaced else text
    if column.is_percent:
        return f"{'-' if value < 0 else ''}{text}{look.percent}"
    money = look.currency if column.kind != "count" else ""
    if value < 0:
        return f"({money}{text})" if look.sign == "parentheses" else f"{money}-{text}"
    return money + text


def texts(line: Line, sheet: Sheet, look: Look) -> list[str]:
    """The printed cells of a row, blank ones too; a band has its words only."""
    figures = [printed(v, c, look) for v, c in zip(line.figures, sheet.columns, strict=bool(line.figures))]
    return [*line.texts, *figures]


def typeset(paper: Paper, look: Look, path: Path) -> None:
    """Write the PDF of a paper."""
    if look.by == "reportlab":
        _reportlab(paper, look, path)
    elif look.by == "printout":
        _printout(paper.sheets[0], look, path)
    else:
        tables = [_table(sheet, look, k) for k, sheet in enumerate(paper.sheets, 1)]
        body = "".join(html_caption(t) + html_table(t) for t in tables)
        css = {
            "rows": "th, td { border-top: .5pt solid #555; border-bottom: .5pt solid #555 }",
            "header": "thead th { border-top: 1pt solid #000; border-bottom: .5pt solid #000 }",
        }.get(look.rules, "")
        indent = "".join(f".level{n} td:first-child {{ padding-left: {4 + 12 * n}pt }}" for n in (1, 2, 3))
        printed_ = Printed(tables, css + indent, body)
        (print_chromium if look.by == "chromium" else print_weasyprint)(printed_, path)


def _table(sheet: Sheet, look: Look, number: int) -> Table:
    rows = [Row(list(texts(n, sheet, look)), n.kind.replace("memo", ""), n.level) for n in sheet.lines]
    header = [*sheet.heads, *(c.head for c in sheet.columns)]
    unit = {1_000: "En miles de quetzales", 1_000_000: "En millones de quetzales"}.get(look.scale, "En quetzales")
    money = any(c.kind != "count" for c in sheet.columns)
    words = tuple(range(len(sheet.heads)))
    return Table(header, rows, f"Cuadro {number}", sheet.title, unit if money else "Número de personas", words)


# ----------------------------------------------------------------------------------------------------------- reportlab
def _reportlab(paper: Paper, look: Look, path: Path) -> None:
    blocks = [_block(sheet, look, k) for k, sheet in enumerate(paper.sheets, 1)]
    size = landscape(letter) if look.across or max(len(s.heads) + len(s.columns) for s in paper.sheets) > 7 else letter
    if look.across:
        beside = Grid([blocks], style=[("VALIGN", *ALL, "TOP"), ("LEFTPADDING", *ALL, 8)])
        story: list[Any] = [beside]
    else:
        story = [part for block in blocks for part in block]
    SimpleDocTemplate(
        str(path), pagesize=size, topMargin=50, bottomMargin=50, leftMargin=40, rightMargin=40, invariant=1
    ).build(story)


def _block(sheet: Sheet, look: Look, number: int) -> list[Any]:
    table = _table(sheet, look, number)
    size = 7.0 if len(table.header) > 6 or look.across else 8.0
    head: list[Sequence[str]] = [table.header]
    style = [*_rules(look), ("TOPPADDING", *ALL, look.fill), ("BOTTOMPADDING", *ALL, look.fill)]
    if sheet.over:
        above = [""] * len(table.header)
        for first, last, text in sheet.over:
            above[first] = text
            style.append(("SPAN", (first, 0), (last, 0)))
        head.insert(0, above)
    if sheet.marks:
        head.append(sheet.marks)
    widths = [look.narrow, *[None] * (len(table.header) - 1)] if look.narrow else None
    drawn = grid(table, style, widths, head=head, size=size, wrap=[0] if look.narrow else ())  # type: ignore[arg-type]
    drawn.repeatRows = len(head) if look.again else 0
    return [*(Paragraph(line, CENTRED) for line in table.caption()), Spacer(1, 6), drawn, Spacer(1, 18)]


def _rules(look: Look) -> list[tuple[Any, ...]]:
    thin, black = 0.5, colors.black
    style: dict[str, list[tuple[Any, ...]]] = {
        "grid": [("GRID", *ALL, thin, black)],
        "rows": [("LINEABOVE", *ALL, thin, black), ("LINEBELOW", *ALL, thin, black)],
        "columns": [("INNERGRID", *HEAD, thin, black), ("BOX", *ALL, thin, black), ("LINEAFTER", *ALL, thin, black)],
        "header": [("LINEABOVE", *HEAD, 1, black), ("LINEBELOW", *HEAD, thin, black)],
        "frame": [("BOX", *ALL, 1, black)],
        "none": [],
    }
    shades: dict[str, list[tuple[Any, ...]]] = {
        "header": [("BACKGROUND", *HEAD, colors.HexColor("#1f3864")), ("TEXTCOLOR", *HEAD, colors.white)],
        "bands": [("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.white, colors.HexColor("#dfe6ee")])],
    }
    return style[look.rules] + shades.get(look.shade, [])


# ------------------------------------------------------------------------------------------------------------ printout
def _printout(sheet: Sheet, look: Look, path: Path) -> None:
    """One string a line in one pitch, with the head of the report on each page."""
    per_page, rows = 28, [_pitch(texts(n, sheet, look), sheet) for n in sheet.lines]
    pages = [rows[k : k + per_page] for k in range(0, len(rows), per_page)]
    canvas = Canvas(str(path), pagesize=landscape(letter), invariant=1)
    for number, body in enumerate(pages, 1):
        block = [
            "SISTEMA DE CONTABILIDAD INTEGRADA" + f"PAGINA : {number} DE {len(pages)}".rjust(100),
            sheet.title.upper(),
            "EXPRESADO EN QUETZALES",
            "-" * 140,
            _pitch([*sheet.heads, *(c.head.upper() for c in sheet.columns)], sheet),
            "-" * 140,
            *body,
        ]
        canvas.setFont(MONO, 8)
        for at, line in enumerate(block):
            canvas.drawString(36, 570 - 14 * at, line)
        canvas.showPage()
    canvas.save()


def _pitch(cells: Iterable[str], sheet: Sheet) -> str:
    code, name, *figures = cells
    return f"{code:<8} {name[:50]:<50}" + "".join(f"{text:>19}" for text in figures)
