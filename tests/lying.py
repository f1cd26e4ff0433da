"""PDFs whose text says something else than what they show: broken maps to Unicode, and scans with a layer of text.

A font in a PDF has a map, /ToUnicode, from its codes to text; what is drawn does not depend on it. `remapped` edits
that map in the bytes of a file, entry by entry at the same length, so that all else in the file stays where it is.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

from rendicion_etl.reading.lines import Word
from rendicion_etl.reading.pdf import open_pdf
from scanning import Scanner

REGULAR, BOLD = "Vera", "VeraBd"  # the fonts that reportlab brings
SWAPPED = {"3": "8", "8": "3", "1": "7", "7": "1"}
CONFUSED = {"0": "8", "1": "7", "2": "7", "3": "8", "4": "9", "5": "6", "6": "5", "7": "1", "8": "3", "9": "4"}
WRONG = 0.1  # of the figures of a poor layer
INVISIBLE = 3  # a text render mode of PDF
FIGURE = re.compile(r"[\d.,]+%?")
ENTRY = re.compile(rb"<([0-9A-F]{2})> <([0-9A-F]{4})>(?=\n)")  # code and character; a range of codes is shorter
COUNT = re.compile(rb"(\d+) beginbfchar")


def embedded(path: Path, rows: Sequence[Sequence[str]], widths: Sequence[float], caption: str) -> Path:
    """A table in TrueType fonts of its own, header and last row bold, whose maps to Unicode lie open in the file."""
    for name in (REGULAR, BOLD):  # codes in the order of use: none is that of the letter that it stands for
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf", asciiReadable=0))
    style = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 8),
        ("FONT", (0, 0), (-1, 0), BOLD, 8),
        ("FONT", (0, -1), (-1, -1), BOLD, 8),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.black),
    ]

    def decorate(canvas: Any, _: Any) -> None:
        canvas.setFont(REGULAR, 9)
        canvas.drawCentredString(letter[0] / 2, letter[1] - 55, caption)

    document = SimpleDocTemplate(str(path), pagesize=letter, topMargin=66, invariant=1, pageCompression=0)
    document.build([Table([list(row) for row in rows], widths, style=TableStyle(style))], onFirstPage=decorate)
    return path


def remapped(pdf: bytes, says: Mapping[str, str | None], font: str = "") -> bytes:
    """The file with what some characters copy as replaced; None: they have no entry.

    `font`: only in fonts whose name ends so. Raises AssertionError where no map of the file has an entry for them.
    """
    changed = 0

    def mapping(found: re.Match[bytes]) -> bytes:
        nonlocal changed
        name = re.search(rb"/CMapName /(\S+) def", found[0])
        if not name or not name[1].endswith(font.encode()):
            return found[0]
        entries, removed = _entries(found[0], says)
        changed += entries != found[0]
        return COUNT.sub(lambda n: b"%*d beginbfchar" % (len(n[1]), int(n[1]) - removed), entries)

    out = re.sub(rb"begincmap.*?endcmap", mapping, pdf, flags=re.DOTALL)
    assert changed, "no map was changed"
    assert len(out) == len(pdf)
    return out


def _entries(cmap: bytes, says: Mapping[str, str | None]) -> tuple[bytes, int]:
    """A map with some entries changed, and how many were blanked out."""
    removed = 0

    def entry(found: re.Match[bytes]) -> bytes:
        nonlocal removed
        char = chr(int(found[2], 16))
        said = says.get(char, char)
        removed += said is None
        return b" " * len(found[0]) if said is None else b"<%s> <%04X>" % (found[1], ord(said))

    return ENTRY.sub(entry, cmap), removed


def layered(pdf: Path, out: Path, scanner: Scanner, says: Callable[[str, int], str]) -> Path:
    """A scan of a digital PDF under its invisible words; `says`: what a word says, by its text and place from 0."""
    with open_pdf(pdf, pdf.name) as digital:
        words = {page.number: (page.height, page.words) for page in digital.pages()}

    def layer(canvas: Canvas, number: int) -> None:
        height, printed = words[number]
        for place, word in enumerate(printed):
            _write_invisibly(canvas, word, height, says(word.text, place))

    return scanner.scan(pdf, out, layer)


def rightly(text: str, place: int) -> str:
    return text


def poorly(text: str, place: int) -> str:
    """About a tenth of the figures have one wrong digit, always the same ones."""
    chance = random.Random(place)
    if not FIGURE.fullmatch(text) or chance.random() >= WRONG:
        return text
    at = chance.choice([k for k, c in enumerate(text) if c.isdigit()])
    return text[:at] + CONFUSED[text[at]] + text[at + 1 :]


def _write_invisibly(canvas: Canvas, word: Word, page_height: float, text: str) -> None:
    size = word.box.height * 0.8
    line = canvas.beginText(word.box.x0, page_height - word.box.bottom + 0.2 * size)
    line.setFont("Helvetica", size)
    line.setTextRenderMode(INVISIBLE)
    line.setHorizScale(100 * word.box.width / canvas.stringWidth(text, "Helvetica", size))
    line.textOut(text)
    canvas.drawText(line)
