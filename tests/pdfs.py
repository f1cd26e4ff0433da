"""Small real PDFs with known content, typeset by reportlab: the traits that readers must get right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

STYLE = getSampleStyleSheet()["Normal"]


@dataclass
class Ruled:
    """A fully ruled table; the first `header` rows are bold on a filled ground, `bold` rows are bold.

    `spans`: ((col, row), (end_col, end_row)) as reportlab counts, ends included.
    """

    rows: Sequence[Sequence[str]]
    header: int = 1
    caption: Sequence[str] = ()
    widths: Sequence[float] | None = None
    spans: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    bold: Sequence[int] = ()
    repeat_header: bool = False
    grid: bool = True
    space_after: float = 24
    note: str | None = None
    extra_style: Sequence[tuple[Any, ...]] = field(default_factory=list)

    def flowables(self) -> list[Any]:
        style: list[tuple[Any, ...]] = [("FONTSIZE", (0, 0), (-1, -1), 8), *self.extra_style]
        style += [("GRID", (0, 0), (-1, -1), 0.5, colors.black)] if self.grid else []
        style += [("SPAN", a, b) for a, b in self.spans]
        style += [("FONTNAME", (0, row), (-1, row), "Helvetica-Bold") for row in [*range(self.header), *self.bold]]
        if self.header:
            style.append(("BACKGROUND", (0, 0), (-1, self.header - 1), colors.lightgrey))
        table = Table(
            [[_cell(text) for text in row] for row in self.rows],
            colWidths=self.widths,
            repeatRows=self.header if self.repeat_header else 0,
        )
        table.setStyle(TableStyle(style))
        title = [Paragraph(f'<para align="center">{line}</para>', STYLE) for line in self.caption]
        return [*title, table, *([Paragraph(self.note, STYLE)] if self.note else []), Spacer(1, self.space_after)]


def _cell(text: str) -> Any:
    """Long texts wrap in their cell, as a word processor sets them; marked-up ones are set as marked."""
    return Paragraph(text, STYLE) if len(text) > 40 or "<" in text else text


def write_pdf(path: Path, *blocks: Ruled | str | None, running_header: str = "", size: Any = letter) -> Path:
    """Typeset tables and paragraphs one under the other; None begins a page. Returns `path`."""

    def decorate(canvas: Any, _: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawRightString(size[0] - 60, size[1] - 40, running_header)
        canvas.drawCentredString(size[0] / 2, 30, f"Página {canvas.getPageNumber()}")

    story: list[Any] = []
    for block in blocks:
        if block is None:
            story.append(PageBreak())
        elif isinstance(block, str):
            story += [Paragraph(block, STYLE), Spacer(1, 12)]
        else:
            story += block.flowables()
    document = SimpleDocTemplate(str(path), pagesize=size, topMargin=60, bottomMargin=60, invariant=1)
    document.build(story, onFirstPage=decorate, onLaterPages=decorate)
    return path
