"""Documents of one page of prose beside tables: what tests of statements and of their check read like."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rendicion_etl.normalize.document import Source, understand
from rendicion_etl.normalize.model import Document
from rendicion_etl.reading.page import Box, Chars, Line, Page, Rulings
from rendicion_etl.tables.model import RawTable

COVER = ("PRIMER CUATRIMESTRE 2021", "", "Secretaría de Seguridad Alimentaria y Nutricional", "")
LETTER, HEIGHT, STEP = 5.0, 9.0, 12.0  # points
RIGHT = 560.0


def report(*prose: str, tables: Sequence[RawTable] = (), cover: Sequence[str] = COVER) -> Document:
    """A report of the first four months of 2021: tables on its first page, prose on its second."""
    pages = [page(1, *cover), page(2, *prose)]
    return understand(Source("0" * 64, "prueba.pdf"), pages, list(tables), None)


def page(number: int, *lines: str) -> Page:
    """A page of lines of text, one under the other; an empty line parts paragraphs.

    A line that begins with `>` and a number stands so many points further to the right.
    """
    none = np.empty(0)
    flags = np.empty(0, dtype=bool)
    chars = Chars([], none, none, none, none, flags, flags, np.empty(0, dtype=np.int8))
    out = Page(number, 612, 792, chars, Rulings())
    placed = []
    for k, text in enumerate(lines):
        left = 50.0
        if text.startswith(">"):
            shift, _, text = text[1:].partition(" ")
            left += float(shift)
        if text:
            top = 120 + k * STEP
            placed.append(Line(text, Box(left, top, left + LETTER * len(text), top + HEIGHT), False))
    placed.append(Line(".", Box(50, 700, RIGHT, 709), False))  # how far the lines of the page reach
    out.keep_lines(placed)
    return out
